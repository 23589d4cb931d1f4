/** What a key costs: its block, its place in the table, and all that hangs off it; and what all of them cost. */
import type { Core } from "./core.ts";
import { type EntryRef, Kind } from "./entry.ts";

const TABLE_SLOT_BYTES = 8;

/** Of each collection so many elements stand for the others; 0: all are counted. */
export function memoryOfEntry(core: Core, ref: EntryRef, samples: number): number {
  const { entries } = core.memory;
  let bytes = entries.footprint(ref) + TABLE_SLOT_BYTES;
  if (entries.kind(ref) !== Kind.object) return bytes;
  const state = core.keys.state(ref);
  for (const s of state.cell.siblings) bytes += s.value.length;
  for (const collection of state.collections) {
    bytes += collection.tableBytes;
    const { size } = collection.members;
    let counted = 0;
    let countedBytes = 0;
    collection.members.forEach((at) => {
      countedBytes += entries.footprint(at);
      return ++counted !== samples;
    });
    if (counted > 0) bytes += Math.round((countedBytes / counted) * size);
  }
  return bytes;
}

export function usedBytes(core: Core): number {
  const { arena, entries } = core.memory;
  let bytes = arena.usedBytes + entries.bodies.byteLength;
  for (const { table } of core.keys.databases) bytes += table.tableBytes;
  return bytes;
}
