/** HINCRBY and HINCRBYFLOAT: the string counters' rules, for one field, with error texts of their own. */
import type { Amount } from "../../crdt/amount.ts";
import { addAmounts, exceedsInt64, fitsInt64, formatAmount } from "../../crdt/amount.ts";
import { ByteRange } from "../byte-range.ts";
import type { EntryRef } from "../store/entry.ts";
import { KeyType } from "../store/key-type.ts";
import type { Call } from "./command.ts";
import { parseAmount, replyShown } from "./counter.ts";
import { parseDecimal } from "./decimal.ts";
import { COUNTER_INFINITE, COUNTER_OVERFLOW, NOT_A_FLOAT, NOT_AN_INTEGER } from "./error-texts.ts";
import { findTyped, MISTYPED } from "./lookup.ts";

/** A cursor on the value in hand; it carries nothing from one command to the next. */
const value = new ByteRange();

export function hincrby(call: Call): void {
  const { args, keyspace, reply } = call;
  const amount = parseAmount(args.at(3));
  if (amount === undefined) return reply.error(NOT_AN_INTEGER);
  const ref = findTyped(call, args.at(1), KeyType.hash);
  if (ref === MISTYPED) return;
  let old: Amount | undefined = 0;
  const hash = ref === 0 ? undefined : keyspace.collection(ref);
  const field = hash === undefined ? 0 : hash.find(args.at(2));
  if (hash !== undefined && field !== 0) {
    old = hash.plainCount(field);
    if (old === undefined) {
      hash.value(field, value);
      old = parseAmount(value);
    }
    if (old === undefined) return reply.error("ERR hash value is not an integer");
  }
  const sum = addAmounts(old, amount);
  if (!fitsInt64(sum)) return reply.error(COUNTER_OVERFLOW);
  keyspace.elementCount(call.client.db, args.at(1), args.at(2), amount, ref);
  if (typeof old === "number" && typeof sum === "number") return reply.integer(sum);
  // A sum that merging had cut to 64 bits need not show what was added.
  pointAtField(call, keyspace.find(call.client.db, args.at(1)));
  replyShown(reply, value);
}

export function hincrbyfloat(call: Call): void {
  const { args, keyspace, reply } = call;
  const amount = parseDecimal(args.at(3));
  if (amount === undefined) return reply.error(NOT_A_FLOAT);
  if (amount === "infinite") return reply.error("ERR value is NaN or Infinity");
  const ref = findTyped(call, args.at(1), KeyType.hash);
  if (ref === MISTYPED) return;
  const old = pointAtField(call, ref) ? parseDecimal(value) : 0;
  if (old === undefined) return reply.error("ERR hash value is not a float");
  if (old === "infinite") return reply.error(COUNTER_INFINITE);
  const db = call.client.db;
  const sum = addAmounts(old, amount);
  if (exceedsInt64(sum))
    keyspace.fields.putKeepingLife(db, args.at(1), args.at(2), ByteRange.ofText(formatAmount(sum)));
  else keyspace.elementCount(db, args.at(1), args.at(2), amount, ref);
  pointAtField(call, keyspace.find(db, args.at(1)));
  reply.bulk(value);
}

/** Points `value` at the field named by the second argument; false when there is none. */
function pointAtField(call: Call, ref: EntryRef): boolean {
  if (ref === 0) return false;
  const hash = call.keyspace.collection(ref);
  const found = hash.find(call.args.at(2));
  if (found === 0) return false;
  hash.value(found, value);
  return true;
}
