/**
 * ZUNION, ZINTER, ZDIFF, their STORE forms, and ZINTERCARD.
 *
 * Scores are put together source by source, the smaller ones first, because
 * sums of doubles depend on the order. What would be no number (infinity times
 * zero, infinity less infinity) is 0. The result is collected whole: to be put
 * in order, or because the destination may be one of the sources.
 */
import { ByteRange } from "../byte-range.ts";
import { ByteSet, seedOf } from "./byte-set.ts";
import type { Call } from "./command.ts";
import { beginMembers, pairShape, replyMember } from "./member-replies.ts";
import { ScoredMembers } from "./scored-members.ts";
import {
  type Combination,
  type CombinationForm,
  orZero,
  readCombination,
  type Source,
  weightedScore,
} from "./sorted-set-sources.ts";

type Combine = (asked: Combination, seed: number) => ScoredMembers;

function form(name: string, countAt: 1 | 2, weighs = true, limits = false): CombinationForm {
  return { name, countAt, weighs, limits };
}

const UNION = form("zunion", 1);
const INTER = form("zinter", 1);
const DIFF = form("zdiff", 1, false);
const UNION_STORE = form("zunionstore", 2);
const INTER_STORE = form("zinterstore", 2);
const DIFF_STORE = form("zdiffstore", 2, false);
const INTER_CARD = form("zintercard", 1, false, true);

export function zunion(call: Call): void {
  replyResult(call, UNION, unite);
}

export function zinter(call: Call): void {
  replyResult(call, INTER, intersect);
}

export function zdiff(call: Call): void {
  replyResult(call, DIFF, subtract);
}

export function zunionstore(call: Call): void {
  storeResult(call, UNION_STORE, unite);
}

export function zinterstore(call: Call): void {
  storeResult(call, INTER_STORE, intersect);
}

export function zdiffstore(call: Call): void {
  storeResult(call, DIFF_STORE, subtract);
}

export function zintercard(call: Call): void {
  const asked = readCombination(call, INTER_CARD);
  if (asked === undefined) return;
  let count = 0;
  eachCommon(asked, () => ++count !== asked.limit);
  call.reply.integer(count);
}

function replyResult(call: Call, given: CombinationForm, combine: Combine): void {
  const { reply, host } = call;
  const asked = readCombination(call, given);
  if (asked === undefined) return;
  const result = combine(asked, seedOf(host.random()));
  const shape = asked.withScores ? pairShape(reply) : "members";
  const member = new ByteRange();
  beginMembers(reply, result.count, shape);
  for (const i of result.sorted()) replyMember(reply, result.members.at(i, member), result.score(i), shape);
}

function storeResult(call: Call, given: CombinationForm, combine: Combine): void {
  const { args, keyspace, reply, host } = call;
  const asked = readCombination(call, given);
  if (asked === undefined) return;
  const result = combine(asked, seedOf(host.random()));
  result.store(keyspace, call.client.db, args.at(1));
  reply.integer(result.count);
}

function bySize(sources: readonly Source[]): Source[] {
  return sources.toSorted((a, b) => (a.set?.size ?? 0) - (b.set?.size ?? 0));
}

function unite({ sources, aggregate }: Combination, seed: number): ScoredMembers {
  const seen = new ByteSet(seed);
  const result = new ScoredMembers(seen.members);
  const member = new ByteRange();
  for (const source of bySize(sources)) {
    const { set } = source;
    set?.forEach((ref) => {
      set.element(ref, member);
      const before = seen.members.count;
      const index = seen.place(member);
      const score = orZero(weightedScore(source, ref));
      result.setScore(index, index === before ? score : aggregate(result.score(index), score));
    });
  }
  return result;
}

function intersect(asked: Combination): ScoredMembers {
  const result = new ScoredMembers();
  eachCommon(asked, (member, score) => {
    result.push(member, score);
    return true;
  });
  return result;
}

/** Visits the members that all sources have until the visitor says false. */
function eachCommon({ sources, aggregate }: Combination, visit: (member: ByteRange, score: number) => boolean): void {
  const [smallest, ...others] = bySize(sources);
  const set = smallest?.set;
  if (smallest === undefined || set === undefined) return;
  const member = new ByteRange();
  set.forEach((ref) => {
    set.element(ref, member);
    let score = orZero(weightedScore(smallest, ref));
    for (const other of others) {
      const found = other.set?.find(member) ?? 0;
      if (found === 0) return true;
      score = aggregate(score, weightedScore(other, found));
    }
    return visit(member, score);
  });
}

function subtract({ sources }: Combination): ScoredMembers {
  const result = new ScoredMembers();
  const [first, ...others] = sources;
  const set = first?.set;
  if (first === undefined || set === undefined) return result;
  const member = new ByteRange();
  set.forEach((ref) => {
    set.element(ref, member);
    for (const other of others) if ((other.set?.find(member) ?? 0) !== 0) return;
    result.push(member, weightedScore(first, ref));
  });
  return result;
}
