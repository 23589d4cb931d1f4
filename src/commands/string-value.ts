/**
 * Commands that read or write a string's whole value: GET, SET in all its
 * forms, GETSET, GETDEL, GETEX, MGET, MSET, MSETNX.
 *
 * A SET begins a new life: the old value, whatever its type, its counter and
 * its deadline go. KEEPTTL keeps the life and changes the value.
 */
import { ByteRange } from "../byte-range.ts";
import { KeyType } from "../store/key-type.ts";
import type { Call } from "./command.ts";
import { MILLISECONDS, readPositiveDeadline, SECONDS } from "./deadline.ts";
import { SYNTAX_ERROR, wrongArity } from "./error-texts.ts";
import { MISTYPED, readTyped } from "./lookup.ts";
import {
  BAD_OPTIONS,
  GETEX_OPTIONS,
  optionsDeadline,
  parseStringOptions,
  SET_OPTIONS,
  StringFlag,
} from "./string-options.ts";

/** A cursor on the value in hand; it carries nothing from one command to the next. */
const value = new ByteRange();

export function set(call: Call): void {
  const { args } = call;
  if (args.count > 3) return setWithOptions(call);
  call.keyspace.put(call.client.db, args.at(1), args.at(2), -1);
  call.reply.ok();
}

function setWithOptions(call: Call): void {
  const { args, keyspace, reply } = call;
  const db = call.client.db;
  const options = parseStringOptions(args, 3, SET_OPTIONS);
  if (options === BAD_OPTIONS) return reply.error(SYNTAX_ERROR);
  const deadline = optionsDeadline(call, options);
  if (Number.isNaN(deadline)) return;
  const key = args.at(1);
  const answersOld = (options & StringFlag.get) !== 0;
  if (answersOld && !replyValue(call, readTyped(call, key, KeyType.string))) return;
  if ((options & (StringFlag.nx | StringFlag.xx)) !== 0) {
    const wanted = (options & StringFlag.xx) !== 0;
    if ((keyspace.find(db, key) !== 0) !== wanted) {
      if (!answersOld) reply.nil();
      return;
    }
  }
  if ((options & StringFlag.keepTtl) !== 0) putKeepingDeadline(call);
  else keyspace.put(db, key, args.at(2), deadline);
  if (!answersOld) reply.ok();
}

/** A string keeps its life; a key of another type begins a new one, but keeps its deadline. */
function putKeepingDeadline(call: Call): void {
  const { args, keyspace } = call;
  const db = call.client.db;
  const key = args.at(1);
  const ref = keyspace.find(db, key);
  if (ref === 0 || keyspace.typeOf(ref) === KeyType.string) keyspace.putKeepingLife(db, key, args.at(2));
  else keyspace.put(db, key, args.at(2), keyspace.deadline(ref));
}

/** The value or nil. False when the key is of another type, which is then the reply. */
function replyValue(call: Call, ref: number): boolean {
  if (ref === MISTYPED) return false;
  if (ref === 0) {
    call.reply.nil();
    return true;
  }
  call.keyspace.stringValue(ref, value);
  call.reply.bulk(value);
  return true;
}

export function setnx(call: Call): void {
  const { args, keyspace, reply } = call;
  if (keyspace.find(call.client.db, args.at(1)) !== 0) return reply.integer(0);
  keyspace.put(call.client.db, args.at(1), args.at(2), -1);
  reply.integer(1);
}

export function setex(call: Call): void {
  setWithLife(call, SECONDS);
}

export function psetex(call: Call): void {
  setWithLife(call, MILLISECONDS);
}

function setWithLife(call: Call, unitMs: number): void {
  const { args, keyspace, reply } = call;
  const deadline = readPositiveDeadline(call, args.at(2), unitMs, keyspace.nowMs);
  if (Number.isNaN(deadline)) return;
  keyspace.put(call.client.db, args.at(1), args.at(3), deadline);
  reply.ok();
}

export function get(call: Call): void {
  const ref = readTyped(call, call.args.at(1), KeyType.string);
  if (ref === MISTYPED) return;
  if (ref === 0) return call.reply.nil();
  call.keyspace.stringValue(ref, value);
  call.reply.bulk(value);
}

export function mget(call: Call): void {
  const { args, keyspace, reply } = call;
  const { client, host } = call;
  reply.array(args.count - 1);
  for (let i = 1; i < args.count; i++) {
    const ref = keyspace.find(client.db, args.at(i));
    if (ref === 0) {
      host.statistics.keyspaceMisses++;
      reply.nil();
      continue;
    }
    host.statistics.keyspaceHits++;
    if (keyspace.typeOf(ref) !== KeyType.string) {
      reply.nil();
      continue;
    }
    keyspace.stringValue(ref, value);
    reply.bulk(value);
  }
}

export function getset(call: Call): void {
  const { args, keyspace } = call;
  if (!replyValue(call, readTyped(call, args.at(1), KeyType.string))) return;
  keyspace.put(call.client.db, args.at(1), args.at(2), -1);
}

export function getdel(call: Call): void {
  const { args, keyspace } = call;
  if (!replyValue(call, readTyped(call, args.at(1), KeyType.string))) return;
  keyspace.remove(call.client.db, args.at(1));
}

export function getex(call: Call): void {
  const { args, keyspace, reply } = call;
  const db = call.client.db;
  const options = parseStringOptions(args, 2, GETEX_OPTIONS);
  if (options === BAD_OPTIONS) return reply.error(SYNTAX_ERROR);
  const key = args.at(1);
  const ref = readTyped(call, key, KeyType.string);
  if (ref === MISTYPED) return;
  if (ref === 0) return reply.nil();
  const deadline = optionsDeadline(call, options);
  if (Number.isNaN(deadline)) return;
  replyValue(call, ref);
  if ((options & StringFlag.persist) !== 0) {
    if (keyspace.deadline(ref) !== -1) keyspace.persist(db, key);
  } else if (deadline !== -1) {
    if (deadline <= keyspace.nowMs) keyspace.remove(db, key);
    else keyspace.expireAt(db, key, deadline);
  }
}

export function mset(call: Call): void {
  if (call.args.count % 2 === 0) return call.reply.error(wrongArity(call.args.at(0).latin1()));
  putPairs(call);
  call.reply.ok();
}

export function msetnx(call: Call): void {
  const { args, keyspace, reply } = call;
  if (args.count % 2 === 0) return reply.error(wrongArity(args.at(0).latin1()));
  for (let i = 1; i < args.count; i += 2) {
    if (keyspace.find(call.client.db, args.at(i)) !== 0) return reply.integer(0);
  }
  putPairs(call);
  reply.integer(1);
}

function putPairs(call: Call): void {
  const { args, keyspace } = call;
  for (let i = 1; i < args.count; i += 2) keyspace.put(call.client.db, args.at(i), args.at(i + 1), -1);
}
