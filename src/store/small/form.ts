/**
 * From a collection object to its small form, and back (layout.ts). What fits: a
 * key that holds one collection and nothing else, of one life, whose elements are
 * few, short, and plain values or counters, with at most the deadline of that life.
 */
import { type Deadline, sameDot } from "../../../crdt/life.ts";
import { ByteRange } from "../../byte-range.ts";
import { packedDeadline, unpackContribution } from "../cell-packing.ts";
import { Collection } from "../collection.ts";
import { type EntryRef, HAS_BIRTH, HAS_DEADLINE, Kind } from "../entry.ts";
import { elementPath } from "../fingerprint.ts";
import { emptyElement } from "../element-state.ts";
import { emptyState, type KeyState } from "../key-state.ts";
import type { Memory } from "../memory.ts";
import type { SmallChanges } from "./changes.ts";
import { SmallLayout } from "./layout.ts";

/** The bytes that a state takes as a small collection; 0 when it cannot be one. */
export function smallBytes(memory: Memory, { layout }: SmallChanges, state: KeyState, keyLength: number): number {
  const [collection] = state.collections;
  if (collection === undefined || state.collections.length > 1) return 0;
  const { births, members } = collection;
  if (members.size === 0 || members.size > layout.elementsMax) return 0;
  if (members.size !== collection.live || births.length !== 1) return 0;
  if (state.cell.siblings.length > 0 || state.cell.contributions.length > 0) return 0;
  if (!isDeadlineOf(state.deadlines, collection)) return 0;
  const { entries } = memory;
  let bytes = SmallLayout.bytesOfNone;
  let fits = true;
  const element = new ByteRange();
  members.forEach((ref) => {
    const kind = entries.kind(ref);
    if ((kind !== Kind.register && kind !== Kind.counter) || entries.flags(ref) !== 0) fits = false;
    entries.keyOf(ref, element);
    const valueLength = kind === Kind.register ? entries.valueLength(ref) : 0;
    bytes += SmallLayout.bytesOf(element.length, valueLength, kind === Kind.counter);
    return fits;
  });
  return fits && layout.fits(members.size, bytes, keyLength) ? bytes : 0;
}

function isDeadlineOf(deadlines: readonly Deadline[], { births }: Collection): boolean {
  const [deadline] = deadlines;
  if (deadline === undefined) return true;
  const [life] = deadline.births;
  const [birth] = births;
  if (deadlines.length > 1 || deadline.births.length > 1 || life === undefined || birth === undefined) return false;
  return sameDot(life, birth.life);
}

/** Packs a state that takes this many bytes (`smallBytes`), and frees what it took before. `path`: the key's. */
export function packSmall(
  memory: Memory,
  small: SmallChanges,
  path: number,
  hash: number,
  key: ByteRange,
  state: KeyState,
  bytes: number,
): EntryRef {
  const { entries, seconds } = memory;
  const [collection] = state.collections;
  const birth = collection?.births[0];
  if (collection === undefined || birth === undefined) throw new Error("a small form of nothing");
  const [deadline] = state.deadlines;
  const { life, support } = birth;
  const flags = (deadline === undefined ? 0 : HAS_DEADLINE) | (sameDot(life, support) ? 0 : HAS_BIRTH);
  const made = small.layout.create(hash, key, collection.type, flags, bytes, seconds);
  entries.setHead(made, Kind.small, flags, life.origin, life.time);
  if (deadline !== undefined) entries.setDeadlineBlock(made, deadline.at, deadline.time, deadline.origin);
  if ((flags & HAS_BIRTH) !== 0) entries.setBirthBlock(made, support.time, support.origin);
  const place = elementPath(path, collection.type);
  const element = new ByteRange();
  const value = new ByteRange();
  collection.forEach((ref) => {
    entries.keyOf(ref, element);
    const counter = entries.kind(ref) === Kind.counter ? unpackContribution(entries, ref) : undefined;
    if (counter === undefined) entries.valueOf(ref, value);
    else value.clear();
    small.append(made, place, element, entries.origin(ref), entries.time(ref), value, counter);
  });
  collection.members.forEach((ref) => entries.destroy(ref));
  return made;
}

/** The state that a small collection stands for; the entry stays as it is. `path`: the key's. */
export function unpackSmall(memory: Memory, small: SmallChanges, path: number, ref: EntryRef): KeyState {
  const { entries } = memory;
  const { layout } = small;
  const type = layout.typeOf(ref);
  const collection = new Collection(memory, type, elementPath(path, type));
  const element = new ByteRange();
  const value = new ByteRange();
  const end = layout.end(ref);
  for (let at = layout.first; at < end; at = layout.next(ref, at)) {
    layout.element(ref, at, element);
    const hash = memory.hash(element);
    if (layout.isCounter(ref, at)) {
      const contributions = [small.contribution(ref, at)];
      collection.write(hash, element, 0, { ...emptyElement(), contributions });
    } else {
      layout.value(ref, at, value);
      collection.putPlain(hash, element, 0, layout.origin(ref, at), layout.time(ref, at), value);
    }
  }
  collection.births = [{ life: small.life(ref), support: small.support(ref) }];
  const deadline = packedDeadline(entries, ref);
  return { ...emptyState(), collections: [collection], deadlines: deadline === undefined ? [] : [deadline] };
}
