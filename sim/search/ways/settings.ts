/**
 * Plainer settings: every field that may be left out, left out.
 *
 * The schema says which fields those are and what they are then, so new fields
 * and kinds of faults need nothing here. What describes a scenario, and what is
 * demanded of it, stays as it is.
 */
import type { Scenario } from "../../scenario/scenario.ts";
import { scenarioSchema } from "../../scenario/schema.ts";
import { defaultsIn } from "../../scenario/without-defaults.ts";
import { maybe, type Row, type RowsName, type Search, type Way } from "./way.ts";

/** What describes, what demands, and what is a list. */
const NOT_SETTINGS: ReadonlySet<string> = new Set([
  "name",
  "seed",
  "convergeMs",
  "links",
  "limits",
  "workload",
  "faults",
  "expectations",
]);

/** All fields of the scenario itself at once, then each. */
export function* plainFields(scenario: Scenario): Search<Scenario> {
  const defaults = [...defaultsIn(scenarioSchema, scenario)].filter(([name]) => !NOT_SETTINGS.has(name));
  let current = yield* maybe(scenario, { ...scenario, ...Object.fromEntries(defaults) });
  for (const [name, value] of defaults) current = yield* maybe(current, { ...current, [name]: value });
  return current;
}

/** Each field of all rows at once, then of each row. */
export function plainRows(name: RowsName): Way {
  const schema = scenarioSchema.shape[name];
  const rowSchema = "element" in schema ? schema.element : schema.unwrap().element;
  return function* plainer(scenario) {
    const fields = new Set(scenario[name].flatMap((row) => [...defaultsIn(rowSchema, row).keys()]));
    let current = scenario;
    for (const field of fields) {
      const plain = (row: Row): Row => {
        const defaults = defaultsIn(rowSchema, row);
        return defaults.has(field) ? { ...row, [field]: defaults.get(field) } : row;
      };
      const rows: readonly Row[] = current[name];
      const all = { ...current, [name]: rows.map(plain) };
      if (yield all) {
        current = all;
        continue;
      }
      for (const i of rows.keys()) {
        const now: readonly Row[] = current[name];
        current = yield* maybe(current, { ...current, [name]: now.map((row, at) => (at === i ? plain(row) : row)) });
      }
    }
    return current;
  };
}

/** One database for everything. */
export function* oneDatabase(scenario: Scenario): Search<Scenario> {
  return yield* maybe(scenario, {
    ...scenario,
    workload: scenario.workload.map((operation) => ({ ...operation, database: 0 })),
    expectations: scenario.expectations.map((expectation) => ({ ...expectation, database: 0 })),
  });
}
