/**
 * From anything to a scenario that can run, or to the field that is wrong and why.
 *
 * The schema checks shapes and bounds; here is what holds between fields:
 * names that exist, times in order.
 */
import type * as z from "zod";
import type { Scenario } from "./scenario.ts";
import { scenarioSchema } from "./schema.ts";

/** What was given is no scenario; the message is one line: the path of a field, and why. */
export class ScenarioError extends Error {}

/** Throws ScenarioError. */
export function checkedScenario(input: unknown): Scenario {
  const parsed = parsedScenario(input);
  if (!parsed.success) throw new ScenarioError(schemaProblem(parsed.error.issues));
  const scenario: Scenario = parsed.data;
  for (const [path, why] of problemsBetweenFields(scenario)) throw new ScenarioError(`${path}: ${why}`);
  return scenario;
}

function parsedScenario(input: unknown): ReturnType<typeof scenarioSchema.safeParse> {
  try {
    return scenarioSchema.safeParse(input);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ScenarioError("expectations: a reply has too many lists within lists");
  }
}

/** What a schema found, in one line: the path of the first field that is wrong, and why. */
export function schemaProblem(issues: readonly z.core.$ZodIssue[]): string {
  const [first] = issues;
  if (first === undefined) return "not a scenario";
  if (first.code === "unrecognized_keys")
    return `${pathText([...first.path, first.keys[0] ?? ""])}: there is no such field`;
  const closest = closestChoice(first);
  if (closest !== undefined) return schemaProblem(closest);
  // What a field wants says more about one that has something else than about one that is not there.
  if (first.code === "invalid_type" && first.message.endsWith("received undefined"))
    return `${pathText(first.path)}: is missing`;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
  return `${pathText(first.path)}: ${first.message.replace(/^./, (letter) => letter.toLowerCase())}${more}`;
}

/** Of several shapes that a field may have, the problems with the one that was meant: the one that fits best at its top. */
function closestChoice(issue: z.core.$ZodIssue): z.core.$ZodIssue[] | undefined {
  const choices = issue.code === "invalid_union" ? issue.errors : issue.code === "invalid_key" ? [issue.issues] : [];
  const meant =
    choices.find((inner) => inner.some(({ path, code }) => path.length > 0 || code === "unrecognized_keys")) ??
    choices.find((inner) => inner.some(({ code }) => code !== "invalid_type" && code !== "custom"));
  return meant?.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
}

/** `workload[3].command`, as people write it. */
function pathText(path: readonly PropertyKey[]): string {
  if (path.length === 0) return "the scenario";
  return path
    .map((step, i) => (typeof step === "number" ? `[${step}]` : `${i > 0 ? "." : ""}${String(step)}`))
    .join("");
}

function* problemsBetweenFields(scenario: Scenario): Iterable<readonly [path: string, why: string]> {
  const ids = scenario.replicas.map(({ id }) => id);
  const twice = ids.findIndex((id, i) => ids.indexOf(id) < i);
  if (twice >= 0) yield [`replicas[${twice}].id`, `there are two replicas '${ids[twice]}'`];
  const places: [path: string, ids: readonly string[], different: boolean][] = [
    ...scenario.links.map((link, i): [string, string[], boolean] => [`links[${i}]`, [link.from, link.to], true]),
    ...scenario.workload.map(({ replica }, i): [string, string[], boolean] => [
      `workload[${i}].replica`,
      [replica],
      false,
    ]),
    ...scenario.expectations.map(({ replicas }, i): [string, readonly string[], boolean] => [
      `expectations[${i}].replicas`,
      replicas,
      true,
    ]),
    ...scenario.faults.flatMap((fault, i): [string, readonly string[], boolean][] =>
      namesIn(fault).map(([field, names]) => [`faults[${i}]${field}`, names, true]),
    ),
  ];
  for (const [path, names, different] of places) {
    const unknown = names.find((name) => !ids.includes(name));
    if (unknown !== undefined) yield [path, `there is no replica '${unknown}'`];
    if (different && new Set(names).size < names.length) yield [path, "names a replica twice"];
  }
  const wide = scenario.expectations.findIndex(({ reply }) => /[^\0-\xff]/.test(JSON.stringify(reply)));
  if (wide >= 0) yield [`expectations[${wide}].reply`, "has characters beyond one byte; write its bytes one by one"];
  for (const field of ["workload", "faults", "expectations"] as const) {
    const late = scenario[field].findIndex(({ atMs }) => atMs > scenario.endMs);
    if (late >= 0) yield [`${field}[${late}].atMs`, `is after endMs (${scenario.endMs})`];
  }
}

function namesIn(fault: Scenario["faults"][number]): [field: string, names: readonly string[]][] {
  if ("groups" in fault) return [[".groups", fault.groups.flat()]];
  if ("between" in fault) return [[".between", fault.between]];
  if ("from" in fault) return [["", [fault.from, fault.to]]];
  if ("target" in fault) return [["", [fault.replica, fault.target]]];
  if ("through" in fault) return [["", [fault.replica, fault.through]]];
  if ("of" in fault) return [["", [fault.replica, fault.of]]];
  if ("by" in fault) return [["", [fault.replica, fault.by]]];
  return [[".replica", [fault.replica]]];
}
