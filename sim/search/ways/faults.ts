/** Faults that touch less: groups of fewer replicas, shorter garbage. */
import type { Fault, Scenario } from "../../scenario/scenario.ts";
import { groupsWithout } from "./names.ts";
import { maybe, shorterList, type Search } from "./way.ts";

export function* smallerGroups(scenario: Scenario): Search<Scenario> {
  let current = scenario;
  for (const [i, fault] of scenario.faults.entries()) {
    if (!("groups" in fault)) continue;
    let { groups } = fault;
    for (const id of fault.groups.flat()) {
      const fewer = groupsWithout(groups, id);
      if (fewer.length < 2) continue;
      const before = current;
      current = yield* maybe(before, withFault(before, i, { ...fault, groups: fewer }));
      if (current !== before) groups = fewer;
    }
  }
  return current;
}

export function* shorterGarbage(scenario: Scenario): Search<Scenario> {
  let current = scenario;
  for (const [i, fault] of scenario.faults.entries()) {
    if (!("bytes" in fault)) continue;
    const before = current;
    const rebuilt = (bytes: readonly string[]): Scenario => withFault(before, i, { ...fault, bytes: bytes.join("") });
    current = rebuilt(yield* shorterList(fault.bytes.split(""), rebuilt));
  }
  return current;
}

function withFault(scenario: Scenario, index: number, fault: Fault): Scenario {
  return { ...scenario, faults: scenario.faults.with(index, fault) };
}
