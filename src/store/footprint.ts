/** What a key costs: its block, its place in the table, and all that hangs off it; and what all of them cost. */
import type { Core } from "./core.ts";
import { type EntryRef, Kind } from "./entry.ts";

const TABLE_SLOT_BYTES = 8;

export function memoryOfEntry(core: Core, ref: EntryRef): number {
  const { entries } = core.memory;
  let bytes = entries.footprint(ref) + TABLE_SLOT_BYTES;
  if (entries.kind(ref) !== Kind.object) return bytes;
  const state = core.keys.state(ref);
  for (const s of state.cell.siblings) bytes += s.value.length;
  for (const collection of state.collections) {
    bytes += collection.tableBytes;
    collection.members.forEach((at) => {
      bytes += entries.footprint(at);
    });
  }
  return bytes;
}

export function usedBytes(core: Core): number {
  const { arena, entries } = core.memory;
  let bytes = arena.usedBytes + entries.externalBytes;
  for (const { table } of core.keys.databases) bytes += table.tableBytes;
  return bytes;
}
