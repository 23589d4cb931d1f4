/**
 * Runs of hash slots in bit-reversed order (hash-node.ts), for those who send and
 * receive the whole keyspace slot by slot.
 */
import type { Context } from "../../crdt/context.ts";
import { scatteredSlots, SLOT_BITS, SLOTS } from "./hash-node.ts";
import type { RepairableState } from "./repair/repairable-state.ts";

export { SLOTS } from "./hash-node.ts";

const ALL = scatteredSlots();

/** The cells of whole slots from `fromSlot` on, at least one and about `bytesMax` bytes of them. */
export function exportSlots(
  repair: RepairableState,
  fromSlot: number,
  bytesMax: number,
): { bytes: Uint8Array; nextSlot: number } {
  const { bytes, done } = repair.export(SLOT_BITS, ALL, fromSlot, bytesMax);
  return { bytes, nextSlot: Math.min(SLOTS, fromSlot + done) };
}

export function stageSlots(
  repair: RepairableState,
  fromSlot: number,
  nextSlot: number,
  context: Context,
  bytes: Uint8Array,
): void {
  repair.stage(SLOT_BITS, ALL.slice(fromSlot, nextSlot), context, bytes);
}
