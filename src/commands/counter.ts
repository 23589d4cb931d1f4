/**
 * INCR, DECR, INCRBY, DECRBY, INCRBYFLOAT.
 *
 * The visible value is checked and the sum computed here; what is written is
 * the amount alone, so that increments of different regions add up.
 */
import type { Amount } from "../../crdt/amount.ts";
import {
  addAmounts,
  amountToInt64,
  exceedsInt64,
  fitsInt64,
  formatAmount,
  negateAmount,
  parseDecimalAmount,
  parseIntegerAmount,
} from "../../crdt/amount.ts";
import { ByteRange } from "../byte-range.ts";
import type { ReplyWriter } from "../resp/reply.ts";
import type { EntryRef } from "../store/entry.ts";
import { KeyType } from "../store/key-type.ts";
import type { Call } from "./command.ts";
import { parseDecimal } from "./decimal.ts";
import { COUNTER_INFINITE, COUNTER_OVERFLOW, NOT_A_FLOAT, NOT_AN_INTEGER } from "./error-texts.ts";
import { findTyped, MISTYPED } from "./lookup.ts";

/** A cursor on the value in hand; it carries nothing from one command to the next. */
const value = new ByteRange();

export function incr(call: Call): void {
  incrementBy(call, 1);
}

export function decr(call: Call): void {
  incrementBy(call, -1);
}

export function incrby(call: Call): void {
  const amount = parseAmount(call.args.at(2));
  if (amount === undefined) call.reply.error(NOT_AN_INTEGER);
  else incrementBy(call, amount);
}

export function decrby(call: Call): void {
  const amount = parseAmount(call.args.at(2));
  if (amount === undefined) return call.reply.error(NOT_AN_INTEGER);
  const negated = negateAmount(amount);
  if (!fitsInt64(negated)) return call.reply.error("ERR decrement would overflow");
  incrementBy(call, negated);
}

function incrementBy(call: Call, amount: Amount): void {
  const { keyspace, reply } = call;
  const key = call.args.at(1);
  const ref = findTyped(call, key, KeyType.string);
  if (ref === MISTYPED) return;
  let old: Amount | undefined = 0;
  if (ref !== 0) {
    old = keyspace.plainCount(ref) ?? shownInteger(call, ref);
    if (old === undefined) return reply.error(NOT_AN_INTEGER);
  }
  const sum = addAmounts(old, amount);
  if (!fitsInt64(sum)) return reply.error(COUNTER_OVERFLOW);
  keyspace.count(call.client.db, key, amount, ref);
  if (typeof old === "number" && typeof sum === "number") return reply.integer(sum);
  // A sum that merging had cut to 64 bits need not show what was added.
  keyspace.stringValue(keyspace.find(call.client.db, key), value);
  replyShown(reply, value);
}

function shownInteger({ keyspace }: Call, ref: EntryRef): Amount | undefined {
  keyspace.stringValue(ref, value);
  return parseAmount(value);
}

export function incrbyfloat(call: Call): void {
  const { args, keyspace, reply } = call;
  const key = args.at(1);
  const ref = findTyped(call, key, KeyType.string);
  if (ref === MISTYPED) return;
  if (ref !== 0) keyspace.stringValue(ref, value);
  const old = ref === 0 ? 0 : parseDecimal(value);
  const amount = parseDecimal(args.at(2));
  if (old === undefined || amount === undefined) return reply.error(NOT_A_FLOAT);
  if (old === "infinite" || amount === "infinite") return reply.error(COUNTER_INFINITE);
  const sum = addAmounts(old, amount);
  // Counters show no more than 64 bits; what is beyond is put as a whole.
  if (exceedsInt64(sum)) keyspace.putKeepingLife(call.client.db, key, ByteRange.ofText(formatAmount(sum)));
  else keyspace.count(call.client.db, key, amount);
  keyspace.stringValue(keyspace.find(call.client.db, key), value);
  reply.bulk(value);
}

/** A strict 64-bit integer. */
export function parseAmount(range: ByteRange): Amount | undefined {
  return parseIntegerAmount(range.bytes, range.start, range.end);
}

/** A number's digits as an integer reply. What saturation had hidden of a merged sum may have a fraction. */
export function replyShown(reply: ReplyWriter, digits: ByteRange): void {
  reply.bigint(amountToInt64(parseDecimalAmount(digits.bytes, digits.start, digits.end) ?? 0));
}
