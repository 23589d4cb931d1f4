/**
 * Which parts of a repair touch which slots: a list for each slot, in arrays of
 * numbers, since a repair may touch every slot.
 */
import { sizeOf, SLOT_BITS, SLOTS, slotOf } from "../hash-node.ts";
import type { Part } from "./join-part.ts";

export class PartsOfSlots {
  private readonly parts: readonly Part[];
  /** By slot: where its list begins; 0 is empty. */
  private readonly heads: Int32Array;
  /** The list's part, and where it goes on. */
  private readonly partAt: number[] = [0];
  private readonly nextAt: number[] = [0];

  constructor(parts: readonly Part[]) {
    this.parts = parts;
    this.heads = new Int32Array(parts.length === 0 ? 0 : SLOTS);
    for (const [number, { bits, nodes }] of parts.entries()) {
      const slots = Math.max(1, sizeOf(bits) / sizeOf(SLOT_BITS));
      for (const node of nodes) {
        for (let slot = slotOf(node), end = slot + slots; slot < end; slot++) this.place(slot, number);
      }
    }
  }

  /** Visits the parts that touch a slot, once. */
  take(slot: number, visit: (part: Part) => void): void {
    let at = this.heads[slot] ?? 0;
    if (at === 0) return;
    this.heads[slot] = 0;
    for (; at !== 0; at = this.nextAt[at] ?? 0) {
      const part = this.parts[this.partAt[at] ?? 0];
      if (part !== undefined) visit(part);
    }
  }

  private place(slot: number, number: number): void {
    const head = this.heads[slot] ?? 0;
    if (head !== 0 && this.partAt[head] === number) return;
    this.heads[slot] = this.partAt.length;
    this.partAt.push(number);
    this.nextAt.push(head);
  }
}
