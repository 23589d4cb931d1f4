/** Lists that several replicas change at once. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { ByteRange } from "../../src/byte-range.ts";
import { act, settle, START, type Step, stepOf } from "./acts.ts";
import { bytes, Peer, picture } from "./peer.ts";

const IDS = [0xa1, 0xb2, 0xc3];
const AFTER = START + 1000;

function peersOf(count: number): [Peer, Peer, Peer] {
  return IDS.slice(0, count).map((id) => new Peer(id, IDS)) as [Peer, Peer, Peer];
}

/** The data of a list, from head to tail. */
function listOf({ keyspace }: Peer, key = "l"): string[] {
  const ref = keyspace.peek(0, bytes(key));
  const value = new ByteRange();
  const shown: string[] = [];
  if (ref === 0) return shown;
  const list = keyspace.collection(ref);
  list.forEach((element) => {
    list.value(element, value);
    shown.push(value.utf8());
  });
  expect(shown.length).toBe(list.size);
  for (let rank = 0; rank < list.size; rank++) expect(list.rankOf(list.at(rank))).toBe(rank);
  return shown;
}

/** Two replicas that both have the list, then do something each without hearing of the other, then hear of it. */
function concurrently(start: string, ours: readonly string[], theirs: readonly string[]): string[] {
  const peers = peersOf(2);
  const [a, b] = peers;
  if (start !== "") act(a, START, `RPUSH l ${start}`);
  settle(peers, START);
  for (const line of ours) act(a, START + 1, line);
  for (const line of theirs) act(b, START + 2, line);
  settle(peers, AFTER);
  expect(listOf(b)).toEqual(listOf(a));
  expect(a.keyspace.digest()).toBe(b.keyspace.digest());
  for (const p of peers) expect(p.keyspace.audit()).toEqual([]);
  return listOf(a);
}

describe("concurrent changes of a list", () => {
  test.each([
    ["pushes of one command stay together", "x", ["RPUSH l 1 2 3"], ["RPUSH l 4 5 6"], "x 1 2 3 4 5 6"],
    ["also at the head", "x", ["LPUSH l 1 2 3"], ["LPUSH l 4 5 6"], "3 2 1 6 5 4 x"],
    ["also on an empty list", "", ["RPUSH l 1 2"], ["LPUSH l 3 4"], "1 2 4 3"],
    ["an insertion is where its neighbours are", "a b", ["LINSERT l 1 m"], ["LINSERT l 1 n"], "a m n b"],
    ["an insertion finds its place beside what was removed", "a b c", ["LINSERT l 1 m"], ["LPOP l 0 2"], "m c"],
    ["the newest of two values stays", "a b", ["LSET l 0 old"], ["LSET l 0 new"], "new b"],
    ["a changed element outlives its removal", "a b", ["LSET l 0 new"], ["LPOP l 0"], "new b"],
    ["even when the whole list was removed", "a b", ["LSET l 1 new"], ["DEL l"], "new"],
    ["both may pop the same", "a b c", ["LPOP l 0"], ["LPOP l 0"], "b c"],
    ["trimming removes what it has seen", "a b c", ["RPUSH l d", "LPUSH l z"], ["LPOP l 0 2"], "z c d"],
    ["a list that was emptied begins anew", "a", ["LPOP l 0", "RPUSH l b"], ["RPUSH l c"], "b c"],
    ["an element that goes round stays one", "a b c", ["ROTATE l 0 c"], ["RPUSH l d"], "c a b d"],
    ["a lone element that goes round is written anew", "a", ["ROTATE l 0 a"], ["LPOP l 0"], "a"],
  ])("%s", (_name, start, ours, theirs, expected) => {
    expect(concurrently(start, ours, theirs).join(" ")).toBe(expected);
  });

  test.each([3, 50])("what is asked to be removed beyond the end of %i elements is as much as there is", (size) => {
    const peer = new Peer(0xa2, IDS);
    act(peer, START, `RPUSH l ${Array.from({ length: size }, (_, n) => `v${n}`).join(" ")}`);
    const remove = (rank: number, count: number) =>
      peer.run(START + 1, (keyspace) => keyspace.lists.remove(0, bytes("l"), rank, count));
    remove(size - 1, 5);
    remove(size - 1, 5);
    remove(size + 7, 5);
    expect(listOf(peer)).toHaveLength(size - 1);
    remove(1, size);
    expect(listOf(peer)).toEqual(["v0"]);
    remove(0, 2);
    expect(listOf(peer)).toEqual([]);
    expect(peer.keyspace.audit()).toEqual([]);
  });

  const listLine = fc
    .oneof(
      fc.tuple(fc.constantFrom("LPUSH", "RPUSH"), fc.constantFrom("a", "b c", "1 2 3")),
      fc.tuple(fc.constantFrom("LINSERT", "LSET"), fc.constantFrom("0 m", "1 n", "2 o", "5 p", "9 q")),
      fc.tuple(fc.constant("LPOP"), fc.constantFrom("0", "1", "4", "9", "0 2", "2 3")),
      fc.tuple(fc.constantFrom("DEL", "SET", "PERSIST", "EXPIRE"), fc.constantFrom("9", "5000")),
      fc.tuple(fc.constant("ROTATE"), fc.constantFrom("0 r", "0 s")),
    )
    .map(([name, rest]) => `${name} l ${rest}`);

  test.prop([fc.array(stepOf(3, true, listLine), { minLength: 1, maxLength: 30, size: "max" }), fc.boolean()], {
    numRuns: 60,
  })("are ordered alike by all who have heard of them", (steps: Step[], packed) => {
    const peers = peersOf(3);
    // What outgrows its key's entry is another form of the same.
    if (!packed) act(peers[0], START, `RPUSH l ${Array.from({ length: 40 }, (_, n) => `p${n}`).join(" ")}`);
    for (const [n, step] of steps.entries()) step.run(peers, START + n);
    settle(peers, AFTER);
    const [first] = peers;
    for (const p of peers) {
      while (p.keyspace.upkeep());
      expect(picture(p.keyspace, AFTER)).toEqual(picture(first.keyspace, AFTER));
      expect(p.keyspace.digest()).toBe(first.keyspace.digest());
      expect(p.keyspace.audit()).toEqual([]);
    }
  });

  const deed = fc.record({
    at: fc.nat(2),
    what: fc.constantFrom("LPUSH", "RPUSH", "LINSERT", "pop", "pop", "pull"),
    rank: fc.nat(9),
  });

  test.prop([fc.array(deed, { maxLength: 40, size: "max" })], { numRuns: 60 })(
    "lose nothing: each element is popped by somebody, or there",
    (deeds) => {
      const peers = peersOf(3);
      const popped = new Set<string>();
      const pushed: string[] = [];
      for (const [n, { at, what, rank }] of deeds.entries()) {
        const peer = peers[at] as Peer;
        const list = listOf(peer);
        if (what === "pull") {
          peer.pull(peers[(at + 1 + (rank % 2)) % 3] as Peer, START + n);
        } else if (what === "pop") {
          const value = list[Math.min(rank, list.length - 1)];
          if (value === undefined) continue;
          popped.add(value);
          act(peer, START + n, `LPOP l ${rank}`);
        } else {
          if (what === "LINSERT" && list.length === 0) continue;
          pushed.push(`v${n}`);
          act(peer, START + n, what === "LINSERT" ? `LINSERT l ${rank} v${n}` : `${what} l v${n}`);
        }
      }
      settle(peers, AFTER);
      const left = pushed.filter((value) => !popped.has(value)).toSorted();
      for (const p of peers) expect(listOf(p).toSorted()).toEqual(left);
    },
  );
});

test("many elements are removed at once, whatever form the list has meanwhile", () => {
  const peers = peersOf(2);
  const [a, b] = peers;
  act(a, START, `RPUSH l ${Array.from({ length: 40 }, (_, n) => `v${n}`).join(" ")}`);
  settle(peers, START);
  // Elements with two values are objects; fewer elements fit into the key's entry.
  for (const rank of [3, 4, 20]) {
    act(a, START + 1, `LSET l ${rank} ours`);
    act(b, START + 1, `LSET l ${rank} theirs`);
  }
  settle(peers, START + 2);
  act(a, START + 3, "LPOP l 2 35");
  expect(listOf(a)).toEqual(["v0", "v1", "v37", "v38", "v39"]);
  settle(peers, AFTER);
  expect(listOf(b)).toEqual(listOf(a));
  for (const p of peers) expect(p.keyspace.audit()).toEqual([]);
});

describe("the place of an insertion", () => {
  test("runs out at last, and then nothing is done", () => {
    const [peer] = peersOf(1);
    act(peer, START, "RPUSH l a b");
    const insertAt = (rank: number, n: number): boolean => {
      let done = false;
      peer.run(START + n, (ks) => (done = ks.lists.insert(0, bytes("l"), rank, bytes(`v${n}`))));
      return done;
    };
    // Each goes beside the one before, on changing sides.
    let rank = 1;
    let n = 0;
    while (n < 2000 && insertAt(rank, n)) rank += n++ % 3 === 2 ? 1 : 0;
    expect(n).toBeGreaterThan(500);
    expect(n).toBeLessThan(2000);
    const { pendingBytes } = peer.keyspace;
    expect(insertAt(rank, n)).toBe(false);
    expect(peer.keyspace.pendingBytes).toBe(pendingBytes);
    expect(listOf(peer).length).toBe(n + 2);
    act(peer, AFTER, "RPUSH l end", "LPUSH l begin");
    expect(listOf(peer).at(-1)).toBe("end");
    expect(insertAt(1, n)).toBe(true);
    expect(peer.keyspace.audit()).toEqual([]);
  });
});
