/**
 * The arguments of a command from one on, as elements to be put: fields that are
 * followed by their values, or members, which have none.
 */
import { ByteRange } from "../byte-range.ts";
import { Arguments } from "../resp/arguments.ts";
import type { ElementBatch } from "../store/element-batch.ts";

/** What the store keeps for a member besides its bytes. */
const NOTHING = new ByteRange();

export class ArgumentElements implements ElementBatch {
  count = 0;
  private args = new Arguments();
  private first = 0;
  private step: 1 | 2 = 1;

  /** `step`: from one element to the next, 2 where values stand between them. */
  aim(args: Arguments, first: number, step: 1 | 2): this {
    this.args = args;
    this.first = first;
    this.step = step;
    this.count = (args.count - first) / step;
    return this;
  }

  element(index: number): ByteRange {
    return this.args.at(this.first + index * this.step);
  }

  value(index: number): ByteRange {
    return this.step === 1 ? NOTHING : this.args.at(this.first + index * 2 + 1);
  }
}
