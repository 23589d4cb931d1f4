/**
 * BITFIELD and BITFIELD_RO: a string as fields of 1 to 64 bits at any place,
 * read, set and counted.
 *
 * Everything is read and checked before the first field is touched; then one
 * copy of the string takes all changes, and one put makes them count. Values are
 * bigints of 64 bits, as wide as a field can be.
 */
import { ByteRange } from "../byte-range.ts";
import { KeyType } from "../store/key-type.ts";
import { bytesToChange, readBitOffset } from "./bitmap-bits.ts";
import type { Call } from "./command.ts";
import { NOT_AN_INTEGER, SYNTAX_ERROR } from "./error-texts.ts";
import { findTyped, MISTYPED, readTyped } from "./lookup.ts";
import { parseExactInteger, parseInteger } from "./number.ts";
import { GET, isOption, optionWord } from "./option.ts";

const SET = optionWord("set");
const INCRBY = optionWord("incrby");
const OVERFLOW = optionWord("overflow");
const POLICIES = { wrap: optionWord("wrap"), sat: optionWord("sat"), fail: optionWord("fail") } as const;

const BAD_TYPE = "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.";
const BAD_POLICY = "ERR Invalid OVERFLOW type specified";
const READ_ONLY = "ERR BITFIELD_RO only supports the GET subcommand";
const SIGNED = 0x69;
const UNSIGNED = 0x75;

type Policy = keyof typeof POLICIES;

interface FieldType {
  readonly signed: boolean;
  readonly bits: number;
}

interface FieldOperation extends FieldType {
  readonly action: "get" | "set" | "incrby";
  readonly offset: number;
  readonly operand: bigint;
  readonly overflow: Policy;
}

/** Cursors on the value and the text in hand; they carry nothing from one command to the next. */
const value = new ByteRange();
const digits = new ByteRange();

export function bitfield(call: Call): void {
  const operations = readOperations(call);
  if (operations === undefined) return;
  if (operations.every(({ action }) => action === "get")) readFields(call, operations);
  else changeFields(call, operations);
}

export function bitfieldRo(call: Call): void {
  const operations = readOperations(call);
  if (operations === undefined) return;
  if (operations.some(({ action }) => action !== "get")) return call.reply.error(READ_ONLY);
  readFields(call, operations);
}

function readFields(call: Call, operations: readonly FieldOperation[]): void {
  const { args, keyspace, reply } = call;
  const ref = readTyped(call, args.at(1), KeyType.string);
  if (ref === MISTYPED) return;
  if (ref === 0) value.clear();
  else keyspace.stringValue(ref, value);
  const bytes = value.bytes.subarray(value.start, value.end);
  reply.array(operations.length);
  for (const operation of operations) reply.bigint(readField(bytes, operation));
}

/** The string grows as far as the writing operations reach, whether they write in the end or not. */
function changeFields(call: Call, operations: readonly FieldOperation[]): void {
  const { args, keyspace, reply } = call;
  const ref = findTyped(call, args.at(1), KeyType.string);
  if (ref === MISTYPED) return;
  const lastBits = operations.map(({ action, offset, bits }) => (action === "get" ? 0 : offset + bits - 1));
  const reach = Math.floor(Math.max(...lastBits) / 8) + 1;
  const bytes = bytesToChange(call, ref, reach);
  let changed = ref === 0 || bytes.length > keyspace.stringLength(ref);
  reply.array(operations.length);
  for (const operation of operations) {
    const old = readField(bytes, operation);
    if (operation.action === "get") {
      reply.bigint(old);
      continue;
    }
    const next = nextValue(operation, old);
    if (next === undefined) {
      reply.nil();
      continue;
    }
    if (next !== old) {
      writeField(bytes, operation, next);
      changed = true;
    }
    reply.bigint(operation.action === "set" ? old : next);
  }
  if (changed) keyspace.putKeepingLife(call.client.db, args.at(1), new ByteRange(bytes));
}

/** Undefined after the error reply. */
function readOperations(call: Call): FieldOperation[] | undefined {
  const { args } = call;
  const operations: FieldOperation[] = [];
  let overflow: Policy = "wrap";
  let at = 2;
  while (at < args.count) {
    const left = args.count - at - 1;
    const action = actionOf(args.at(at), left);
    if (action === undefined) return refused(call, SYNTAX_ERROR);
    if (action === "overflow") {
      const policy = policyOf(args.at(at + 1));
      if (policy === undefined) return refused(call, BAD_POLICY);
      overflow = policy;
      at += 2;
      continue;
    }
    const type = readType(call, args.at(at + 1));
    if (type === undefined) return undefined;
    const offset = readBitOffset(call, args.at(at + 2), type.bits);
    if (Number.isNaN(offset)) return undefined;
    const operand = action === "get" ? 0 : parseExactInteger(args.at(at + 3));
    if (operand === undefined) return refused(call, NOT_AN_INTEGER);
    operations.push({ ...type, action, offset, operand: BigInt(operand), overflow });
    at += action === "get" ? 3 : 4;
  }
  return operations;
}

function refused({ reply }: Call, error: string): undefined {
  reply.error(error);
  return undefined;
}

/** Undefined when it is no such word, or too few arguments follow it. */
function actionOf(word: ByteRange, left: number): FieldOperation["action"] | "overflow" | undefined {
  if (isOption(word, GET) && left >= 2) return "get";
  if (isOption(word, SET) && left >= 3) return "set";
  if (isOption(word, INCRBY) && left >= 3) return "incrby";
  return isOption(word, OVERFLOW) && left >= 1 ? "overflow" : undefined;
}

function policyOf(word: ByteRange): Policy | undefined {
  if (isOption(word, POLICIES.wrap)) return "wrap";
  if (isOption(word, POLICIES.sat)) return "sat";
  return isOption(word, POLICIES.fail) ? "fail" : undefined;
}

/** "i16", "u8"; undefined after the error reply. */
function readType(call: Call, range: ByteRange): FieldType | undefined {
  const letter = range.length === 0 ? 0 : range.bytes[range.start];
  const signed = letter === SIGNED;
  const bits = parseInteger(digits.set(range.bytes, Math.min(range.start + 1, range.end), range.end));
  if ((signed || letter === UNSIGNED) && bits >= 1 && bits <= (signed ? 64 : 63)) return { signed, bits };
  return refused(call, BAD_TYPE);
}

/** Bytes behind the end are zeros. */
function readField(bytes: Uint8Array, { signed, bits, offset }: FieldOperation): bigint {
  const first = Math.floor(offset / 8);
  const last = Math.floor((offset + bits - 1) / 8);
  let field = 0n;
  for (let at = first; at <= last; at++) field = (field << 8n) | BigInt(bytes[at] ?? 0);
  field >>= BigInt((last + 1) * 8 - offset - bits);
  return signed ? BigInt.asIntN(bits, field) : BigInt.asUintN(bits, field);
}

function writeField(bytes: Uint8Array, { bits, offset }: FieldOperation, next: bigint): void {
  let field = BigInt.asUintN(bits, next);
  for (let bit = offset + bits - 1; bit >= offset;) {
    // As many bits as belong to this byte, counted from its lowest that does.
    const shift = 7 - (bit % 8);
    const count = Math.min(8 - shift, bit - offset + 1);
    const mask = ((1 << count) - 1) << shift;
    const at = Math.floor(bit / 8);
    const part = Number(field & 0xffn) << shift;
    bytes[at] = ((bytes[at] as number) & ~mask) | (part & mask);
    field >>= BigInt(count);
    bit -= count;
  }
}

/** What a SET or INCRBY leaves in the field; undefined where it fails on overflow. */
function nextValue(operation: FieldOperation, old: bigint): bigint | undefined {
  const { action, operand, overflow, signed, bits } = operation;
  const base = action === "set" ? operand : old;
  const added = action === "set" ? 0n : operand;
  const beyond = signed ? signedOverflow(base, added, bits) : unsignedOverflow(base, added, bits);
  if (beyond === 0) return BigInt.asIntN(64, base + added);
  if (overflow === "fail") return undefined;
  if (overflow === "wrap") return signed ? BigInt.asIntN(bits, base + added) : BigInt.asUintN(bits, base + added);
  const [least, most] = boundsOf(operation);
  return beyond > 0 ? most : least;
}

function boundsOf({ signed, bits }: FieldType): readonly [bigint, bigint] {
  const span = 1n << BigInt(bits);
  return signed ? [-(span / 2n), span / 2n - 1n] : [0n, span - 1n];
}

/**
 * On which side the sum leaves the field, as Redis sees it. The distances to the bounds are taken in 64 bits, as it
 * takes them, so that a SET far below the least value counts as above the greatest where they wrap around.
 */
function signedOverflow(base: bigint, added: bigint, bits: number): -1 | 0 | 1 {
  const [least, most] = boundsOf({ signed: true, bits });
  const above = BigInt.asIntN(64, most - base);
  const below = BigInt.asIntN(64, least - base);
  const isWhole = bits === 64;
  if (base > most || (!isWhole && added > above) || (base >= 0n && added > 0n && added > above)) return 1;
  return base < least || (!isWhole && added < below) || (base < 0n && added < 0n && added < below) ? -1 : 0;
}

/** Here a negative SET is a huge number, as in Redis. */
function unsignedOverflow(base: bigint, added: bigint, bits: number): -1 | 0 | 1 {
  const [, most] = boundsOf({ signed: false, bits });
  const whole = BigInt.asUintN(64, base);
  if (whole > most || (added > 0n && added > most - whole)) return 1;
  return added < 0n && added < -whole ? -1 : 0;
}
