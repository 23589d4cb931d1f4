/** The hash commands: one row each, and those that read a hash as a whole. */
import { ByteRange } from "../byte-range.ts";
import type { Elements } from "../store/elements.ts";
import type { EntryRef } from "../store/entry.ts";
import { KeyType } from "../store/key-type.ts";
import { scanHash } from "./collection-scan.ts";
import type { Call, Command } from "./command.ts";
import { ONE_KEY } from "./command.ts";
import { GROWS_FAST, READS, READS_FAST, WRITES_FAST } from "./command-flags.ts";
import { OUT_OF_RANGE, SYNTAX_ERROR } from "./error-texts.ts";
import {
  hexpire,
  hexpireat,
  hexpiretime,
  hpersist,
  hpexpire,
  hpexpireat,
  hpexpiretime,
  hpttl,
  httl,
} from "./field-expiry.ts";
import { hgetdel, hgetex, hsetex } from "./field-values.ts";
import { hincrby, hincrbyfloat } from "./hash-counter.ts";
import { hdel, hexists, hget, hmget, hmset, hset, hsetnx, hstrlen } from "./hash-fields.ts";
import { MISTYPED, readTyped } from "./lookup.ts";
import { isOption, WITHVALUES } from "./option.ts";
import { mayRepeat, PAIRS_END, pickDistinct, readSignedCount } from "./random-pick.ts";

const group = "hash";

export const hashCommands: readonly Command[] = [
  { name: "hset", arity: -4, flags: GROWS_FAST, keys: ONE_KEY, group, handler: hset },
  { name: "hsetnx", arity: 4, flags: GROWS_FAST, keys: ONE_KEY, group, handler: hsetnx },
  { name: "hmset", arity: -4, flags: GROWS_FAST, keys: ONE_KEY, group, handler: hmset },
  { name: "hget", arity: 3, flags: READS_FAST, keys: ONE_KEY, group, handler: hget },
  { name: "hmget", arity: -3, flags: READS_FAST, keys: ONE_KEY, group, handler: hmget },
  { name: "hgetall", arity: 2, flags: READS, keys: ONE_KEY, group, handler: hgetall },
  { name: "hdel", arity: -3, flags: WRITES_FAST, keys: ONE_KEY, group, handler: hdel },
  { name: "hexists", arity: 3, flags: READS_FAST, keys: ONE_KEY, group, handler: hexists },
  { name: "hlen", arity: 2, flags: READS_FAST, keys: ONE_KEY, group, handler: hlen },
  { name: "hkeys", arity: 2, flags: READS, keys: ONE_KEY, group, handler: hkeys },
  { name: "hvals", arity: 2, flags: READS, keys: ONE_KEY, group, handler: hvals },
  { name: "hstrlen", arity: 3, flags: READS_FAST, keys: ONE_KEY, group, handler: hstrlen },
  { name: "hincrby", arity: 4, flags: GROWS_FAST, keys: ONE_KEY, group, handler: hincrby },
  { name: "hincrbyfloat", arity: 4, flags: GROWS_FAST, keys: ONE_KEY, group, handler: hincrbyfloat },
  { name: "hrandfield", arity: -2, flags: READS, keys: ONE_KEY, group, handler: hrandfield },
  { name: "hscan", arity: -3, flags: READS, keys: ONE_KEY, group, handler: scanHash },
  { name: "hexpire", arity: -6, flags: WRITES_FAST, keys: ONE_KEY, group, handler: hexpire },
  { name: "hpexpire", arity: -6, flags: WRITES_FAST, keys: ONE_KEY, group, handler: hpexpire },
  { name: "hexpireat", arity: -6, flags: WRITES_FAST, keys: ONE_KEY, group, handler: hexpireat },
  { name: "hpexpireat", arity: -6, flags: WRITES_FAST, keys: ONE_KEY, group, handler: hpexpireat },
  { name: "httl", arity: -5, flags: READS_FAST, keys: ONE_KEY, group, handler: httl },
  { name: "hpttl", arity: -5, flags: READS_FAST, keys: ONE_KEY, group, handler: hpttl },
  { name: "hexpiretime", arity: -5, flags: READS_FAST, keys: ONE_KEY, group, handler: hexpiretime },
  { name: "hpexpiretime", arity: -5, flags: READS_FAST, keys: ONE_KEY, group, handler: hpexpiretime },
  { name: "hpersist", arity: -5, flags: WRITES_FAST, keys: ONE_KEY, group, handler: hpersist },
  { name: "hgetex", arity: -5, flags: WRITES_FAST, keys: ONE_KEY, group, handler: hgetex },
  { name: "hsetex", arity: -6, flags: GROWS_FAST, keys: ONE_KEY, group, handler: hsetex },
  { name: "hgetdel", arity: -5, flags: WRITES_FAST, keys: ONE_KEY, group, handler: hgetdel },
];

/** A cursor on the field or value in hand; it carries nothing from one command to the next. */
const item = new ByteRange();

function hlen(call: Call): void {
  const ref = readTyped(call, call.args.at(1), KeyType.hash);
  if (ref === MISTYPED) return;
  call.reply.integer(ref === 0 ? 0 : call.keyspace.collection(ref).size);
}

function hgetall(call: Call): void {
  const ref = readTyped(call, call.args.at(1), KeyType.hash);
  if (ref === MISTYPED) return;
  if (ref === 0) return call.reply.map(0);
  const hash = call.keyspace.collection(ref);
  call.reply.map(hash.size);
  hash.forEach((field) => replyPair(call, hash, field));
}

function hkeys(call: Call): void {
  const ref = readTyped(call, call.args.at(1), KeyType.hash);
  if (ref === MISTYPED) return;
  if (ref === 0) return call.reply.array(0);
  const hash = call.keyspace.collection(ref);
  call.reply.array(hash.size);
  hash.forEach((field) => replyField(call, hash, field));
}

function hvals(call: Call): void {
  const ref = readTyped(call, call.args.at(1), KeyType.hash);
  if (ref === MISTYPED) return;
  if (ref === 0) return call.reply.array(0);
  const hash = call.keyspace.collection(ref);
  call.reply.array(hash.size);
  hash.forEach((field) => {
    hash.value(field, item);
    call.reply.bulk(item);
  });
}

function replyField(call: Call, hash: Elements, field: EntryRef): void {
  hash.element(field, item);
  call.reply.bulk(item);
}

function replyPair(call: Call, hash: Elements, field: EntryRef): void {
  replyField(call, hash, field);
  hash.value(field, item);
  call.reply.bulk(item);
}

function hrandfield(call: Call): void {
  const { args, reply, host } = call;
  if (args.count > 2) return manyRandomFields(call);
  const ref = readTyped(call, args.at(1), KeyType.hash);
  if (ref === MISTYPED) return;
  if (ref === 0) return reply.nil();
  const hash = call.keyspace.collection(ref);
  replyField(
    call,
    hash,
    hash.random(() => host.random()),
  );
}

function manyRandomFields(call: Call): void {
  const { args, reply, host } = call;
  const count = readSignedCount(call, args.at(2));
  if (Number.isNaN(count)) return;
  if (args.count > 4 || (args.count === 4 && !isOption(args.at(3), WITHVALUES))) return reply.error(SYNTAX_ERROR);
  const withValues = args.count === 4;
  if (withValues && Math.abs(count) >= PAIRS_END) return reply.error(OUT_OF_RANGE);
  const ref = readTyped(call, args.at(1), KeyType.hash);
  if (ref === MISTYPED) return;
  if (ref === 0 || count === 0) return reply.array(0);
  if (!mayRepeat(call, count)) return;
  const hash = call.keyspace.collection(ref);
  const random = (): number => host.random();
  const picks = count < 0 ? -count : Math.min(count, hash.size);
  reply.array(withValues && reply.protocol === 2 ? picks * 2 : picks);
  const one = (field: EntryRef): void => {
    if (!withValues) return replyField(call, hash, field);
    if (reply.protocol === 3) reply.array(2);
    replyPair(call, hash, field);
  };
  if (count < 0) for (let i = 0; i < picks; i++) one(hash.random(random));
  else for (const field of pickDistinct(hash, count, random)) one(field);
}
