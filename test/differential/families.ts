/** The table of families: what random lines are drawn from, and how often beside the others. */
import fc from "fast-check";
import { bitmaps } from "./families/bitmaps.ts";
import { hashes } from "./families/hashes.ts";
import { hyperLogLogs } from "./families/hyperloglogs.ts";
import { keys } from "./families/keys.ts";
import { lists, waiting } from "./families/lists.ts";
import { makers } from "./families/makers.ts";
import { places } from "./families/places.ts";
import { sets } from "./families/sets.ts";
import { evenSortedSets, sortedSets } from "./families/sorted-sets.ts";
import { sorts } from "./families/sorting.ts";
import { strings } from "./families/strings.ts";
import { transfers } from "./families/transfers.ts";
import { type CommandLine, type Family, linesOf, misshapen } from "./line.ts";

interface Row {
  readonly name: string;
  readonly commands: readonly string[];
  readonly lines: fc.Arbitrary<CommandLine>;
  readonly weight: number;
}

function row(name: string, family: Family, weight: number): Row {
  return {
    name,
    commands: Object.keys(family).map((command) => command.toUpperCase()),
    lines: linesOf(family),
    weight,
  };
}

const FAMILIES: readonly Row[] = [
  row("strings", strings, 4),
  row("bitmaps", bitmaps, 4),
  row("hyperloglogs", hyperLogLogs, 4),
  row("hashes", hashes, 4),
  row("sets", sets, 4),
  row("sorted sets", sortedSets, 6),
  row("sorted sets by member", evenSortedSets, 1),
  row("lists", lists, 5),
  row("waiting", waiting, 1),
  row("sorting", sorts, 3),
  row("places", places, 4),
  row("keys", keys, 4),
  row("transfers", transfers, 2),
];
/** In every scenario, so that other types and deadlines come between. */
const ALWAYS: ReadonlySet<string> = new Set(["strings", "keys", "transfers"]);
/** What is always there is there a little. */
const WEIGHT_AMONG_OTHERS = 1;
const BEGINNING_LINES_MAX = 8;

function weighed(rows: readonly Row[], chosen: readonly string[]): fc.Arbitrary<CommandLine> {
  const all = rows.map(({ name, lines, weight }) => ({
    weight: chosen.includes(name) ? weight : WEIGHT_AMONG_OTHERS,
    arbitrary: lines,
  }));
  const any = fc.oneof(...all);
  return fc.oneof(
    { weight: 30, arbitrary: any },
    { weight: 1, arbitrary: misshapen(any) },
    { weight: 1, arbitrary: any.map((line) => ["COMMAND", "GETKEYS", ...line]) },
    { weight: 1, arbitrary: any.map((line) => ["COMMAND", "GETKEYSANDFLAGS", ...line]) },
  );
}

export const FAMILY_NAMES: readonly string[] = FAMILIES.map(({ name }) => name);

/** What Redis 7.0, which is compared with, does not know yet, and a call that it refuses to look into. */
function isLeftOut(line: CommandLine): boolean {
  const [name = "", , inner = ""] = line.map((word) => word.toUpperCase());
  if (/^Z(REV)?RANK$/.test(line.at(-4)?.toUpperCase() ?? "")) return true;
  return name === "COMMAND" && (line.length === 3 || (inner === "PFMERGE" && line.length === 4));
}

/** Every command that is drawn. */
export const COMMANDS: ReadonlySet<string> = new Set(FAMILIES.flatMap(({ commands }) => commands));

/** Lines of these families and a little of what is always there. */
function linesAbout(chosen: readonly string[]): fc.Arbitrary<CommandLine> {
  const rows = FAMILIES.filter(({ name }) => chosen.includes(name) || ALWAYS.has(name));
  return weighed(rows, chosen).filter((line) => !isLeftOut(line));
}

const beginning = fc.array(linesOf(makers), { maxLength: BEGINNING_LINES_MAX, size: "max" });

/** What one run plays: few families at a time, so that they come far, and now and then all. */
export function scenario(families: readonly string[], linesMax: number): fc.Arbitrary<readonly CommandLine[]> {
  const few = fc.subarray([...families], { minLength: 1, maxLength: Math.min(3, families.length) });
  const chosen = fc.oneof({ weight: 4, arbitrary: few }, { weight: 1, arbitrary: fc.constant([...families]) });
  return chosen
    .chain((names) => fc.tuple(beginning, fc.array(linesAbout(names), { maxLength: linesMax, size: "max" })))
    .map((parts) => parts.flat())
    .map((lines) => (lines.some(isSort) ? lines.filter((line) => !line.some(isOutOfRange)) : lines));
}

/** SORT of Redis fails where a number of an earlier command was out of range: it looks at errno, which is still set. */
function isSort(line: CommandLine): boolean {
  return /^sort/i.test(line[0] ?? "");
}

function isOutOfRange(word: string): boolean {
  return /1e-?400|5e-324/.test(word);
}
