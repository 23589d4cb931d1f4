/**
 * The content of whole nodes of the hash space as bytes (../slots-format.ts), in the
 * order of the nodes, for a repair and for a snapshot.
 */
import { NEVER } from "../../../crdt/life.ts";
import { ByteRange } from "../../byte-range.ts";
import type { Core } from "../core.ts";
import type { Database } from "../database.ts";
import { type EntryRef, HAS_DEADLINE, Kind } from "../entry.ts";
import type { KeyState } from "../key-state.ts";
import { SlotsWriter } from "../slots-format.ts";
import type { Described } from "./repairable-state.ts";
import { occupiedNodes } from "./walk.ts";

export function exportNodes(
  core: Core,
  bits: number,
  nodes: readonly number[],
  from: number,
  bytesMax: number,
): Described {
  core.exporting.lend();
  const writer = new SlotsWriter(core.memory.origins, core.exporting);
  const databases = core.keys.databases.filter(({ table }) => table.size > 0);
  const occupied = occupiedNodes(databases, bits, nodes.length - from);
  let done = 0;
  do {
    const node = nodes[from + done];
    if (node === undefined) break;
    done++;
    if (occupied !== undefined && !occupied.has(node)) continue;
    for (const database of databases) {
      database.table.forEachIn(bits, node, (ref) => exportKey(core, writer, database, ref));
    }
  } while (writer.length < bytesMax);
  return { bytes: writer.take(), done };
}

const key = new ByteRange();
const value = new ByteRange();

/** Does it hold nothing but a value, and perhaps the deadline that was set with it? */
function isPlain({ memory: { entries } }: Core, ref: EntryRef): boolean {
  if (entries.kind(ref) !== Kind.register) return false;
  if (entries.flags(ref) === 0) return true;
  if (entries.flags(ref) !== HAS_DEADLINE || entries.deadlineBlock(ref, 0) === NEVER) return false;
  return entries.deadlineBlock(ref, 1) === entries.time(ref) && entries.deadlineBlock(ref, 2) === entries.origin(ref);
}

function exportKey(core: Core, writer: SlotsWriter, database: Database, ref: EntryRef): void {
  const { entries } = core.memory;
  entries.keyOf(ref, key);
  if (isPlain(core, ref)) {
    entries.valueOf(ref, value);
    writer.plainKey(
      database.index,
      key,
      entries.origin(ref),
      entries.time(ref),
      value,
      entries.flags(ref) === 0 ? -1 : entries.deadlineBlock(ref, 0),
    );
    return;
  }
  const state: KeyState = entries.kind(ref) === Kind.object ? core.keys.state(ref) : core.keys.unpack(ref);
  writer.key(database.index, key);
  writer.cell(state.cell);
  writer.deadlines(state.deadlines);
  writer.collections(state.collections.length);
  for (const collection of state.collections) {
    writer.collection(collection.type, collection.births, collection.members.size);
    const element = new ByteRange();
    collection.members.forEach((at) => {
      entries.keyOf(at, element);
      writer.element(element, collection.cellAt(at));
    });
  }
}
