/**
 * The keys that a part of a repair names, found again by where they stand in its
 * bytes: an open-addressing table of (hash, place), made of no strings.
 */
import { ByteRange } from "../../byte-range.ts";
import type { Entries, EntryRef } from "../entry.ts";
import { ByteReader } from "../byte-reader.ts";

const SLOTS_MIN = 64;

export class NamedKeys {
  private readonly bytes: Uint8Array;
  private readonly reader: ByteReader;
  /** Pairs of hash and place + 1; 0 is empty. */
  private slots = new Int32Array(2 * SLOTS_MIN);
  private count = 0;
  private readonly key = new ByteRange();

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.reader = new ByteReader(bytes);
  }

  /** `place` is where the key's database and its bytes begin. */
  add(hash: number, place: number): void {
    if (this.count * 4 >= this.slots.length) this.grow();
    this.insert(hash | 0, place + 1);
    this.count++;
  }

  has(entries: Entries, ref: EntryRef, hash: number, db: number): boolean {
    const { slots } = this;
    const mask = slots.length / 2 - 1;
    for (let slot = spread(hash) & mask; ; slot = (slot + 1) & mask) {
      const place = slots[2 * slot + 1] as number;
      if (place === 0) return false;
      if (slots[2 * slot] === (hash | 0) && this.isAt(place - 1, entries, ref, db)) return true;
    }
  }

  private isAt(place: number, entries: Entries, ref: EntryRef, db: number): boolean {
    if (this.bytes[place] !== db) return false;
    this.reader.position = place + 1;
    this.reader.range(this.key);
    return entries.keyEquals(ref, this.key.bytes, this.key.start, this.key.end);
  }

  private insert(hash: number, value: number): void {
    const { slots } = this;
    const mask = slots.length / 2 - 1;
    let slot = spread(hash) & mask;
    while (slots[2 * slot + 1] !== 0) slot = (slot + 1) & mask;
    slots[2 * slot] = hash;
    slots[2 * slot + 1] = value;
  }

  private grow(): void {
    const { slots } = this;
    this.slots = new Int32Array(slots.length * 2);
    for (let i = 0; i < slots.length; i += 2) {
      if (slots[i + 1] !== 0) this.insert(slots[i] as number, slots[i + 1] as number);
    }
  }
}

/** The hashes of a part share their first bits, and come in rising order. */
function spread(hash: number): number {
  return Math.imul(hash, 0x9e3779b1) >>> 8;
}
