/**
 * HyperLogLogs between replicas: what several regions add is all there, a
 * removal or a SET takes the life that it has seen with all its growth, and
 * once everybody has heard of everything the bytes are the same everywhere.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { mergeRegisters } from "../../crdt/hyperloglog.ts";
import { emptyDense, emptyHyperLogLog, isDense, REGISTERS } from "../../crdt/hyperloglog-format.ts";
import { ByteRange } from "../../src/byte-range.ts";
import { MalformedDelta } from "../../src/store/byte-reader.ts";
import { ByteWriter } from "../../src/store/byte-writer.ts";
import { validateDelta } from "../../src/store/delta-format.ts";
import { validateSlots } from "../../src/store/slots-format.ts";
import { act, history, lineOver, settle, START, stepOf } from "./acts.ts";
import { bytes, contentOf, Peer, picture } from "./peer.ts";

function valueOf({ keyspace }: Peer, key = "k"): Uint8Array {
  const ref = keyspace.peek(0, bytes(key));
  const value = new ByteRange();
  if (ref !== 0) keyspace.stringValue(ref, value);
  return value.copy();
}

/** The registers that hold something: "7:1 8:3"; the text of a value that is no HyperLogLog. */
function shown(peer: Peer): string {
  const value = valueOf(peer);
  const registers = new Uint8Array(REGISTERS);
  if (!new ByteRange(value).latin1().startsWith("HYLL")) return new ByteRange(value).latin1();
  mergeRegisters(registers, value, 0, value.length);
  const held = [...registers].map((most, index) => `${index}:${most}`).filter((one) => !one.endsWith(":0"));
  return `${isDense(value, 0) ? "dense " : ""}${held.join(" ")}`;
}

function pair(): [Peer, Peer] {
  return [new Peer(0xa1), new Peer(0xb2)];
}

/** Two replicas that know each other's beginning, then each one's writes, then what both show. */
function concurrently(before: readonly string[], ofA: readonly string[], ofB: readonly string[]): string {
  const [a, b] = pair();
  for (const line of before) act(a, START, line);
  settle([a, b], START + 1);
  for (const line of ofA) act(a, START + 2, line);
  for (const line of ofB) act(b, START + 3, line);
  settle([a, b], START + 4);
  expectAlike(a, b);
  return shown(a);
}

function expectAlike(a: Peer, b: Peer): void {
  expect(picture(b.keyspace, START + 5)).toEqual(picture(a.keyspace, START + 5));
  expect(b.keyspace.digest()).toBe(a.keyspace.digest());
  expect([...a.keyspace.audit(), ...b.keyspace.audit()]).toEqual([]);
}

describe("concurrent growth", () => {
  test("of one life adds up, the greater register of both", () => {
    expect(concurrently(["RAISE k 1 1"], ["RAISE k 2 5 3 1"], ["RAISE k 3 4 9 2"])).toBe("1:1 2:5 3:4 9:2");
  });

  test("of lives that were begun at the same time shows as one, and goes on so", () => {
    expect(concurrently([], ["RAISE k 1 1", "RAISE k 2 2"], ["RAISE k 1 3"])).toBe("1:3 2:2");
    const [a, b] = pair();
    act(a, START, "RAISE k 1 1");
    act(b, START, "RAISE k 2 2");
    settle([a, b], START + 1);
    act(a, START + 2, "RAISE k 3 3");
    act(b, START + 2, "RAISE k 4 4");
    settle([a, b], START + 3);
    expect(shown(a)).toBe("1:1 2:2 3:3 4:4");
    expectAlike(a, b);
    expect(a.keyspace.siblings(0, bytes("k"))).toEqual([]);
  });

  test("of one that grows dense makes it dense for all", () => {
    expect(concurrently(["RAISE k 1 1"], ["DENSE k"], ["RAISE k 5 5"])).toBe("dense 1:1 5:5");
    expect(concurrently(["RAISE k 1 1"], ["RAISE k 7 40"], ["RAISE k 5 5"])).toBe("dense 1:1 5:5 7:40");
    expect(concurrently([], ["RAISE k 7 40"], ["RAISE k 5 5"])).toBe("dense 5:5 7:40");
  });

  test("is gone with a removal or another value that has seen its life", () => {
    expect(concurrently(["RAISE k 1 1"], ["DEL k"], ["RAISE k 2 2"])).toBe("");
    expect(concurrently(["RAISE k 1 1"], ["SET k abc"], ["RAISE k 2 2"])).toBe("abc");
    expect(concurrently(["RAISE k 1 1"], ["DEL k", "RAISE k 3 3"], ["RAISE k 2 2"])).toBe("3:3");
    expect(concurrently(["RAISE k 1 1"], ["FLUSHDB"], ["RAISE k 2 2"])).toBe("");
  });

  test("is hidden by a newer value of another kind, and shows when that is older", () => {
    expect(concurrently([], ["RAISE k 1 1"], ["SET k abc"])).toBe("abc");
    expect(concurrently([], ["SET k abc"], ["RAISE k 1 1"])).toBe("1:1");
  });

  test("keeps the deadline of the life", () => {
    const [a, b] = pair();
    act(a, START, "RAISE k 1 1", "EXPIRE k 5000");
    settle([a, b], START);
    act(b, START + 1, "RAISE k 2 2");
    settle([a, b], START + 2);
    for (const { keyspace } of [a, b]) expect(keyspace.deadline(keyspace.peek(0, bytes("k")))).toBe(START + 5000);
    act(b, START + 6000, "RAISE k 3 3");
    settle([a, b], START + 6001);
    expect(shown(a)).toBe("3:3");
  });

  test("counts as the newest write of its type", () => {
    const [a, b] = pair();
    act(a, START, "RAISE k 1 1");
    settle([a, b], START);
    act(a, START + 10, "DEL k", "SADD k x");
    act(b, START + 20, "RAISE k 2 2");
    act(b, START + 30, "DEL k", "RAISE k 3 3");
    act(b, START + 40, "RAISE k 4 4");
    settle([a, b], START + 50);
    expectAlike(a, b);
    expect(shown(a)).toBe("3:3 4:4");
  });
});

describe("what travels", () => {
  test("is what has risen and no more, and nothing when nothing has", () => {
    const [a] = pair();
    act(a, START, "RAISE k 1 1", "DENSE k");
    a.cut();
    act(a, START + 1, "RAISE k 2 2");
    expect(a.keyspace.pendingBytes).toBeLessThan(40);
    a.cut();
    const before = a.keyspace.digest();
    act(a, START + 2, "RAISE k 2 2", "RAISE k 1 1");
    expect([a.keyspace.pendingBytes, a.keyspace.digest()]).toEqual([0, before]);
  });

  test("never is the cardinality that a replica has counted", () => {
    const [a, b] = pair();
    act(a, START, "RAISE k 1 1");
    settle([a, b], START);
    a.keyspace.hyperLogLogs.cacheCardinality(a.keyspace.peek(0, bytes("k")), 1);
    expect(a.keyspace.pendingBytes).toBe(0);
    expect(b.keyspace.digest()).toBe(a.keyspace.digest());
    act(b, START + 1, "RAISE k 2 2");
    settle([a, b], START + 2);
    expect(a.keyspace.hyperLogLogs.cachedCardinality(a.keyspace.peek(0, bytes("k")))).toBe(-1);
  });

  test("of a life that joins another forgets what was counted of it", () => {
    const [a, b] = pair();
    act(a, START, "RAISE k 1 1");
    act(b, START + 1, "RAISE k 2 2");
    for (const { keyspace } of [a, b]) keyspace.hyperLogLogs.cacheCardinality(keyspace.peek(0, bytes("k")), 1);
    settle([a, b], START + 2);
    for (const { keyspace } of [a, b]) {
      expect(keyspace.hyperLogLogs.cachedCardinality(keyspace.peek(0, bytes("k")))).toBe(-1);
    }
  });
});

describe("histories of growth", () => {
  const line = fc.oneof(
    { weight: 3, arbitrary: lineOver("k") },
    { weight: 4, arbitrary: fc.nat(9).chain((i) => fc.integer({ min: 1, max: 4 }).map((v) => `RAISE k ${i} ${v}`)) },
    { weight: 1, arbitrary: fc.constantFrom("DENSE k", "DEL k", "RAISE k 3 33") },
  );

  test.prop([history(stepOf(3, true, line), 40)], { numRuns: 60 })(
    "lead to the same bytes everywhere, with repairs between them",
    (steps) => {
      const ids = [0xa1, 0xb2, 0xc3];
      const peers = ids.map((id, i) => new Peer(id, ids.slice(i).toReversed()));
      let now = START;
      for (const step of steps) step.run(peers, (now += 7));
      settle(peers, now);
      const after = now + 100_000;
      const [first, ...others] = peers.map(({ keyspace }) => [keyspace.digest(), picture(keyspace, after)]);
      for (const other of others) expect(other).toEqual(first);
      for (const { keyspace } of peers) expect(keyspace.audit()).toEqual([]);
    },
  );
});

/** An operation `grow` on a life of origin 0xa1. */
function growth(key: string, life: number, dense: number, ...rises: readonly [number, number][]): Uint8Array {
  const out = new ByteWriter();
  for (const byte of [9, 0, 0]) out.byte(byte);
  out.varint(1);
  out.range(bytes(key));
  out.origin(0xa1);
  out.double(life);
  out.byte(dense);
  out.varint(rises.length);
  for (const [index, most] of rises) {
    out.varint(index);
    out.byte(most);
  }
  return out.take();
}

describe("bytes that a peer should not have sent", () => {
  test.each([[[REGISTERS, 1]], [[0, 0]], [[0, 64]], [[0, 255]], [[2 ** 40, 1]]] as const)(
    "registers that there are not are refused: %j",
    (rise) => {
      expect(() => validateDelta(growth("k", 1, 0, [...rise]), 0, 1)).toThrow(MalformedDelta);
      expect(() => validateDelta(growth("k", 1, 2, [1, 1]), 0, 1)).toThrow(MalformedDelta);
      expect(() => validateDelta(growth("k", 0, 0, [1, 1]), 0, 1)).toThrow(MalformedDelta);
      expect(() => validateDelta(growth("k", 1, 1, [REGISTERS - 1, 63]), 0, 1)).not.toThrow();
    },
  );

  test.each([
    ["abc", "abc"],
    ["HYLL\x01\0\0\0\0\0\0\0\0\0\0\0\x7f\xfe", "HYLL"],
    ["12", "12"],
  ])("growth of what is no HyperLogLog does nothing", (value, begin) => {
    const peer = new Peer(0xb2);
    const sender = peer.origins.intern(0xa1);
    const out = new ByteWriter();
    for (const byte of [1, 0, 0, 1]) out.byte(byte);
    out.range(bytes("k"));
    out.range(new ByteRange(Buffer.from(value, "latin1")));
    peer.keyspace.applyInterval(sender, 0, 1, peer.keyspace.context.copy(), out.take(), START);
    const body = growth("k", 1, 1, [3, 3]);
    validateDelta(body, 1, 2);
    const before = peer.keyspace.digest();
    peer.keyspace.applyInterval(sender, 1, 2, peer.keyspace.context.copy(), body, START);
    expect([peer.keyspace.digest(), new ByteRange(valueOf(peer)).latin1().slice(0, begin.length)]).toEqual([
      before,
      begin,
    ]);
    expect(peer.keyspace.audit()).toEqual([]);
  });

  test("a whole state in which something else has grown is refused", () => {
    const peer = new Peer(0xa1);
    act(peer, START, "RAISE k 1 1", "RAISE k 2 2");
    act(peer, START + 1, "RAISE k 3 3");
    const slots = Buffer.from(contentOf(peer.keyspace));
    expect(() => validateSlots(slots, peer.origins)).not.toThrow();
    for (const [what, byte] of [
      ["HYLL", 0x20],
      ["\x01\0\0\0", 0x02],
    ] as const) {
      const bad = Buffer.from(slots);
      bad[bad.indexOf(Buffer.from(what, "latin1"), bad.indexOf("HYLL"))] = byte;
      expect(() => validateSlots(bad, peer.origins)).toThrow(MalformedDelta);
    }
  });

  test("dense values of the right size are taken for what they say", () => {
    const peer = new Peer(0xa1);
    const full = emptyDense(emptyHyperLogLog()).fill(255, 16);
    peer.run(START, (keyspace) => keyspace.put(0, bytes("k"), new ByteRange(full), -1));
    act(peer, START + 1, "RAISE k 1 63");
    expect(peer.keyspace.hyperLogLogs.registerAt(peer.keyspace.peek(0, bytes("k")), REGISTERS - 1)).toBe(63);
  });
});
