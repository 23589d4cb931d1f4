/**
 * Deadlines of keys: EXPIRE and its like, TTL and its like, PERSIST.
 *
 * A deadline is an absolute time on the hybrid clock. One that has already come
 * is not set: the key is deleted instead, as in Redis.
 */
import { DEADLINE_MS_MAX } from "../limits/clients.ts";
import type { Call } from "./command.ts";
import { MILLISECONDS, readDeadline, SECONDS } from "./deadline.ts";
import { peekToRead } from "./lookup.ts";
import { GT, isOption, LT, NX, XX } from "./option.ts";

const Condition = { nx: 1, xx: 2, gt: 4, lt: 8 } as const;
const BAD_CONDITIONS = -1;
const MISSING = -2;
const NO_DEADLINE = -1;

export function expire(call: Call): void {
  setDeadline(call, SECONDS, call.keyspace.nowMs);
}

export function pexpire(call: Call): void {
  setDeadline(call, MILLISECONDS, call.keyspace.nowMs);
}

export function expireat(call: Call): void {
  setDeadline(call, SECONDS, 0);
}

export function pexpireat(call: Call): void {
  setDeadline(call, MILLISECONDS, 0);
}

function setDeadline(call: Call, unitMs: number, baseMs: number): void {
  const { args, keyspace, reply } = call;
  const db = call.client.db;
  const key = args.at(1);
  const conditions = args.count > 3 ? readConditions(call) : 0;
  if (conditions === BAD_CONDITIONS) return;
  const deadline = readDeadline(call, args.at(2), unitMs, baseMs);
  if (Number.isNaN(deadline)) return;
  const ref = keyspace.find(db, key);
  if (ref === 0 || (conditions !== 0 && !allows(conditions, keyspace.deadline(ref), deadline))) return reply.integer(0);
  if (deadline <= keyspace.nowMs) keyspace.remove(db, key);
  else keyspace.expireAt(db, key, deadline);
  reply.integer(1);
}

function readConditions(call: Call): number {
  const { args, reply } = call;
  let conditions = 0;
  for (let i = 3; i < args.count; i++) {
    const option = args.at(i);
    if (isOption(option, NX)) conditions |= Condition.nx;
    else if (isOption(option, XX)) conditions |= Condition.xx;
    else if (isOption(option, GT)) conditions |= Condition.gt;
    else if (isOption(option, LT)) conditions |= Condition.lt;
    else {
      reply.error(`ERR Unsupported option ${option.utf8()}`);
      return BAD_CONDITIONS;
    }
  }
  if ((conditions & Condition.nx) !== 0 && conditions !== Condition.nx) {
    reply.error("ERR NX and XX, GT or LT options at the same time are not compatible");
    return BAD_CONDITIONS;
  }
  if ((conditions & Condition.gt) !== 0 && (conditions & Condition.lt) !== 0) {
    reply.error("ERR GT and LT options at the same time are not compatible");
    return BAD_CONDITIONS;
  }
  return conditions;
}

/** A key without a deadline counts as one that lives for ever. */
function allows(conditions: number, current: number, wanted: number): boolean {
  const mortal = current !== NO_DEADLINE;
  if ((conditions & Condition.nx) !== 0 && mortal) return false;
  if ((conditions & Condition.xx) !== 0 && !mortal) return false;
  if ((conditions & Condition.gt) !== 0 && (!mortal || wanted <= current)) return false;
  return (conditions & Condition.lt) === 0 || !mortal || wanted < current;
}

export function ttl(call: Call): void {
  const left = timeLeft(call);
  call.reply.integer(left < 0 ? left : wholeSeconds(left));
}

export function pttl(call: Call): void {
  call.reply.integer(timeLeft(call));
}

export function expiretime(call: Call): void {
  const deadline = deadlineOrLack(call);
  call.reply.integer(deadline < 0 ? deadline : wholeSeconds(deadline));
}

export function pexpiretime(call: Call): void {
  call.reply.integer(deadlineOrLack(call));
}

export function persist(call: Call): void {
  const { args, keyspace, reply } = call;
  const ref = keyspace.find(call.client.db, args.at(1));
  if (ref === 0 || keyspace.deadline(ref) === NO_DEADLINE) return reply.integer(0);
  keyspace.persist(call.client.db, args.at(1));
  reply.integer(1);
}

/** The deadline; NO_DEADLINE or MISSING where there is none. */
function deadlineOrLack(call: Call): number {
  const ref = peekToRead(call, call.args.at(1));
  return ref === 0 ? MISSING : call.keyspace.deadline(ref);
}

function timeLeft(call: Call): number {
  const deadline = deadlineOrLack(call);
  return deadline < 0 ? deadline : Math.max(0, deadline - call.keyspace.nowMs);
}

function wholeSeconds(ms: number): number {
  return Math.floor(Math.min(ms + 500, DEADLINE_MS_MAX) / 1000);
}
