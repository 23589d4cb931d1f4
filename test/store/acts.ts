/**
 * Effects on a keyspace as lines of text, guarded as the commands guard them: a count needs a number, an element its
 * type. And random histories of such lines over several peers, with exchange, repair, expiry and pruning between them.
 */
import { fc } from "@fast-check/vitest";
import { type Amount, parseDecimalAmount } from "../../crdt/amount.ts";
import { raise, Rises } from "../../crdt/hyperloglog.ts";
import { emptyHyperLogLog } from "../../crdt/hyperloglog-format.ts";
import { ByteRange } from "../../src/byte-range.ts";
import { type CollectionType, KeyType } from "../../src/store/key-type.ts";
import type { ListEnd } from "../../src/store/list-effects.ts";
import type { Keyspace } from "../../src/store/keyspace.ts";
import { bytes, type Peer } from "./peer.ts";
import { repairDifferences } from "./repair/difference.ts";

export const START = 1_700_000_000_000;

/** Small, so that HyperLogLogs become dense now and then. */
const SPARSE_BYTES_MAX = 26;

type Act = (keyspace: Keyspace, nowMs: number, words: readonly string[]) => void;

function readsAsNumber(value: ByteRange): boolean {
  return /^-?\d+$/.test(value.utf8());
}

function holds(keyspace: Keyspace, key: string, ...types: number[]): boolean {
  const ref = keyspace.peek(0, bytes(key));
  return ref === 0 || types.includes(keyspace.typeOf(ref));
}

function isHyperLogLog(keyspace: Keyspace, key: string): boolean {
  const ref = keyspace.peek(0, bytes(key));
  return ref !== 0 && keyspace.typeOf(ref) === KeyType.string && keyspace.hyperLogLogs.isUsable(ref);
}

function amountOf(text = "1"): Amount {
  const amount = parseDecimalAmount(Buffer.from(text), 0, text.length);
  if (amount === undefined) throw new Error(`no amount: ${text}`);
  return amount;
}

function putElement(type: CollectionType): Act {
  return (ks, _now, [key = "", element = "", value = ""]) => {
    if (holds(ks, key, type)) ks.elementPut(0, bytes(key), type, bytes(element), bytes(value));
  };
}

function removeElement(type: CollectionType): Act {
  return (ks, _now, [key = "", element = ""]) => void ks.elementRemove(0, bytes(key), type, bytes(element));
}

/** Runs on a list that is there; a rank beyond its end is its last. */
function onList(change: (keyspace: Keyspace, key: string, rank: number, value: string) => void): Act {
  return (ks, _now, [key = "", rank = "", value = ""]) => {
    const ref = ks.peek(0, bytes(key));
    if (ref === 0 || ks.typeOf(ref) !== KeyType.list) return;
    change(ks, key, Math.min(Number(rank), ks.collection(ref).size - 1), value);
  };
}

function push(end: ListEnd): Act {
  return (ks, _now, [key = "", ...values]) => {
    if (!holds(ks, key, KeyType.list)) return;
    for (const [i, value] of values.entries()) ks.lists.push(0, bytes(key), end, bytes(value), i > 0);
  };
}

function showsField(keyspace: Keyspace, key: string, field: string): boolean {
  const ref = keyspace.peek(0, bytes(key));
  if (ref === 0 || keyspace.typeOf(ref) !== KeyType.hash) return false;
  return keyspace.collection(ref).find(bytes(field)) !== 0;
}

const ACTS: Record<string, Act> = {
  SET: (ks, now, [key = "", value = "", ttl]) =>
    ks.put(0, bytes(key), bytes(value), ttl === undefined ? -1 : now + Number(ttl)),
  KEEP: (ks, _now, [key = "", value = ""]) => {
    if (holds(ks, key, KeyType.string)) ks.putKeepingLife(0, bytes(key), bytes(value));
  },
  INCR: (ks, _now, [key = "", amount]) => {
    const ref = ks.peek(0, bytes(key));
    const value = bytes("0");
    if (!holds(ks, key, KeyType.string)) return;
    if (ref !== 0) ks.stringValue(ref, value);
    if (readsAsNumber(value)) ks.count(0, bytes(key), amountOf(amount));
  },
  DEL: (ks, _now, [key = ""]) => void ks.remove(0, bytes(key)),
  EXPIRE: (ks, now, [key = "", ttl]) => {
    if (ks.peek(0, bytes(key)) !== 0) ks.expireAt(0, bytes(key), now + Number(ttl));
  },
  PERSIST: (ks, _now, [key = ""]) => {
    const ref = ks.peek(0, bytes(key));
    if (ref !== 0 && ks.deadline(ref) >= 0) ks.persist(0, bytes(key));
  },
  /** Raises a register of a HyperLogLog, or begins one with it. */
  RAISE: (ks, _now, [key = "", ...words]) => {
    const ref = ks.peek(0, bytes(key));
    const rises = new Rises();
    for (let i = 0; i + 1 < words.length; i += 2) {
      const [index, value] = [Number(words[i]), Number(words[i + 1])];
      if (ref === 0 || ks.typeOf(ref) !== KeyType.string || ks.hyperLogLogs.registerAt(ref, index) < value)
        rises.add(index, value);
    }
    if (ref === 0) ks.put(0, bytes(key), new ByteRange(raise(emptyHyperLogLog(), rises, SPARSE_BYTES_MAX)), -1);
    else if (isHyperLogLog(ks, key) && rises.count > 0)
      ks.hyperLogLogs.grow(0, bytes(key), rises, false, SPARSE_BYTES_MAX);
  },
  DENSE: (ks, _now, [key = ""]) => {
    if (isHyperLogLog(ks, key)) ks.hyperLogLogs.grow(0, bytes(key), new Rises(), true, 0);
  },
  HSET: putElement(KeyType.hash),
  SADD: putElement(KeyType.set),
  HDEL: removeElement(KeyType.hash),
  SREM: removeElement(KeyType.set),
  HINCR: (ks, _now, [key = "", field = "", amount]) => {
    if (!holds(ks, key, KeyType.hash)) return;
    const ref = ks.peek(0, bytes(key));
    const value = bytes("0");
    const collection = ref === 0 ? undefined : ks.collection(ref);
    const held = collection?.find(bytes(field)) ?? 0;
    if (held !== 0) collection?.value(held, value);
    if (readsAsNumber(value)) ks.elementCount(0, bytes(key), bytes(field), Number(amount ?? 1));
  },
  ZADD: (ks, _now, [key = "", member = "", score]) => {
    if (holds(ks, key, KeyType.zset)) ks.scores.put(0, bytes(key), bytes(member), Number(score));
  },
  ZINCR: (ks, _now, [key = "", member = "", by]) => {
    if (!holds(ks, key, KeyType.zset)) return;
    const ref = ks.peek(0, bytes(key));
    const set = ref === 0 ? undefined : ks.collection(ref);
    const held = set?.find(bytes(member)) ?? 0;
    const score = set === undefined || held === 0 ? 0 : set.score(held);
    if (!Number.isNaN(score + Number(by))) ks.scores.add(0, bytes(key), bytes(member), Number(by));
  },
  ZREM: removeElement(KeyType.zset),
  LPUSH: push("head"),
  RPUSH: push("tail"),
  LINSERT: onList((ks, key, rank, value) => void ks.lists.insert(0, bytes(key), rank, bytes(value))),
  LSET: onList((ks, key, rank, value) => ks.lists.set(0, bytes(key), rank, bytes(value))),
  /** Removes the element of a rank, or as many as the third word says. */
  LPOP: onList((ks, key, rank, count) => {
    const behind = ks.collection(ks.peek(0, bytes(key))).size - rank;
    ks.lists.remove(0, bytes(key), rank, Math.min(behind, Number(count || 1)));
  }),
  ROTATE: onList((ks, key, _rank, value) => void ks.lists.rotate(0, bytes(key), "tail", "head", bytes(value))),
  HEXPIRE: (ks, now, [key = "", field = "", ttl]) => {
    if (showsField(ks, key, field)) ks.fields.expireAt(0, bytes(key), bytes(field), now + Number(ttl));
  },
  HPERSIST: (ks, _now, [key = "", field = ""]) => {
    const ref = ks.peek(0, bytes(key));
    if (!showsField(ks, key, field)) return;
    const fields = ks.collection(ref);
    if (fields.deadline(fields.find(bytes(field))) >= 0) ks.fields.persist(0, bytes(key), bytes(field));
  },
  HKEEP: (ks, _now, [key = "", field = "", value = ""]) => {
    if (holds(ks, key, KeyType.hash)) ks.fields.putKeepingLife(0, bytes(key), bytes(field), bytes(value));
  },
  FLUSHDB: (ks) => ks.clear(0),
  FLUSHALL: (ks) => ks.clearAll(),
};

/** One event of one or more lines such as "SET k 5" or "HINCR h f 2". */
export function act(peer: Pick<Peer, "run">, nowMs: number, ...lines: readonly string[]): void {
  peer.run(nowMs, (keyspace) => {
    for (const line of lines) {
      const [name = "", ...words] = line.split(" ");
      const run = ACTS[name];
      if (run === undefined) throw new Error(`no act is called ${name}`);
      run(keyspace, nowMs, words);
    }
  });
}

/** Lets everybody hear of everything. */
export function settle(peers: readonly Peer[], nowMs: number): void {
  for (let round = 0; round < peers.length; round++) {
    for (const a of peers) for (const b of peers) if (a !== b) a.pull(b, nowMs);
  }
}

const element = fc.constantFrom("x", "y");

/** One line, over few keys and elements so that histories meet. */
export const line = lineOver("k", "l");

export function lineOver(...keys: readonly string[]): fc.Arbitrary<string> {
  const key = fc.constantFrom(...keys);
  const words = fc.oneof(
    fc.tuple(fc.constant("SET"), key, fc.constantFrom("5", "abc", "7 50", "8 5000")),
    fc.tuple(fc.constant("KEEP"), key, fc.constantFrom("9", "def")),
    fc.tuple(fc.constant("INCR"), key, fc.constantFrom("1", "2", "-3", "0.1")),
    fc.tuple(fc.constant("RAISE"), key, fc.constantFrom("7 1", "7 3", "8 3", "9 3 9 5", "16383 2", "3000 2 8 33")),
    fc.tuple(fc.constant("RAISE"), key, fc.constantFrom("1 1", "2 2 3 2 4 2", "8 3 7 3", "6 3", "16383 4")),
    fc.tuple(fc.constant("DEL"), key),
    fc.tuple(fc.constant("EXPIRE"), key, fc.constantFrom("30", "3000", "9000")),
    fc.tuple(fc.constant("PERSIST"), key),
    fc.tuple(fc.constant("HSET"), key, element, fc.constantFrom("1", "v")),
    fc.tuple(fc.constant("SADD"), key, element),
    fc.tuple(fc.constant("HINCR"), key, element, fc.constantFrom("1", "-2")),
    fc.tuple(fc.constant("HDEL"), key, element),
    fc.tuple(fc.constant("HEXPIRE"), key, element, fc.constantFrom("0", "30", "3000", "9000")),
    fc.tuple(fc.constant("HPERSIST"), key, element),
    fc.tuple(fc.constant("HKEEP"), key, element, fc.constantFrom("2", "w")),
    fc.tuple(fc.constant("SREM"), key, element),
    fc.tuple(fc.constant("ZADD"), key, element, fc.constantFrom("1", "0.5", "1e300", "Infinity")),
    fc.tuple(fc.constant("ZINCR"), key, element, fc.constantFrom("1", "-2", "0.1", "1e300", "-Infinity")),
    fc.tuple(fc.constant("ZREM"), key, element),
    fc.tuple(fc.constantFrom("LPUSH", "RPUSH"), key, fc.constantFrom("a", "b c", "1 2 3")),
    fc.tuple(fc.constantFrom("LINSERT", "LSET"), key, fc.constantFrom("0", "1", "9"), fc.constantFrom("m", "n")),
    fc.tuple(fc.constant("LPOP"), key, fc.constantFrom("0", "1", "9", "0 2")),
    fc.constant(["FLUSHDB"]),
  );
  return words.map((all) => all.join(" "));
}

export interface Step {
  readonly name: string;
  readonly run: (peers: readonly Peer[], nowMs: number) => void;
}

/** Two different peers out of as many. */
function pairOf(count: number): fc.Arbitrary<[number, number]> {
  return fc.tuple(fc.nat(count - 1), fc.integer({ min: 1, max: count - 1 })).map(([a, by]) => [a, (a + by) % count]);
}

function at(peers: readonly Peer[], index: number): Peer {
  const peer = peers[index];
  if (peer === undefined) throw new Error(`no peer ${index}`);
  return peer;
}

/** What may happen among a number of peers; `repairs` adds exchanges of whole states, and of where they differ. */
export function stepOf(count: number, repairs: boolean, one = line): fc.Arbitrary<Step> {
  const index = fc.nat(count - 1);
  const writes = fc.tuple(index, fc.array(one, { minLength: 1, maxLength: 3 })).map(([i, lines]) => ({
    name: `${i}: ${lines.join("; ")}`,
    run: (peers: readonly Peer[], now: number) => act(at(peers, i), now, ...lines),
  }));
  const pulls = fc.tuple(pairOf(count), fc.integer({ min: 1, max: 3 })).map(([[to, from], most]) => ({
    name: `${to} pulls ${most} from ${from}`,
    run: (peers: readonly Peer[], now: number) => at(peers, to).pull(at(peers, from), now, most),
  }));
  const expires = index.map((i) => ({
    name: `${i} expires`,
    run: (peers: readonly Peer[], now: number) => void at(peers, i).keyspace.expireSome(now, Infinity, 100),
  }));
  const upkeep = index.map((i) => ({
    name: `${i} upkeep`,
    run: (peers: readonly Peer[]) => void at(peers, i).keyspace.upkeep(),
  }));
  const sealings = index.map((i) => ({
    name: `${i} seals or prunes`,
    run: (peers: readonly Peer[]) => at(peers, i).sealOrPrune(peers),
  }));
  const repaired = pairOf(count).map(([to, from]) => ({
    name: `${to} repairs from ${from}`,
    run: (peers: readonly Peer[]) => at(peers, to).repair(at(peers, from)),
  }));
  const mended = fc.tuple(pairOf(count), fc.nat()).map(([[to, from], salt]) => ({
    name: `${to} repairs its differences from ${from}`,
    run: (peers: readonly Peer[]) => void repairDifferences(at(peers, to), at(peers, from), salt),
  }));
  return fc.oneof(
    { weight: 6, arbitrary: writes },
    { weight: 3, arbitrary: pulls },
    {
      weight: 1,
      arbitrary: index.map((i) => ({ name: `${i} cuts`, run: (peers: readonly Peer[]) => at(peers, i).cut() })),
    },
    { weight: 1, arbitrary: expires },
    { weight: 1, arbitrary: upkeep },
    { weight: 1, arbitrary: sealings },
    { weight: repairs ? 1 : 0, arbitrary: repaired },
    { weight: repairs ? 2 : 0, arbitrary: mended },
  );
}

/** A history that prints as its lines. */
export function history(step: fc.Arbitrary<Step>, maxLength: number): fc.Arbitrary<Step[]> {
  return fc
    .array(step, { maxLength, minLength: 1, size: "max" })
    .map((all) => Object.assign(all, { [fc.toStringMethod]: () => all.map((s) => s.name).join("\n") }));
}
