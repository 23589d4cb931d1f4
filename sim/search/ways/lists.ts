/** Less of everything that a scenario lists: replicas, operations, faults, expectations, links, limits. */
import type { Scenario } from "../../scenario/scenario.ts";
import { withoutReplica, withReplicaMoved } from "./names.ts";
import { firstOf, shorterList, type Search, type Way } from "./way.ts";

/**
 * Nothing after the last thing that matters. A search by halves for that thing,
 * first with the end of the safety phase right behind it, then where it was.
 */
export function* earlierEnd(scenario: Scenario): Search<Scenario> {
  const { workload, faults, expectations, endMs } = scenario;
  const instants = [...new Set([...workload, ...faults, ...expectations].map(({ atMs }) => atMs))];
  instants.sort((a, b) => a - b);
  let current = scenario;
  for (const movesEnd of [true, false]) {
    let [low, high] = [0, instants.length - 1];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const lastMs = instants[middle] ?? 0;
      const candidate = endingAt(scenario, lastMs, movesEnd ? Math.ceil(lastMs) : endMs);
      if (yield candidate) [current, high] = [candidate, middle];
      else low = middle + 1;
    }
    if (current !== scenario) break;
  }
  return current;
}

/** Without what happens after an instant. */
export function endingAt(scenario: Scenario, lastMs: number, endMs: number): Scenario {
  return {
    ...scenario,
    endMs: Math.min(scenario.endMs, endMs),
    workload: scenario.workload.filter(({ atMs }) => atMs <= lastMs),
    faults: scenario.faults.filter(({ atMs }) => atMs <= lastMs),
    expectations: scenario.expectations.filter(({ atMs }) => atMs <= lastMs),
  };
}

/** Each replica gone with all that happens at it; or another does its work. */
export function* fewerReplicas(scenario: Scenario): Search<Scenario> {
  let current = scenario;
  for (const { id } of scenario.replicas.toReversed()) {
    const heirs = current.replicas.filter((replica) => replica.id !== id);
    if (heirs.length === 0) break;
    const moved = heirs.map((heir) => withReplicaMoved(current, id, heir.id));
    current = yield* firstOf(current, [withoutReplica(current, id), ...moved]);
  }
  return current;
}

type ListName = "workload" | "faults" | "expectations" | "links";

export function fewer(name: ListName): Way {
  return function* less(scenario) {
    const list = yield* shorterList<unknown>(scenario[name], (left) => ({ ...scenario, [name]: left }));
    return { ...scenario, [name]: list };
  };
}

/** Each expectation asked at one replica only: one is enough to be wrong. */
export function* fewerAsked(scenario: Scenario): Search<Scenario> {
  let current = scenario;
  for (const [i, expectation] of scenario.expectations.entries()) {
    if (expectation.replicas.length === 1) continue;
    const { expectations } = current;
    const asked = expectation.replicas.map((id) => ({
      ...current,
      expectations: expectations.with(i, { ...expectation, replicas: [id] }),
    }));
    current = yield* firstOf(current, asked);
  }
  return current;
}

export function* fewerLimits(scenario: Scenario): Search<Scenario> {
  const rebuilt = (limits: readonly (readonly [string, number])[]): Scenario => ({
    ...scenario,
    limits: Object.fromEntries(limits),
  });
  return rebuilt(yield* shorterList(Object.entries(scenario.limits), rebuilt));
}
