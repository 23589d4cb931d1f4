/**
 * The content of whole nodes of the hash space as bytes (../slots-format.ts), in the
 * order of the nodes, for a repair and for a snapshot. Of a collection that is
 * large, by its elements or their bytes, there is only a stub.
 */
import { NEVER } from "../../../crdt/life.ts";
import { ByteRange } from "../../byte-range.ts";
import type { Collection } from "../collection.ts";
import type { Core } from "../core.ts";
import type { Database } from "../database.ts";
import { type EntryRef, HAS_DEADLINE, Kind } from "../entry.ts";
import type { KeyState } from "../key-state.ts";
import { SlotsWriter } from "../slots-writer.ts";
import { exportSmall } from "../small/export.ts";
import { writeElement } from "./range-export.ts";
import type { Exported, Stub } from "./repairable-state.ts";
import { occupiedNodes } from "./walk.ts";

export function exportNodes(
  core: Core,
  bits: number,
  nodes: readonly number[],
  from: number,
  bytesMax: number,
): Exported {
  core.exporting.lend();
  const writer = new SlotsWriter(core.memory.origins, core.exporting);
  const databases = core.keys.databases.filter(({ table }) => table.size > 0);
  const occupied = occupiedNodes(databases, bits, nodes.length - from);
  const stubs: Stub[] = [];
  let done = 0;
  do {
    const node = nodes[from + done];
    if (node === undefined) break;
    done++;
    if (occupied !== undefined && !occupied.has(node)) continue;
    for (const database of databases) {
      database.table.forEachIn(bits, node, (ref) => exportKey(core, writer, database, ref, stubs));
    }
  } while (writer.length < bytesMax);
  return { bytes: writer.take(), done, stubs };
}

/** Cursors on the key in hand; they carry nothing from one key to the next. */
const key = new ByteRange();
const value = new ByteRange();

/** Does it hold nothing but a value, and perhaps the deadline that was set with it? */
function isPlain({ memory: { entries } }: Core, ref: EntryRef): boolean {
  if (entries.kind(ref) !== Kind.register) return false;
  if (entries.flags(ref) === 0) return true;
  if (entries.flags(ref) !== HAS_DEADLINE || entries.deadlineBlock(ref, 0) === NEVER) return false;
  return entries.deadlineBlock(ref, 1) === entries.time(ref) && entries.deadlineBlock(ref, 2) === entries.origin(ref);
}

function exportKey(core: Core, writer: SlotsWriter, database: Database, ref: EntryRef, stubs: Stub[]): void {
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
  if (entries.kind(ref) === Kind.small) return exportSmall(core, writer, database, key, ref);
  const state: KeyState = entries.kind(ref) === Kind.object ? core.keys.state(ref) : core.keys.unpack(ref);
  const own = key.copy();
  writer.key(database.index, key);
  writer.cell(state.cell);
  writer.deadlines(state.deadlines);
  writer.collections(state.collections.length);
  for (const collection of state.collections) {
    if (exportWhole(core, writer, collection)) continue;
    const { type, births, members } = collection;
    writer.collection(type, births, members.size, true);
    stubs.push({ db: database.index, key: own, type, elements: members.size });
  }
}

/** False when it is too large for that, and then nothing is written. */
function exportWhole(core: Core, writer: SlotsWriter, collection: Collection): boolean {
  const { elements, bytes } = core.ranges.whole;
  const { members } = collection;
  if (members.size > elements) return false;
  const before = writer.length;
  writer.collection(collection.type, collection.births, members.size);
  members.forEach((at) => {
    writeElement(core, writer, collection, at);
    return writer.length - before <= bytes;
  });
  if (writer.length - before <= bytes) return true;
  writer.rollback(before);
  return false;
}
