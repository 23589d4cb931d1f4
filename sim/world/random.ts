/**
 * Seeded randomness in named streams.
 *
 * Every concern (network, clocks, workload, ...) draws from a stream of its
 * own, derived from the one seed and the stream's name, so that drawing once
 * more in one of them does not disturb the others. The generator is sfc32
 * (Doty-Humphrey, PractRand): 128 bits of state, four operations a draw.
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private d = 1;

  constructor(seed: number, stream: string) {
    let name = 0x811c9dc5;
    for (let i = 0; i < stream.length; i++) name = Math.imul(name ^ stream.charCodeAt(i), 0x01000193);
    this.a = seed | 0;
    this.b = Math.floor(seed / 2 ** 32) | 0;
    this.c = name | 0;
    for (let i = 0; i < 12; i++) this.bits();
  }

  /** 32 random bits. */
  bits(): number {
    const t = (((this.a + this.b) | 0) + this.d) | 0;
    this.d = (this.d + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + t;
    this.c |= 0;
    return t >>> 0;
  }

  /** A number in [0, 1). */
  readonly fraction = (): number => this.bits() / 2 ** 32;

  /** A whole number in [0, bound). */
  below(bound: number): number {
    return Math.floor(this.fraction() * bound);
  }

  /** A whole number in [low, high]. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** One of a list that is not empty. */
  pick<T>(list: readonly T[]): T {
    const index = this.below(list.length);
    if (index >= list.length) throw new RangeError("nothing to pick from");
    return list[index] as T; // index is below the length
  }

  /** An index, chosen in proportion to its weight. The weights' sum must be positive. */
  weighted(weights: readonly number[]): number {
    let left = this.fraction() * weights.reduce((sum, weight) => sum + weight, 0);
    let chosen = 0;
    for (let i = 0; i < weights.length; i++) {
      const weight = weights[i] ?? 0;
      if (weight <= 0) continue;
      chosen = i;
      left -= weight;
      if (left < 0) break;
    }
    return chosen;
  }

  /** Exponentially distributed with the given mean: the gaps between independent happenings. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.fraction());
  }

  /** Each element kept with the given probability. */
  subset<T>(list: readonly T[], probability: number): T[] {
    return list.filter(() => this.chance(probability));
  }
}
