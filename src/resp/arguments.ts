/**
 * The arguments of one parsed command, as ranges of the bytes they arrived in.
 *
 * One `Arguments` serves every command: the parser points its pooled ranges at
 * new bytes again and again, so a warm server allocates nothing per command.
 * `at(0)` is the command's name. Everything here is valid until the command
 * returns; who wants to keep bytes copies them.
 */
import { ByteRange } from "../byte-range.ts";
import { ARGUMENT_RANGES_KEPT_MAX } from "../limits/clients.ts";

export class Arguments {
  /** How many arguments the command has, its name included. */
  count = 0;
  private readonly ranges: ByteRange[] = [];

  at(index: number): ByteRange {
    const range = this.ranges[index];
    if (range === undefined || index >= this.count) throw new RangeError(`no argument ${index} of ${this.count}`);
    return range;
  }

  /** Forgets the last command; a pool that one huge command had grown shrinks again. */
  clear(): void {
    this.count = 0;
    if (this.ranges.length > ARGUMENT_RANGES_KEPT_MAX) this.ranges.length = ARGUMENT_RANGES_KEPT_MAX;
  }

  push(bytes: Uint8Array, start: number, end: number): void {
    const range = this.ranges[this.count];
    if (range === undefined) this.ranges.push(new ByteRange(bytes, start, end));
    else range.set(bytes, start, end);
    this.count += 1;
  }

  /** Arguments for calls that did not come through a parser: tests, scripts. */
  static ofTexts(...texts: readonly string[]): Arguments {
    const args = new Arguments();
    for (const text of texts) {
      const bytes = Buffer.from(text, "utf8");
      args.push(bytes, 0, bytes.length);
    }
    return args;
  }
}
