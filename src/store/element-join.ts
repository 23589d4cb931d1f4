/**
 * Joins operations on elements in place, without opening their keys: the common
 * cases, over what their writer had seen. What is none of them is left to the
 * general join (join.ts, J1).
 */
import type { Contribution, Seen } from "../../crdt/cell.ts";
import type { ByteRange } from "../byte-range.ts";
import type { Collection } from "./collection.ts";
import type { Core } from "./core.ts";
import type { Database } from "./database.ts";
import { Operation } from "./delta-format.ts";
import { Kind } from "./entry.ts";
import { joinSmallCount, joinSmallPut, joinSmallRemove, type SmallOperation } from "./small/join.ts";

/** An operation on one element: a put has a value, a count what was counted. */
export interface ElementOperation extends SmallOperation {
  readonly code: number;
  readonly value: ByteRange;
  readonly counted: Contribution | undefined;
}

export function joinElementInPlace(core: Core, operation: ElementOperation, seen: Seen): boolean {
  const { target, lives } = operation;
  const database = core.keys.database(target.db);
  const hash = core.memory.hash(target.key);
  const ref = core.keys.raw(database, hash, target.key);
  if (ref === 0 || core.memory.entries.kind(ref) === Kind.small)
    return joinSmall(core, database, hash, ref, operation, seen);
  const collection = lives === undefined ? core.keys.soleCollection(ref, target.type) : undefined;
  return collection !== undefined && joinPlain(core, database, hash, collection, operation, seen);
}

function joinSmall(
  core: Core,
  database: Database,
  hash: number,
  ref: number,
  operation: ElementOperation,
  seen: Seen,
): boolean {
  const { code, value, counted } = operation;
  if (code === Operation.elementPut) return joinSmallPut(core, database, hash, ref, operation, value, seen);
  if (code === Operation.elementRemove) return joinSmallRemove(core, database, hash, ref, operation, seen);
  return counted !== undefined && joinSmallCount(core, database, hash, ref, operation, counted, seen);
}

/** A put over nothing, or over a plain element; the removal of one, but for the last: that takes the key with it. */
function joinPlain(
  core: Core,
  database: Database,
  keyHash: number,
  collection: Collection,
  operation: ElementOperation,
  seen: Seen,
): boolean {
  const { entries, share } = core.memory;
  const { code, target, dot, value } = operation;
  if (code === Operation.elementCount) return false;
  const hash = core.memory.hash(target.element);
  const at = collection.raw(hash, target.element);
  if (at !== 0 && !(collection.isPlain(at) && seen.covers(entries.origin(at), entries.time(at)))) return false;
  if (code === Operation.elementPut) {
    collection.putPlain(hash, target.element, at, dot.origin, dot.time, value);
    database.changePrint(keyHash, share, 1);
  } else if (at !== 0) {
    if (collection.live === 1) return false;
    collection.erase(hash, at);
    database.changePrint(keyHash, share, -1);
  }
  return true;
}
