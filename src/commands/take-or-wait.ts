/**
 * What the blocking commands share: they take from the first of their keys that
 * has something, and where none has, the client waits (key-waiters.ts).
 */
import { ByteRange } from "../byte-range.ts";
import { parseDouble } from "../double-text.ts";
import type { ReplyWriter } from "../resp/reply.ts";
import type { EntryRef } from "../store/entry.ts";
import type { KeyTypeValue } from "../store/key-type.ts";
import type { Call } from "./command.ts";
import { TIMEOUT_NEGATIVE, TIMEOUT_NOT_A_FLOAT, TIMEOUT_OUT_OF_RANGE } from "./error-texts.ts";
import type { KeyWaiter } from "./key-waiters.ts";
import { findTyped, MISTYPED } from "./lookup.ts";

const INT64_MAX = 2 ** 63;

/** What of a call is still there when its client has waited. */
export type Taking = Pick<Call, "client" | "host" | "keyspace" | "reply">;

export interface Taker {
  readonly type: KeyTypeValue;
  /** Takes from a key that holds the type, and replies. */
  take(taking: Taking, key: ByteRange, ref: EntryRef): void;
  /** The reply when there is nothing and the client cannot wait. One that has waited in vain is told so by a null array. */
  giveUp(reply: ReplyWriter): void;
}

/** The last argument is how long to wait, all before it are keys. */
export function takeFromAny(call: Call, taker: Taker): void {
  const last = call.args.count - 1;
  const timeoutMs = readTimeoutMs(call, call.args.at(last));
  if (!Number.isNaN(timeoutMs)) takeOrWait(call, 1, last, timeoutMs, taker);
}

/** The keys are arguments `from` to `to` (exclusive). */
export function takeOrWait(call: Call, from: number, to: number, timeoutMs: number, taker: Taker): void {
  const { args, client, host, keyspace } = call;
  const { type } = taker;
  for (let i = from; i < to; i++) {
    const key = args.at(i);
    const ref = findTyped(call, key, type);
    if (ref === MISTYPED) return;
    if (ref === 0) continue;
    // Others were there first, and are served when this turn ends.
    if (client.maySuspend && host.blocked.atKeys.has(keyspace, client.db, key, type)) continue;
    taker.take(call, key, ref);
    return;
  }
  if (client.maySuspend) waitForKeys(call, copiesOf(call, from, to), timeoutMs, taker);
  else taker.giveUp(call.reply);
}

/** Each key once. */
function copiesOf({ args }: Call, from: number, to: number): ByteRange[] {
  const copies = new Map<string, ByteRange>();
  for (let i = from; i < to; i++) copies.set(args.at(i).latin1(), new ByteRange(args.at(i).copy()));
  return [...copies.values()];
}

function waitForKeys(call: Call, keys: readonly ByteRange[], timeoutMs: number, taker: Taker): void {
  const { client, host, keyspace } = call;
  const { atKeys } = host.blocked;
  const waiter: KeyWaiter = { client, db: client.db, type: taker.type, keys, served: undefined };
  atKeys.add(keyspace, waiter);
  host.blocked.suspend(client, call.reply, {
    deadlineMicroseconds: timeoutMs === 0 ? Infinity : host.microseconds() + timeoutMs * 1000,
    unblockable: true,
    // What it waits for is told by the keys.
    isReached: () => false,
    answer: (reply) => {
      const key = waiter.served;
      const ref = key === undefined ? 0 : keyspace.find(waiter.db, key);
      if (key === undefined || ref === 0 || keyspace.typeOf(ref) !== taker.type) reply.nilArray();
      else taker.take({ client, host, keyspace, reply }, key, ref);
    },
    dropped: () => atKeys.remove(keyspace, waiter),
  });
}

/** Seconds, as milliseconds; 0 is for ever. NaN after the error reply. */
export function readTimeoutMs({ reply }: Call, range: ByteRange): number {
  const timeoutMs = Math.ceil(parseDouble(range) * 1000);
  if (timeoutMs >= 0 && timeoutMs < INT64_MAX) return timeoutMs;
  if (Number.isNaN(timeoutMs)) reply.error(TIMEOUT_NOT_A_FLOAT);
  else reply.error(timeoutMs < 0 ? TIMEOUT_NEGATIVE : TIMEOUT_OUT_OF_RANGE);
  return Number.NaN;
}
