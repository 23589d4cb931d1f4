/**
 * ZRANGE and everything that is ZRANGE with some options given: by rank, by
 * score or by member, upwards or downwards, replied or stored.
 *
 * Whatever it ranges by, a range is a first rank and a count, so that the rest is
 * one walk.
 */
import type { Elements } from "../store/elements.ts";
import { KeyType } from "../store/key-type.ts";
import type { Call } from "./command.ts";
import { SYNTAX_ERROR } from "./error-texts.ts";
import { findTyped, MISTYPED, readTyped } from "./lookup.ts";
import { pairShape, replyRange } from "./member-replies.ts";
import { readInteger } from "./number.ts";
import { BYLEX, BYSCORE, isOption, LIMIT, REV, WITHSCORES } from "./option.ts";
import { byMember, byRank, byScore, type Ranks } from "./score-ranges.ts";
import { ScoredMembers } from "./scored-members.ts";

/** What a command's name fixes; undefined: options may say. */
interface RangeForm {
  readonly ranks: Ranks | undefined;
  readonly fromTop: boolean | undefined;
  /** Where the key stands that is read. */
  readonly keyAt: number;
  readonly stores: boolean;
}

function form(ranks: Ranks | undefined, fromTop: boolean | undefined): RangeForm {
  return { ranks, fromTop, keyAt: 1, stores: false };
}

const ANY = form(undefined, undefined);
const ANY_STORED: RangeForm = { ranks: undefined, fromTop: undefined, keyAt: 2, stores: true };
const RANK_DOWN = form(byRank, true);
const SCORE_UP = form(byScore, false);
const SCORE_DOWN = form(byScore, true);
const MEMBER_UP = form(byMember, false);
const MEMBER_DOWN = form(byMember, true);

const LIMIT_BY_RANK = `${SYNTAX_ERROR}, LIMIT is only supported in combination with either BYSCORE or BYLEX`;
const SCORES_BY_MEMBER = `${SYNTAX_ERROR}, WITHSCORES not supported in combination with BYLEX`;

/** The options of the running command; they carry nothing to the next. */
const asked = { ranks: byRank, fromTop: false, withScores: false, offset: 0, limit: -1 };

export function zrange(call: Call): void {
  range(call, ANY);
}

export function zrangestore(call: Call): void {
  range(call, ANY_STORED);
}

export function zrevrange(call: Call): void {
  range(call, RANK_DOWN);
}

export function zrangebyscore(call: Call): void {
  range(call, SCORE_UP);
}

export function zrevrangebyscore(call: Call): void {
  range(call, SCORE_DOWN);
}

export function zrangebylex(call: Call): void {
  range(call, MEMBER_UP);
}

export function zrevrangebylex(call: Call): void {
  range(call, MEMBER_DOWN);
}

function range(call: Call, given: RangeForm): void {
  const { args, keyspace, reply } = call;
  const { keyAt, stores } = given;
  if (!readOptions(call, given)) return;
  const { ranks } = asked;
  const turned = asked.fromTop && ranks !== byRank;
  const low = args.at(turned ? keyAt + 2 : keyAt + 1);
  const high = args.at(turned ? keyAt + 1 : keyAt + 2);
  if (!ranks.read(reply, low, high)) return;
  const ref = (stores ? findTyped : readTyped)(call, args.at(keyAt), KeyType.zset);
  if (ref === MISTYPED) return;
  if (ref !== 0) return emit(call, keyspace.collection(ref), stores);
  if (stores) store(call, new ScoredMembers());
  else reply.array(0);
}

/** The range that was asked for, as ranks of a walk. */
function emit(call: Call, set: Elements, stores: boolean): void {
  const { ranks, fromTop, offset, limit, withScores } = asked;
  const first = ranks.first(set);
  const end = ranks.end(set);
  const skipped = ranks === byRank ? 0 : offset;
  const all = skipped < 0 ? 0 : Math.max(0, end - first - skipped);
  const count = limit < 0 ? all : Math.min(all, limit);
  // Ranks given from the top count from there; what lies between two ends is walked from its upper one.
  const top = ranks === byRank ? set.size - 1 - first : end - 1 - skipped;
  const rank = fromTop ? top : first + skipped;
  const step = fromTop ? -1 : 1;
  if (stores) store(call, new ScoredMembers().collect(set, rank, count, step));
  else replyRange(call.reply, set, rank, count, step, withScores ? pairShape(call.reply) : "members");
}

function store({ args, keyspace, reply, client }: Call, found: ScoredMembers): void {
  found.store(keyspace, client.db, args.at(1));
  reply.integer(found.count);
}

/** False after the error reply. */
function readOptions({ args, reply }: Call, { ranks, fromTop, keyAt, stores }: RangeForm): boolean {
  let by = ranks;
  let down = fromTop;
  asked.withScores = false;
  asked.offset = 0;
  asked.limit = -1;
  for (let i = keyAt + 3; i < args.count; i++) {
    const option = args.at(i);
    if (!stores && isOption(option, WITHSCORES)) asked.withScores = true;
    else if (isOption(option, LIMIT) && i + 2 < args.count) {
      asked.offset = readInteger(reply, args.at(i + 1));
      if (Number.isNaN(asked.offset)) return false;
      asked.limit = readInteger(reply, args.at(i + 2));
      if (Number.isNaN(asked.limit)) return false;
      i += 2;
    } else if (down === undefined && isOption(option, REV)) down = true;
    else if (by === undefined && isOption(option, BYLEX)) by = byMember;
    else if (by === undefined && isOption(option, BYSCORE)) by = byScore;
    else {
      reply.error(SYNTAX_ERROR);
      return false;
    }
  }
  asked.ranks = by ?? byRank;
  asked.fromTop = down ?? false;
  const wrong = contradiction();
  if (wrong !== "") reply.error(wrong);
  return wrong === "";
}

function contradiction(): string {
  if (asked.limit !== -1 && asked.ranks === byRank) return LIMIT_BY_RANK;
  return asked.withScores && asked.ranks === byMember ? SCORES_BY_MEMBER : "";
}
