/**
 * What a run tells people: a broken promise with its whole history, and one screen at the end.
 */
import type { FaultName } from "./fault-kinds.ts";
import type { Breach, Ledger, Write } from "./ledger.ts";
import { type LossEvent, mustSurvive } from "./promise.ts";
import type { Tally } from "./tally.ts";
import { totalSights } from "./verify.ts";
import { describeFault, type PlannedFault } from "./schedule.ts";

const WRITES_SHOWN = 30;
const VALUE_SHOWN = 40;
const WRONGS_SHOWN = 10;
const WRONG_CHARACTERS_SHOWN = 1_000;

export function describeBreach(
  { path, why }: Breach,
  values: readonly string[],
  losses: readonly LossEvent[],
): string[] {
  const place = `${path.type} ${path.key}${path.element === undefined ? "" : ` element ${path.element}`}`;
  const writes = path.writes.slice(-WRITES_SHOWN);
  const left = path.writes.length - writes.length;
  return [
    `BROKEN PROMISE at ${place}: ${why.slice(0, WRONG_CHARACTERS_SHOWN)}`,
    `  shown: ${values.join(" ")}`,
    ...(left > 0 ? [`  ${left} writes before these`] : []),
    ...writes.map((write) => `  ${describeWrite(write, losses)}`),
  ];
}

/** What happened in the round, so far as it bears on what may be lost. */
export function describeCourse(losses: readonly LossEvent[], planned: readonly PlannedFault[]): string[] {
  return [
    ...losses.map(
      ({ replica, incarnation, atMs, what }) =>
        `  ${seconds(atMs)} n${replica + 1} process ${incarnation} ended and lost its ${what}`,
    ),
    ...planned.map((fault) => `  planned ${describeFault(fault)}`),
  ];
}

function describeWrite(write: Write, losses: readonly LossEvent[]): string {
  const { value, amount, replica, incarnation, issuedMs, answeredMs, outcome, held } = write;
  const what = amount > 0 ? `add ${amount}` : value === undefined ? "remove" : `put ${value.slice(0, VALUE_SHOWN)}`;
  const when = `${seconds(issuedMs)} to ${seconds(answeredMs)}`;
  const holders = held.others > 0 ? `, ${held.others} others had it (${held.byOthers})` : "";
  const promise = outcome === "acknowledged" ? (mustSurvive(write, losses) ? ", must be there" : ", may be lost") : "";
  return `${when} n${replica + 1} process ${incarnation}: ${what}, ${outcome} (${held.own})${holders}${promise}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`;
}

export interface Summary {
  readonly tally: Tally;
  readonly ledger: Ledger;
  readonly setting: readonly string[];
  readonly skipped: ReadonlyMap<FaultName, string>;
  readonly wrongs: readonly string[];
  readonly replay: string;
}

export function describeSummary({ tally, ledger, setting, skipped, wrongs, replay }: Summary): string[] {
  const { issued, acknowledged, refused, unknown } = ledger.counts;
  return [
    "",
    ...setting,
    `rounds    ${tally.rounds}`,
    `faults    ${list(tally.faults)}`,
    ...[...skipped].map(([name, why]) => `skipped   ${name}: ${why}`),
    `writes    ${issued} issued, ${acknowledged} acknowledged, ${refused} refused, ${unknown} without an answer`,
    `refusals  ${list(tally.refusals)}`,
    `ways      ${list(totalSights(tally.sights))}`,
    `healing   equal at most ${seconds(tally.longestHealingMs)} after the last fault`,
    ...wrongs.slice(0, WRONGS_SHOWN).map((wrong) => `BROKEN    ${wrong.slice(0, WRONG_CHARACTERS_SHOWN)}`),
    ...(wrongs.length > WRONGS_SHOWN ? [`BROKEN    and ${wrongs.length - WRONGS_SHOWN} more`] : []),
    wrongs.length === 0 ? "no promise was broken" : `broken promises; to try the same again: ${replay}`,
  ];
}

function list(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([name, count]) => `${name} ${count}`).join(", ") || "none";
}
