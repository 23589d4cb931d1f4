/**
 * Replicas whose clocks read the same millisecond, so that different origins mint equal times all the time: whatever
 * is decided by the newest must then be decided by the origin, alike everywhere, and nowhere by the order in which
 * things happened to arrive. Residue is pruned in the midst of it.
 */
import { test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { act, history, settle, START, type Step, stepOf } from "./acts.ts";
import { Peer, picture } from "./peer.ts";

const IDS = [0xa1, 0xb2, 0xc3] as const;
const AFTER = START + 1000;

function peersOf(): [Peer, Peer, Peer] {
  const [a, b, c] = IDS;
  return [new Peer(a, [c, b]), new Peer(b, [a, c]), new Peer(c)];
}

function play(steps: readonly Step[], paceMs: number): Peer[] {
  const peers = peersOf();
  let now = START;
  for (const step of steps) step.run(peers, (now += paceMs));
  settle(peers, now);
  return peers;
}

function expectEqual(peers: readonly Peer[]): void {
  const [first, ...others] = peers.map(({ keyspace }) => ({
    digest: keyspace.digest(),
    shows: picture(keyspace, AFTER),
  }));
  for (const other of others) expect(other).toEqual(first);
}

describe("replicas whose clocks stand at the same millisecond", () => {
  test.prop([history(stepOf(IDS.length, false), 40)], { numRuns: 100 })("converge by intervals", (steps) => {
    expectEqual(play(steps, 0));
  });

  test.prop([history(stepOf(IDS.length, true), 40)], { numRuns: 100 })(
    "converge by intervals and whole states",
    (steps) => {
      expectEqual(play(steps, 0));
    },
  );

  test("K1: show the type of the greatest origin, although values of an element as new lie in another order", () => {
    const peers = peersOf();
    const [a, b, c] = peers;
    act(a, START, "HSET k f 1");
    act(b, START, "SET k v");
    act(c, START, "HSET k f 2");
    b.pull(c, START);
    a.pull(c, START);
    settle(peers, START);
    for (const peer of peers) expect(picture(peer.keyspace, AFTER)).toEqual({ "0:k": [["hash", "f=2"], -1] });
  });

  test("X1: name one owner of a deadline that two have set alike, so that it removes the key without a grace", () => {
    const peers = peersOf();
    const [a, b, c] = peers;
    act(a, START, "SET k v");
    settle(peers, START);
    act(a, START + 1, "EXPIRE k 100");
    act(c, START + 1, "EXPIRE k 100");
    settle(peers, START + 1);
    const removed = [a, b, c].map((peer) => peer.keyspace.expireSome(START + 2000, Infinity, 10));
    expect(removed).toEqual([0, 0, 1]);
  });
});

describe("replicas whose clocks go on", () => {
  test.prop([history(stepOf(IDS.length, true), 40)], { numRuns: 100 })(
    "converge while residue is pruned in the midst of it",
    (steps) => {
      expectEqual(play(steps, 7));
    },
  );
});
