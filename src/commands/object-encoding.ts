/**
 * The encodings that Redis would use for a value. Atoll has none of them; tools
 * and tests read OBJECT ENCODING, and the limits are Redis's own parameters.
 */
import { ByteRange } from "../byte-range.ts";
import { KeyType } from "../store/key-type.ts";
import type { EntryRef } from "../store/entry.ts";
import type { Keyspace } from "../store/keyspace.ts";
import type { Settings } from "./config-settings.ts";
import { isOneListpack } from "./list-encoding.ts";
import { parseInteger } from "./number.ts";

const EMBEDDED_BYTES_MAX = 44;

export function encodingOf(keyspace: Keyspace, ref: EntryRef, settings: Settings): string {
  switch (keyspace.typeOf(ref)) {
    case KeyType.hash:
      return hashEncoding(keyspace, ref, settings);
    case KeyType.set:
      return setEncoding(keyspace, ref, settings);
    case KeyType.zset:
      return zsetEncoding(keyspace, ref, settings);
    case KeyType.list:
      return isOneListpack(keyspace.collection(ref), settings.listListpackSize) ? "listpack" : "quicklist";
    default:
      return stringEncoding(keyspace, ref);
  }
}

/** Small integers are shared objects in Redis. */
export function isSharedInteger(keyspace: Keyspace, ref: EntryRef): boolean {
  if (keyspace.typeOf(ref) !== KeyType.string) return false;
  const value = new ByteRange();
  keyspace.stringValue(ref, value);
  const number = parseInteger(value);
  return number >= 0 && number < 10_000;
}

function stringEncoding(keyspace: Keyspace, ref: EntryRef): string {
  const value = new ByteRange();
  keyspace.stringValue(ref, value);
  if (!Number.isNaN(parseInteger(value))) return "int";
  return value.length <= EMBEDDED_BYTES_MAX ? "embstr" : "raw";
}

function hashEncoding(keyspace: Keyspace, ref: EntryRef, settings: Settings): string {
  const collection = keyspace.collection(ref);
  if (collection.size > settings.hashListpackEntries) return "hashtable";
  const bytesMax = settings.hashListpackValueBytes;
  const part = new ByteRange();
  let small = true;
  let mortal = false;
  collection.forEach((element) => {
    collection.element(element, part);
    if (part.length > bytesMax) small = false;
    collection.value(element, part);
    if (part.length > bytesMax) small = false;
    if (collection.deadline(element) !== -1) mortal = true;
    return small;
  });
  if (!small) return "hashtable";
  return mortal ? "listpackex" : "listpack";
}

function setEncoding(keyspace: Keyspace, ref: EntryRef, settings: Settings): string {
  const collection = keyspace.collection(ref);
  const countMax = Math.max(settings.setIntsetEntries, settings.setListpackEntries);
  if (collection.size > countMax) return "hashtable";
  const member = new ByteRange();
  let integers = collection.size <= settings.setIntsetEntries;
  let small = collection.size <= settings.setListpackEntries;
  collection.forEach((element) => {
    collection.element(element, member);
    if (integers && Number.isNaN(parseInteger(member))) integers = false;
    if (member.length > settings.setListpackValueBytes) small = false;
    return integers || small;
  });
  if (integers) return "intset";
  return small ? "listpack" : "hashtable";
}

function zsetEncoding(keyspace: Keyspace, ref: EntryRef, settings: Settings): string {
  const collection = keyspace.collection(ref);
  if (collection.size > settings.zsetListpackEntries) return "skiplist";
  const member = new ByteRange();
  let small = true;
  collection.forEach((element) => {
    collection.element(element, member);
    small = member.length <= settings.zsetListpackValueBytes;
    return small;
  });
  return small ? "listpack" : "skiplist";
}
