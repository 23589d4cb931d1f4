/** ZRANDMEMBER. */
import { ByteRange } from "../byte-range.ts";
import type { ElementRef } from "../store/elements.ts";
import { KeyType } from "../store/key-type.ts";
import type { Call } from "./command.ts";
import { OUT_OF_RANGE, SYNTAX_ERROR } from "./error-texts.ts";
import { MISTYPED, readTyped } from "./lookup.ts";
import { beginMembers, pairShape, replyMember } from "./member-replies.ts";
import { isOption, WITHSCORES } from "./option.ts";
import { mayRepeat, PAIRS_END, pickDistinct, readSignedCount } from "./random-pick.ts";

export function zrandmember(call: Call): void {
  const { args, keyspace, reply, host } = call;
  if (args.count > 2) return manyRandomMembers(call);
  const ref = readTyped(call, args.at(1), KeyType.zset);
  if (ref === MISTYPED) return;
  if (ref === 0) return reply.nil();
  const set = keyspace.collection(ref);
  const member = new ByteRange();
  set.element(
    set.random(() => host.random()),
    member,
  );
  reply.bulk(member);
}

function manyRandomMembers(call: Call): void {
  const { args, keyspace, reply, host } = call;
  const count = readSignedCount(call, args.at(2));
  if (Number.isNaN(count)) return;
  const withScores = args.count === 4;
  if (args.count > 4 || (withScores && !isOption(args.at(3), WITHSCORES))) return reply.error(SYNTAX_ERROR);
  if (withScores && Math.abs(count) >= PAIRS_END) return reply.error(OUT_OF_RANGE);
  const ref = readTyped(call, args.at(1), KeyType.zset);
  if (ref === MISTYPED) return;
  if (ref === 0 || count === 0) return reply.array(0);
  if (!mayRepeat(call, count)) return;
  const set = keyspace.collection(ref);
  const random = (): number => host.random();
  const picks = count < 0 ? -count : Math.min(count, set.size);
  const shape = withScores ? pairShape(reply) : "members";
  const member = new ByteRange();
  beginMembers(reply, picks, shape);
  const one = (picked: ElementRef): void => {
    set.element(picked, member);
    replyMember(reply, member, withScores ? set.score(picked) : 0, shape);
  };
  if (count < 0) for (let i = 0; i < picks; i++) one(set.random(random));
  else for (const picked of pickDistinct(set, count, random)) one(picked);
}
