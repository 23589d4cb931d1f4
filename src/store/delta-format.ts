/**
 * The body of a delta-interval: what one origin did, in the order it did it.
 *
 * Each operation is a small delta-state: cells with their dots, and the part of
 * the keyspace for which its writer's context speaks. Its dot is (origin, from +
 * offset); what its writer had seen is the interval's dependencies plus its own
 * events up to that dot.
 *
 *   operation  u8 code, u8 flags, u8 db, varint offset, range key, then
 *   put            range value, [deadline f64], [stamp f64], [birth dot], [floors]
 *   count          contribution, [floors]
 *   remove         [floors]
 *   expire         u8 type, f64 at (infinity: never), dots of the lives it saw
 *   elementPut     u8 type, range element, range value, [stamp f64], [birth dot], [lives], [floors]
 *   elementCount   u8 type, range element, contribution, [lives], [floors]
 *   elementRemove  u8 type, range element, [floors]
 *   grow           life dot, u8 dense (0, 1), varint n, n x (varint register, u8 value), [floors]
 *   elementExpire  u8 type, range element, f64 at (infinity: never), dots of the lives it saw
 *   clear          (db 255: all databases; the key is empty)
 *
 *   contribution   f64 generation, total, f64 floor time, total at the floor
 *   dots           varint n, n x (origin, f64 time)
 *   floors         varint n, n x (u8 type, [range element unless string], varint m,
 *                  m x (origin, f64 time, f64 generation, total))
 *
 * D1. Bodies are checked whole before any of it is applied.
 */
import type { Time } from "../../crdt/clock.ts";
import { REGISTER_MAX, REGISTERS } from "../../crdt/hyperloglog-format.ts";
import { Origins } from "../../crdt/origin.ts";
import { ByteRange } from "../byte-range.ts";
import { ByteReader, MalformedDelta } from "./byte-reader.ts";
import { checkElement, checkTotal, checkValue } from "./element-check.ts";
import { type CollectionType, isCollectionType, KeyType, type KeyTypeValue } from "./key-type.ts";

export const Operation = {
  put: 1,
  count: 2,
  remove: 3,
  expire: 4,
  elementPut: 5,
  elementCount: 6,
  elementRemove: 7,
  clear: 8,
  grow: 9,
  elementExpire: 10,
} as const;

/** Which optional parts an operation has. */
export const Part = {
  deadline: 1,
  stamp: 2,
  /** The value continues the life it names: deadlines stay as they are. */
  birth: 4,
  floors: 8,
  /** The key held hidden content of other types; its writer saw and removed it. */
  supersedes: 16,
  lives: 32,
} as const;

export const ALL_DATABASES = 255;
const DATABASE_MAX = 15;
const DOT_BYTES = 14;
const RISE_BYTES = 2;

const PARTS_ALLOWED: Record<number, number> = {
  [Operation.put]: Part.deadline | Part.stamp | Part.birth | Part.floors,
  [Operation.count]: Part.supersedes | Part.floors,
  [Operation.remove]: Part.floors,
  [Operation.expire]: 0,
  [Operation.elementPut]: Part.stamp | Part.birth | Part.lives | Part.supersedes | Part.floors,
  [Operation.elementCount]: Part.lives | Part.supersedes | Part.floors,
  [Operation.elementRemove]: Part.supersedes | Part.floors,
  [Operation.clear]: 0,
  [Operation.grow]: Part.supersedes | Part.floors,
  [Operation.elementExpire]: 0,
};

/**
 * Throws MalformedDelta unless the body is well formed and all its dots lie in (from, to] (D1). The origins that it
 * names are interned, so that there is room for them when it is applied: RangeError when there is none.
 */
export function validateDelta(body: Uint8Array, from: Time, to: Time, origins = new Origins()): void {
  const reader = new ByteReader(body);
  let last = 0;
  while (!reader.atEnd) {
    const code = reader.byte();
    const parts = reader.byte();
    const allowed = PARTS_ALLOWED[code];
    if (allowed === undefined) throw new MalformedDelta(`unknown operation ${code}`);
    if ((parts & ~allowed) !== 0) throw new MalformedDelta(`operation ${code} has no such parts: ${parts}`);
    const db = reader.byte();
    if (db > DATABASE_MAX && !(db === ALL_DATABASES && code === Operation.clear))
      throw new MalformedDelta(`no database ${db}`);
    const offset = reader.varint();
    if (offset < last || offset < 1 || from + offset > to) throw new MalformedDelta("a dot outside its interval");
    last = offset;
    reader.skip();
    checkPayload(reader, origins, code, parts);
  }
}

function checkPayload(reader: ByteReader, origins: Origins, code: number, parts: number): void {
  if (code === Operation.expire) {
    checkType(reader.byte());
    reader.deadline();
    checkDots(reader, origins);
    return;
  }
  if (code === Operation.elementExpire) {
    checkMortal(reader.byte());
    reader.skip();
    reader.deadline();
    checkDots(reader, origins);
    return;
  }
  let counted: KeyTypeValue = KeyType.string;
  if (code >= Operation.elementPut && code <= Operation.elementRemove) {
    const type = collectionType(reader.byte());
    counted = type;
    const bytes = new ByteRange();
    reader.range(bytes);
    checkElement(bytes, type);
    if ((parts & Part.birth) !== 0) checkMortal(type);
    if (code === Operation.elementPut) {
      reader.range(bytes);
      checkValue(bytes, type);
    }
  }
  if (code === Operation.put) reader.skip();
  if (code === Operation.grow) checkGrowth(reader, origins);
  if (code === Operation.count || code === Operation.elementCount) checkContribution(reader, counted);
  if ((parts & Part.deadline) !== 0) reader.deadline();
  if ((parts & Part.stamp) !== 0) reader.time();
  if ((parts & Part.birth) !== 0) checkDot(reader, origins);
  if ((parts & Part.lives) !== 0) checkDots(reader, origins);
  if ((parts & Part.floors) !== 0) checkFloors(reader, origins);
}

function checkType(type: number): KeyTypeValue {
  return type === KeyType.string ? type : collectionType(type);
}

/** Only fields of hashes die by themselves. */
function checkMortal(type: number): void {
  if (type !== KeyType.hash) throw new MalformedDelta(`elements of type ${type} have no deadlines`);
}

function collectionType(type: number): CollectionType {
  if (!isCollectionType(type)) throw new MalformedDelta(`no type ${type}`);
  return type;
}

function checkDot(reader: ByteReader, origins: Origins): void {
  origins.intern(reader.origin());
  reader.time();
}

function checkDots(reader: ByteReader, origins: Origins): void {
  for (let n = reader.count(DOT_BYTES); n > 0; n--) checkDot(reader, origins);
}

function checkGrowth(reader: ByteReader, origins: Origins): void {
  checkDot(reader, origins);
  if (reader.byte() > 1) throw new MalformedDelta("neither dense nor sparse");
  for (let n = reader.count(RISE_BYTES); n > 0; n--) {
    const register = reader.varint();
    const value = reader.byte();
    if (register >= REGISTERS || value === 0 || value > REGISTER_MAX)
      throw new MalformedDelta(`no register ${register} holds ${value}`);
  }
}

function checkContribution(reader: ByteReader, type: KeyTypeValue): void {
  reader.time();
  checkTotal(reader.total(), type);
  reader.timeOrZero();
  checkTotal(reader.total(), type);
}

function checkFloors(reader: ByteReader, origins: Origins): void {
  const element = new ByteRange();
  for (let groups = reader.count(2); groups > 0; groups--) {
    const type = checkType(reader.byte());
    if (type !== KeyType.string) {
      reader.range(element);
      checkElement(element, collectionType(type));
    }
    for (let n = reader.count(DOT_BYTES + 10); n > 0; n--) {
      checkDot(reader, origins);
      reader.time();
      checkTotal(reader.total(), type);
    }
  }
}
