/**
 * Values of fields together with their lives: HGETEX, HSETEX, HGETDEL.
 */
import { ByteRange } from "../byte-range.ts";
import { KeyType } from "../store/key-type.ts";
import type { Call } from "./command.ts";
import { MILLISECONDS, SECONDS } from "./deadline.ts";
import { wrongArity } from "./error-texts.ts";
import { readFieldDeadline, readFields } from "./field-arguments.ts";
import { findTyped, MISTYPED } from "./lookup.ts";
import { parseInteger } from "./number.ts";
import { EX, EXAT, FIELDS, FNX, FXX, isOption, KEEPTTL, PERSIST, PX, PXAT } from "./option.ts";

/** A number of fields is a C int. */
const FIELDS_MAX = 2 ** 31 - 1;

/** What becomes of the deadline: stays as it is, goes, or these milliseconds. */
const KEEP = -1;
const NEVER = -2;

interface TimeOption {
  readonly word: Uint8Array;
  readonly unitMs: number;
  readonly isAbsolute: boolean;
}

const TIME_OPTIONS: readonly TimeOption[] = [
  { word: EX, unitMs: SECONDS, isAbsolute: false },
  { word: PX, unitMs: MILLISECONDS, isAbsolute: false },
  { word: EXAT, unitMs: SECONDS, isAbsolute: true },
  { word: PXAT, unitMs: MILLISECONDS, isAbsolute: true },
];

/** A cursor on the value in hand; it carries nothing from one command to the next. */
const value = new ByteRange();

/** Replies with a field's value or nil; false when there is no such field. */
function replyField({ args, client, keyspace, reply }: Call, field: ByteRange): boolean {
  const ref = keyspace.peek(client.db, args.at(1));
  const fields = ref === 0 ? undefined : keyspace.collection(ref);
  const found = fields === undefined ? 0 : fields.find(field);
  if (fields === undefined || found === 0) {
    reply.nil();
    return false;
  }
  fields.value(found, value);
  reply.bulk(value);
  return true;
}

export function hgetdel(call: Call): void {
  const { args, client, keyspace, reply } = call;
  if (findTyped(call, args.at(1), KeyType.hash) === MISTYPED) return;
  const first = readFields(call, 2);
  if (first < 0) return;
  reply.array(args.count - first);
  for (let i = first; i < args.count; i++) {
    if (replyField(call, args.at(i))) keyspace.elementRemove(client.db, args.at(1), KeyType.hash, args.at(i));
  }
}

export function hgetex(call: Call): void {
  const { args, reply } = call;
  if (findTyped(call, args.at(1), KeyType.hash) === MISTYPED) return;
  const time = timeOptionOf(args.at(2));
  const persists = isOption(args.at(2), PERSIST);
  let deadline = persists ? NEVER : KEEP;
  if (time !== undefined) deadline = readTime(call, 3, time);
  if (Number.isNaN(deadline)) return;
  const first = readFields(call, time !== undefined ? 4 : persists ? 3 : 2);
  if (first < 0) return;
  reply.array(args.count - first);
  for (let i = first; i < args.count; i++) {
    if (replyField(call, args.at(i)) && deadline !== KEEP) setLife(call, args.at(i), deadline);
  }
}

/** The field is visible. */
function setLife({ args, client, keyspace }: Call, field: ByteRange, deadline: number): void {
  const { db } = client;
  const key = args.at(1);
  if (deadline !== NEVER) {
    keyspace.fields.expireAt(db, key, field, deadline);
    return;
  }
  const fields = keyspace.collection(keyspace.peek(db, key));
  if (fields.deadline(fields.find(field)) >= 0) keyspace.fields.persist(db, key, field);
}

function timeOptionOf(range: ByteRange): TimeOption | undefined {
  for (const option of TIME_OPTIONS) if (isOption(range, option.word)) return option;
  return undefined;
}

function readTime(call: Call, at: number, { unitMs, isAbsolute }: TimeOption): number {
  return readFieldDeadline(call, call.args.at(at), unitMs, isAbsolute ? 0 : call.keyspace.nowMs);
}

interface SetOptions {
  /** FXX wants all fields to be there, FNX none. */
  condition: "all" | "none" | undefined;
  /** KEEP, NEVER, or the deadline. */
  deadline: number;
  /** Where field, value, field, value begin. */
  first: number;
}

export function hsetex(call: Call): void {
  const { args, client, keyspace, reply } = call;
  const options = readSetOptions(call);
  if (options === undefined) return;
  const key = args.at(1);
  if (findTyped(call, key, KeyType.hash) === MISTYPED) return;
  if (!allows(call, options)) return reply.integer(0);
  const { deadline, first } = options;
  for (let i = first; i < args.count; i += 2) {
    const field = args.at(i);
    if (deadline === KEEP) keyspace.fields.putKeepingLife(client.db, key, field, args.at(i + 1));
    else keyspace.elementPut(client.db, key, KeyType.hash, field, args.at(i + 1));
    if (deadline >= 0) keyspace.fields.expireAt(client.db, key, field, deadline);
  }
  reply.integer(1);
}

function allows({ args, client, keyspace }: Call, { condition, first }: SetOptions): boolean {
  if (condition === undefined) return true;
  const ref = keyspace.peek(client.db, args.at(1));
  const fields = ref === 0 ? undefined : keyspace.collection(ref);
  for (let i = first; i < args.count; i += 2) {
    const exists = fields !== undefined && fields.find(args.at(i)) !== 0;
    if (exists !== (condition === "all")) return false;
  }
  return true;
}

/** Undefined after the error reply. */
function readSetOptions(call: Call): SetOptions | undefined {
  const { args } = call;
  const options: SetOptions = { condition: undefined, deadline: NEVER, first: 0 };
  let hasLife = false;
  for (let i = 2; i < args.count; i++) {
    const option = args.at(i);
    if (isOption(option, FIELDS)) return readPairs(call, i, options);
    const time = timeOptionOf(option);
    if (time !== undefined || isOption(option, KEEPTTL)) {
      if (hasLife) return refuse(call, "ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified");
      hasLife = true;
      options.deadline = KEEP;
      if (time === undefined) continue;
      if (++i === args.count) return refuse(call, "ERR missing expire time");
      options.deadline = readTime(call, i, time);
      if (Number.isNaN(options.deadline)) return undefined;
    } else if (isOption(option, FNX) || isOption(option, FXX)) {
      if (options.condition !== undefined) return refuse(call, "ERR Only one of FXX or FNX arguments can be specified");
      options.condition = isOption(option, FXX) ? "all" : "none";
    } else {
      return refuse(call, `ERR unknown argument: ${option.utf8()}`);
    }
  }
  return refuse(call, wrongArity(args.at(0).latin1()));
}

function readPairs(call: Call, at: number, options: SetOptions): SetOptions | undefined {
  const { args } = call;
  if (at >= args.count - 3) return refuse(call, wrongArity(args.at(0).latin1()));
  const count = parseInteger(args.at(at + 1));
  if (!(count >= 1 && count <= FIELDS_MAX)) return refuse(call, "ERR invalid number of fields");
  options.first = at + 2;
  if (count * 2 !== args.count - options.first) return refuse(call, wrongArity(args.at(0).latin1()));
  return options;
}

function refuse(call: Call, error: string): undefined {
  call.reply.error(error);
  return undefined;
}
