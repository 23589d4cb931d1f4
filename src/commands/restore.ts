/**
 * RESTORE: a value from the bytes of a DUMP, Atoll's or Redis's.
 *
 * The bytes are read to their end into memory of their own before anything is
 * written, so that a payload is taken whole or not at all. What is written are
 * the puts that the value amounts to, in one event.
 */
import type { ByteRange } from "../byte-range.ts";
import { DEADLINE_MS_MAX } from "../limits/clients.ts";
import { decodeValue, type ValueSink } from "../rdb/decode.ts";
import { MalformedValue } from "../rdb/payload-cursor.ts";
import { FOOTER_BYTES, isWholePayload } from "../rdb/payload.ts";
import type { ValueKind } from "../rdb/value-type.ts";
import { KeyType } from "../store/key-type.ts";
import { ByteList } from "./byte-list.ts";
import { ByteSet } from "./byte-set.ts";
import type { Call } from "./command.ts";
import { SYNTAX_ERROR } from "./error-texts.ts";
import { type KeyCopy, placeCopy, pushScore } from "./key-copy.ts";
import { readInteger } from "./number.ts";
import { isOption, optionWord, REPLACE } from "./option.ts";

const ABSTTL = optionWord("absttl");
const IDLETIME = optionWord("idletime");
const FREQ = optionWord("freq");
const FREQUENCY_MAX = 255;

const BUSY_KEY = "BUSYKEY Target key name already exists.";
const INVALID_TTL = "ERR Invalid TTL value, must be >= 0";
const INVALID_IDLETIME = "ERR Invalid IDLETIME value, must be >= 0";
const INVALID_FREQ = "ERR Invalid FREQ value, must be >= 0 and <= 255";
const WRONG_PAYLOAD = "ERR DUMP payload version or checksum are wrong";
const BAD_DATA = "ERR Bad data format";

const TYPES = {
  string: KeyType.string,
  list: KeyType.list,
  set: KeyType.set,
  zset: KeyType.zset,
  hash: KeyType.hash,
} as const satisfies Record<ValueKind, KeyCopy["type"]>;

interface RestoreOptions {
  replaces: boolean;
  isAbsolute: boolean;
  /** Negative: not given. */
  idleSeconds: number;
  frequency: number;
}

export function restore(call: Call): void {
  const { args, keyspace, reply } = call;
  const options = readOptions(call);
  if (options === undefined) return;
  const db = call.client.db;
  const key = args.at(1);
  const isThere = keyspace.find(db, key) !== 0;
  if (isThere && !options.replaces) return reply.error(BUSY_KEY);
  const ttl = readInteger(reply, args.at(2));
  if (Number.isNaN(ttl)) return;
  if (ttl < 0) return reply.error(INVALID_TTL);
  const payload = args.at(3);
  if (!isWholePayload(payload)) return reply.error(WRONG_PAYLOAD);
  const copy = readValue(payload, deadlineOf(ttl, options.isAbsolute, keyspace.nowMs), call.host.random());
  if (copy === undefined) return reply.error(BAD_DATA);
  if (copy.deadlineMs !== -1 && copy.deadlineMs <= keyspace.nowMs) keyspace.remove(db, key);
  else placeCopy(keyspace, db, key, copy);
  reply.ok();
}

/** Undefined after the error reply. */
function readOptions(call: Call): RestoreOptions | undefined {
  const { args, reply } = call;
  const options: RestoreOptions = { replaces: false, isAbsolute: false, idleSeconds: -1, frequency: -1 };
  for (let i = 4; i < args.count; i++) {
    const option = args.at(i);
    const hasValue = i + 1 < args.count;
    if (isOption(option, REPLACE)) options.replaces = true;
    else if (isOption(option, ABSTTL)) options.isAbsolute = true;
    else if (isOption(option, IDLETIME) && hasValue && options.frequency === -1) {
      options.idleSeconds = readInteger(reply, args.at(++i));
      if (Number.isNaN(options.idleSeconds)) return undefined;
      if (options.idleSeconds < 0) return refuse(call, INVALID_IDLETIME);
    } else if (isOption(option, FREQ) && hasValue && options.idleSeconds === -1) {
      options.frequency = readInteger(reply, args.at(++i));
      if (Number.isNaN(options.frequency)) return undefined;
      if (options.frequency < 0 || options.frequency > FREQUENCY_MAX) return refuse(call, INVALID_FREQ);
    } else return refuse(call, SYNTAX_ERROR);
  }
  return options;
}

function refuse(call: Call, error: string): undefined {
  call.reply.error(error);
  return undefined;
}

/** -1: none. */
function deadlineOf(ttl: number, isAbsolute: boolean, nowMs: number): number {
  if (ttl === 0) return -1;
  return Math.min(isAbsolute ? ttl : nowMs + ttl, DEADLINE_MS_MAX);
}

/** Undefined when the payload is no value. */
function readValue(payload: ByteRange, deadlineMs: number, random: number): KeyCopy | undefined {
  const value = new CollectedValue(Math.floor(random * 2 ** 32));
  try {
    decodeValue(payload.bytes, payload.start, payload.end - FOOTER_BYTES, value);
  } catch (cause) {
    if (cause instanceof MalformedValue) return undefined;
    throw cause;
  }
  return { type: TYPES[value.kind], deadlineMs, items: value.items, fieldDeadlines: value.fieldDeadlines };
}

/** The elements as a KeyCopy wants them, as far as they have come. */
class CollectedValue implements ValueSink {
  kind: ValueKind = "string";
  items = new ByteList();
  readonly fieldDeadlines = new Map<number, number>();
  /** What may not come twice; of a set these are the items. */
  private readonly seen: ByteSet;

  constructor(seed: number) {
    this.seen = new ByteSet(seed);
  }

  begin(kind: ValueKind): void {
    this.kind = kind;
    if (kind === "set") this.items = this.seen.members;
  }

  element(item: ByteRange): boolean {
    if (!this.seen.add(item)) return false;
    if (this.kind !== "set") this.items.push(item);
    return true;
  }

  value(item: ByteRange): void {
    this.items.push(item);
  }

  score(score: number): void {
    pushScore(this.items, score);
  }

  deadline(ms: number): void {
    this.fieldDeadlines.set(this.items.count / 2 - 1, ms);
  }
}
