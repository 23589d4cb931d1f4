/**
 * Local effects on fields of hashes that have to do with their lives: deadlines,
 * and values that continue a life.
 */
import { stampOver } from "../../crdt/cell.ts";
import { continuedLife, livesOfCell } from "../../crdt/life.ts";
import type { ByteRange } from "../byte-range.ts";
import type { Core } from "./core.ts";
import type { Floors } from "./delta-writer.ts";
import { elementPut, supportLives } from "./element-effects.ts";
import { deadlineOfElement, hasDeadDeadlines } from "./element-state.ts";
import type { ElementTarget } from "./element-target.ts";
import { currentEntry, supersedeOthers } from "./key-effects.ts";

/** HEXPIRE: the field dies at `at`, absolute milliseconds; NEVER is HPERSIST. The field must be visible. */
export function fieldExpireAt(core: Core, target: ElementTarget, at: number): void {
  const { keys, event, memory, self } = core;
  const database = keys.database(target.db);
  const hash = memory.hash(target.key);
  const ref = currentEntry(core, database, hash, target.key);
  const state = keys.open(database, hash, ref);
  const collection = core.collectionFor(database, hash, state, target.type);
  const elementHash = memory.hash(target.element);
  const element = collection.raw(elementHash, target.element);
  const field = collection.cellAt(element);
  const time = event.time();
  const births = livesOfCell(field, memory.origins);
  field.deadlines = [{ origin: self, time, at, births }];
  collection.write(elementHash, target.element, element, field);
  keys.close(database, hash, target.key, ref, state);
  core.delta.elementExpire(target, time, at, births);
}

/** HSETEX KEEPTTL: a new value in the life that the field has. True when the field is new. */
export function fieldPutKeepingLife(core: Core, target: ElementTarget, value: ByteRange): boolean {
  const { keys, event, memory, self } = core;
  const database = keys.database(target.db);
  const hash = memory.hash(target.key);
  const ref = currentEntry(core, database, hash, target.key);
  const fields = ref === 0 ? undefined : core.elementsAt(ref);
  // A life that has ended does not go on: what is left of it is replaced.
  if (fields?.type !== target.type || fields.find(target.element) === 0) return elementPut(core, target, value, ref);
  core.reserve(target.element, value);
  const state = keys.open(database, hash, ref);
  const floors: Floors[] = [];
  const supersedes = supersedeOthers(core, database, state, target.type, floors);
  const collection = core.collectionFor(database, hash, state, target.type);
  const elementHash = memory.hash(target.element);
  const element = collection.raw(elementHash, target.element);
  const field = collection.cellAt(element);
  const { origins } = memory;
  const birth = continuedLife(livesOfCell(field, origins), deadlineOfElement(field, origins), origins);
  if (birth === undefined) throw new Error("a visible field without a life");
  const time = event.time();
  const stamp = stampOver(field, { origin: self, time });
  const raised = core.resetCell(field);
  if (raised.length > 0) floors.push({ type: target.type, element: target.element.copy(), raised });
  field.siblings = [{ origin: self, time, stamp, birth, value: value.copy() }];
  const residue = hasDeadDeadlines(field);
  const lives = supportLives(state, collection, { origin: self, time });
  collection.write(elementHash, target.element, element, field);
  memory.entries.bodies.releaseReserved();
  keys.close(database, hash, target.key, ref, state);
  core.delta.elementPut(target, time, value, stamp, { lives, supersedes, floors, birth });
  core.noteResidue(target.db, target.key, floors, supersedes);
  // A deadline of a life that the value does not continue is left behind.
  if (residue && core.delta.enabled)
    core.residue.noteElement(target.db, target.key, target.type, target.element.copy());
  return false;
}
