/**
 * Audit: recomputes by walking every entry what the keyspace keeps as running
 * figures, and says where the two differ. For tests and the simulator: it takes
 * time that follows the data.
 *
 *   fingerprints       of databases, slots and collections (fingerprint.ts)
 *   counts             live keys, deadlines, objects, live and counted elements
 *   orders             of sorted sets and lists: everything where it belongs
 *   memory             every block and every object belongs to an entry in a table
 *
 * It reads packed entries as the cells they stand for, so a packed form whose
 * share of the fingerprint is another than its object's is found, too.
 */
import { isVisibleCell } from "../../crdt/cell.ts";
import { ByteRange } from "../byte-range.ts";
import { addCell, addElement, addPackedDeadline } from "./cell-print.ts";
import type { Collection } from "./collection.ts";
import type { Core } from "./core.ts";
import type { Database } from "./database.ts";
import { type EntryRef, Kind } from "./entry.ts";
import { elementPath, Fingerprint, keyPath, Mark } from "./fingerprint.ts";
import { isAliveDeadline, type KeyState } from "./key-state.ts";
import { SLOTS } from "./hash-node.ts";
import { KeyType } from "./key-type.ts";
import { SlotPrints } from "./slot-prints.ts";

/** What was found by walking. */
interface Tally {
  bytes: number;
  objects: number;
  readonly differences: string[];
}

/** One line for each figure that is not what it should be. */
export function audit(core: Core): string[] {
  core.keys.settleAll();
  const tally: Tally = { bytes: 0, objects: 0, differences: [] };
  for (const database of core.keys.databases) auditDatabase(core, database, tally);
  // What was thrown away and not yet freed is in no table.
  if (core.keys.databases.some((database) => database.hasDiscarded)) return tally.differences;
  const { arena, entries } = core.memory;
  compare(tally, "bytes of entries", arena.usedBytes + entries.bodies.byteLength, tally.bytes);
  compare(tally, "objects of entries", entries.objects.count, tally.objects);
  return tally.differences;
}

function auditDatabase(core: Core, database: Database, tally: Tally): void {
  const { entries } = core.memory;
  const print = new Fingerprint();
  const slotPrints = new SlotPrints();
  const counts = { live: 0, deadlines: 0, expiringHashes: 0, objects: 0 };
  database.table.forEach((ref, hash) => {
    const isObject = noteEntry(core, ref, tally);
    if (core.keys.typeOf(ref) !== KeyType.none) counts.live++;
    if (core.keys.deadlineMs(ref) >= 0) counts.deadlines++;
    if (core.keys.expiringFields(ref) !== undefined) counts.expiringHashes++;
    if (isObject || core.keys.mayLeaveFloors(ref)) counts.objects++;
    const share = new Fingerprint();
    const path = keyPath(database.index, hash);
    if (entries.kind(ref) === Kind.small) printSmall(core, share, path, ref, tally);
    else printKey(core, share, path, isObject ? core.keys.state(ref) : core.keys.unpack(ref), tally);
    print.change(share, 1);
    slotPrints.change(hash, share, 1);
  });
  const name = `database ${database.index}`;
  compare(tally, `${name}: live keys`, database.live, counts.live);
  compare(tally, `${name}: keys with a deadline`, database.deadlines, counts.deadlines);
  compare(tally, `${name}: hashes with fields that expire`, database.expiringHashes, counts.expiringHashes);
  compare(tally, `${name}: keys that are more than one value`, database.objects, counts.objects);
  compare(tally, `${name}: fingerprint`, database.print.toString(), print.toString());
  const [running, found] = [database.slotPrints, slotPrints].map(printOfEverySlot);
  compare(tally, `${name}: fingerprints of slots`, running ?? "", found ?? "");
}

/** One digest of all of them, in which their places count. */
function printOfEverySlot(prints: SlotPrints): string {
  const all = new Fingerprint();
  const print = new Fingerprint();
  for (let slot = 0; slot < SLOTS; slot++) {
    print.clear();
    prints.addTo(print, slot, slot + 1);
    if (print.low !== 0 || print.high !== 0) all.add(slot, Mark.sibling, print.low, print.high >>> 0, 0);
  }
  return all.toString();
}

/** Adds a key's share of the fingerprint. */
function printKey(core: Core, print: Fingerprint, path: number, state: KeyState, tally: Tally): void {
  const { memory } = core;
  addCell(print, memory, path, state.cell);
  for (const d of state.deadlines)
    if (isAliveDeadline(state, d)) print.add(path, Mark.deadline, memory.print(d.origin), d.time, 0);
  for (const collection of state.collections) {
    const place = elementPath(path, collection.type);
    print.change(printOfElements(core, place, collection, tally), 1);
    if (collection.live === 0) continue;
    for (const { support, life } of collection.births)
      print.add(place, Mark.birth, memory.print(support.origin), support.time, life.time);
  }
}

/** A small collection, whose elements have a running fingerprint of their own. */
function printSmall(core: Core, print: Fingerprint, path: number, ref: EntryRef, tally: Tally): void {
  const { memory } = core;
  const { small } = core.keys;
  const { layout } = small;
  const place = elementPath(path, layout.typeOf(ref));
  const own = new Fingerprint();
  const element = new ByteRange();
  let elements = 0;
  let counted = 0;
  for (let at = layout.first; at < layout.end(ref); at = layout.next(ref, at)) {
    layout.element(ref, at, element);
    small.addElement(own, elementPath(place, memory.hash(element)), ref, at);
    elements++;
    if (layout.isCounter(ref, at)) counted++;
  }
  compare(tally, "a small collection: elements", layout.size(ref), elements);
  compare(tally, "a small collection: counted elements", layout.counted(ref), counted);
  const life = small.life(ref);
  const support = small.support(ref);
  own.add(place, Mark.birth, memory.print(support.origin), support.time, life.time);
  const running = new Fingerprint();
  small.addShare(running, path, ref);
  compare(tally, "a small collection: fingerprint", running.toString(), own.toString());
  print.change(own, 1);
  addPackedDeadline(print, memory, path, ref);
}

function printOfElements(core: Core, place: number, collection: Collection, tally: Tally): Fingerprint {
  const print = new Fingerprint();
  const counts = { live: 0, counted: 0, expiring: 0 };
  collection.members.forEach((ref, hash) => {
    noteEntry(core, ref, tally);
    const cell = collection.cellAt(ref);
    if (isVisibleCell(cell)) counts.live++;
    if (cell.contributions.length > 0) counts.counted++;
    if (collection.deadline(ref) >= 0) counts.expiring++;
    addElement(print, core.memory, elementPath(place, hash), cell);
  });
  compare(tally, "a collection: live elements", collection.live, counts.live);
  compare(tally, "a collection: counted elements", collection.counted, counts.counted);
  compare(tally, "a collection: elements with a deadline", collection.deadlines?.size ?? 0, counts.expiring);
  if (collection.order !== undefined)
    compare(tally, "a collection: ranked", collection.order.sequence.size, counts.live);
  compare(tally, "a collection: out of order", 0, misplaced(core, collection));
  compare(tally, "a collection: fingerprint", collection.print.toString(), print.toString());
  return print;
}

/** How many elements of an ordered collection do not stand behind the one before, or at a score that is not theirs. */
function misplaced(core: Core, collection: Collection): number {
  const { entries } = core.memory;
  const element = new ByteRange();
  let before: EntryRef = 0;
  let scoreBefore = 0;
  let found = 0;
  if (collection.order === undefined) return 0;
  collection.walk(0, collection.live, 1, (ref, score) => {
    entries.keyOf(ref, element);
    const isBehind =
      before === 0 ||
      scoreBefore < score ||
      (scoreBefore === score && entries.compareKey(before, element.bytes, element.start, element.end) < 0);
    if (!isBehind || (collection.type === KeyType.zset && score !== collection.score(ref))) found++;
    before = ref;
    scoreBefore = score;
  });
  return found;
}

/** Is it an object? */
function noteEntry(core: Core, ref: EntryRef, tally: Tally): boolean {
  const { entries } = core.memory;
  const isObject = entries.kind(ref) === Kind.object;
  tally.bytes += entries.footprint(ref);
  if (isObject) tally.objects++;
  return isObject;
}

function compare(tally: Tally, what: string, running: number | string, found: number | string): void {
  if (running !== found) tally.differences.push(`${what}: ${running} by the running figure, ${found} by the entries`);
}
