/** Bitmaps: strings, read and written as the bits "0" and "1" in a row. A write puts the whole value. */
import type { RunningEvent } from "./event.ts";
import { ANYTHING, exactly, type Expected, type Wanted } from "./expected.ts";
import {
  argument,
  count,
  ONE,
  withType,
  WRONG_TYPE,
  ZERO,
  type Reading,
  type Rule,
  type Rules,
} from "./interpreter.ts";
import { integerReply } from "./number.ts";
import { isKnown, UNKNOWN } from "./sketch.ts";
import { valueOf } from "./strings.ts";

interface Field {
  readonly signed: boolean;
  readonly width: number;
  readonly from: number;
}

export const bitmapRules: Rules = {
  GETBIT: onBits((reading, bits) => (bits[Number(argument(reading, 2))] === "1" ? ONE : ZERO)),
  SETBIT: onBits((reading, bits, key) => {
    const [at, bit] = [Number(argument(reading, 2)), argument(reading, 3)];
    change(reading.event, key, bits, withBits(bits, at, bit));
    return bits[at] === "1" ? ONE : ZERO;
  }),
  BITCOUNT: onBits((reading, bits) => {
    const [from, to] = [BigInt(reading.args[2] ?? 0), BigInt(reading.args[3] ?? -1)];
    if (from < 0n && to < 0n && from > to) return ZERO;
    return count(chosen(reading, bits, 2).part.replaceAll("0", "").length);
  }),
  BITPOS: onBits(firstPlace),
  BITOP: combine,
  BITFIELD: onBits((reading, bits, key) => {
    const before = bits;
    const replies: Wanted[] = [];
    let overflow = "WRAP";
    // Also what a later operation of the same command takes back.
    let hasWritten = false;
    let now = bits;
    for (let at = 2; at < reading.args.length;) {
      const action = argument(reading, at).toUpperCase();
      if (action === "OVERFLOW") {
        overflow = argument(reading, at + 1).toUpperCase();
        at += 2;
        continue;
      }
      const field = fieldAt(argument(reading, at + 1), argument(reading, at + 2));
      const old = valueIn(now, field);
      if (action === "GET") replies.push(integerReply(String(old)));
      else {
        const operand = BigInt(argument(reading, at + 3));
        const next = fitted(field, action === "SET" ? asGiven(field, operand) : old + operand, overflow);
        hasWritten ||= next !== undefined && next !== old;
        // It grows as far as it could be written.
        now = withBits(now, field.from, bitsOf(next ?? old, field));
        replies.push(next === undefined ? null : integerReply(String(action === "SET" ? old : next)));
      }
      at += action === "GET" ? 3 : 4;
    }
    if (/ (SET|INCRBY) /i.test(reading.args.join(" "))) change(reading.event, key, before, now, hasWritten);
    return exactly(replies);
  }),
  BITFIELD_RO: onBits((reading, bits) => {
    const places = reading.args.flatMap((word, i) => (word.toUpperCase() === "GET" && i > 1 ? [i] : []));
    return exactly(
      places.map((at) =>
        integerReply(String(valueIn(bits, fieldAt(argument(reading, at + 1), argument(reading, at + 2))))),
      ),
    );
  }),
};

/** Of the string at argument 1; of bytes that are not known anything may be replied, and nothing becomes known. */
function onBits(rule: (reading: Reading, bits: string, key: string) => Expected): Rule {
  return withType("string", (reading, view, key) => {
    if (isKnown(valueOf(view) ?? "")) return rule(reading, toBits(valueOf(view) ?? ""), key);
    if (/^(setbit|bitfield)$/i.test(argument(reading, 0))) {
      reading.event.mayDoNothing = true;
      reading.event.changeString(key, UNKNOWN);
    }
    return ANYTHING;
  });
}

function toBits(text: string): string {
  return Array.from(text, (byte) => byte.charCodeAt(0).toString(2).padStart(8, "0")).join("");
}

function toText(bits: string): string {
  const bytes = Array.from({ length: Math.ceil(bits.length / 8) }, (_, i) =>
    bits.slice(8 * i, 8 * i + 8).padEnd(8, "0"),
  );
  return bytes.map((byte) => String.fromCharCode(Number.parseInt(byte, 2))).join("");
}

function withBits(bits: string, at: number, part: string): string {
  return bits.slice(0, at).padEnd(at, "0") + part + bits.slice(at + part.length);
}

function change(event: RunningEvent, key: string, before: string, after: string, hasWritten = false): void {
  const text = toText(after);
  if (hasWritten || text !== toText(before) || event.view(key).type === undefined) event.changeString(key, text);
}

/** `start end BYTE|BIT` at an argument, and what is there of the bits; what would be before the first one is the first one. */
function chosen({ args }: Reading, bits: string, at: number): { readonly from: number; readonly part: string } {
  const unit = args[at + 2]?.toUpperCase() === "BIT" ? 1 : 8;
  const place = (text: string): number =>
    Number(text) < 0 ? Math.max(0, bits.length / unit + Number(text)) : Number(text);
  const from = unit * place(args[at] ?? "0");
  return { from, part: bits.slice(from, unit * (place(args[at + 1] ?? "-1") + 1)) };
}

function firstPlace(reading: Reading, bits: string, key: string): Expected {
  const { args } = reading;
  const wanted = argument(reading, 2);
  // What is missing is all zeros; an empty string has no bit at all.
  if (bits === "") return exactly(wanted === "0" && reading.event.view(key).type === undefined ? 0 : -1);
  const { from, part } = chosen(reading, bits, 3);
  const place = part.indexOf(wanted);
  if (place >= 0) return exactly(from + place);
  // Without an end, zeros go on behind the string.
  const goesOn = wanted === "0" && args[4] === undefined && part !== "";
  return exactly(goesOn ? bits.length : -1);
}

function combine({ event, args }: Reading): Expected {
  const [, operation = "", target = "", ...keys] = args;
  const views = keys.map((key) => event.view(key));
  if (views.some(({ type }) => type !== undefined && type !== "string")) return WRONG_TYPE;
  const values = views.map((view) => valueOf(view) ?? "");
  if (!values.every(isKnown)) {
    event.setString(target, UNKNOWN);
    return ANYTHING;
  }
  const length = Math.max(...values.map((value) => value.length));
  const rows = values.map((value) => toBits(value.padEnd(length, "\0")));
  const result = Array.from({ length: 8 * length }, (_, i) =>
    combined(
      operation.toUpperCase(),
      rows.map((row) => row[i] === "1"),
    ),
  );
  if (length === 0) event.remove(target);
  else event.setString(target, toText(result.map((bit) => (bit ? "1" : "0")).join("")));
  return count(length);
}

function combined(operation: string, bits: readonly boolean[]): boolean {
  if (operation === "AND") return bits.every(Boolean);
  if (operation === "OR") return bits.some(Boolean);
  if (operation === "XOR") return bits.filter(Boolean).length % 2 === 1;
  return bits[0] === false;
}

/** `u8 #3`: the fourth of fields of eight bits. */
function fieldAt(type: string, offset: string): Field {
  const width = Number(type.slice(1));
  const from = offset.startsWith("#") ? Number(offset.slice(1)) * width : Number(offset);
  return { signed: type[0]?.toLowerCase() === "i", width, from };
}

function valueIn(bits: string, { signed, width, from }: Field): bigint {
  const value = BigInt(`0b${bits.slice(from, from + width).padEnd(width, "0")}`);
  return signed ? BigInt.asIntN(width, value) : value;
}

function bitsOf(value: bigint, { width }: Field): string {
  return BigInt.asUintN(width, value).toString(2).padStart(width, "0");
}

/**
 * What is put into a field without a sign is taken for 64 bits without one; into a field with one, a number too far
 * below for 64 bits to count the way up to the greatest is above all.
 */
function asGiven(field: Field, operand: bigint): bigint {
  if (!field.signed) return BigInt.asUintN(64, operand);
  const { least, greatest } = bounds(field);
  return operand < least && greatest - operand >= 2n ** 63n ? operand + 2n ** 64n : operand;
}

function bounds({ signed, width }: Field): { readonly least: bigint; readonly greatest: bigint } {
  const span = 2n ** BigInt(width);
  return signed ? { least: -span / 2n, greatest: span / 2n - 1n } : { least: 0n, greatest: span - 1n };
}

/** Undefined: it fails. */
function fitted(field: Field, value: bigint, overflow: string): bigint | undefined {
  const { signed, width } = field;
  const { least, greatest } = bounds(field);
  if (value >= least && value <= greatest) return value;
  if (overflow === "FAIL") return undefined;
  if (overflow === "SAT") return value < least ? least : greatest;
  return signed ? BigInt.asIntN(width, value) : BigInt.asUintN(width, value);
}
