/**
 * All that is simpler than a scenario, coarse things first.
 *
 * The table below is the order in which shrinking tries. Whatever a way
 * proposes counts only when the scenario's size (size.ts) goes down, so there
 * is no way round in circles, and every chain of simpler scenarios ends.
 */
import type { Scenario } from "../scenario/scenario.ts";
import { isSmaller } from "./size.ts";
import { shorterGarbage, smallerGroups } from "./ways/faults.ts";
import { earlierEnd, fewer, fewerAsked, fewerLimits, fewerReplicas } from "./ways/lists.ts";
import { smallerNumbers } from "./ways/numbers.ts";
import { oneDatabase, plainFields, plainRows } from "./ways/settings.ts";
import { shorterGaps } from "./ways/times.ts";
import type { Search, Way } from "./ways/way.ts";
import { fewerWords, plainerKeys, plainerNames, plainerWords } from "./ways/words.ts";

export interface NamedWay {
  /** What it does, for progress: "fewer operations". */
  readonly name: string;
  readonly way: Way;
}

export const WAYS: readonly NamedWay[] = [
  { name: "fewer replicas", way: fewerReplicas },
  { name: "fewer operations", way: fewer("workload") },
  { name: "fewer faults", way: fewer("faults") },
  { name: "an earlier end", way: earlierEnd },
  { name: "fewer expectations", way: fewer("expectations") },
  { name: "fewer links", way: fewer("links") },
  { name: "fewer limits", way: fewerLimits },
  { name: "plain settings", way: plainFields },
  { name: "plain clocks", way: plainRows("replicas") },
  { name: "plain faults", way: plainRows("faults") },
  { name: "one database", way: oneDatabase },
  { name: "fewer replicas asked", way: fewerAsked },
  { name: "fewer words", way: fewerWords },
  { name: "plainer commands", way: plainerNames },
  { name: "plainer keys", way: plainerKeys },
  { name: "plainer words", way: plainerWords },
  { name: "smaller groups", way: smallerGroups },
  { name: "shorter garbage", way: shorterGarbage },
  { name: "shorter times", way: shorterGaps },
  { name: "smaller numbers", way: smallerNumbers },
];

export interface Proposal {
  readonly scenario: Scenario;
  /** Which row of the table made it. */
  readonly way: number;
}

/** Lazily; in the order of the table, or from one of its rows on and round. */
export function* simpler(scenario: Scenario, firstWay = 0): Generator<Proposal, void, undefined> {
  for (let i = 0; i < WAYS.length; i++) {
    const way = (firstWay + i) % WAYS.length;
    const row = WAYS[way];
    if (row === undefined) continue;
    const search = downwards(row.way, scenario);
    for (let step = search.next(false); step.done !== true; step = search.next(false))
      yield { scenario: step.value, way };
  }
}

/** What a way proposes as long as it is smaller than what the way has come to. */
export function* downwards(way: Way, scenario: Scenario): Search<Scenario> {
  let current = scenario;
  const search = way(scenario);
  for (let step = search.next(); step.done !== true;) {
    const candidate = step.value;
    const taken = isSmaller(candidate, current) && (yield candidate);
    if (taken) current = candidate;
    step = search.next(taken);
  }
  return current;
}
