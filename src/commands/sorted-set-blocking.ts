/** BZPOPMIN, BZPOPMAX, BZMPOP: as the commands without B, but the client waits for a member. */
import { KeyType } from "../store/key-type.ts";
import type { Call } from "./command.ts";
import { readMultiPop } from "./multi-pop.ts";
import { MAX, MIN } from "./option.ts";
import { popOne, replyMultiPop } from "./sorted-set-pop.ts";
import { readTimeoutMs, type Taker, takeFromAny, takeOrWait } from "./take-or-wait.ts";

export function bzpopmin(call: Call): void {
  takeFromAny(call, LOWEST);
}

export function bzpopmax(call: Call): void {
  takeFromAny(call, HIGHEST);
}

const LOWEST = takerOf(false);
const HIGHEST = takerOf(true);

/** Replies with the key, the member and its score. */
function takerOf(fromTop: boolean): Taker {
  return {
    type: KeyType.zset,
    take(taking, key, ref) {
      taking.reply.array(3);
      taking.reply.bulk(key);
      popOne(taking, key, ref, fromTop, "flat");
    },
    giveUp: (reply) => reply.nilArray(),
  };
}

export function bzmpop(call: Call): void {
  const wish = readMultiPop(call, 2, MIN, MAX);
  if (wish === undefined) return;
  const timeoutMs = readTimeoutMs(call, call.args.at(1));
  if (Number.isNaN(timeoutMs)) return;
  takeOrWait(call, wish.from, wish.to, timeoutMs, {
    type: KeyType.zset,
    take: (taking, key, ref) => replyMultiPop(taking, key, ref, wish),
    giveUp: (reply) => reply.nilArray(),
  });
}
