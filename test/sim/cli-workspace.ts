/** A folder for one test of the simulator's command line: files in, processes started there, results out. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AtollProcess, type Ended } from "../atoll-process.ts";

export class Workspace implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), "atoll-sim-"));

  write(name: string, contents: string | object): string {
    writeFileSync(join(this.folder, name), typeof contents === "string" ? contents : JSON.stringify(contents));
    return name;
  }

  read(name: string): string {
    return readFileSync(join(this.folder, name), "utf8");
  }

  get files(): string[] {
    return readdirSync(this.folder).toSorted();
  }

  start(...args: readonly string[]): AtollProcess {
    return new AtollProcess(["sim", ...args], { cwd: this.folder });
  }

  /** As npx would start it in a project that has Atoll among its packages. */
  async npx(...args: readonly string[]): Promise<Ended> {
    const env = { npm_lifecycle_event: "npx", npm_lifecycle_script: "'atoll'" };
    return await new AtollProcess(["sim", ...args], { cwd: this.folder, env }).ended;
  }

  async sim(...args: readonly string[]): Promise<Ended> {
    return await this.start(...args).ended;
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true });
  }
}

/** Two regions apart for a while; what `k` holds then is what a test expects or not. */
export function twoRegions(expected: string): object {
  return {
    name: "two regions",
    replicas: [
      { id: "us", region: "us" },
      { id: "eu", region: "eu" },
    ],
    endMs: 3000,
    workload: [
      { atMs: 500, replica: "us", command: ["SET", "k", "1"] },
      { atMs: 1500, replica: "eu", command: ["SET", "k", "2"] },
      { atMs: 1600, replica: "us", command: ["SET", "unrelated", "x"] },
    ],
    faults: [{ kind: "partition", atMs: 1000, forMs: 1500, groups: [["us"], ["eu"]] }],
    expectations: [{ atMs: 2000, replicas: ["us"], command: ["GET", "k"], reply: expected, label: "us knows" }],
  };
}

/** A user's module: seeds for which `fails` is true break its expectation. */
export function moduleThatFails(fails: string): string {
  return `
    export default {
      name: "my shop",
      prepare: (seed: number) => ({
        scenario: {
          name: \`my shop \${seed}\`, seed, replicas: [{ id: "us", region: "us", skewMs: 0, driftPpm: 0 }],
          delay: { baseMs: 5, jitterMs: 0 }, links: [], reconnectMs: 20, timerMs: 10, durability: "memory", limits: {}, endMs: 100,
          convergeMs: 1000, clearsAtEnd: false, faults: [], expectations: [],
          workload: [10, 20, 30].map((atMs) => ({ atMs, replica: "us", database: 0, command: ["INCR", "k"] })),
        },
        options: {
          expectations: [{ name: "no bad luck", when: "converged", check: () => { ${fails} } }],
        },
      }),
    };`;
}
