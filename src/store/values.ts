/**
 * What a reader sees in a cell: its newest value, plus what was counted.
 *
 * Bytes that had to be made up for it (the digits of a counter) live in scratch
 * memory that the next read overwrites.
 */
import {
  addAmounts,
  amountOfBigInt,
  amountToInt64,
  exceedsInt64,
  formatAmount,
  parseDecimalAmount,
  parseIntegerAmount,
  type Amount,
} from "../../crdt/amount.ts";
import { countOf, isLiveContribution, newestSibling, type Cell } from "../../crdt/cell.ts";
import type { Origins } from "../../crdt/origin.ts";
import type { ByteRange } from "../byte-range.ts";
import { countAt } from "./cell-packing.ts";
import { type Entries, type EntryRef, Kind } from "./entry.ts";
import { shownUnion } from "./hyperloglog-values.ts";

/** The longest decimal: the digits of the greatest double, a point, a sign and 17 decimals. */
const SCRATCH_BYTES = 512;

const NOTHING = new Uint8Array(0);
const ZERO = Uint8Array.of(0x30);

export class Values {
  /** How often a merged counter was beyond 64 bits when it was read. */
  saturations = 0;
  private readonly entries: Entries;
  private readonly origins: Origins;
  private readonly scratch = new Uint8Array(SCRATCH_BYTES);

  constructor(entries: Entries, origins: Origins) {
    this.entries = entries;
    this.origins = origins;
  }

  /** Points `out` at the visible value of an entry; `cell` is its cell when the entry is an object. */
  read(ref: EntryRef, cell: Cell | undefined, out: ByteRange): void {
    if (cell !== undefined) {
      this.readCell(cell, out);
    } else if (this.entries.kind(ref) === Kind.counter) {
      this.print(countAt(this.entries, ref), out);
    } else {
      this.entries.valueOf(ref, out);
    }
  }

  /** The same of a key, where HyperLogLogs that were begun at the same time show as one. */
  readKey(ref: EntryRef, cell: Cell | undefined, out: ByteRange): void {
    const union = cell === undefined ? undefined : shownUnion(cell, this.origins);
    if (union === undefined) this.read(ref, cell, out);
    else out.set(union, 0, union.length);
  }

  readCell(cell: Cell, out: ByteRange): void {
    const base = newestSibling(cell, this.origins)?.value ?? NOTHING;
    const counted = cell.contributions.some(isLiveContribution);
    const sum = counted ? sumOf(cell.siblings.length === 0 ? ZERO : base, countOf(cell)) : undefined;
    if (sum === undefined) out.set(base, 0, base.length);
    else this.print(this.saturate(sum), out);
  }

  private saturate(sum: Amount): Amount {
    if (!exceedsInt64(sum)) return sum;
    this.saturations++;
    return amountOfBigInt(amountToInt64(sum));
  }

  /** Points `out` at the digits of an amount. */
  print(amount: Amount, out: ByteRange): void {
    const text = formatAmount(amount);
    const length = Math.min(text.length, SCRATCH_BYTES);
    for (let i = 0; i < length; i++) this.scratch[i] = text.charCodeAt(i);
    out.set(this.scratch, 0, length);
  }
}

/** Base and count together; undefined when the base is no number, which hides the count. */
function sumOf(base: Uint8Array, count: Amount): Amount | undefined {
  const number = parseIntegerAmount(base, 0, base.length) ?? parseDecimalAmount(base, 0, base.length);
  return number === undefined ? undefined : addAmounts(number, count);
}
