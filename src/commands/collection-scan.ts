/**
 * HSCAN, SSCAN and ZSCAN. What Redis would keep in a compact encoding it returns
 * whole, whatever the cursor and COUNT; so do these, by the same settings.
 */
import { ByteRange } from "../byte-range.ts";
import { formatDouble } from "../resp/double.ts";
import type { Elements } from "../store/elements.ts";
import type { EntryRef } from "../store/entry.ts";
import { KeyType } from "../store/key-type.ts";
import type { KeyTypeValue } from "../store/key-type.ts";
import { ByteList } from "./byte-list.ts";
import type { Call } from "./command.ts";
import { MISTYPED, readTyped } from "./lookup.ts";
import { matchesPattern, readCursor, readScanOptions, replyScan } from "./scan-options.ts";
import type { ScanOptions } from "./scan-options.ts";

export function scanHash(call: Call): void {
  scanCollection(call, KeyType.hash, call.host.config.settings.hashListpackEntries);
}

export function scanSet(call: Call): void {
  scanCollection(call, KeyType.set, call.host.config.settings.setListpackEntries);
}

export function scanSortedSet(call: Call): void {
  scanCollection(call, KeyType.zset, call.host.config.settings.zsetListpackEntries);
}

function scanCollection(call: Call, type: KeyTypeValue, compactSizeMax: number): void {
  const { args, keyspace, reply } = call;
  const cursor = readCursor(reply, args.at(2));
  if (Number.isNaN(cursor)) return;
  const ref = readTyped(call, args.at(1), type);
  if (ref === MISTYPED) return;
  const found = new ByteList();
  // A missing key answers before its options are looked at, as in Redis.
  if (ref === 0) return replyScan(reply, 0, found);
  const options = readScanOptions(call, 3, type === KeyType.hash ? "fields" : "members");
  if (options === undefined) return;
  const collection = keyspace.collection(ref);
  const visit = collector(collection, type, options, found);
  if (collection.size > compactSizeMax) return replyScan(reply, collection.scan(cursor, options.count, visit), found);
  collection.forEach(visit);
  replyScan(reply, 0, found);
}

function collector(
  collection: Elements,
  type: KeyTypeValue,
  options: ScanOptions,
  found: ByteList,
): (ref: EntryRef) => void {
  const item = new ByteRange();
  return (ref) => {
    collection.element(ref, item);
    if (!matchesPattern(options.pattern, item)) return;
    found.push(item);
    if (options.noValues) return;
    if (type === KeyType.hash) collection.value(ref, item);
    else if (type !== KeyType.zset) return;
    found.push(type === KeyType.zset ? ByteRange.ofText(formatDouble(collection.score(ref))) : item);
  };
}
