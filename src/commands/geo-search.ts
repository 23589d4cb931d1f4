/**
 * GEOSEARCH, GEOSEARCHSTORE, GEORADIUS, GEORADIUSBYMEMBER and their read-only
 * forms: reads the ranges of scores that the area touches (geo/cells.ts), keeps
 * what lies within, chooses and sorts, and replies or stores.
 */
import { ByteRange } from "../byte-range.ts";
import type { Area } from "../geo/area.ts";
import { rangesToSearch } from "../geo/cells.ts";
import { metresOf } from "../geo/distance.ts";
import { type Position, readPosition } from "../geo/grid.ts";
import { firstIndices, nearest } from "../geo/nearest.ts";
import type { Elements, ElementRef } from "../store/elements.ts";
import { KeyType } from "../store/key-type.ts";
import { ByteList } from "./byte-list.ts";
import type { Call } from "./command.ts";
import { replyDistance, replyPosition } from "./geo-arguments.ts";
import { readSearch, type Search, type SearchForm } from "./geo-options.ts";
import { MISTYPED, readTyped } from "./lookup.ts";

/** What lies within, in parallel arrays. */
class Findings {
  readonly refs: ElementRef[] = [];
  readonly scores: number[] = [];
  /** In metres. */
  readonly distances: number[] = [];

  add(ref: ElementRef, score: number, distance: number): void {
    this.refs.push(ref);
    this.scores.push(score);
    this.distances.push(distance);
  }
}

export function geosearch(call: Call): void {
  search(call, { source: 1, centre: "options", target: "none" });
}

export function geosearchstore(call: Call): void {
  search(call, { source: 2, centre: "options", target: "argument" });
}

export function georadius(call: Call): void {
  search(call, { source: 1, centre: "position", target: "option" });
}

export function georadiusReadOnly(call: Call): void {
  search(call, { source: 1, centre: "position", target: "none" });
}

export function georadiusbymember(call: Call): void {
  search(call, { source: 1, centre: "member", target: "option" });
}

export function georadiusbymemberReadOnly(call: Call): void {
  search(call, { source: 1, centre: "member", target: "none" });
}

function search(call: Call, form: SearchForm): void {
  const { args, keyspace } = call;
  const ref = readTyped(call, args.at(form.source), KeyType.zset);
  if (ref === MISTYPED) return;
  const set = ref === 0 ? undefined : keyspace.collection(ref);
  const asked = readSearch(call, form, set);
  if (asked === undefined) return;
  const found = new Findings();
  if (set !== undefined && asked.area !== undefined) {
    findWithin(set, asked.area, asked.isAny ? asked.count : Infinity, found);
  }
  const chosen = choose(found.distances, asked);
  if (asked.target !== undefined) store(call, asked.target, asked, set, found, chosen);
  else replyFound(call, asked, set, found, chosen);
}

function findWithin(set: Elements, area: Area, countMax: number, found: Findings): void {
  const { refs } = found;
  const position: Position = { longitude: 0, latitude: 0 };
  for (const { from, to } of rangesToSearch(area)) {
    if (refs.length >= countMax) return;
    const first = set.countBelow(from, false);
    set.walk(first, set.size - first, 1, (ref, score) => {
      if (score >= to) return false;
      readPosition(score, position);
      const distance = area.distanceTo(position);
      if (distance < 0) return true;
      found.add(ref, score, distance);
      return refs.length < countMax;
    });
  }
}

/** Which of the findings, in which order. A count means the nearest, unless any will do. */
function choose(distances: readonly number[], { count, isAny, order }: Search): Uint32Array {
  const countMax = count === 0 ? distances.length : Math.min(count, distances.length);
  if (order === "none" && (count === 0 || isAny)) return firstIndices(countMax);
  return nearest(distances, countMax, order === "descending");
}

function replyFound(
  { reply }: Call,
  asked: Search,
  set: Elements | undefined,
  found: Findings,
  chosen: Uint32Array,
): void {
  const { withDistance, withHash, withPosition, metres } = asked;
  const more = Number(withDistance) + Number(withHash) + Number(withPosition);
  const member = new ByteRange();
  const position: Position = { longitude: 0, latitude: 0 };
  reply.array(chosen.length);
  for (const index of chosen) {
    // Chosen are indices of the findings.
    const score = found.scores[index] as number;
    set?.element(found.refs[index] as ElementRef, member);
    if (more > 0) reply.array(more + 1);
    reply.bulk(member);
    if (withDistance) replyDistance(reply, (found.distances[index] as number) / metres);
    if (withHash) reply.bigint(asInt64(score));
    if (withPosition) {
      readPosition(score, position);
      replyPosition(reply, position);
    }
  }
}

/** The target may be what was searched, so members are copied before the first write. */
function store(
  call: Call,
  target: ByteRange,
  asked: Search,
  set: Elements | undefined,
  found: Findings,
  chosen: Uint32Array,
): void {
  const { keyspace, reply, client } = call;
  const members = new ByteList();
  const member = new ByteRange();
  for (const index of chosen) {
    set?.element(found.refs[index] as ElementRef, member);
    members.push(member);
  }
  keyspace.remove(client.db, target);
  for (let i = 0; i < chosen.length; i++) {
    const index = chosen[i] as number;
    const distance = found.distances[index] as number;
    const metres = Number.isNaN(distance) ? metresOf(1) : distance;
    const score = asked.storesDistance ? metres / asked.metres : (found.scores[index] as number);
    keyspace.scores.put(client.db, target, members.at(i, member), score);
  }
  reply.integer(chosen.length);
}

/** A score as C casts a double to a signed number of 64 bits. */
function asInt64(score: number): bigint {
  return Math.abs(score) < 2 ** 63 ? BigInt(Math.trunc(score)) : -(2n ** 63n);
}
