/**
 * Conflicts made visible: the values at a key that concurrent writes have left
 * and that a reader does not see. Every replica tells them in the same order:
 * by type, and of each place the newest first.
 */
import { type Cell, isLiveContribution, newestSibling, siblingsByAge } from "../../crdt/cell.ts";
import type { Time } from "../../crdt/clock.ts";
import { sameDot } from "../../crdt/life.ts";
import type { Origin, Origins } from "../../crdt/origin.ts";
import { ByteRange } from "../byte-range.ts";
import type { Collection } from "./collection.ts";
import type { Core } from "./core.ts";
import type { ElementRef } from "./elements.ts";
import { type EntryRef, Kind } from "./entry.ts";
import { shownSiblings } from "./hyperloglog-values.ts";
import { visibleType } from "./key-state.ts";
import { type CollectionType, KeyType, type KeyTypeValue } from "./key-type.ts";
import { SCORE_BYTES, scoreOfCell, writeScore } from "./score.ts";
import type { Values } from "./values.ts";

/** A hidden value. */
export interface Conflict {
  readonly origin: Origin;
  readonly time: Time;
  readonly type: "string" | CollectionName;
  /** The field or member; empty for a string, and for what stands in a list, whose elements come in their order. */
  readonly element: Uint8Array;
  /** For sorted sets the score's eight bytes. */
  readonly value: Uint8Array;
}

type CollectionName = (typeof NAMES)[CollectionType];

const NAMES = { [KeyType.hash]: "hash", [KeyType.set]: "set", [KeyType.zset]: "zset", [KeyType.list]: "list" } as const;
const NO_ELEMENT = new Uint8Array(0);

export function conflictsAt(core: Core, ref: EntryRef): Conflict[] {
  const { entries, origins } = core.memory;
  if (entries.kind(ref) !== Kind.object) return [];
  const state = core.keys.state(ref);
  const visible = visibleType(state, origins);
  const collections = state.collections.toSorted((a, b) => a.type - b.type);
  const together = visible === KeyType.string ? shownSiblings(state.cell, origins) : [];
  const conflicts = hiddenIn(core, state.cell, "string", NO_ELEMENT, visible === KeyType.string).filter(
    (c) => !together.some((s) => sameDot(s, c)),
  );
  for (const collection of collections) conflicts.push(...hiddenElements(core, collection, visible));
  return conflicts;
}

/** Of a hidden collection everything; of a visible one the values that lost. */
function hiddenElements(core: Core, collection: Collection, visible: KeyTypeValue): Conflict[] {
  const conflicts: Conflict[] = [];
  const element = new ByteRange();
  const isVisible = collection.type === visible;
  const visit = (ref: ElementRef): void => {
    if (isVisible && collection.isPlain(ref)) return;
    collection.element(ref, element);
    const named = collection.type === KeyType.list ? NO_ELEMENT : element.copy();
    conflicts.push(...hiddenIn(core, collection.cellAt(ref), NAMES[collection.type], named, isVisible));
  };
  if (collection.type === KeyType.list) collection.walk(0, collection.size, 1, visit);
  else collection.forEach(visit);
  return conflicts;
}

/** What loses to the newest; where nothing of it shows also that, with what was counted on it. */
function hiddenIn(
  { memory: { origins, values } }: Core,
  cell: Cell,
  type: Conflict["type"],
  element: Uint8Array,
  isVisible: boolean,
): Conflict[] {
  const winner = newestSibling(cell, origins);
  const losers = siblingsByAge(cell.siblings, origins)
    .filter((s) => s !== winner)
    .map(({ origin, time, value }) => ({ origin, time, type, element, value }));
  const by = winner ?? cell.contributions.find(isLiveContribution);
  if (isVisible || by === undefined) return losers;
  return [
    { origin: by.origin, time: by.time, type, element, value: shownValue(cell, type, origins, values) },
    ...losers,
  ];
}

function shownValue(cell: Cell, type: Conflict["type"], origins: Origins, values: Values): Uint8Array {
  if (type === "zset") {
    const score = new Uint8Array(SCORE_BYTES);
    writeScore(scoreOfCell(cell, origins), score);
    return score;
  }
  const value = new ByteRange();
  values.readCell(cell, value);
  return value.copy();
}
