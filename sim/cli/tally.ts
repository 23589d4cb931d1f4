/** What a search, or a single run, has done so far: the sums that progress, summary and JSON show. */
import type { FailureDetails } from "../oracles/failure.ts";
import { MARKS, Marks, type Mark } from "../oracles/marks.ts";
import { plural } from "../report/printable.ts";
import type { Outcome } from "../run/run.ts";

/** What one run adds. */
export interface Addend {
  readonly events: number;
  readonly commands: number;
  readonly virtualMs: number;
  readonly marks: readonly (readonly [Mark, number])[];
  readonly failure: FailureDetails | undefined;
}

export function addendOf({ steps, executed, virtualMs, marks, failure }: Outcome): Addend {
  return {
    events: steps,
    commands: executed.length,
    virtualMs,
    marks: MARKS.map((mark) => [mark, marks.get(mark)] as const).filter(([, count]) => count > 0),
    failure: failure?.details,
  };
}

export class Tally {
  readonly marks = new Marks();
  seeds = 0;
  events = 0;
  commands = 0;
  virtualMs = 0;
  failures = 0;
  /** Real time until the last run ended; shrinking may go on after that. */
  ranMs = 0;
  private readonly startMs = performance.now();

  add({ events, commands, virtualMs, marks, failure }: Addend): void {
    this.seeds++;
    this.ranMs = this.realMs;
    this.events += events;
    this.commands += commands;
    this.virtualMs += virtualMs;
    for (const [mark, count] of marks) this.marks.add(mark, count);
    if (failure !== undefined) this.failures++;
  }

  get realMs(): number {
    return performance.now() - this.startMs;
  }

  /** One line for a terminal, while it runs. */
  progress(): string {
    const reached = MARKS.length - this.marks.neverReached().length;
    const [seeds, events, times] = this.rates(this.realMs / 1000);
    return [
      `${plural(this.seeds, "seed")} (${seeds}/s)`,
      `${events} events/s`,
      `${Math.round(this.virtualMs / 1000)} s of virtual time (x${times})`,
      `${reached}/${MARKS.length} marks`,
      `${this.failures} failed`,
    ].join(", ");
  }

  /** One line, when all is over. */
  summary(): string {
    const [seeds, events, times] = this.rates(this.ranMs / 1000);
    return [
      `${plural(this.seeds, "seed")} (${seeds}/s)`,
      `${this.events} events (${events}/s)`,
      `${this.commands} commands`,
      `${Math.round(this.virtualMs / 1000)} s of virtual time (${times} times real time)`,
      `${this.failures} failed`,
    ].join(", ");
  }

  /** Seeds, events and virtual seconds for each real second. */
  private rates(seconds: number): readonly string[] {
    const per = (count: number, digits: number): string => (count / Math.max(seconds, 0.001)).toFixed(digits);
    return [per(this.seeds, 1), per(this.events, 0), per(this.virtualMs / 1000, 0)];
  }
}
