/** What a person sees: one screen for what failed, and the marks that a search reached. */
import { MARKS, type Marks } from "../oracles/marks.ts";
import type { Outcome } from "../run/run.ts";
import type { Fault, Scenario } from "../scenario/scenario.ts";

/** Operations shown of a failing history. */
const HISTORY_LINES_MAX = 30;

export function marksReport(marks: Marks): string {
  const reached = MARKS.filter((mark) => marks.get(mark) > 0).map((mark) => `${mark} ${marks.get(mark)}`);
  const never = marks.neverReached();
  return `marks: ${reached.join(", ")}\n${never.length > 0 ? `never reached: ${never.join(", ")}\n` : ""}`;
}

export function failureReport(seed: number, outcome: Outcome, call = "npm run sim --"): string {
  return `FAILED ${describeFailure(outcome)}\nreplay: ${call} --seed ${seed}\n\n`;
}

export function describeFailure({ scenario, failure }: Outcome): string {
  if (failure === undefined) return "";
  const { oracle, atMs, replica, command, message } = failure.details;
  const where = [
    replica === undefined ? "" : ` at ${replica}`,
    command === undefined ? "" : `, command ${command.join(" ")}`,
  ].join("");
  return [
    `${scenario.name}: ${oracle}, ${atMs.toFixed(1)} ms${where}`,
    `  ${message.replaceAll("\n", "\n  ")}`,
    `  ${describeScenario(scenario)}`,
    ...history(scenario, atMs, command).map((line) => `    ${line}`),
  ].join("\n");
}

function describeScenario(scenario: Scenario): string {
  const replicas = scenario.replicas
    .map((plan) => `${plan.id}${plan.skewMs === 0 ? "" : ` (${plan.skewMs} ms)`}`)
    .join(", ");
  const limits = Object.entries(scenario.limits).map(([name, value]) => `${name} ${value}`);
  return [
    `replicas ${replicas}`,
    `delay ${scenario.delay.baseMs} ms`,
    `${scenario.faults.length} faults`,
    ...limits,
  ].join("; ");
}

/** The last operations and faults before a moment; of the operations those on the keys of the failing command. */
function history(scenario: Scenario, untilMs: number, command: readonly string[] | undefined): string[] {
  const words = new Set(command?.slice(1));
  const concerns = (operation: readonly string[]): boolean =>
    words.size === 0 || operation.length < 2 || operation.slice(1).some((word) => words.has(word));
  const lines = [
    ...scenario.workload
      .filter(({ atMs, command: text }) => atMs <= untilMs && concerns(text))
      .map(({ atMs, replica, database, command: text }) => ({
        atMs,
        line: `${replica}: ${shown(text)}${database > 0 ? ` (database ${database})` : ""}`,
      })),
    ...scenario.faults
      .filter(({ atMs }) => atMs <= untilMs)
      .map((fault) => ({ atMs: fault.atMs, line: describeFault(fault) })),
  ];
  return lines
    .toSorted((a, b) => a.atMs - b.atMs)
    .slice(-HISTORY_LINES_MAX)
    .map(({ atMs, line }) => `${atMs.toFixed(1).padStart(9)}  ${line}`);
}

function shown(words: readonly string[]): string {
  return words
    .map((word) =>
      word.length > 40
        ? `${word.slice(0, 10)}...(${word.length})`
        : /^[\w.:*-]+$/.test(word)
          ? word
          : JSON.stringify(word),
    )
    .join(" ");
}

function describeFault(fault: Fault): string {
  const { kind, atMs: _, ...rest } = fault;
  return `[${kind} ${JSON.stringify(rest)}]`;
}
