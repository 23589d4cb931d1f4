/** BLPOP, BRPOP, BLMOVE, BRPOPLPUSH, BLMPOP: as the commands without B, but the client waits for an element. */
import { ByteRange } from "../byte-range.ts";
import { KeyType } from "../store/key-type.ts";
import type { ListEnd } from "../store/list-effects.ts";
import type { Call } from "./command.ts";
import { replyPopped } from "./list-ends.ts";
import { moveElement, readEnd } from "./list-move.ts";
import { readMultiPop } from "./multi-pop.ts";
import { LEFT, RIGHT } from "./option.ts";
import { readTimeoutMs, type Taker, takeFromAny, takeOrWait } from "./take-or-wait.ts";

export function blpop(call: Call): void {
  takeFromAny(call, HEAD);
}

export function brpop(call: Call): void {
  takeFromAny(call, TAIL);
}

const HEAD = takerOf("head");
const TAIL = takerOf("tail");

/** Replies with the key and its element. */
function takerOf(end: ListEnd): Taker {
  const value = new ByteRange();
  return {
    type: KeyType.list,
    take({ client, keyspace, reply }, key, ref) {
      const list = keyspace.lists.elements(ref);
      const rank = end === "head" ? 0 : list.size - 1;
      reply.array(2);
      reply.bulk(key);
      list.value(list.at(rank), value);
      reply.bulk(value);
      keyspace.lists.remove(client.db, key, rank, 1, ref);
    },
    giveUp: (reply) => reply.nilArray(),
  };
}

export function blmpop(call: Call): void {
  const wish = readMultiPop(call, 2, LEFT, RIGHT);
  if (wish === undefined) return;
  const timeoutMs = readTimeoutMs(call, call.args.at(1));
  if (Number.isNaN(timeoutMs)) return;
  const end = wish.isSecond ? "tail" : "head";
  takeOrWait(call, wish.from, wish.to, timeoutMs, {
    type: KeyType.list,
    take(taking, key, ref) {
      taking.reply.array(2);
      taking.reply.bulk(key);
      replyPopped(taking, key, ref, end, wish.count);
    },
    giveUp: (reply) => reply.nilArray(),
  });
}

export function blmove(call: Call): void {
  const from = readEnd(call, 3);
  const to = from === undefined ? undefined : readEnd(call, 4);
  if (from !== undefined && to !== undefined) moveOrWait(call, from, to, 5);
}

export function brpoplpush(call: Call): void {
  moveOrWait(call, "tail", "head", 3);
}

function moveOrWait(call: Call, from: ListEnd, to: ListEnd, timeoutAt: number): void {
  const timeoutMs = readTimeoutMs(call, call.args.at(timeoutAt));
  if (Number.isNaN(timeoutMs)) return;
  const target = new ByteRange(call.args.at(2).copy());
  const waits = call.client.maySuspend;
  takeOrWait(call, 1, 2, timeoutMs, {
    type: KeyType.list,
    take: (taking, key, ref) => moveElement(taking, key, ref, target, from, to),
    // Redis, too, answers who has waited otherwise than who could not.
    giveUp: (reply) => (waits ? reply.nilArray() : reply.nil()),
  });
}
