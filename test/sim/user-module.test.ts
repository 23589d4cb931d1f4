/** Modules of users: loaded from anywhere, and what they are told when that fails. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { BoundedTime, TimeIsUp } from "../../sim/user/bounded-time.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "atoll-user-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const GOOD = `
import { scenario, type RunView } from "atoll/sim";
const check = (run: RunView): boolean => run.ask("us", "EXISTS", "k") === 0;
export default scenario({ name: "good", replicas: ["us"], endMs: 2000, expectations: { check } });
`;

/** Each in a process of its own, as users start it: the tests' own loader would load modules its own way. */
function load(...paths: string[]): string[] {
  const program = `
    const { loadModule } = await import(${JSON.stringify(new URL("../../sim/user/load-module.ts", import.meta.url).href)});
    const { runScenario } = await import(${JSON.stringify(new URL("../../sim/run/run.ts", import.meta.url).href)});
    const lines = [];
    for (const path of process.argv.slice(1)) {
      try {
        const source = await loadModule(path);
        const { scenario, options } = source.prepare(1);
        lines.push(source.name + ": " + (runScenario(scenario, options).failure?.message ?? "ran"));
      } catch (error) {
        lines.push(error.constructor.name + ": " + error.message.split("\\n", 1)[0]);
      }
    }
    console.log(JSON.stringify(lines));
  `;
  const output = execFileSync(process.execPath, ["--input-type=module", "--eval", program, ...paths], {
    encoding: "utf8",
    cwd: folder,
  });
  return JSON.parse(output) as string[];
}

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe("a user's module", () => {
  test("finds atoll/sim where there are no packages at all", () => {
    expect(load(write("good.ts", GOOD))).toEqual(["good: ran"]);
  });

  test("finds atoll/sim in a project that has installed the checkout", () => {
    const project = join(folder, "project");
    mkdirSync(join(project, "node_modules"), { recursive: true });
    symlinkSync(ROOT, join(project, "node_modules", "atoll"), "dir");
    const path = write("project/good.ts", GOOD);
    const program = `console.log((await import(${JSON.stringify(path)})).default.prepare(1).scenario.name)`;
    const args = ["--input-type=module", "--eval", program];
    expect(execFileSync(process.execPath, args, { encoding: "utf8", cwd: project })).toBe("good\n");
    expect(load(path)).toEqual(["good: ran"]);
  });

  test("and what it imports may lie in a package that is called commonjs, as npm init calls it", () => {
    mkdirSync(join(folder, "common"), { recursive: true });
    write("common/package.json", '{ "type": "commonjs" }');
    write("common/name.ts", "export const name: string = 'common';\n");
    write("common/end.js", "const endMs = 2000;\nmodule.exports = { endMs };\n");
    const parts = 'import { name } from "./name.ts";\nimport { endMs } from "./end.js";\n';
    const own = 'import { scenario } from "atoll/sim";\nexport default scenario({ name, endMs, replicas: ["us"] });\n';
    expect(load(write("common/good.ts", parts + own))).toEqual(["common: ran"]);
    expect(load(write("common/good.js", parts + own))).toEqual(["common: ran"]);
  });

  test("that cannot be loaded is told in one line why, and where", () => {
    const cases: [name: string, text: string | undefined, told: string][] = [
      ["missing.ts", undefined, "there is no such file"],
      ["types.ts", "const a: number = 1;\nconst b = = 2;\n", "types.ts:2: Expression expected"],
      ["again.ts", "const a: number = 1;\n\nconst a = 2;\n", "again.ts:3: Identifier 'a' has already been declared"],
      ["plain.js", "const b = = 2;\n", "plain.js:1: Unexpected token '='"],
      ["inner.ts", 'import "./deep.mjs";\n', "deep.mjs:2: Unexpected token '='"],
      [
        "word.ts",
        'import { x } from "atoll/sim";\nx;\n',
        "word.ts:1: The requested module 'atoll/sim' does not provide",
      ],
      ["gone.ts", 'import "./nowhere.ts";\n', "gone.ts: cannot find 'nowhere.ts'"],
      ["throws.ts", '\nthrow new RangeError("no");\n', "it threw RangeError: no (throws.ts:2)"],
      ["none.ts", "export const a = 1;\n", "there is no default export"],
      ["other.ts", "export default { name: 5 };\n", "the default export is no scenario"],
      [
        "wrong.ts",
        'import { scenario } from "atoll/sim";\nexport default scenario({ name: "x", replicas: ["us"], endMs: 2000, fault: "none" });\n',
        "fault: there is no such field",
      ],
    ];
    write("deep.mjs", "export const a = 1;\nconst b = = 2;\n");
    const paths = cases.map(([name, text]) => (text === undefined ? join(folder, name) : write(name, text)));
    const told = load(...paths);
    for (const [i, [, , expected]] of cases.entries()) expect(told[i]).toMatch(`ScenarioError: ${expected}`);
  });
});

describe("a user's code", () => {
  test("that never returns is stopped, and what it throws comes through", () => {
    const time = new BoundedTime(0.1);
    let turns = 0;
    expect(() =>
      time.call(() => {
        for (;;) turns++;
      }),
    ).toThrow(TimeIsUp);
    expect(turns).toBeGreaterThan(0);
    expect(() =>
      time.call(() => {
        throw new RangeError("mine");
      }),
    ).toThrow(RangeError);
  });
});
