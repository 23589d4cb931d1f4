/** Smaller numbers: delays, skews, and whatever faults are measured in. When things happen is a matter of times.ts. */
import type { Scenario } from "../../scenario/scenario.ts";
import { simplerNumber, type Row, type RowsName, type Search } from "./way.ts";

/** What a number of such rows comes down to. A fault of nothing is no fault, and may not be allowed. */
const SIMPLEST: Readonly<Record<RowsName, number>> = { replicas: 0, links: 0, faults: 1 };

export function* smallerNumbers(scenario: Scenario): Search<Scenario> {
  let current = scenario;
  for (const field of ["baseMs", "jitterMs"] as const) {
    const before = current;
    const rebuilt = (value: number): Scenario => ({ ...before, delay: { ...before.delay, [field]: value } });
    current = rebuilt(yield* simplerNumber(before.delay[field], 0, rebuilt));
  }
  for (const name of ["links", "replicas", "faults"] as const) current = yield* smallerInRows(current, name);
  return current;
}

function* smallerInRows(scenario: Scenario, name: RowsName): Search<Scenario> {
  let current = scenario;
  for (const [i, row] of scenario[name].entries()) {
    for (const [field, value] of Object.entries(row)) {
      if (typeof value !== "number" || field === "atMs") continue;
      const before = current;
      const rows: readonly Row[] = before[name];
      const rebuilt = (smaller: number): Scenario => ({
        ...before,
        [name]: rows.map((other, at) => (at === i ? { ...other, [field]: smaller } : other)),
      });
      current = rebuilt(yield* simplerNumber(value, SIMPLEST[name], rebuilt));
    }
  }
  return current;
}
