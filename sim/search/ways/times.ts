/**
 * Shorter times: all that happens keeps its order and moves closer together.
 *
 * The gaps between the instants at which anything begins or ends shrink: many
 * at once at first, at last one at a time. Whatever spans a gap becomes shorter
 * with it.
 */
import type { Fault, Scenario } from "../../scenario/scenario.ts";
import { rounded, simplerNumber, tidy, type Search } from "./way.ts";

type Gaps = readonly number[];

/** What many gaps become at once; what helps most comes first. */
const SHORTENINGS: readonly ((gapMs: number) => number)[] = [
  () => 0,
  (gapMs) => Math.min(gapMs, 1),
  (gapMs) => Math.min(gapMs, 10),
  (gapMs) => Math.min(gapMs, 100),
  (gapMs) => rounded(gapMs, 1),
  (gapMs) => Math.floor(gapMs),
];

export function* shorterGaps(scenario: Scenario): Search<Scenario> {
  const instants = instantsOf(scenario);
  const rebuilt = (gaps: Gaps): Scenario => respaced(scenario, instants, gaps);
  let gaps: Gaps = instants.map((atMs, i) => tidy(atMs - (instants[i - 1] ?? 0)));
  for (let size = gaps.length; size > 1; size = Math.floor(size / 2)) {
    for (let end = gaps.length; end > 0; end -= size) gaps = yield* together(gaps, end - size, end, rebuilt);
  }
  for (const i of instants.keys()) {
    const before = gaps;
    gaps = before.with(i, yield* simplerNumber(before[i] ?? 0, 0, (gap) => rebuilt(before.with(i, gap))));
  }
  return rebuilt(gaps);
}

/** The gaps from `start` to `end` all shortened in one and the same way. */
function* together(gaps: Gaps, start: number, end: number, rebuilt: (gaps: Gaps) => Scenario): Search<Gaps> {
  for (const shorten of SHORTENINGS) {
    const shorter = gaps.map((gap, i) => (i >= start && i < end ? shorten(gap) : gap));
    if (shorter.some((gap, i) => gap !== gaps[i]) && (yield rebuilt(shorter))) return shorter;
  }
  return gaps;
}

/** A fault that lasts beyond the end of the safety phase mends there. */
function faultEnds(fault: Fault, endMs: number): number {
  return "forMs" in fault ? Math.min(tidy(fault.atMs + fault.forMs), endMs) : fault.atMs;
}

/** When anything begins or ends; rising. */
function instantsOf({ workload, faults, expectations, endMs }: Scenario): number[] {
  const instants = [
    ...[...workload, ...faults, ...expectations].map(({ atMs }) => atMs),
    ...faults.map((fault) => faultEnds(fault, endMs)),
    endMs,
  ];
  return [...new Set(instants)].toSorted((a, b) => a - b);
}

function respaced(scenario: Scenario, instants: readonly number[], gaps: Gaps): Scenario {
  let sumMs = 0;
  const places = new Map(instants.map((instant, i) => [instant, (sumMs = tidy(sumMs + (gaps[i] ?? 0)))]));
  const place = (instant: number): number => places.get(instant) ?? instant;
  const moved = <T extends { readonly atMs: number }>(event: T): T => ({ ...event, atMs: place(event.atMs) });
  const movedFault = (fault: Fault): Fault =>
    "forMs" in fault
      ? { ...moved(fault), forMs: tidy(place(faultEnds(fault, scenario.endMs)) - place(fault.atMs)) }
      : moved(fault);
  return {
    ...scenario,
    endMs: place(scenario.endMs),
    workload: scenario.workload.map(moved),
    faults: scenario.faults.map(movedFault),
    expectations: scenario.expectations.map(moved),
  };
}
