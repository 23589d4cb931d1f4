/**
 * Fingerprints of the 16,384 slots of a database, running along with every
 * change (fingerprint.ts).
 *
 *   pages   64, one for each node of six bits, made when it first holds something
 *   page    256 slots x (i32 low, i32 high)
 *
 * So a keyspace of a few keys costs a few kilobytes, and a large one 128 KiB.
 */
import type { Fingerprint } from "./fingerprint.ts";
import { SLOTS } from "./hash-node.ts";

const PAGES = 64;
const PAGE_SLOTS = SLOTS / PAGES;
const PAGE_SHIFT = 26;
const SLOT_SHIFT = 18;

export class SlotPrints {
  private readonly pages: (Int32Array | undefined)[] = Array.from({ length: PAGES }, () => undefined);

  /** Adds or subtracts the share of a key with this hash. */
  change(hash: number, share: Fingerprint, by: 1 | -1): void {
    const page = (this.pages[hash >>> PAGE_SHIFT] ??= new Int32Array(2 * PAGE_SLOTS));
    const at = ((hash >>> SLOT_SHIFT) % PAGE_SLOTS) * 2;
    page[at] = (page[at] as number) + by * share.low;
    page[at + 1] = (page[at + 1] as number) + by * share.high;
  }

  /** Adds the fingerprints of the slots from .. to - 1 to another one. */
  addTo(print: Fingerprint, from: number, to: number): void {
    for (let slot = from; slot < to; slot++) {
      const page = this.pages[Math.floor(slot / PAGE_SLOTS)];
      if (page === undefined) {
        slot += PAGE_SLOTS - 1 - (slot % PAGE_SLOTS);
        continue;
      }
      const at = (slot % PAGE_SLOTS) * 2;
      print.low = (print.low + (page[at] as number)) | 0;
      print.high = (print.high + (page[at + 1] as number)) | 0;
    }
  }
}
