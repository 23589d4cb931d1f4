/** Commands on single members of sorted sets, and those that count: ZREM, ZSCORE, ZMSCORE, ZRANK, ZREVRANK, ZCARD, ZCOUNT, ZLEXCOUNT. */
import { KeyType } from "../store/key-type.ts";
import type { Call } from "./command.ts";
import { SYNTAX_ERROR, wrongArity } from "./error-texts.ts";
import { findTyped, MISTYPED, readTyped } from "./lookup.ts";
import { isOption, WITHSCORE } from "./option.ts";
import { byMember, byScore, type Ranks } from "./score-ranges.ts";

export function zrem(call: Call): void {
  const { args, keyspace, reply } = call;
  const key = args.at(1);
  let ref = findTyped(call, key, KeyType.zset);
  if (ref === MISTYPED) return;
  if (ref === 0) return reply.integer(0);
  let removed = 0;
  for (let i = 2; i < args.count; i++) {
    if (keyspace.elementRemove(call.client.db, key, KeyType.zset, args.at(i), ref)) removed++;
    ref = 0; // a write may have moved the entry
  }
  reply.integer(removed);
}

export function zscore(call: Call): void {
  const { args, keyspace, reply } = call;
  const ref = readTyped(call, args.at(1), KeyType.zset);
  if (ref === MISTYPED) return;
  if (ref === 0) return reply.nil();
  const set = keyspace.collection(ref);
  const found = set.find(args.at(2));
  if (found === 0) reply.nil();
  else reply.double(set.score(found));
}

export function zmscore(call: Call): void {
  const { args, keyspace, reply } = call;
  const ref = readTyped(call, args.at(1), KeyType.zset);
  if (ref === MISTYPED) return;
  const set = ref === 0 ? undefined : keyspace.collection(ref);
  reply.array(args.count - 2);
  for (let i = 2; i < args.count; i++) {
    const found = set === undefined ? 0 : set.find(args.at(i));
    if (set === undefined || found === 0) reply.nil();
    else reply.double(set.score(found));
  }
}

export function zrank(call: Call): void {
  replyRank(call, false);
}

export function zrevrank(call: Call): void {
  replyRank(call, true);
}

function replyRank(call: Call, fromTop: boolean): void {
  const { args, keyspace, reply } = call;
  const withScore = args.count > 3;
  if (args.count > 4) return reply.error(wrongArity(args.at(0).latin1()));
  if (withScore && !isOption(args.at(3), WITHSCORE)) return reply.error(SYNTAX_ERROR);
  const ref = readTyped(call, args.at(1), KeyType.zset);
  if (ref === MISTYPED) return;
  const set = ref === 0 ? undefined : keyspace.collection(ref);
  const found = set === undefined ? 0 : set.find(args.at(2));
  if (set === undefined || found === 0) return withScore ? reply.nilArray() : reply.nil();
  const rank = set.rankOf(found);
  if (withScore) reply.array(2);
  reply.integer(fromTop ? set.size - 1 - rank : rank);
  if (withScore) reply.double(set.score(found));
}

export function zcard(call: Call): void {
  const ref = readTyped(call, call.args.at(1), KeyType.zset);
  if (ref === MISTYPED) return;
  call.reply.integer(ref === 0 ? 0 : call.keyspace.collection(ref).size);
}

export function zcount(call: Call): void {
  countRange(call, byScore);
}

export function zlexcount(call: Call): void {
  countRange(call, byMember);
}

function countRange(call: Call, ranks: Ranks): void {
  const { args, keyspace, reply } = call;
  if (!ranks.read(reply, args.at(2), args.at(3))) return;
  const ref = readTyped(call, args.at(1), KeyType.zset);
  if (ref === MISTYPED) return;
  if (ref === 0) return reply.integer(0);
  const set = keyspace.collection(ref);
  reply.integer(Math.max(0, ranks.end(set) - ranks.first(set)));
}
