/**
 * Parts of a repair and of a snapshot: several that touch one slot, some that
 * replace what is there, and bytes that a peer or a disk should not have given.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { MalformedDelta } from "../../../src/store/byte-reader.ts";
import { ROOT_BITS, ROOTS, scatteredSlots, SLOT_BITS } from "../../../src/store/hash-node.ts";
import { act, history, lineOver, settle, START, type Step, stepOf } from "../acts.ts";
import { bytes, contentOf, type KeyHash, Peer, picture } from "../peer.ts";

const AFTER = START + 100_000;
const NAMES = ["k0", "k1", "k2", "k3", "k4", "k5"];
const BOUNDS = { entriesMax: Infinity, bytesMax: Infinity };

/** Every key ends in its hash. */
const told: KeyHash = (key) => Number(/\d+$/.exec(key.utf8())?.[0] ?? 0) | 0;

const histories: fc.Arbitrary<Step[]> = history(stepOf(2, true, lineOver(...NAMES)), 15);

function played(steps: readonly Step[], ids: readonly [number, number]): { peers: [Peer, Peer]; now: number } {
  const peers: [Peer, Peer] = [new Peer(ids[0], [ids[1]]), new Peer(ids[1])];
  let now = START;
  for (const step of steps) step.run(peers, (now += 7));
  for (const peer of peers) {
    peer.cut();
    while (peer.keyspace.upkeep());
  }
  return { peers, now };
}

function stateOf({ keyspace }: Peer): unknown {
  return [keyspace.digest(), picture(keyspace, AFTER), keyspace.context.copy(), keyspace.repair.stagedBytes];
}

describe("several parts that touch one slot", () => {
  const keys = Array.from({ length: 40 }, (_, i) => `k${(i % 4) * 2 ** 20 + (i >> 2)}`);

  function staged(): { sender: Peer; receiver: Peer } {
    const [sender, receiver] = [new Peer(0xa1, [], told), new Peer(0xb2, [0xa1], told)];
    for (const key of keys) act(sender, START, `SET ${key} 1`);
    receiver.pull(sender, START);
    for (const key of keys) act(sender, START + 1, Number(key.slice(1)) % 2 === 0 ? `SET ${key} 2` : `DEL ${key}`);
    sender.cut();
    const context = receiver.context(sender.times());
    for (const key of keys) {
      const node = Number(key.slice(1));
      const { bytes: content } = sender.keyspace.repair.export(32, [node], 0, 1);
      receiver.keyspace.repair.stage(32, [node], context, content);
    }
    receiver.commit(sender, sender.times());
    return { sender, receiver };
  }

  test("are joined when somebody looks at it, and no others", () => {
    const { receiver } = staged();
    const { repair } = receiver.keyspace;
    expect([repair.isSettled, repair.isEmpty]).toEqual([false, false]);
    expect(() => repair.describe(ROOT_BITS, ROOTS, 0, 1, BOUNDS)).toThrow(/still to be joined/);
    expect(() => repair.export(ROOT_BITS, ROOTS, 0, 1)).toThrow(/still to be joined/);
    const before = repair.stagedBytes;
    receiver.keyspace.beginEvent(START + 2);
    expect(receiver.keyspace.find(0, bytes("k1"))).toBe(0);
    const after = repair.stagedBytes;
    expect([after < before, after > before / 2]).toEqual([true, true]);
    receiver.keyspace.find(0, bytes("k2"));
    expect(repair.stagedBytes).toBe(after);
  });

  test("and come twice, once alone and once with their node, count once", () => {
    const { sender, receiver } = staged();
    const { repair } = receiver.keyspace;
    const context = receiver.context(sender.times());
    const nodes = scatteredSlots();
    for (let round = 0; round < 2; round++) {
      repair.stage(SLOT_BITS, nodes, context, sender.keyspace.repair.export(SLOT_BITS, nodes, 0, Infinity).bytes);
    }
    receiver.commit(sender, sender.times());
    expect(stateOf(receiver)).toEqual(stateOf(sender));
    expect(receiver.keyspace.audit()).toEqual([]);
  });
});

describe("loading", () => {
  test.prop([histories, histories, fc.constantFrom(ROOT_BITS, 6, SLOT_BITS, 18)], { numRuns: 40 })(
    "replaces what the nodes held by exactly what was exported",
    (theirs, others, bits) => {
      const {
        peers: [sender],
        now,
      } = played(theirs, [1, 2]);
      const {
        peers: [other],
      } = played(others, [3, 4]);
      const receiver = new Peer(5);
      const { repair } = receiver.keyspace;
      repair.load(ROOT_BITS, ROOTS, contentOf(other.keyspace));
      const nodes = [...new Set([...nodesOf(sender, bits), ...nodesOf(other, bits)])];
      repair.load(bits, nodes, sender.keyspace.repair.export(bits, nodes, 0, Infinity).bytes);
      receiver.commit(sender, sender.times());
      expect([receiver.keyspace.digest(), picture(receiver.keyspace, AFTER), receiver.keyspace.audit()]).toEqual([
        sender.keyspace.digest(),
        picture(sender.keyspace, AFTER),
        [],
      ]);
      expect(contentOf(receiver.keyspace).length).toBe(contentOf(sender.keyspace).length);
      // What nobody sees was loaded, too, and is known to be residue.
      for (const peer of [sender, receiver]) act(peer, now + 1, ...NAMES.map((name) => `INCR ${name} 1`));
      settle([sender, receiver], now + 2);
      expect(receiver.keyspace.digest()).toBe(sender.keyspace.digest());
      act(sender, now + 3, ...NAMES.map((name) => `DEL ${name}`));
      for (let round = 0; round < 4; round++) {
        settle([sender, receiver], now + 4);
        for (const peer of [sender, receiver]) peer.sealOrPrune([sender, receiver]);
      }
      expect([sender, receiver].map(({ keyspace }) => keyspace.repair.isEmpty)).toEqual([true, true]);
    },
  );

  test("leaves the other nodes alone", () => {
    const [sender, receiver] = [new Peer(1, [], told), new Peer(2, [1], told)];
    act(sender, START, "SET k1 1", "SET k2 1", "SET k3000000000 1");
    act(receiver, START, "SET k2 9", "SET k4 9", "SET k3000000001 9");
    const { bytes: content } = sender.keyspace.repair.export(SLOT_BITS, [0], 0, 1);
    receiver.keyspace.repair.load(SLOT_BITS, [0], content);
    expect(Object.keys(picture(receiver.keyspace, START + 1))).toEqual(["0:k1", "0:k2", "0:k3000000001"]);
    expect(receiver.keyspace.audit()).toEqual([]);
  });
});

/** The nodes of so many bits that hold anything. */
function nodesOf(peer: Peer, bits: number): number[] {
  let nodes = [...ROOTS];
  for (let depth = ROOT_BITS; ; depth += 4) {
    nodes = nodes.filter((node) => peer.keyspace.repair.export(depth, [node], 0, 1).bytes.length > 1);
    if (depth === bits) return nodes;
    nodes = nodes.flatMap((node) => Array.from({ length: 16 }, (_, i) => node + i * 2 ** (28 - depth)));
  }
}

const damage = fc.record({ at: fc.nat(), kind: fc.constantFrom("set", "cut", "insert", "delete"), byte: fc.nat(255) });

function damaged(from: Uint8Array, { at, kind, byte }: { at: number; kind: string; byte: number }): Uint8Array {
  const i = from.length === 0 ? 0 : at % from.length;
  if (kind === "cut") return from.slice(0, i);
  const rest = from.subarray(kind === "insert" ? i : i + 1);
  return Uint8Array.of(...from.subarray(0, i), ...(kind === "delete" ? [] : [byte]), ...rest);
}

function refuses(take: () => void): boolean {
  try {
    take();
    return false;
  } catch (error) {
    if (error instanceof MalformedDelta || error instanceof RangeError) return true;
    throw error;
  }
}

describe("bytes that are wrong", () => {
  test.prop([histories, damage, fc.constantFrom(2, 14, 18, 30)], { numRuns: 80 })(
    "describe nothing, or something, and change nothing",
    (steps, how, bits) => {
      const {
        peers: [a, b],
      } = played(steps, [1, 2]);
      const nodes = bits === ROOT_BITS ? ROOTS : nodesOf(a, bits);
      if (nodes.length === 0) return;
      const { bytes: described } = a.keyspace.repair.describe(bits, nodes, 0, 5, BOUNDS);
      const before = stateOf(b);
      refuses(() => void b.keyspace.repair.compare(bits, nodes, 5, damaged(described, how)));
      expect(stateOf(b)).toEqual(before);
    },
  );

  test.prop([histories, damage, fc.boolean()], { numRuns: 80 })(
    "are refused before they change anything, or taken for what they say",
    (steps, how, load) => {
      const {
        peers: [a, b],
      } = played(steps, [1, 2]);
      const content = damaged(contentOf(a.keyspace), how);
      const { repair } = b.keyspace;
      const before = stateOf(b);
      const context = b.context(a.times());
      const refused = refuses(() =>
        load ? repair.load(ROOT_BITS, ROOTS, content) : repair.stage(ROOT_BITS, ROOTS, context, content),
      );
      if (refused) {
        expect(stateOf(b)).toEqual(before);
      } else {
        repair.commit(context);
        expect(b.keyspace.audit()).toEqual([]);
      }
    },
  );

  test("that name a key of another node, or no node, are refused", () => {
    const [a, b] = [new Peer(1, [], told), new Peer(2, [], told)];
    act(a, START, "SET k5 1", "SET k6 1");
    const content = contentOf(a.keyspace);
    for (const [bits, nodes] of [
      [32, [5]],
      [32, [6, 5]],
      [SLOT_BITS, [2 ** 18]],
      [SLOT_BITS, [1]],
      [33, [0]],
      [2, [-1]],
    ] as const) {
      const { repair } = b.keyspace;
      expect(() => repair.stage(bits, nodes, b.context(a.times()), content)).toThrow(MalformedDelta);
      expect(() => repair.load(bits, nodes, content)).toThrow(MalformedDelta);
    }
    expect([b.keyspace.repair.stagedBytes, b.keyspace.repair.isEmpty]).toEqual([0, true]);
    b.keyspace.repair.load(32, [5, 6], content);
    expect(b.keyspace.digest()).toBe(a.keyspace.digest());
  });

  test.each([
    ["a child without a fingerprint", 2, [0, 1, 0, ...Array.from({ length: 8 }, () => 0)]],
    ["a list above the slots", 10, [1]],
    ["children of the deepest nodes", 30, [0, 0, 0]],
    ["too long a list", 14, [18]],
    ["a hash of another node", 14, [2, 0, 0, 4, 0, 1, 1, 1, 1]],
    ["a hash twice", 14, [3, 1, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1]],
    ["something behind the last node", 14, [1, 1]],
    ["nothing", 14, []],
  ])("such as %s are no description", (_, bits, content) => {
    const peer = new Peer(1);
    expect(() => peer.keyspace.repair.compare(bits, [0], 1, Uint8Array.from(content))).toThrow(MalformedDelta);
  });
});
