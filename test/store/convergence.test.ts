/**
 * Several keyspaces that write, exchange intervals and repairs in any causal order, and must come to show the same.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { KeyType } from "../../src/store/key-type.ts";
import type { Keyspace } from "../../src/store/keyspace.ts";
import { bytes, Peer, picture } from "./peer.ts";

const IDS = [0xa1, 0xb2, 0xc3];
const KEYS = ["k", "l"];
const ELEMENTS = ["x", "y"];
const START = 1_700_000_000_000;
/** Later than any history lasts, so that all hybrid clocks agree on it. */
const AFTER = START + 1000;

type Effect = (keyspace: Keyspace, nowMs: number) => void;

function isNumber(keyspace: Keyspace, ref: number): boolean {
  const value = bytes("");
  keyspace.stringValue(ref, value);
  return /^-?\d+$/.test(value.utf8());
}

const key = fc.constantFrom(...KEYS);
const element = fc.constantFrom(...ELEMENTS);
const collectionType = fc.constantFrom(KeyType.hash, KeyType.set);

/** Effects guard themselves as commands do: a count needs a number, an element its type. */
const effect: fc.Arbitrary<{ name: string; run: Effect }> = fc.oneof(
  fc
    .record({ key, value: fc.constantFrom("5", "abc", "7"), ttl: fc.constantFrom(-1, -1, 50, 5000) })
    .map(({ key: k, value, ttl }) => ({
      name: `SET ${k} ${value} ${ttl}`,
      run: (ks: Keyspace, now: number) => ks.put(0, bytes(k), bytes(value), ttl < 0 ? -1 : now + ttl),
    })),
  fc.record({ key, value: fc.constantFrom("9", "def") }).map(({ key: k, value }) => ({
    name: `SET ${k} ${value} KEEPTTL`,
    run: (ks: Keyspace) => {
      const ref = ks.peek(0, bytes(k));
      if (ref === 0 || ks.typeOf(ref) === KeyType.string) ks.putKeepingLife(0, bytes(k), bytes(value));
    },
  })),
  fc.record({ key, amount: fc.constantFrom(1, 2, -3, 10n ** 16n) }).map(({ key: k, amount }) => ({
    name: `INCRBY ${k} ${amount}`,
    run: (ks: Keyspace) => {
      const ref = ks.peek(0, bytes(k));
      if (ref === 0 || (ks.typeOf(ref) === KeyType.string && isNumber(ks, ref))) ks.count(0, bytes(k), amount);
    },
  })),
  key.map((k) => ({ name: `DEL ${k}`, run: (ks: Keyspace) => void ks.remove(0, bytes(k)) })),
  fc.record({ key, at: fc.constantFrom(30, 3000, 9000) }).map(({ key: k, at }) => ({
    name: `PEXPIRE ${k} ${at}`,
    run: (ks: Keyspace, now: number) => {
      if (ks.peek(0, bytes(k)) !== 0) ks.expireAt(0, bytes(k), now + at);
    },
  })),
  key.map((k) => ({
    name: `PERSIST ${k}`,
    run: (ks: Keyspace) => {
      const ref = ks.peek(0, bytes(k));
      if (ref !== 0 && ks.deadline(ref) >= 0) ks.persist(0, bytes(k));
    },
  })),
  fc
    .record({ key, type: collectionType, element, value: fc.constantFrom("1", "v") })
    .map(({ key: k, type, element: e, value }) => ({
      name: `${type === KeyType.hash ? "HSET" : "SADD"} ${k} ${e} ${value}`,
      run: (ks: Keyspace) => {
        const ref = ks.peek(0, bytes(k));
        if (ref !== 0 && ks.typeOf(ref) !== type) return;
        ks.elementPut(0, bytes(k), type, bytes(e), bytes(type === KeyType.hash ? value : ""));
      },
    })),
  fc.record({ key, element, amount: fc.constantFrom(1, -2) }).map(({ key: k, element: e, amount }) => ({
    name: `HINCRBY ${k} ${e} ${amount}`,
    run: (ks: Keyspace) => {
      const ref = ks.peek(0, bytes(k));
      if (ref !== 0 && ks.typeOf(ref) !== KeyType.hash) return;
      if (ref !== 0) {
        const collection = ks.collection(ref);
        const at = collection.find(bytes(e));
        const value = bytes("");
        if (at !== 0) collection.value(at, value);
        if (at !== 0 && !/^-?\d+$/.test(value.utf8())) return;
      }
      ks.elementCount(0, bytes(k), bytes(e), amount);
    },
  })),
  fc.record({ key, type: collectionType, element }).map(({ key: k, type, element: e }) => ({
    name: `${type === KeyType.hash ? "HDEL" : "SREM"} ${k} ${e}`,
    run: (ks: Keyspace) => void ks.elementRemove(0, bytes(k), type, bytes(e)),
  })),
  fc.constant({ name: "FLUSHDB", run: (ks: Keyspace) => ks.clear(0) }),
);

interface Step {
  readonly name: string;
  readonly run: (peers: Peer[], nowMs: number) => void;
}

const index = fc.nat(IDS.length - 1);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ at: index, effect }).map(({ at, effect: e }) => ({
      name: `${at}: ${e.name}`,
      run: (peers: Peer[], now: number) => peers[at]?.run(now, (ks) => e.run(ks, now)),
    })),
  },
  {
    weight: 3,
    arbitrary: fc
      .record({ to: index, from: index, most: fc.integer({ min: 1, max: 3 }) })
      .map(({ to, from, most }) => ({
        name: `${to} pulls ${most} from ${from}`,
        run: (peers: Peer[], now: number) => {
          const [a, b] = [peers[to], peers[from]];
          if (a !== undefined && b !== undefined && a !== b) a.pull(b, now, most);
        },
      })),
  },
  { weight: 1, arbitrary: index.map((at) => ({ name: `${at} cuts`, run: (peers: Peer[]) => peers[at]?.cut() })) },
  {
    weight: 1,
    arbitrary: index.map((at) => ({
      name: `${at} expires`,
      run: (peers: Peer[], now: number) => void peers[at]?.keyspace.expireSome(now, Infinity, 100),
    })),
  },
);

const repairStep: fc.Arbitrary<Step> = fc.record({ to: index, from: index }).map(({ to, from }) => ({
  name: `${to} repairs from ${from}`,
  run: (peers: Peer[]) => {
    const [a, b] = [peers[to], peers[from]];
    if (a !== undefined && b !== undefined && a !== b) a.repair(b);
  },
}));

/** Runs a history, lets everybody hear of everything, and returns what each shows. */
function play(steps: readonly Step[]): Peer[] {
  const peers = IDS.map((id, i) => new Peer(id, IDS.slice(i).toReversed()));
  let now = START;
  for (const s of steps) s.run(peers, (now += 7));
  settle(peers, now);
  return peers;
}

function settle(peers: readonly Peer[], now: number): void {
  for (let round = 0; round < 3; round++) {
    for (const a of peers) for (const b of peers) if (a !== b) a.pull(b, now);
  }
}

function expectEqual(peers: readonly Peer[]): void {
  const [first, ...others] = peers.map((p) => ({ digest: p.keyspace.digest(), shows: picture(p.keyspace, AFTER) }));
  for (const other of others) expect(other).toEqual(first);
}

function history(steps: fc.Arbitrary<Step>, maxLength: number): fc.Arbitrary<Step[]> {
  return fc
    .array(steps, { maxLength, minLength: 1 })
    .map((all) => Object.assign(all, { toString: () => all.map((s) => s.name).join("\n") }));
}

describe("three keyspaces that exchange intervals", () => {
  test.prop([history(step, 30)], { numRuns: 400 })("show the same once all have heard of everything", (steps) => {
    expectEqual(play(steps));
  });

  test.prop([history(fc.oneof({ weight: 8, arbitrary: step }, { weight: 1, arbitrary: repairStep }), 30)], {
    numRuns: 400,
  })("show the same when some of it came as whole state", (steps) => {
    expectEqual(play(steps));
  });

  test.prop([history(step, 20)], { numRuns: 100 })(
    "give an empty replica their whole state, with the same fingerprint",
    (steps) => {
      const [first] = play(steps) as [Peer];
      const fresh = new Peer(0xd4);
      fresh.repair(first);
      expect(fresh.keyspace.digest()).toBe(first.keyspace.digest());
      expect(picture(fresh.keyspace, AFTER)).toEqual(picture(first.keyspace, AFTER));
    },
  );

  test.prop([history(step, 25)], { numRuns: 100 })(
    "keep nothing of what was deleted once all have seen it",
    (steps) => {
      const peers = play(steps);
      const now = START + 100_000;
      for (const p of peers) p.run(now, (ks) => ks.clear(0));
      settle(peers, now);
      for (const p of peers) p.keyspace.sealResidue();
      for (const p of peers) p.keyspace.pruneResidue();
      for (const p of peers) {
        while (p.keyspace.upkeep());
        expect({ keys: p.keyspace.size(0), residue: p.keyspace.residueCount, digest: p.keyspace.digest() }).toEqual({
          keys: 0,
          residue: 0,
          digest: "0".repeat(16),
        });
        expect(p.keyspace.usedBytes).toBe(new Peer(1).keyspace.usedBytes);
      }
    },
  );
});
