/** What a person sees: progress while it runs, and one screen for what failed. */
import { MARKS, type Marks } from "./marks.ts";
import type { Outcome } from "./run.ts";
import type { Fault, Scenario } from "./scenario.ts";

const PROGRESS_MS = 500;
/** Operations shown of a failing history. */
const HISTORY_LINES_MAX = 30;

interface Screen {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export class Progress {
  private readonly screen: Screen;
  private readonly startMs = performance.now();
  private shownMs = 0;
  private seeds = 0;
  private steps = 0;
  private commands = 0;
  private virtualMs = 0;
  private failures = 0;

  constructor(screen: Screen) {
    this.screen = screen;
  }

  add(outcome: Outcome): void {
    this.seeds++;
    this.steps += outcome.steps;
    this.commands += outcome.commands;
    this.virtualMs += outcome.virtualMs;
    if (outcome.failure !== undefined) this.failures++;
    if (this.screen.isTTY !== true || performance.now() - this.shownMs < PROGRESS_MS) return;
    this.shownMs = performance.now();
    this.screen.write(`\r\x1b[K${this.summary()}`);
  }

  clear(): void {
    if (this.screen.isTTY === true) this.screen.write("\r\x1b[K");
  }

  end(): void {
    this.clear();
  }

  summary(): string {
    const seconds = (performance.now() - this.startMs) / 1000;
    const virtual = this.virtualMs / 1000;
    return [
      `${this.seeds} seeds (${(this.seeds / seconds).toFixed(1)}/s)`,
      `${this.steps} events (${Math.round(this.steps / seconds)}/s)`,
      `${this.commands} commands`,
      `${Math.round(virtual)} s of virtual time (${Math.round(virtual / seconds)} times real time)`,
      `${this.failures} failed`,
    ].join(", ");
  }
}

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
