/** Progress of a search while it runs: one line of a terminal, drawn anew now and then. */
import type { Outcome } from "../run/run.ts";

const PROGRESS_MS = 500;

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
    this.commands += outcome.executed.length;
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
