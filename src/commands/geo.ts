/**
 * The geo commands: one row each, and those that do not search. Positions are
 * the scores of a sorted set (geo/grid.ts), so that every command of sorted sets
 * works on them.
 */
import { geohashOf } from "../geo/geohash.ts";
import { metresBetween } from "../geo/distance.ts";
import { type Position, readPosition, scoreAt } from "../geo/grid.ts";
import type { Arguments } from "../resp/arguments.ts";
import type { Elements } from "../store/elements.ts";
import { KeyType } from "../store/key-type.ts";
import { type Call, type Command, type KeyRange, ONE_KEY, TWO_KEYS } from "./command.ts";
import { GROWS, READS } from "./command-flags.ts";
import { SYNTAX_ERROR } from "./error-texts.ts";
import { readPositionArguments, readUnit, replyDistance, replyPosition } from "./geo-arguments.ts";
import {
  georadius,
  georadiusbymember,
  georadiusbymemberReadOnly,
  georadiusReadOnly,
  geosearch,
  geosearchstore,
} from "./geo-search.ts";
import { findTyped, MISTYPED, readTyped } from "./lookup.ts";
import { CH, isOption, NX, optionWord, XX } from "./option.ts";

const group = "geo";
const STORE = optionWord("store");
const STOREDIST = optionWord("storedist");

export const geoCommands: readonly Command[] = [
  { name: "geoadd", arity: -5, flags: GROWS, keys: ONE_KEY, group, handler: geoadd },
  { name: "geopos", arity: -2, flags: READS, keys: ONE_KEY, group, handler: geopos },
  { name: "geodist", arity: -4, flags: READS, keys: ONE_KEY, group, handler: geodist },
  { name: "geohash", arity: -2, flags: READS, keys: ONE_KEY, group, handler: geohash },
  { name: "geosearch", arity: -7, flags: READS, keys: ONE_KEY, group, handler: geosearch },
  { name: "geosearchstore", arity: -8, flags: GROWS, keys: TWO_KEYS, group, handler: geosearchstore },
  { name: "georadius", arity: -6, flags: GROWS, keys: sourceAndTarget(6), group, handler: georadius },
  { name: "georadius_ro", arity: -6, flags: READS, keys: ONE_KEY, group, handler: georadiusReadOnly },
  { name: "georadiusbymember", arity: -5, flags: GROWS, keys: sourceAndTarget(5), group, handler: georadiusbymember },
  {
    name: "georadiusbymember_ro",
    arity: -5,
    flags: READS,
    keys: ONE_KEY,
    group,
    handler: georadiusbymemberReadOnly,
  },
];

/** The key that is searched, and those named by STORE and STOREDIST, looked for as clients do: from the first option on. */
function sourceAndTarget(optionsAt: number): KeyRange {
  return {
    ...ONE_KEY,
    movable(args) {
      const positions = [1];
      for (const word of [STORE, STOREDIST]) {
        for (let at = optionsAt; at + 1 < args.count; at++) {
          if (!isOption(args.at(at), word)) continue;
          positions.push(at + 1);
          break;
        }
      }
      return positions;
    },
  };
}

/** GEOADD is ZADD with positions in the place of scores, and no conditions on scores. */
function geoadd(call: Call): void {
  const { args, reply } = call;
  const options = { nx: false, xx: false, ch: false };
  let first = 2;
  for (; first < args.count; first++) {
    const word = args.at(first);
    if (isOption(word, NX)) options.nx = true;
    else if (isOption(word, XX)) options.xx = true;
    else if (isOption(word, CH)) options.ch = true;
    else break;
  }
  const words = args.count - first;
  if (words === 0 || words % 3 !== 0 || (options.nx && options.xx)) return reply.error(SYNTAX_ERROR);
  const scores = readScores(call, first);
  if (scores === undefined || findTyped(call, args.at(1), KeyType.zset) === MISTYPED) return;
  const { added, changed } = put(call, first, scores, options);
  reply.integer(options.ch ? added + changed : added);
}

/** Undefined after the error reply. */
function readScores({ args, reply }: Call, first: number): number[] | undefined {
  const scores: number[] = [];
  const position: Position = { longitude: 0, latitude: 0 };
  for (let at = first; at < args.count; at += 3) {
    if (!readPositionArguments(reply, args, at, position)) return undefined;
    scores.push(scoreAt(position.longitude, position.latitude));
  }
  return scores;
}

/** A member already there is put again where it was, as ZADD does: its add then beats a concurrent ZREM. */
function put(
  call: Call,
  first: number,
  scores: readonly number[],
  { nx, xx }: { nx: boolean; xx: boolean },
): { added: number; changed: number } {
  const { args, keyspace, client } = call;
  const key = args.at(1);
  let added = 0;
  let changed = 0;
  scores.forEach((score, index) => {
    const member = args.at(first + index * 3 + 2);
    const ref = keyspace.peek(client.db, key);
    const set = ref === 0 ? undefined : keyspace.collection(ref);
    const found = set === undefined ? 0 : set.find(member);
    if (found === 0 ? xx : nx) return;
    if (found === 0) added++;
    else if (set?.score(found) !== score) changed++;
    keyspace.scores.put(client.db, key, member, score, ref);
  });
  return { added, changed };
}

function geopos(call: Call): void {
  const { reply } = call;
  forEachMember(call, (position) => {
    if (position === undefined) reply.nilArray();
    else replyPosition(reply, position);
  });
}

function geohash(call: Call): void {
  const { reply } = call;
  forEachMember(call, (position) => {
    if (position === undefined) reply.nil();
    else reply.bulkText(geohashOf(position));
  });
}

/** An array with what `visit` replies for each member asked for; undefined where there is none. */
function forEachMember(call: Call, visit: (position: Position | undefined) => void): void {
  const { args, keyspace, reply } = call;
  const ref = readTyped(call, args.at(1), KeyType.zset);
  if (ref === MISTYPED) return;
  const set = ref === 0 ? undefined : keyspace.collection(ref);
  const position: Position = { longitude: 0, latitude: 0 };
  reply.array(args.count - 2);
  for (let at = 2; at < args.count; at++) visit(find(set, args, at, position) ? position : undefined);
}

function geodist(call: Call): void {
  const { args, keyspace, reply } = call;
  if (args.count > 5) return reply.error(SYNTAX_ERROR);
  const metres = args.count === 5 ? readUnit(reply, args.at(4)) : 1;
  if (Number.isNaN(metres)) return;
  const ref = readTyped(call, args.at(1), KeyType.zset);
  if (ref === MISTYPED) return;
  const set = ref === 0 ? undefined : keyspace.collection(ref);
  const from: Position = { longitude: 0, latitude: 0 };
  const to: Position = { longitude: 0, latitude: 0 };
  if (!find(set, args, 2, from) || !find(set, args, 3, to)) return reply.nil();
  replyDistance(reply, metresBetween(from.longitude, from.latitude, to.longitude, to.latitude) / metres);
}

/** Reads the position of the member named by an argument; false where there is none. */
function find(set: Elements | undefined, args: Arguments, at: number, out: Position): boolean {
  if (set === undefined) return false;
  const found = set.find(args.at(at));
  if (found === 0) return false;
  readPosition(set.score(found), out);
  return true;
}
