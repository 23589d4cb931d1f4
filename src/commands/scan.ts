/** Walking the keyspace: SCAN, KEYS, RANDOMKEY, DBSIZE. */
import { ByteRange } from "../byte-range.ts";
import type { EntryRef } from "../store/entry.ts";
import { COLLECTION_TYPES, KeyType } from "../store/key-type.ts";
import type { KeyTypeValue } from "../store/key-type.ts";
import { ByteList } from "./byte-list.ts";
import type { Call } from "./command.ts";
import type { OptionWord } from "./option.ts";
import { isOption, optionWord } from "./option.ts";
import { matchesPattern, readCursor, readScanOptions, replyScan } from "./scan-options.ts";

/** By KeyType. */
export const TYPE_NAMES: readonly string[] = ["none", "string", "hash", "set", "zset", "list"];
const TYPE_WORDS: readonly OptionWord[] = TYPE_NAMES.map(optionWord);
const TYPES_VISIBLE: readonly KeyTypeValue[] = [KeyType.string, ...COLLECTION_TYPES];

export function scan(call: Call): void {
  const { args, keyspace, reply } = call;
  const cursor = readCursor(reply, args.at(1));
  if (Number.isNaN(cursor)) return;
  const options = readScanOptions(call, 2, "keys");
  if (options === undefined) return;
  const { pattern, type } = options;
  const wanted = type === undefined ? undefined : typeNamed(type);
  const found = new ByteList();
  const key = new ByteRange();
  const next = keyspace.scan(call.client.db, cursor, options.count, (ref: EntryRef) => {
    if (wanted !== undefined && keyspace.typeOf(ref) !== wanted) return;
    keyspace.keyOf(ref, key);
    if (matchesPattern(pattern, key)) found.push(key);
  });
  replyScan(reply, next, found);
}

/** A type that no key has, such as a stream, is `none`, and finds nothing. */
function typeNamed(name: ByteRange): KeyTypeValue {
  return TYPES_VISIBLE.find((type) => isOption(name, TYPE_WORDS[type] as OptionWord)) ?? KeyType.none;
}

export function keys(call: Call): void {
  const { args, keyspace, reply } = call;
  const pattern = args.at(1);
  const key = new ByteRange();
  const mark = reply.beginArray();
  let count = 0;
  keyspace.forEachKey(call.client.db, (ref: EntryRef) => {
    keyspace.keyOf(ref, key);
    if (!matchesPattern(pattern, key)) return;
    reply.bulk(key);
    count++;
  });
  reply.endArray(mark, count);
}

export function randomkey(call: Call): void {
  const { keyspace, reply, host } = call;
  const ref = keyspace.randomKey(call.client.db, () => host.random());
  if (ref === 0) return reply.nil();
  const key = new ByteRange();
  keyspace.keyOf(ref, key);
  reply.bulk(key);
}

export function dbsize(call: Call): void {
  call.reply.integer(call.keyspace.size(call.client.db));
}
