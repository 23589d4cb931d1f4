/**
 * The form in which an element's state is kept: one of the packed ones
 * (cell-packing.ts, scored-packing.ts), or an object where none fits.
 */
import type { ByteRange } from "../byte-range.ts";
import { packedForm, packForm, unpackElement } from "./cell-packing.ts";
import { type ElementState, emptyElement } from "./element-state.ts";
import { type Entries, type EntryRef, Kind } from "./entry.ts";
import { type CollectionType, KeyType } from "./key-type.ts";
import { isScored, packScored, unpackScored } from "./scored-packing.ts";

/** Does no packed form hold it? */
export function needsObject(type: CollectionType, state: ElementState): boolean {
  return packedForm(state, state.deadlines) === undefined && !(type === KeyType.zset && isScored(state));
}

/** A new entry that holds the state. */
export function createElement(
  entries: Entries,
  hash: number,
  element: ByteRange,
  type: CollectionType,
  state: ElementState,
  seconds: number,
): EntryRef {
  const form = packedForm(state, state.deadlines);
  if (form !== undefined) return packForm(entries, hash, element, state, form, seconds);
  if (type === KeyType.zset && isScored(state)) return packScored(entries, hash, element, state, seconds);
  const made = entries.create(hash, element, Kind.object, 0, 0, seconds);
  entries.setObject(made, state);
  return made;
}

/** The state that a packed entry stands for. */
export function stateOfPacked(entries: Entries, ref: EntryRef): ElementState {
  if (entries.kind(ref) === Kind.scored) return { ...emptyElement(), ...unpackScored(entries, ref) };
  return unpackElement(entries, ref);
}
