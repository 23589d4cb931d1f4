/**
 * What ZUNION and its relatives are asked for: sources with weights, how scores
 * are put together, and what is wanted of the result.
 *
 *   numkeys key [key ...] [WEIGHTS w ...] [AGGREGATE SUM|MIN|MAX] [WITHSCORES]
 *   numkeys key [key ...] [LIMIT n]
 *
 * Sources are sorted sets or plain sets, whose members have a score of 1.
 */
import { parseDouble } from "../double-text.ts";
import type { ElementRef, Elements } from "../store/elements.ts";
import { KeyType } from "../store/key-type.ts";
import type { Call } from "./command.ts";
import { SYNTAX_ERROR, WRONG_TYPE } from "./error-texts.ts";
import { findToRead } from "./lookup.ts";
import { readAtLeast, readInteger } from "./number.ts";
import { AGGREGATE, isOption, LIMIT, MAX, MIN, SUM, WEIGHTS, WITHSCORES } from "./option.ts";

export interface Source {
  /** Undefined: no such key, which is an empty set. */
  readonly set: Elements | undefined;
  readonly weight: number;
}

/** Puts the next source's score to that of those before. */
export type Aggregate = (sum: number, score: number) => number;

export interface Combination {
  sources: Source[];
  aggregate: Aggregate;
  withScores: boolean;
  /** 0: none. */
  limit: number;
}

/** Which options a command has. */
export interface CombinationForm {
  /** The name in the error reply. */
  readonly name: string;
  /** Where the number of keys stands; the destination is before it. */
  readonly countAt: 1 | 2;
  readonly weighs: boolean;
  readonly limits: boolean;
}

const add: Aggregate = (sum, score) => orZero(sum + score);
const least: Aggregate = (sum, score) => (score < sum ? score : sum);
const greatest: Aggregate = (sum, score) => (score > sum ? score : sum);

export function orZero(score: number): number {
  return Number.isNaN(score) ? 0 : score;
}

/** The score of a source's member, weighted. */
export function weightedScore({ set, weight }: Source, ref: ElementRef): number {
  return weight * (set === undefined || set.type === KeyType.set ? 1 : set.score(ref));
}

/** Undefined after the error reply. */
export function readCombination(call: Call, form: CombinationForm): Combination | undefined {
  const { args, reply } = call;
  const { countAt } = form;
  const keys = readInteger(reply, args.at(countAt));
  if (Number.isNaN(keys)) return undefined;
  if (keys < 1) return refuse(call, `ERR at least 1 input key is needed for '${form.name}' command`);
  if (keys > args.count - countAt - 1) return refuse(call, SYNTAX_ERROR);
  const sources = readSources(call, countAt + 1, keys, countAt === 2);
  if (sources === undefined) return undefined;
  const asked: Combination = { sources, aggregate: add, withScores: false, limit: 0 };
  return readOptions(call, form, asked, countAt + 1 + keys) ? asked : undefined;
}

function readSources(call: Call, first: number, keys: number, writes: boolean): Source[] | undefined {
  const { args, keyspace, client } = call;
  const sources: Source[] = [];
  for (let i = first; i < first + keys; i++) {
    const ref = writes ? keyspace.find(client.db, args.at(i)) : findToRead(call, args.at(i));
    const type = ref === 0 ? KeyType.none : keyspace.typeOf(ref);
    if (ref !== 0 && type !== KeyType.zset && type !== KeyType.set) return refuse(call, WRONG_TYPE);
    sources.push({ set: ref === 0 ? undefined : keyspace.collection(ref), weight: 1 });
  }
  return sources;
}

/** False after the error reply. */
function readOptions(call: Call, form: CombinationForm, asked: Combination, from: number): boolean {
  const { args, reply } = call;
  const keys = asked.sources.length;
  for (let at = from; at < args.count; at++) {
    const option = args.at(at);
    const left = args.count - at - 1;
    if (form.weighs && left >= keys && isOption(option, WEIGHTS)) {
      if (!readWeights(call, asked, at + 1)) return false;
      at += keys;
    } else if (form.weighs && left >= 1 && isOption(option, AGGREGATE)) {
      const aggregate = aggregateNamed(call, ++at);
      if (aggregate === undefined) return false;
      asked.aggregate = aggregate;
    } else if (form.countAt === 1 && !form.limits && isOption(option, WITHSCORES)) asked.withScores = true;
    else if (form.limits && left >= 1 && isOption(option, LIMIT)) {
      asked.limit = readAtLeast(reply, args.at(++at), 0, "ERR LIMIT can't be negative");
      if (Number.isNaN(asked.limit)) return false;
    } else {
      reply.error(SYNTAX_ERROR);
      return false;
    }
  }
  return true;
}

function readWeights({ args, reply }: Call, asked: Combination, from: number): boolean {
  const weighted: Source[] = [];
  for (const [i, { set }] of asked.sources.entries()) {
    const weight = parseDouble(args.at(from + i));
    if (Number.isNaN(weight)) {
      reply.error("ERR weight value is not a float");
      return false;
    }
    weighted.push({ set, weight });
  }
  asked.sources = weighted;
  return true;
}

function aggregateNamed(call: Call, at: number): Aggregate | undefined {
  const name = call.args.at(at);
  if (isOption(name, SUM)) return add;
  if (isOption(name, MIN)) return least;
  return isOption(name, MAX) ? greatest : refuse(call, SYNTAX_ERROR);
}

function refuse(call: Call, error: string): undefined {
  call.reply.error(error);
  return undefined;
}
