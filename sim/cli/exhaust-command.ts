/**
 * `exhaust`: every program of a few operations, or the one in a scenario's file, under every order of deliveries.
 *
 * Of a file only the workload counts, in the order of its times: what happens when is what is being tried out.
 */
import type { LatticeType } from "../exhaustive/alphabet.ts";
import { exhaust, type ExhaustCounts, type ExhaustResult } from "../exhaustive/exhaust.ts";
import type { Program } from "../exhaustive/program.ts";
import { VARIANTS } from "../exhaustive/variant.ts";
import { EXHAUSTIVE_OPERATIONS_MAX, EXHAUSTIVE_REPLICAS_MAX, EXHAUSTIVE_SCHEDULES_MAX } from "../limits.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { BadInput } from "./bad-input.ts";
import { failureRow } from "./json-document.ts";
import { Progress } from "./progress.ts";
import { loadSource } from "./sources.ts";
import { commandLine, pathOf, type Surroundings } from "./surroundings.ts";

export interface ExhaustFlags {
  readonly replicas: number;
  readonly operations: number;
  readonly type: readonly LatticeType[];
  readonly minutes?: number;
  readonly json?: true;
}

export async function exhaustCommand(
  around: Surroundings,
  file: string | undefined,
  flags: ExhaustFlags,
): Promise<number> {
  const given = file === undefined ? undefined : await programIn(around, file);
  const { replicas, program } = given ?? { replicas: flags.replicas };
  const untilMs = performance.now() + (flags.minutes ?? Number.POSITIVE_INFINITY) * 60_000;
  let counts: ExhaustCounts = { programs: 0, schedules: 0, impossible: 0, steps: 0 };
  const startMs = performance.now();
  const progress = new Progress(around.stderr, () => line(counts, startMs));
  const result = exhaust({
    replicas,
    operations: flags.operations,
    types: flags.type,
    ...(program === undefined ? {} : { program }),
    variants: VARIANTS,
    schedulesMax: EXHAUSTIVE_SCHEDULES_MAX,
    isOver: () => performance.now() >= untilMs,
    onProgress: (now) => {
      counts = now;
      progress.tick();
    },
  });
  progress.end();
  const again =
    file === undefined ? ["--replicas", replicas, "--operations", flags.operations, "--type", ...flags.type] : [file];
  const replay = commandLine(around, "exhaust", ...again.map(String));
  around.stdout.write(flags.json ? documentOf(result, replay, startMs) : textOf(result, replay, startMs));
  return result.failure === undefined ? 0 : 1;
}

/** The workload as a program; the file's replicas are numbered as they stand there. */
async function programIn(around: Surroundings, file: string): Promise<{ replicas: number; program: Program }> {
  const { source, seed } = await loadSource(pathOf(around, file), file);
  const { scenario } = source.prepare(seed);
  const problem = whyNot(scenario);
  if (problem !== undefined) throw new BadInput(`${file}: ${problem}`);
  const ids = scenario.replicas.map(({ id }) => id);
  const inOrder = scenario.workload.toSorted((a, b) => a.atMs - b.atMs);
  return {
    replicas: ids.length,
    program: inOrder.map(({ replica, command }) => ({ replica: ids.indexOf(replica), command })),
  };
}

function whyNot({ replicas, workload }: Scenario): string | undefined {
  if (replicas.length > EXHAUSTIVE_REPLICAS_MAX)
    return `replicas: ${replicas.length} are too many to try everything; ${EXHAUSTIVE_REPLICAS_MAX} at most`;
  if (workload.length > EXHAUSTIVE_OPERATIONS_MAX)
    return `workload: ${workload.length} are too many to try everything; ${EXHAUSTIVE_OPERATIONS_MAX} at most`;
  if (workload.length === 0) return "workload: nothing happens, so there is nothing to try";
  const elsewhere = workload.findIndex(({ database }) => database !== 0);
  return elsewhere < 0 ? undefined : `workload[${elsewhere}].database: only database 0 can be tried`;
}

function line({ programs, schedules, steps }: ExhaustCounts, startMs: number): string {
  const seconds = (performance.now() - startMs) / 1000;
  return `${programs} programs, ${schedules} schedules (${Math.round(schedules / seconds)}/s), ${steps} steps`;
}

const STOPPED = {
  failure: "",
  schedules: "; stopped at the most schedules of one search",
  time: "; the time was over",
};

function textOf(result: ExhaustResult, replay: string, startMs: number): string {
  const { failure, stopped } = result;
  const tried = `${line(result, startMs)}${stopped === undefined ? "" : STOPPED[stopped]}`;
  if (failure === undefined)
    return `${tried}\npassed: ${stopped === undefined ? "all promises kept in every order" : "all promises kept so far"}\n`;
  const { oracle, message } = failure.failure.details;
  return `${tried}\nFAILED ${oracle}: ${message}\n${failure.words}\nreplay: ${replay}\n`;
}

function documentOf({ failure, stopped, ...counts }: ExhaustResult, replay: string, startMs: number): string {
  const rows = failure === undefined ? [] : [failureRow(0, failure.failure.details, { file: null, replay })];
  const document = {
    command: "exhaust",
    verdict: failure === undefined ? "passed" : "failed",
    complete: stopped === undefined,
    ...counts,
    realMs: Math.round(performance.now() - startMs),
    failures: rows.map((row) => ({ ...row, history: failure?.words.split("\n") ?? [] })),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
