/**
 * ZADD and ZINCRBY, which is ZADD with INCR for one member.
 *
 * All scores are read before the first is written. Conditions (NX, XX, GT, LT)
 * look at the scores that this replica shows.
 */
import type { ByteRange } from "../byte-range.ts";
import { parseDouble } from "../double-text.ts";
import { Arguments } from "../resp/arguments.ts";
import type { EntryRef } from "../store/entry.ts";
import { KeyType } from "../store/key-type.ts";
import type { ScoreBatch } from "../store/scores.ts";
import type { Call } from "./command.ts";
import { NOT_A_FLOAT, SYNTAX_ERROR } from "./error-texts.ts";
import { findTyped, MISTYPED } from "./lookup.ts";
import { CH, GT, INCR, isOption, LT, NX, XX } from "./option.ts";

const Add = { nx: 1, xx: 2, gt: 4, lt: 8, change: 16, increment: 32 } as const;
const CONDITIONS = Add.nx | Add.xx | Add.gt | Add.lt;

const NX_AND_XX = "ERR XX and NX options at the same time are not compatible";
const GT_LT_NX = "ERR GT, LT, and/or NX options at the same time are not compatible";
const ONE_INCREMENT = "ERR INCR option supports a single increment-element pair";
const NOT_A_SCORE = "ERR resulting score is not a number (NaN)";

const SCORES_INITIAL = 64;
/** The scores of the running command; they carry nothing to the next. */
let scores = new Float64Array(SCORES_INITIAL);

/** The members of the running command, behind their scores. */
class ScoredArguments implements ScoreBatch {
  count = 0;
  private args = new Arguments();
  private first = 0;

  aim(args: Arguments, first: number): this {
    this.args = args;
    this.first = first;
    this.count = (args.count - first) >>> 1;
    return this;
  }

  member(index: number): ByteRange {
    return this.args.at(this.first + index * 2 + 1);
  }

  score(index: number): number {
    return scores[index] as number;
  }
}

const scored = new ScoredArguments();

export function zadd(call: Call): void {
  add(call, 0);
}

export function zincrby(call: Call): void {
  add(call, Add.increment);
}

function add(call: Call, given: number): void {
  const { args, reply } = call;
  let flags = given;
  let first = 2;
  for (; first < args.count; first++) {
    const flag = flagOf(args.at(first));
    if (flag === 0) break;
    flags |= flag;
  }
  const words = args.count - first;
  if (words === 0 || words % 2 !== 0) return reply.error(SYNTAX_ERROR);
  const wrong = contradictionOf(flags, words / 2);
  if (wrong !== "") return reply.error(wrong);
  if (!readScores(call, first, words / 2)) return reply.error(NOT_A_FLOAT);
  const ref = findTyped(call, args.at(1), KeyType.zset);
  if (ref === MISTYPED) return;
  if ((flags & Add.increment) !== 0) return increment(call, ref, flags, args.at(first + 1));
  if (flags !== 0) return addChecked(call, ref, flags, first);
  addAll(call, ref, first);
}

/** 0 when it is no option. */
function flagOf(range: ByteRange): number {
  const length = range.end - range.start;
  if (length !== 2 && length !== 4) return 0;
  if (isOption(range, NX)) return Add.nx;
  if (isOption(range, XX)) return Add.xx;
  if (isOption(range, GT)) return Add.gt;
  if (isOption(range, LT)) return Add.lt;
  if (isOption(range, CH)) return Add.change;
  return isOption(range, INCR) ? Add.increment : 0;
}

/** The error of options that do not go together; "" when they do. */
function contradictionOf(flags: number, pairs: number): string {
  if (flags === 0) return "";
  if ((flags & Add.nx) !== 0 && (flags & Add.xx) !== 0) return NX_AND_XX;
  const exclusive = flags & (Add.nx | Add.gt | Add.lt);
  if ((exclusive & (exclusive - 1)) !== 0) return GT_LT_NX;
  return (flags & Add.increment) !== 0 && pairs > 1 ? ONE_INCREMENT : "";
}

function readScores({ args }: Call, first: number, pairs: number): boolean {
  if (scores.length < pairs) scores = new Float64Array(pairs * 2);
  for (let i = 0; i < pairs; i++) {
    const score = parseDouble(args.at(first + i * 2));
    if (Number.isNaN(score)) return false;
    scores[i] = score;
  }
  return true;
}

function addAll(call: Call, ref: EntryRef, first: number): void {
  const { args, keyspace, client } = call;
  // A member already there is put again, with whatever score: its add then beats a concurrent ZREM.
  call.reply.integer(keyspace.scores.putAll(client.db, args.at(1), scored.aim(args, first), ref));
}

/** With conditions, or where changes are counted. */
function addChecked(call: Call, found: EntryRef, flags: number, first: number): void {
  const { args, keyspace, reply, client } = call;
  let added = 0;
  let changed = 0;
  let ref = found;
  for (let i = 0; first + i * 2 < args.count; i++) {
    const member = args.at(first + i * 2 + 1);
    const score = scores[i] as number;
    const shown = shownScore(call, ref, member);
    if (!mayAdd(flags, shown, score)) continue;
    keyspace.scores.put(client.db, args.at(1), member, score, ref);
    if (Number.isNaN(shown)) added++;
    else if (shown !== score) changed++;
    ref = keyspace.peek(client.db, args.at(1));
  }
  reply.integer((flags & Add.change) === 0 ? added : added + changed);
}

function increment(call: Call, ref: EntryRef, flags: number, member: ByteRange): void {
  const { args, keyspace, reply, client } = call;
  const by = scores[0] as number;
  // A finite increment of any score is a number, so that nobody need look before.
  if ((flags & CONDITIONS) !== 0 || !Number.isFinite(by)) {
    const shown = shownScore(call, ref, member);
    const sum = Number.isNaN(shown) ? by : shown + by;
    if (((flags & Add.nx) !== 0 && !Number.isNaN(shown)) || ((flags & Add.xx) !== 0 && Number.isNaN(shown)))
      return reply.nil();
    if (Number.isNaN(sum)) return reply.error(NOT_A_SCORE);
    if (!mayAdd(flags, shown, sum)) return reply.nil();
  }
  reply.double(keyspace.scores.add(client.db, args.at(1), member, by, ref));
}

/** NaN: there is no such member. */
function shownScore({ keyspace }: Call, ref: EntryRef, member: ByteRange): number {
  if (ref === 0) return Number.NaN;
  const set = keyspace.collection(ref);
  const found = set.find(member);
  return found === 0 ? Number.NaN : set.score(found);
}

/** Do the conditions allow this score in the place of the one shown, or of none (NaN)? */
function mayAdd(flags: number, shown: number, score: number): boolean {
  if (Number.isNaN(shown)) return (flags & Add.xx) === 0;
  if ((flags & Add.nx) !== 0) return false;
  if ((flags & Add.gt) !== 0) return score > shown;
  return (flags & Add.lt) === 0 || score < shown;
}
