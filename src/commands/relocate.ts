/** Commands that carry keys elsewhere: RENAME, RENAMENX, COPY, MOVE, SWAPDB. */
import { ByteRange } from "../byte-range.ts";
import type { EntryRef } from "../store/entry.ts";
import type { Keyspace } from "../store/keyspace.ts";
import { ByteList } from "./byte-list.ts";
import type { Call } from "./command.ts";
import { DATABASE_OUT_OF_RANGE, NO_SUCH_KEY, SAME_OBJECT, SYNTAX_ERROR } from "./error-texts.ts";
import type { KeyCopy } from "./key-copy.ts";
import { copyKey, placeCopy } from "./key-copy.ts";
import { findToRead } from "./lookup.ts";
import { readInt32 } from "./number.ts";
import { DB, isOption, REPLACE } from "./option.ts";

export function rename(call: Call): void {
  if (renameKey(call, true)) call.reply.ok();
}

export function renamenx(call: Call): void {
  if (renameKey(call, false)) call.reply.integer(1);
}

/** False when it has replied already. */
function renameKey(call: Call, replaces: boolean): boolean {
  const { args, keyspace, reply } = call;
  const db = call.client.db;
  const source = args.at(1);
  const target = args.at(2);
  const ref = keyspace.find(db, source);
  if (ref === 0) {
    reply.error(NO_SUCH_KEY);
    return false;
  }
  const same = source.equals(target);
  if (!replaces && (same || keyspace.find(db, target) !== 0)) {
    reply.integer(0);
    return false;
  }
  if (same) return true;
  const content = copyKey(keyspace, ref);
  keyspace.remove(db, source);
  placeCopy(keyspace, db, target, content);
  return true;
}

export function copy(call: Call): void {
  const { args, keyspace, reply } = call;
  const from = call.client.db;
  let to = from;
  let replaces = false;
  for (let i = 3; i < args.count; i++) {
    if (isOption(args.at(i), REPLACE)) replaces = true;
    else if (isOption(args.at(i), DB) && i + 1 < args.count) {
      to = readDatabase(call, args.at(++i));
      if (Number.isNaN(to)) return;
    } else return reply.error(SYNTAX_ERROR);
  }
  const source = args.at(1);
  const target = args.at(2);
  if (from === to && source.equals(target)) return reply.error(SAME_OBJECT);
  const ref = findToRead(call, source);
  if (ref === 0 || (!replaces && keyspace.find(to, target) !== 0)) return reply.integer(0);
  placeCopy(keyspace, to, target, copyKey(keyspace, ref));
  reply.integer(1);
}

export function move(call: Call): void {
  const { args, keyspace, reply } = call;
  const from = call.client.db;
  const key = args.at(1);
  const to = readDatabase(call, args.at(2));
  if (Number.isNaN(to)) return;
  if (from === to) return reply.error(SAME_OBJECT);
  const ref = keyspace.find(from, key);
  if (ref === 0 || keyspace.find(to, key) !== 0) return reply.integer(0);
  const content = copyKey(keyspace, ref);
  keyspace.remove(from, key);
  placeCopy(keyspace, to, key, content);
  reply.integer(1);
}

/** The number of a database; NaN after the error reply. */
function readDatabase(call: Call, range: ByteRange): number {
  const db = readInt32(call.reply, range);
  if (Number.isNaN(db) || isDatabase(call, db)) return db;
  call.reply.error(DATABASE_OUT_OF_RANGE);
  return Number.NaN;
}

function isDatabase(call: Call, db: number): boolean {
  return db >= 0 && db < call.host.config.settings.databases;
}

/** Both databases are copied, cleared and written anew: memory and time for all that they hold. */
export function swapdb(call: Call): void {
  const { args, keyspace, reply } = call;
  const a = readInt32(reply, args.at(1), "ERR invalid first DB index");
  if (Number.isNaN(a)) return;
  const b = readInt32(reply, args.at(2), "ERR invalid second DB index");
  if (Number.isNaN(b)) return;
  if (!isDatabase(call, a) || !isDatabase(call, b)) return reply.error(DATABASE_OUT_OF_RANGE);
  if (a !== b) {
    const ofA = copyDatabase(keyspace, a);
    const ofB = copyDatabase(keyspace, b);
    keyspace.clear(a);
    keyspace.clear(b);
    placeDatabase(keyspace, a, ofB);
    placeDatabase(keyspace, b, ofA);
  }
  reply.ok();
}

interface DatabaseCopy {
  readonly keys: ByteList;
  readonly contents: readonly KeyCopy[];
}

function copyDatabase(keyspace: Keyspace, db: number): DatabaseCopy {
  const keys = new ByteList();
  const contents: KeyCopy[] = [];
  const key = new ByteRange();
  keyspace.forEachKey(db, (ref: EntryRef) => {
    keyspace.keyOf(ref, key);
    keys.push(key);
    contents.push(copyKey(keyspace, ref));
  });
  return { keys, contents };
}

function placeDatabase(keyspace: Keyspace, db: number, { keys, contents }: DatabaseCopy): void {
  const key = new ByteRange();
  for (const [i, content] of contents.entries()) placeCopy(keyspace, db, keys.at(i, key), content);
}
