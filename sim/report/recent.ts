/** The latest so many of what was added; how many earlier ones were left out is counted. */
export class Recent<Thing> {
  leftOut = 0;
  private readonly max: number;
  private kept: Thing[] = [];

  constructor(max: number) {
    this.max = max;
  }

  get all(): readonly Thing[] {
    if (this.kept.length > this.max) this.shorten();
    return this.kept;
  }

  add(thing: Thing): void {
    this.kept.push(thing);
    // At twice the bound, so that dropping costs little.
    if (this.kept.length >= 2 * this.max) this.shorten();
  }

  private shorten(): void {
    this.leftOut += this.kept.length - this.max;
    this.kept = this.kept.slice(-this.max);
  }
}
