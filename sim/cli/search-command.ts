/**
 * `search`: many seeds on all cores, until they or the time run out, or too many have failed.
 *
 * Ctrl-C ends it with the summary so far: exit code 130, or 1 when something had failed.
 */
import { availableParallelism } from "node:os";
import { SEARCH_JOBS_MAX } from "../limits.ts";
import { MARKS, type Marks } from "../oracles/marks.ts";
import { jsonDocument, type JsonDocument } from "./json-document.ts";
import { Progress } from "./progress.ts";
import { demandFolder } from "./saved-scenario.ts";
import { SearchFailures } from "./search-failures.ts";
import { Search } from "./search.ts";
import { loadSource } from "./sources.ts";
import { pathOf, type Surroundings } from "./surroundings.ts";

/** Of a search that nothing else limits. */
const SEEDS = 200;
const INTERRUPTED = 130;

export interface SearchFlags {
  readonly seeds?: number;
  readonly from: number;
  readonly minutes?: number;
  readonly jobs?: number;
  readonly failuresMax: number;
  readonly shrinkSeconds: number;
  readonly out: string;
  readonly report?: string;
  readonly json?: true;
}

export async function searchCommand(
  around: Surroundings,
  file: string | undefined,
  flags: SearchFlags,
): Promise<number> {
  const path = file === undefined ? undefined : pathOf(around, file);
  const shown = file ?? "the generator";
  const loaded = await loadSource(path, shown);
  demandFolder(pathOf(around, flags.out), flags.out);
  // What is wrong with a module is better said before threads start.
  loaded.source.prepare(flags.from);
  const print = (text: string): void => {
    progress.clear();
    if (flags.json !== true) around.stdout.write(text);
  };
  const failures = new SearchFailures(around, { loaded, file, out: flags.out, report: flags.report, print });
  const search = new Search({ path, shown, ...limitsOf(flags) }, (failure) => failures.add(failure));
  const progress = new Progress(around.stderr, () => search.tally.progress());
  const interrupt = (): void => search.interrupt();
  process.once("SIGINT", interrupt);
  try {
    await search.run();
  } finally {
    process.off("SIGINT", interrupt);
    progress.end();
  }
  const rows = failures.rows.toSorted((a, b) => a.seed - b.seed);
  const document: JsonDocument = { ...jsonDocument("search", search.tally, rows), interrupted: search.interrupted };
  around.stdout.write(flags.json ? `${JSON.stringify(document, undefined, 2)}\n` : summary(search));
  if (search.tally.failures > 0) return 1;
  return search.interrupted ? INTERRUPTED : 0;
}

function limitsOf(flags: SearchFlags): Omit<ConstructorParameters<typeof Search>[0], "path" | "shown"> {
  const { seeds, minutes, from, failuresMax, shrinkSeconds } = flags;
  return {
    from,
    seeds: seeds ?? (minutes === undefined ? SEEDS : Number.POSITIVE_INFINITY),
    minutes: minutes ?? Number.POSITIVE_INFINITY,
    jobs: flags.jobs ?? Math.min(availableParallelism(), SEARCH_JOBS_MAX),
    failuresMax,
    shrinkSeconds,
  };
}

function summary({ tally, interrupted }: Search): string {
  return `${interrupted ? "interrupted: " : ""}${tally.summary()}\n${marksTable(tally.marks)}`;
}

function marksTable(marks: Marks): string {
  const reached = MARKS.filter((mark) => marks.get(mark) > 0);
  const width = Math.max(...reached.map((mark) => String(marks.get(mark)).length), 1);
  const rows = reached.map((mark) => `  ${String(marks.get(mark)).padStart(width)}  ${mark}\n`);
  const never = marks.neverReached();
  return `marks reached:\n${rows.join("")}${never.length > 0 ? `never reached: ${never.join(", ")}\n` : ""}`;
}
