/**
 * What a reader must know of the machine to compare figures.
 */
import { cpus, loadavg, release, totalmem } from "node:os";
import { packageVersion } from "../src/server/package-version.ts";
import { toolVersion } from "./redis-tools.ts";

const GIB = 1024 ** 3;

export async function describeMachine(): Promise<string[]> {
  const processors = cpus();
  return [
    `Atoll ${packageVersion()} on Node.js ${process.versions.node}, beside redis-server ${await toolVersion("redis-server")}` +
      ` and redis-benchmark ${await toolVersion("redis-benchmark")}`,
    `${processors.length} CPUs (${processors[0]?.model.trim() ?? "unknown"}), ${(totalmem() / GIB).toFixed(0)} GiB,` +
      ` Linux ${release()}, ${new Date().toISOString().slice(0, 10)}`,
  ];
}

/** Above the number of CPUs, others were at work and the figures are worth little. */
export function describeLoad(when: string): string {
  const averages = loadavg().map((load) => load.toFixed(2));
  return `load average at the ${when}: ${averages.join(" ")} (1, 5, 15 minutes)`;
}
