/**
 * Deadlines of fields: HEXPIRE and its like, HTTL and its like, HPERSIST. Each
 * replies with a number for every field.
 *
 * A deadline that has already come is not set: the field is deleted instead, and
 * the key with its last one.
 */
import type { ByteRange } from "../byte-range.ts";
import type { Elements } from "../store/elements.ts";
import { KeyType } from "../store/key-type.ts";
import type { Call } from "./command.ts";
import { MILLISECONDS, SECONDS } from "./deadline.ts";
import { readFieldDeadline, readFields } from "./field-arguments.ts";
import { findTyped, MISTYPED, readTyped } from "./lookup.ts";
import { GT, isOption, LT, NX, XX } from "./option.ts";

const NO_FIELD = -2;
const NO_DEADLINE = -1;
const NOT_MET = 0;
const DONE = 1;
const DELETED = 2;

type Condition = (current: number, wanted: number) => boolean;

/** A field without a deadline counts as one that lives for ever. */
const CONDITIONS: readonly (readonly [word: Uint8Array, condition: Condition])[] = [
  [NX, (current) => current === NO_DEADLINE],
  [XX, (current) => current !== NO_DEADLINE],
  [GT, (current, wanted) => current !== NO_DEADLINE && wanted > current],
  [LT, (current, wanted) => current === NO_DEADLINE || wanted < current],
];

export function hexpire(call: Call): void {
  setDeadlines(call, SECONDS, call.keyspace.nowMs);
}

export function hpexpire(call: Call): void {
  setDeadlines(call, MILLISECONDS, call.keyspace.nowMs);
}

export function hexpireat(call: Call): void {
  setDeadlines(call, SECONDS, 0);
}

export function hpexpireat(call: Call): void {
  setDeadlines(call, MILLISECONDS, 0);
}

function setDeadlines(call: Call, unitMs: number, baseMs: number): void {
  const { args, keyspace, reply } = call;
  const { db } = call.client;
  const key = args.at(1);
  if (findTyped(call, key, KeyType.hash) === MISTYPED) return;
  const deadline = readFieldDeadline(call, args.at(2), unitMs, baseMs);
  if (Number.isNaN(deadline)) return;
  const condition = conditionOf(args.at(3));
  const first = readFields(call, condition === undefined ? 3 : 4, "ERR Parameter `numFields` should be greater than 0");
  if (first < 0) return;
  reply.array(args.count - first);
  for (let i = first; i < args.count; i++) {
    const current = deadlineOf(fieldsOf(call), args.at(i));
    if (current === NO_FIELD) reply.integer(NO_FIELD);
    else if (condition !== undefined && !condition(current, deadline)) reply.integer(NOT_MET);
    else reply.integer(keyspace.fields.expireAt(db, key, args.at(i), deadline) ? DONE : DELETED);
  }
}

function conditionOf(range: ByteRange): Condition | undefined {
  for (const [word, condition] of CONDITIONS) if (isOption(range, word)) return condition;
  return undefined;
}

export function hpersist(call: Call): void {
  const { args, keyspace, reply } = call;
  if (findTyped(call, args.at(1), KeyType.hash) === MISTYPED) return;
  const first = readFields(call, 2);
  if (first < 0) return;
  reply.array(args.count - first);
  for (let i = first; i < args.count; i++) {
    const current = deadlineOf(fieldsOf(call), args.at(i));
    if (current >= 0) keyspace.fields.persist(call.client.db, args.at(1), args.at(i));
    reply.integer(current >= 0 ? DONE : current);
  }
}

export function httl(call: Call): void {
  replyDeadlines(call, SECONDS, call.keyspace.nowMs);
}

export function hpttl(call: Call): void {
  replyDeadlines(call, MILLISECONDS, call.keyspace.nowMs);
}

export function hexpiretime(call: Call): void {
  replyDeadlines(call, SECONDS, 0);
}

export function hpexpiretime(call: Call): void {
  replyDeadlines(call, MILLISECONDS, 0);
}

/** Whole units from `baseMs` on, the last one begun counting as whole. */
function replyDeadlines(call: Call, unitMs: number, baseMs: number): void {
  const { args, keyspace, reply } = call;
  const ref = readTyped(call, args.at(1), KeyType.hash);
  if (ref === MISTYPED) return;
  const first = readFields(call, 2);
  if (first < 0) return;
  const fields = ref === 0 ? undefined : keyspace.collection(ref);
  reply.array(args.count - first);
  for (let i = first; i < args.count; i++) {
    const deadline = deadlineOf(fields, args.at(i));
    reply.integer(deadline < 0 ? deadline : Math.ceil((deadline - baseMs) / unitMs));
  }
}

/** The fields as they are after the last write, which may have taken the key. */
function fieldsOf({ args, client, keyspace }: Call): Elements | undefined {
  const ref = keyspace.peek(client.db, args.at(1));
  return ref === 0 ? undefined : keyspace.collection(ref);
}

/** NO_FIELD, NO_DEADLINE, or when the field dies. */
function deadlineOf(fields: Elements | undefined, field: ByteRange): number {
  const ref = fields === undefined ? 0 : fields.find(field);
  return fields === undefined || ref === 0 ? NO_FIELD : fields.deadline(ref);
}
