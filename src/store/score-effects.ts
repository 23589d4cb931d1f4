/**
 * The local effect that counts on a sorted set's score: ZINCRBY.
 *
 * What is added is the exact difference between the scores shown before and
 * after (crdt/dyadic.ts, Y1), so that one replica alone shows what Redis would
 * and several show the same in whatever order they hear of each other. Where
 * either score is infinite there is no such difference, and the sum is put.
 */
import { exactDifference } from "../../crdt/dyadic.ts";
import { ByteRange } from "../byte-range.ts";
import type { Core } from "./core.ts";
import type { Database } from "./database.ts";
import type { Floors } from "./delta-writer.ts";
import { addInPlace, elementPut, supportLives } from "./element-effects.ts";
import type { ElementTarget } from "./element-target.ts";
import type { EntryRef } from "./entry.ts";
import { currentEntry, supersedeOthers } from "./key-effects.ts";
import { countSmall } from "./small/effects.ts";
import { SCORE_BYTES, scoreOfCell, writeScore } from "./score.ts";
import { canAddToScore } from "./scored-packing.ts";

/** Returns the score that shows afterwards. The caller has checked that the sum is a number. */
export function scoreAdd(core: Core, target: ElementTarget, increment: number, found: EntryRef): number {
  const { keys, memory } = core;
  const database = keys.database(target.db);
  const keyHash = found === 0 ? memory.hash(target.key) : memory.entries.hash(found) | 0;
  const ref = found === 0 ? currentEntry(core, database, keyHash, target.key) : found;
  const sole = ref === 0 ? undefined : keys.soleCollection(ref, target.type);
  const hash = memory.hash(target.element);
  const counted = sole === undefined ? 0 : sole.raw(hash, target.element);
  if (sole !== undefined && counted !== 0 && canAddToScore(memory.entries, counted, core.self, increment)) {
    addInPlace(core, database, keyHash, sole, target, hash, counted, increment);
    return sole.score(counted);
  }
  const shown = shownScore(core, ref, target);
  const sum = shown === undefined ? increment : shown + increment;
  // What is counted has no -0.
  if (Number.isSafeInteger(increment) && countSmall(core, database, keyHash, ref, target, increment + 0)) return sum;
  if (Number.isNaN(sum)) throw new Error("a score that is not a number");
  if (Number.isFinite(sum) && (shown === undefined || Number.isFinite(shown))) {
    const after = addToCell(core, database, keyHash, ref, target, hash, sum, shown ?? 0);
    // Equal, and yet not the same: a sum of -0 is replied as Redis does, though zero shows as 0.
    return after === sum ? sum : after;
  }
  const score = new ByteRange(new Uint8Array(SCORE_BYTES));
  writeScore(sum, score.bytes);
  elementPut(core, target, score, 0);
  return sum;
}

function shownScore(core: Core, ref: EntryRef, target: ElementTarget): number | undefined {
  const members = ref === 0 ? undefined : core.elementsAt(ref);
  if (members === undefined || members.type !== target.type) return undefined;
  const member = members.find(target.element);
  return member === 0 ? undefined : members.score(member);
}

function addToCell(
  core: Core,
  database: Database,
  keyHash: number,
  ref: EntryRef,
  target: ElementTarget,
  hash: number,
  sum: number,
  shown: number,
): number {
  const { keys, self } = core;
  const state = keys.open(database, keyHash, ref);
  const floors: Floors[] = [];
  const supersedes = supersedeOthers(core, database, state, target.type, floors);
  const collection = core.collectionFor(database, keyHash, state, target.type);
  const element = collection.raw(hash, target.element);
  const cell = collection.cellAt(element);
  const contribution = core.addToScore(cell, exactDifference(sum, shown));
  const { time } = contribution;
  const lives = supportLives(state, collection, { origin: self, time });
  collection.write(hash, target.element, element, cell);
  keys.close(database, keyHash, target.key, ref, state);
  core.delta.elementCount(target, time, contribution, { lives, supersedes, floors });
  core.noteResidue(target.db, target.key, floors, supersedes);
  return scoreOfCell(cell, core.memory.origins);
}
