/**
 * The command line of the chaos test: real processes, real faults, and every acknowledged write accounted for.
 *
 *   npm run chaos                                     two minutes, five replicas
 *   npm run chaos -- --minutes 30 --fsync everysec
 *   npm run chaos -- --seed 7 --only kill,cut
 *
 * Exit codes: 0 all promises were kept, 1 one was broken, 2 bad arguments, 130 stopped. Everything that it starts ends
 * with it. Where the machine allows it, all happens in namespaces of its own (sandbox.ts).
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { Random } from "../sim/world/random.ts";
import { type Mode, MODES } from "./client.ts";
import { Cluster } from "./cluster.ts";
import { Disks } from "./disks.ts";
import { FAULT_NAMES, faultKind, type FaultName, isFaultName, type Need } from "./fault-kinds.ts";
import { Findings } from "./findings.ts";
import { Ledger } from "./ledger.ts";
import { loopbackNetwork, privateNetwork } from "./network.ts";
import { describeSummary } from "./report.ts";
import { runRounds } from "./run.ts";
import { isSandboxed, runInside, sandbox } from "./sandbox.ts";

interface Flags {
  readonly minutes: number;
  readonly replicas: number;
  readonly seed?: number;
  readonly fsync: string;
  readonly only?: readonly FaultName[];
  readonly keep?: string;
  readonly sandbox: boolean;
  readonly data: boolean;
}

const REPLICAS_MIN = 3;
const REPLICAS_MAX = 9;
/** Lapped within a moment, within seconds, never. */
const BACKLOG_BYTES = [16 * 1024, 32 * 1024, 256 * 1024, 64 * 1024 * 1024];
const STOPPED_EXIT_CODE = 130;
const SEED_MAX = 2 ** 32;

await new Command("npm run chaos --")
  .description("Break a cluster of real replicas in every way, and prove that no promise was broken.")
  .addOption(new Option("--minutes <n>", "how long, about").default(2).argParser(number(0.1, 10_000)))
  .addOption(new Option("--replicas <n>", "processes").default(5).argParser(whole(REPLICAS_MIN, REPLICAS_MAX)))
  .addOption(new Option("--seed <n>", "of faults and load; a new one each time").argParser(whole(0, SEED_MAX)))
  .addOption(new Option("--fsync <when>", "appendfsync").default("always").choices(["always", "everysec", "no"]))
  .addOption(new Option("--only <fault,...>", `of: ${FAULT_NAMES.join(" ")}`).argParser(faultNames))
  .option("--keep <folder>", "keep logs and data there")
  .option("--no-sandbox", "loopback and drill cuts even where namespaces are possible")
  .option("--no-data", "replicas in memory alone")
  .configureOutput({ writeErr: (text) => process.stderr.write(text.replace(/^error: /, "chaos: ")) })
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .action(main)
  .parseAsync();

async function main(flags: Flags): Promise<void> {
  const seed = flags.seed ?? Math.floor(Math.random() * SEED_MAX);
  if (!isSandboxed() && flags.sandbox) {
    const way = sandbox();
    if (way !== undefined) {
      const args = flags.seed === undefined ? ["--seed", `${seed}`] : [];
      process.exit(await runInside(way, [...process.argv.slice(2), ...args]));
    }
  }
  process.exit(await run({ ...flags, seed }));
}

async function run(flags: Flags & { readonly seed: number }): Promise<number> {
  const { faults, skipped } = possible(flags.only ?? FAULT_NAMES, flags.data);
  if (faults.length === 0) {
    process.stderr.write(
      `chaos: nothing can be done here: ${[...skipped].map((each) => each.join(": ")).join("; ")}\n`,
    );
    return 2;
  }
  const stopped = new AbortController();
  const stop = (): void => stopped.abort();
  process.on("SIGINT", stop).on("SIGTERM", stop).on("disconnect", stop);
  const names = Array.from({ length: flags.replicas }, (_, i) => `n${i + 1}`);
  const root = mkdtempSync(join(tmpdir(), "atoll-chaos-"));
  const disks = flags.data ? new Disks(root, names, isSandboxed()) : undefined;
  const ledger = new Ledger();
  const findings = new Findings();
  const random = new Random(flags.seed, "settings");
  const cluster = await Cluster.create({
    names,
    root,
    network: async (drill) => (isSandboxed() ? await privateNetwork(names) : await loopbackNetwork(names, drill)),
    disks,
    fsync: flags.fsync,
    backlogBytes: names.map(() => random.pick(BACKLOG_BYTES)),
    onWrong: (what) => findings.add(what),
    onLost: (loss) => ledger.lost(loss),
  });
  try {
    const modes = MODES.filter((mode) => flags.data || mode !== "WAITAOF");
    const setting = describeSetting(flags, modes);
    say(`${setting[0]}`);
    const { seed, minutes, fsync } = flags;
    const options = { cluster, ledger, seed, minutes, faults, modes, fsync, findings, signal: stopped.signal, say };
    const tally = await runRounds(options);
    if (stopped.signal.aborted) return STOPPED_EXIT_CODE;
    const replay = replayOf(flags);
    for (const line of describeSummary({ tally, ledger, setting, skipped, wrongs: findings.list, replay })) say(line);
    return findings.none ? 0 : 1;
  } finally {
    await cluster.killAll();
    if (flags.keep !== undefined) {
      mkdirSync(flags.keep, { recursive: true });
      cpSync(join(root, "logs"), join(flags.keep, "logs"), { recursive: true });
      for (const name of names) disks?.keep(name, flags.keep);
    }
    disks?.release(names);
    rmSync(root, { recursive: true, force: true });
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Which of the wanted faults can be done here, and why the others cannot. */
function possible(
  wanted: readonly FaultName[],
  data: boolean,
): { readonly faults: FaultName[]; readonly skipped: Map<FaultName, string> } {
  const lacks: Readonly<Record<Need, string | undefined>> = {
    data: data ? undefined : "the replicas have no data folders",
    "private disks": isSandboxed() ? undefined : "no namespaces here, so no disk of its own to fill",
    "private network": isSandboxed() ? undefined : "no namespaces here, and a drill cuts both directions",
  };
  const skipped = new Map<FaultName, string>();
  const faults = wanted.filter((name) => {
    const why = faultKind(name)
      .needs.map((need) => lacks[need])
      .find((reason) => reason !== undefined);
    if (why !== undefined) skipped.set(name, why);
    return why === undefined;
  });
  return { faults, skipped };
}

function describeSetting({ replicas, fsync, seed, data }: Flags, modes: readonly Mode[]): string[] {
  const where = isSandboxed() ? "in namespaces of their own" : "on the loopback interface";
  const storage = data ? `appendfsync ${fsync}` : "in memory alone";
  return [`chaos     seed ${seed}, ${replicas} replicas ${where}, ${storage}`, `promises  ${modes.join(", ")}`];
}

function replayOf({ seed, minutes, replicas, fsync, only, sandbox: wanted, data }: Flags): string {
  const args = ["--seed", seed, "--minutes", minutes, "--replicas", replicas, "--fsync", fsync];
  if (only !== undefined) args.push("--only", only.join(","));
  if (!wanted) args.push("--no-sandbox");
  if (!data) args.push("--no-data");
  return `npm run chaos -- ${args.join(" ")}`;
}

function number(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Give a number from ${least} to ${most}.`);
  };
}

function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    if (Number.isInteger(Number(text))) return number(least, most)(text);
    throw new InvalidArgumentError("Give a whole number.");
  };
}

function faultNames(text: string): FaultName[] {
  return text.split(",").map((name) => {
    if (isFaultName(name)) return name;
    throw new InvalidArgumentError(`There is no fault ${name}.`);
  });
}
