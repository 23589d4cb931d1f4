/**
 * A table beside its model, a Map. Keys are numbers of 24 bits, four bytes each; an
 * entry's address is the key with a generation above, so that a key can be replaced
 * and no arena is needed. The spread decides how much of a hash is left to tell keys apart.
 */
import { expect } from "vitest";
import { hashBytes } from "../../src/store/hash.ts";
import { Table } from "../../src/store/table.ts";

export type Spread = "even" | "few high bits" | "few low bits" | "equal";

export const SPREADS: Record<Spread, (hash: number) => number> = {
  even: (hash) => hash,
  "few high bits": (hash) => hash & 0xff03_ffff,
  "few low bits": (hash) => hash & 0xfff0_0000,
  equal: () => 0xfedc_ba98,
};

const KEY_MASK = 0xff_ffff;
const GENERATION = KEY_MASK + 1;
const scratch = Buffer.alloc(4);

function keyEquals(address: number, bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start !== 4) return false;
  for (let i = 0; i < 4; i++) if (bytes[start + i] !== (((address & KEY_MASK) >>> (8 * i)) & 0xff)) return false;
  return true;
}

export class NumberedTable {
  readonly table = new Table({ keyEquals });
  /** Key to address. */
  readonly model = new Map<number, number>();
  readonly deadlines = new Map<number, number>();
  private readonly spread: (hash: number) => number;

  constructor(spread: Spread = "even") {
    this.spread = SPREADS[spread];
  }

  static keyOf(address: number): number {
    return address & KEY_MASK;
  }

  hashOf(key: number): number {
    scratch.writeUInt32LE(key);
    return this.spread(hashBytes(scratch, 0, 4, 0x5eed));
  }

  find(key: number): number {
    scratch.writeUInt32LE(key);
    return this.table.find(this.hashOf(key), scratch, 0, 4);
  }

  insert(key: number): void {
    if (this.model.has(key)) return;
    this.table.insert(this.hashOf(key), key);
    this.model.set(key, key);
  }

  replace(key: number): void {
    const address = this.model.get(key);
    if (address === undefined) return;
    const replaced = (address + GENERATION) % 2 ** 32;
    this.table.replace(this.hashOf(key), address, replaced);
    this.model.set(key, replaced);
  }

  remove(key: number): void {
    const address = this.model.get(key);
    if (address === undefined) return;
    this.table.remove(this.hashOf(key), address);
    this.model.delete(key);
    this.deadlines.delete(key);
  }

  setDeadline(key: number, seconds: number): void {
    const address = this.model.get(key);
    if (address === undefined) return;
    this.table.setDeadline(this.hashOf(key), address, seconds);
    if (seconds === 0) this.deadlines.delete(key);
    else this.deadlines.set(key, seconds);
  }

  insertRange(from: number, to: number): void {
    for (let key = from; key < to; key++) this.insert(key);
  }

  removeRange(from: number, to: number): void {
    for (let key = from; key < to; key++) this.remove(key);
  }

  /** Removes all keys whose hashes lie between two, the end exclusive. */
  removeStretch(from: number, end: number): void {
    for (const key of this.model.keys()) {
      const hash = this.hashOf(key) >>> 0;
      if (hash >= from && hash < end) this.remove(key);
    }
  }

  /** All addresses in the order of a full walk. */
  addresses(): number[] {
    const found: number[] = [];
    this.table.forEach((address) => void found.push(address));
    return found;
  }

  check(): void {
    expect(this.table.size).toBe(this.model.size);
    expect(this.table.deadlineCount).toBe(this.deadlines.size);
    let wrong = 0;
    for (const [key, address] of this.model) {
      if (this.find(key) !== address) wrong++;
      if (this.table.deadlineOf(this.hashOf(key), address) !== (this.deadlines.get(key) ?? 0)) wrong++;
    }
    expect(wrong).toBe(0);
    expect(this.addresses().toSorted(ascending)).toEqual([...this.model.values()].toSorted(ascending));
  }
}

export function ascending(a: number, b: number): number {
  return a - b;
}
