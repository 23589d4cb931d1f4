/** ZREMRANGEBYRANK, ZREMRANGEBYSCORE, ZREMRANGEBYLEX. */
import { ByteRange } from "../byte-range.ts";
import { KeyType } from "../store/key-type.ts";
import type { Call } from "./command.ts";
import { findTyped, MISTYPED } from "./lookup.ts";
import { byMember, byRank, byScore, type Ranks } from "./score-ranges.ts";
import { ScoredMembers } from "./scored-members.ts";
import type { Taking } from "./take-or-wait.ts";

export function zremrangebyrank(call: Call): void {
  removeRange(call, byRank);
}

export function zremrangebyscore(call: Call): void {
  removeRange(call, byScore);
}

export function zremrangebylex(call: Call): void {
  removeRange(call, byMember);
}

function removeRange(call: Call, ranks: Ranks): void {
  const { args, keyspace, reply } = call;
  if (!ranks.read(reply, args.at(2), args.at(3))) return;
  const ref = findTyped(call, args.at(1), KeyType.zset);
  if (ref === MISTYPED) return;
  if (ref === 0) return reply.integer(0);
  const set = keyspace.collection(ref);
  const first = ranks.first(set);
  const count = Math.max(0, ranks.end(set) - first);
  reply.integer(count);
  removeMembers(call, args.at(1), count === set.size, new ScoredMembers().collect(set, first, count, 1));
}

/** Removes members of a sorted set, `all` that it has or some. */
export function removeMembers(
  { keyspace, client }: Taking,
  key: ByteRange,
  all: boolean,
  { members, count }: ScoredMembers,
): void {
  const member = new ByteRange();
  if (all) keyspace.remove(client.db, key);
  else for (let i = 0; i < count; i++) keyspace.elementRemove(client.db, key, KeyType.zset, members.at(i, member));
}
