/**
 * Commands that read or change part of a string: APPEND, STRLEN, GETRANGE,
 * SUBSTR, SETRANGE. A change of a part is a put of the whole value that keeps
 * the key's life: of concurrent ones the newest counts, whole.
 */
import { ByteRange } from "../byte-range.ts";
import type { EntryRef } from "../store/entry.ts";
import { KeyType } from "../store/key-type.ts";
import type { Call } from "./command.ts";
import { NOT_AN_INTEGER, STRING_TOO_LONG } from "./error-texts.ts";
import { findTyped, MISTYPED, readTyped } from "./lookup.ts";
import { parseExactInteger, readInteger } from "./number.ts";

/** A cursor on the value in hand; it carries nothing from one command to the next. */
const value = new ByteRange();

export function strlen(call: Call): void {
  const ref = readTyped(call, call.args.at(1), KeyType.string);
  if (ref === MISTYPED) return;
  call.reply.integer(ref === 0 ? 0 : call.keyspace.stringLength(ref));
}

export function append(call: Call): void {
  const { args, keyspace, reply } = call;
  const added = args.at(2);
  const ref = findTyped(call, args.at(1), KeyType.string);
  if (ref === MISTYPED) return;
  if (ref === 0) {
    keyspace.put(call.client.db, args.at(1), added, -1);
    return reply.integer(added.length);
  }
  const length = keyspace.stringLength(ref);
  if (exceedsBulk(call, length + added.length)) return;
  if (added.length > 0) overwrite(call, ref, length, added);
  reply.integer(length + added.length);
}

export function getrange(call: Call): void {
  const { args, keyspace, reply } = call;
  const first = parseExactInteger(args.at(2));
  const last = parseExactInteger(args.at(3));
  if (first === undefined || last === undefined) return reply.error(NOT_AN_INTEGER);
  const ref = readTyped(call, args.at(1), KeyType.string);
  if (ref === MISTYPED) return;
  if (ref === 0) return reply.bulkText("");
  keyspace.stringValue(ref, value);
  const length = value.length;
  if (length === 0 || (first < 0 && last < 0 && first > last)) return reply.bulkText("");
  const from = fromEnd(Number(first), length);
  const to = Math.min(fromEnd(Number(last), length), length - 1);
  if (from > to) return reply.bulkText("");
  reply.bulkBytes(value.bytes, value.start + from, value.start + to + 1);
}

function fromEnd(index: number, length: number): number {
  return index < 0 ? Math.max(index + length, 0) : index;
}

export function setrange(call: Call): void {
  const { args, keyspace, reply } = call;
  const offset = readInteger(reply, args.at(2));
  if (Number.isNaN(offset)) return;
  if (offset < 0) return reply.error("ERR offset is out of range");
  const ref = findTyped(call, args.at(1), KeyType.string);
  if (ref === MISTYPED) return;
  const patch = args.at(3);
  const length = ref === 0 ? 0 : keyspace.stringLength(ref);
  if (patch.length === 0) return reply.integer(length);
  if (exceedsBulk(call, offset + patch.length)) return;
  overwrite(call, ref, offset, patch);
  reply.integer(Math.max(length, offset + patch.length));
}

/** Puts `patch` at `offset` of the value, which grows with zeros as far as needed. */
function overwrite(call: Call, ref: EntryRef, offset: number, patch: ByteRange): void {
  const { args, keyspace } = call;
  const length = ref === 0 ? 0 : keyspace.stringLength(ref);
  const bytes = new Uint8Array(Math.max(length, offset + patch.length));
  if (ref !== 0) {
    keyspace.stringValue(ref, value);
    bytes.set(value.bytes.subarray(value.start, value.end));
  }
  bytes.set(patch.bytes.subarray(patch.start, patch.end), offset);
  keyspace.putKeepingLife(call.client.db, args.at(1), new ByteRange(bytes));
}

function exceedsBulk(call: Call, length: number): boolean {
  if (length <= call.host.config.settings.bulkBytesMax) return false;
  call.reply.error(STRING_TOO_LONG);
  return true;
}
