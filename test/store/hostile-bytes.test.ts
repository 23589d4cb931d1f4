/**
 * The primitives of deltas and exported slots, there and back; and bytes that a peer should not have sent. D1: bodies
 * are checked whole before any of it is applied, and only MalformedDelta comes of a bad one (RangeError when it names
 * more origins than there is room for).
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { amountOfScaled } from "../../crdt/amount.ts";
import { exactOfDouble } from "../../crdt/dyadic.ts";
import { ORIGIN_ID_MAX, Origins } from "../../crdt/origin.ts";
import { ByteRange } from "../../src/byte-range.ts";
import { ByteReader, MalformedDelta } from "../../src/store/byte-reader.ts";
import { ByteWriter } from "../../src/store/byte-writer.ts";
import { validateDelta } from "../../src/store/delta-format.ts";
import { validateSlots } from "../../src/store/slots-format.ts";
import { act, line, START } from "./acts.ts";
import { contentOf, Peer, picture, stageContent } from "./peer.ts";

const RUNS = { numRuns: 300 };
const anyBytes = fc.uint8Array({ maxLength: 200, size: "max" });

/** What a few events amount to: an interval, and the whole state behind it. */
const exchange = fc.array(line, { minLength: 1, maxLength: 15, size: "max" }).map((lines) => {
  const peer = new Peer(0xa1);
  for (const [i, one] of ["SET other 1", ...lines].entries()) act(peer, START + i, one);
  const { from, to, body: lent } = peer.keyspace.cutInterval();
  const body = lent.slice();
  return { from, to, body, slots: contentOf(peer.keyspace) };
});

/** A place in a body, and what goes wrong there. */
const damage = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  kind: fc.constantFrom("set", "cut", "insert", "delete", "ones"),
  byte: fc.nat(255),
});

function damaged(body: Uint8Array, { at, kind, byte }: { at: number; kind: string; byte: number }): Uint8Array {
  const i = Math.min(body.length - 1, Math.floor(at * body.length));
  const [before, after] = [body.subarray(0, i), body.subarray(i + 1)];
  if (kind === "cut") return before.slice();
  if (kind === "set") return Uint8Array.of(...before, byte, ...after);
  if (kind === "delete") return Uint8Array.of(...before, ...after);
  if (kind === "ones") return Uint8Array.of(...before, ...new Uint8Array(8).fill(255), ...after.subarray(7));
  return Uint8Array.of(...before, byte, ...body.subarray(i));
}

/** Runs a check: true when it passes, false when it refuses as it should. */
function accepts(check: () => void): boolean {
  try {
    check();
    return true;
  } catch (error) {
    if (error instanceof MalformedDelta) return false;
    throw error;
  }
}

function stateOf({ keyspace }: Peer): unknown {
  return [keyspace.digest(), picture(keyspace, START), keyspace.context.copy()];
}

describe("what a writer writes", () => {
  const item = fc.oneof(
    fc.maxSafeNat().map((value) => ["varint", value] as const),
    fc.double().map((value) => ["double", value] as const),
    fc.integer({ min: 1, max: ORIGIN_ID_MAX }).map((value) => ["origin", value] as const),
    fc.bigInt({ min: -(10n ** 340n), max: 10n ** 340n }).map((value) => ["total", amountOfScaled(value)] as const),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => ["total", exactOfDouble(value)] as const),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => ["total", exactOfDouble(value)] as const),
    fc.maxSafeInteger().map((value) => ["total", value] as const),
    fc.uint8Array({ maxLength: 100, size: "max" }).map((value) => ["bytes", value] as const),
  );

  test.prop([fc.array(item, { maxLength: 400, size: "max" })], { numRuns: 60 })(
    "a reader reads, to the end",
    (items) => {
      const writer = new ByteWriter();
      for (const [kind, value] of items) {
        if (kind === "total") writer.total(value);
        else if (kind === "bytes") writer.range(new ByteRange(value));
        else writer[kind](value);
      }
      const reader = new ByteReader(writer.take());
      for (const [kind, value] of items) {
        const read = kind === "bytes" ? reader.copy() : reader[kind]();
        if (kind === "bytes") expect(Buffer.compare(read as Uint8Array, value)).toBe(0);
        else if (typeof value === "object") expect(read).toEqual(value);
        else expect(read).toBe(value);
      }
      expect(reader.atEnd).toBe(true);
      expect(writer.length).toBe(0);
    },
  );

  test("grows with its contents, and a value longer than all before", () => {
    const writer = new ByteWriter();
    const large = new Uint8Array(5 * 1024 * 1024).fill(7);
    for (let i = 0; i < 3; i++) {
      writer.byte(i);
      writer.slice(large, 0, large.length);
      const reader = new ByteReader(writer.take());
      expect([reader.byte(), reader.copy().length, reader.atEnd]).toEqual([i, large.length, true]);
    }
  });
});

describe("D1: bad bytes", () => {
  test.prop([anyBytes], RUNS)("of any kind are refused as a malformed delta or are one", (bytes) => {
    accepts(() => validateDelta(bytes, 0, Number.MAX_SAFE_INTEGER));
    accepts(() => validateSlots(bytes, new Origins()));
  });

  test.prop([anyBytes], RUNS)("after a list of origins are refused as malformed slots or are some", (bytes) => {
    accepts(() => validateSlots(Uint8Array.of(1, 1, 0, 0, 0, 0, 0, ...bytes), new Origins()));
  });

  test.prop([exchange, damage], RUNS)(
    "in an interval change nothing when refused, and apply when they pass",
    (good, harm) => {
      const body = damaged(good.body, harm);
      const peer = new Peer(0xb2);
      act(peer, START, "SET k 5", "HSET h f 1");
      peer.cut();
      const before = stateOf(peer);
      const sender = peer.origins.intern(0xa1);
      if (accepts(() => validateDelta(body, good.from, good.to))) {
        peer.keyspace.applyInterval(sender, good.from, good.to, peer.keyspace.context.copy(), body, START);
        expect(peer.keyspace.size(0)).toBeGreaterThanOrEqual(0);
        picture(peer.keyspace, START);
      } else {
        expect(stateOf(peer)).toEqual(before);
      }
    },
  );

  test.prop([exchange, damage], RUNS)("in slots change nothing when refused, and join when they pass", (good, harm) => {
    const bytes = damaged(good.slots, harm);
    const peer = new Peer(0xb2);
    act(peer, START, "SET k 5", "HSET h f 1");
    peer.cut();
    const before = stateOf(peer);
    if (accepts(() => stageContent(peer.keyspace, peer.keyspace.context.copy(), bytes))) {
      peer.keyspace.repair.commit(peer.keyspace.context.copy());
      while (peer.keyspace.upkeep());
      picture(peer.keyspace, START);
    } else {
      expect(stateOf(peer)).toEqual(before);
    }
  });

  test.prop([exchange], { numRuns: 100 })(
    "that stop short anywhere within an operation are refused, and good ones pass",
    (good) => {
      expect(accepts(() => validateDelta(good.body, good.from, good.to))).toBe(true);
      expect(accepts(() => validateDelta(good.body.subarray(0, -1), good.from, good.to))).toBe(false);
      expect(accepts(() => validateSlots(good.slots.subarray(0, -1), new Origins()))).toBe(false);
      expect(accepts(() => validateDelta(good.body, good.from, good.from))).toBe(false);
    },
  );

  test("that announce more than they hold cost no more than themselves", () => {
    const announced = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f);
    expect(accepts(() => validateSlots(announced, new Origins()))).toBe(false);
    expect(accepts(() => new ByteReader(announced).copy())).toBe(false);
    expect(accepts(() => new ByteReader(announced).count(1))).toBe(false);
  });
});
