/**
 * What becomes of everything that names a replica when the replica goes, or when another takes its place.
 *
 * Faults are looked through by their shape, whatever their kind: lists of lists
 * are groups and lose the name; every other mention of a name is needed, so the
 * fault goes with it.
 */
import type { Fault, Scenario } from "../../scenario/scenario.ts";

/** Text of faults that is no name. */
const NO_NAMES: ReadonlySet<string> = new Set(["kind", "bytes", "speaks", "how", "what"]);

/** Without a replica, and all that happens at it. */
export function withoutReplica(scenario: Scenario, gone: string): Scenario {
  return {
    ...scenario,
    replicas: scenario.replicas.filter(({ id }) => id !== gone),
    links: scenario.links.filter(({ from, to }) => from !== gone && to !== gone),
    workload: scenario.workload.filter(({ replica }) => replica !== gone),
    faults: scenario.faults.flatMap((fault) => faultWithout(fault, gone)),
    expectations: scenario.expectations
      .map((expectation) => ({ ...expectation, replicas: expectation.replicas.filter((id) => id !== gone) }))
      .filter(({ replicas }) => replicas.length > 0),
  };
}

/** Without a replica; what happened at it happens at another instead. */
export function withReplicaMoved(scenario: Scenario, gone: string, heir: string): Scenario {
  const moved = (id: string): string => (id === gone ? heir : id);
  return {
    ...withoutReplica(scenario, gone),
    workload: scenario.workload.map((operation) => ({ ...operation, replica: moved(operation.replica) })),
    faults: scenario.faults.flatMap((fault) => faultMoved(fault, gone, heir)),
    expectations: scenario.expectations.map((expectation) => ({
      ...expectation,
      replicas: [...new Set(expectation.replicas.map(moved))],
    })),
  };
}

/** None of what is left is empty; there may be fewer groups than a fault needs. */
export function groupsWithout(groups: readonly (readonly string[])[], gone: string): (readonly string[])[] {
  return groups.map((group) => group.filter((id) => id !== gone)).filter((group) => group.length > 0);
}

/** The replicas that a fault cannot do without. */
function needed(fault: Fault): string[] {
  return Object.entries(fault).flatMap(([field, value]: [string, unknown]) => {
    if (NO_NAMES.has(field)) return [];
    if (typeof value === "string") return [value];
    return Array.isArray(value) ? value.filter((element) => typeof element === "string") : [];
  });
}

function faultWithout(fault: Fault, gone: string): Fault[] {
  if (needed(fault).includes(gone)) return [];
  if (!("groups" in fault)) return [fault];
  const groups = groupsWithout(fault.groups, gone);
  return groups.length < 2 ? [] : [{ ...fault, groups }];
}

function faultMoved(fault: Fault, gone: string, heir: string): Fault[] {
  const names = needed(fault);
  if (!names.includes(gone)) return faultWithout(fault, gone);
  if (names.includes(heir)) return [];
  const fields = Object.entries(fault).map(([field, value]: [string, unknown]) => {
    if (NO_NAMES.has(field)) return [field, value];
    if (Array.isArray(value)) return [field, value.map((element: unknown) => (element === gone ? heir : element))];
    return [field, value === gone ? heir : value];
  });
  return [Object.fromEntries(fields) as Fault];
}
