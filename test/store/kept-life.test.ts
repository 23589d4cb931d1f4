/**
 * Changes of a string that go on with its life: APPEND, SETRANGE, SETBIT. They
 * are puts of the whole value; what that costs is kept low where nobody can tell.
 */
import { describe, expect, test } from "vitest";
import { ByteRange } from "../../src/byte-range.ts";
import { act, settle, START } from "./acts.ts";
import { bytes, Peer, picture } from "./peer.ts";

const LONG = 100_000;

function pair(): [Peer, Peer] {
  return [new Peer(0xa1), new Peer(0xb2)];
}

function keep(peer: Peer, nowMs: number, key: string, length: number, fill: number): void {
  peer.run(nowMs, (keyspace) =>
    keyspace.putKeepingLife(0, bytes(key), new ByteRange(new Uint8Array(length).fill(fill))),
  );
}

function expectAlike(a: Peer, b: Peer, nowMs: number): void {
  settle([a, b], nowMs);
  expect(picture(b.keyspace, nowMs)).toEqual(picture(a.keyspace, nowMs));
  expect(b.keyspace.digest()).toBe(a.keyspace.digest());
  expect([...a.keyspace.audit(), ...b.keyspace.audit()]).toEqual([]);
}

describe("a run of changes to one value", () => {
  test.each([10, LONG])("of %i bytes travels as the last of them", (length) => {
    const [a, b] = pair();
    keep(a, START, "k", length, 1);
    expectAlike(a, b, START + 1);
    for (let n = 2; n < 50; n++) keep(a, START + n, "k", length, n);
    expect(a.keyspace.pendingBytes).toBeLessThan(length + 100);
    expectAlike(a, b, START + 60);
    expect(picture(b.keyspace, START + 61)["0:k"]).toEqual([String.fromCharCode(49).repeat(length), -1]);
  });

  test("is a run only as long as it is the same key, database and life, and nothing else comes between", () => {
    const [a, b] = pair();
    for (const [n, key] of ["k", "l", "k", "l"].entries()) keep(a, START + n, key, 5, n + 1);
    expectAlike(a, b, START + 5);
    keep(a, START + 6, "k", 6, 7);
    const one = a.keyspace.pendingBytes;
    keep(a, START + 7, "l", 6, 8);
    const two = a.keyspace.pendingBytes;
    expect(two).toBe(2 * one);
    keep(a, START + 8, "k", 6, 9);
    expect(a.keyspace.pendingBytes).toBe(3 * one);
    a.run(START + 9, (keyspace) => keyspace.putKeepingLife(1, bytes("k"), bytes("x")));
    expect(a.keyspace.pendingBytes).toBeGreaterThan(3 * one);
    act(a, START + 10, "SET k new");
    keep(a, START + 11, "k", 6, 10);
    keep(a, START + 12, "k", 7, 11);
    expectAlike(a, b, START + 13);
  });

  test("does not reach into the interval before", () => {
    const [a, b] = pair();
    for (let n = 1; n < 9; n++) {
      keep(a, START + n, "k", 20, n);
      if (n % 2 === 0) a.cut();
    }
    expectAlike(a, b, START + 10);
  });

  test("still resets what the first of them has reset", () => {
    const [a, b] = pair();
    act(a, START, "INCR k 5");
    expectAlike(a, b, START + 1);
    act(b, START + 2, "INCR k 2");
    keep(a, START + 2, "k", 1, 0x37);
    keep(a, START + 3, "k", 1, 0x38);
    expectAlike(a, b, START + 4);
    expect(picture(a.keyspace, START + 5)["0:k"]).toEqual(["10", -1]);
  });
});

test("a value that goes on keeps its deadline, in place or not", () => {
  const [a, b] = pair();
  act(a, START, "SET k abc 5000");
  for (let n = 1; n < 5; n++) {
    keep(a, START + n, "k", 3 * n, 0x30 + n);
    expectAlike(a, b, START + n);
    expect(b.keyspace.deadline(b.keyspace.peek(0, bytes("k")))).toBe(START + 5000);
  }
});
