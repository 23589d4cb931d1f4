/** Progress of whatever takes long: one line on a terminal, drawn anew twice a second; on a pipe nothing. */

const PROGRESS_MS = 500;

interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export class Progress {
  private readonly screen: Screen;
  private readonly line: () => string;
  private readonly timer: NodeJS.Timeout | undefined;
  private drawnMs = Number.NEGATIVE_INFINITY;

  constructor(screen: Screen, line: () => string) {
    this.screen = screen;
    this.line = line;
    if (screen.isTTY === true) this.timer = setInterval(() => this.draw(), PROGRESS_MS).unref();
  }

  /** For work that lets no timer run: draws when it is time. */
  tick(): void {
    if (this.screen.isTTY === true && performance.now() - this.drawnMs >= PROGRESS_MS) this.draw();
  }

  /** Takes the line away, so that something else can be printed. */
  clear(): void {
    if (this.screen.isTTY === true) this.screen.write("\r\x1b[K");
  }

  end(): void {
    clearInterval(this.timer);
    this.clear();
  }

  private draw(): void {
    this.drawnMs = performance.now();
    this.screen.write(`\r\x1b[K${this.line().slice(0, (this.screen.columns ?? 200) - 1)}`);
  }
}
