/**
 * Where an element of a HyperLogLog counts: its MurmurHash64A under the seed
 * that Redis uses, so that both find the same registers for the same elements.
 *
 * The lowest 14 bits name the register; of the other 50 it matters how many
 * zeros they begin with, counted from the lowest, and one more. All in 32-bit
 * halves: a 64-bit number would be an object for every element.
 */
import { REGISTER_BITS, REGISTERS } from "./hyperloglog-format.ts";

const SEED_LOW = 0xadc83b19;
/** The multiplier 0xc6a4a7935bd1e995, and its low half in halves of its own. */
const FACTOR_LOW = 0x5bd1e995;
const FACTOR_HIGH = 0xc6a4a793 | 0;
const FACTOR_LOW_LOW = FACTOR_LOW & 0xffff;
const FACTOR_LOW_HIGH = FACTOR_LOW >>> 16;
/** 64 - 14 bits and none of them set. */
const ZEROS_MAX = 50;
/** Bits of the low half that do not name the register. */
const REST_BITS = 18;

export class ElementHash {
  private low = 0;
  private high = 0;

  /** The register in the bits from {@link REGISTER_BITS} on, below it what it is to hold at least. */
  of(bytes: Uint8Array, start: number, end: number): number {
    this.run(bytes, start, end);
    const rest = this.low >>> (32 - REST_BITS);
    const zeros = rest !== 0 ? zerosBelow(rest) : this.high !== 0 ? REST_BITS + zerosBelow(this.high) : ZEROS_MAX;
    return ((this.low & (REGISTERS - 1)) << REGISTER_BITS) | (zeros + 1);
  }

  private run(bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    this.low = length;
    this.high = 0;
    this.multiply();
    this.low ^= SEED_LOW;
    const whole = end - (length & 7);
    for (let at = start; at < whole; at += 8) this.takeBlock(wordAt(bytes, at), wordAt(bytes, at + 4));
    if (whole < end) {
      let low = 0;
      let high = 0;
      for (let at = end - 1; at >= whole; at--) {
        high = (high << 8) | (low >>> 24);
        low = (low << 8) | (bytes[at] as number);
      }
      this.low ^= low;
      this.high ^= high;
      this.multiply();
    }
    this.fold();
    this.multiply();
    this.fold();
  }

  private takeBlock(low: number, high: number): void {
    const { low: soFarLow, high: soFarHigh } = this;
    this.low = low;
    this.high = high;
    this.multiply();
    this.fold();
    this.multiply();
    this.low ^= soFarLow;
    this.high ^= soFarHigh;
    this.multiply();
  }

  /** x ^= x >>> 47. */
  private fold(): void {
    this.low ^= this.high >>> 15;
  }

  /** Multiplies modulo 2^64. The product of the low halves is taken in pieces of 16 bits, none of which overflows. */
  private multiply(): void {
    const { low, high } = this;
    const a = low & 0xffff;
    const b = low >>> 16;
    const middle = (Math.imul(b, FACTOR_LOW_LOW) >>> 0) + (Math.imul(a, FACTOR_LOW_LOW) >>> 16);
    const upper = (Math.imul(a, FACTOR_LOW_HIGH) >>> 0) + (middle & 0xffff);
    const carried = Math.imul(b, FACTOR_LOW_HIGH) + (middle >>> 16) + (upper >>> 16);
    this.high = (carried + Math.imul(low, FACTOR_HIGH) + Math.imul(high, FACTOR_LOW)) | 0;
    this.low = Math.imul(low, FACTOR_LOW);
  }
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}

/** Clear bits below the lowest set one. */
function zerosBelow(word: number): number {
  return 31 - Math.clz32(word & -word);
}
