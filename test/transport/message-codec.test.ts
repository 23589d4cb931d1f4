/**
 * The spelling of messages: what is encoded is decoded, and nothing that comes
 * from outside throws anything but MalformedMessage.
 */
import { fc, test } from "@fast-check/vitest";
import { decode, encode } from "@msgpack/msgpack";
import { describe, expect, it } from "vitest";
import { ORIGIN_ID_MAX } from "../../crdt/origin.ts";
import { ControlCodec } from "../../transport/control-codec.ts";
import {
  encodeInterval,
  encodeRangeChunk,
  encodeRangeDescription,
  encodeRepairChunk,
  encodeRepairDescription,
  encodeRepairResidue,
  MessageCodec,
  usesCredit,
} from "../../transport/message-codec.ts";
import { packTimes } from "../../transport/packed-times.ts";
import {
  ASK_NODES_MAX,
  ASK_RANGES_MAX,
  MEMBER_STATES,
  MalformedMessage,
  type ControlMessage,
  type Message,
} from "../../transport/message.ts";

const originId = fc.integer({ min: 1, max: ORIGIN_ID_MAX });
const time = fc.maxSafeNat();
const times = fc.array(fc.tuple(originId, time), { maxLength: 20 }).map((pairs) => pairs.flat());
const count = fc.maxSafeNat();
const ms = fc.double({ min: 0, max: 2 ** 52, noNaN: true });
const name = fc.string({ unit: "grapheme", maxLength: 20 });
const body = fc.uint8Array({ maxLength: 200 });
const hash = fc.nat(2 ** 32 - 1);
const nodes = fc.array(hash, { minLength: 1, maxLength: 20 });

const ack = fc.record({
  kind: fc.constant("ack" as const),
  sentMs: ms,
  echoMs: ms,
  heldMs: ms,
  receivedBytes: count,
  ownTime: time,
  durableTime: time,
  changes: times,
});

const control: fc.Arbitrary<ControlMessage> = fc.oneof(
  ack,
  fc.record({ kind: fc.constant("ack-request" as const), time, durableTime: time }),
  fc.record({ kind: fc.constant("forward" as const), id: time, db: time, protocol: time, command: body }),
  fc.record({ kind: fc.constant("forwarded" as const), id: time, served: time, reply: body }),
  fc.record({
    kind: fc.constant("hello" as const),
    version: count,
    clusterId: name,
    nodeId: name,
    region: name,
    address: name,
    originId,
    wallMs: ms,
    messageBytesMax: count,
    creditBytes: count,
    context: times,
    floors: times,
    hasPast: fc.constantFrom(0, 1),
  }),
  fc.record({ kind: fc.constant("pull" as const), have: times }),
  fc.record({ kind: fc.constant("lapped" as const), floors: times }),
  fc.record({ kind: fc.constant("repair-request" as const), resume: times }),
  fc.record({ kind: fc.constant("repair-begin" as const), context: times, resumed: fc.nat(1), salt: hash }),
  fc.record({ kind: fc.constant("repair-vector" as const), originId, dependencies: times }),
  fc.record({ kind: fc.constant("repair-compare" as const), bits: fc.nat(32), nodes }),
  fc.record({ kind: fc.constant("repair-fetch" as const), bits: fc.nat(32), nodes }),
  fc.record({
    kind: fc.constant("repair-compare-range" as const),
    db: time,
    type: time,
    fine: time,
    key: body,
    from: body,
    to: body,
  }),
  fc.record({
    kind: fc.constant("repair-fetch-ranges" as const),
    db: time,
    type: time,
    key: body,
    ranges: fc.array(fc.record({ from: body, to: body }), { minLength: 1, maxLength: 5 }),
  }),
  fc.record({ kind: fc.constant("repair-done" as const) }),
  fc.record({ kind: fc.constant("repair-end" as const), context: times }),
  fc.record({ kind: fc.constant("digest" as const), context: times, effects: times, digest: name }),
  fc.record({ kind: fc.constant("repair-abort" as const), bySender: fc.nat(1), reason: name }),
  fc.record({ kind: fc.constant("goodbye" as const), reason: name }),
  fc.record({
    kind: fc.constant("member" as const),
    nodeId: name,
    region: name,
    address: name,
    clientAddress: name,
    originId,
    incarnation: time,
    state: fc.nat(MEMBER_STATES.length - 1),
    origins: times,
  }),
  fc.record({ kind: fc.constant("fences" as const), nodeId: name, finals: times }),
  fc.record({ kind: fc.constant("probe-request" as const), sequence: time, nodeId: name }),
  fc.record({ kind: fc.constant("probe-answer" as const), sequence: time, reached: fc.nat(1) }),
  fc.record({ kind: fc.constant("forgotten" as const), originId, finalTime: time }),
);

const interval = fc
  .record({ originId, from: time, length: fc.integer({ min: 1, max: 1_000_000 }), changes: times, body })
  .filter(({ from, length }) => from + length <= Number.MAX_SAFE_INTEGER);

const answer = { done: fc.integer({ min: 1, max: 100_000 }), changes: times, bytes: body };
const chunk = fc.record({ ...answer, more: fc.boolean() });
const description = fc.record(answer);
const rangeAnswer = { next: fc.uint8Array({ maxLength: 50 }), changes: times, bytes: body };
const rangeChunk = fc.record({ ...rangeAnswer, more: fc.boolean() });
const rangeDescription = fc.record(rangeAnswer);

const encoded: fc.Arbitrary<Uint8Array> = fc.oneof(
  control.map((message) => new MessageCodec().encode(message)),
  interval.map(({ originId: id, from, length, changes, body: bytes }) =>
    encodeInterval(id, from, from + length, changes, bytes),
  ),
  chunk.map((parts) => encodeRepairChunk(parts)),
  description.map((parts) => encodeRepairDescription(parts)),
  rangeChunk.map((parts) => encodeRangeChunk(parts)),
  rangeDescription.map((parts) => encodeRangeDescription(parts)),
  fc.tuple(fc.array(hash), fc.boolean()).map(([hashes, more]) => encodeRepairResidue(hashes, more)),
);

function decodeOrMalformed(bytes: Uint8Array): Message | undefined {
  try {
    return new MessageCodec().decode(bytes);
  } catch (error) {
    if (error instanceof MalformedMessage) return undefined;
    throw error;
  }
}

/** A question that names nodes in so many bytes. */
function comparison(bytes: number): Uint8Array {
  return encode([11, 14, new Uint8Array(bytes)]);
}

/** A question for ranges that are told in so many bytes. */
function fetchOfRanges(bytes: number): Uint8Array {
  return encode([16, 0, 3, new Uint8Array(1), new Uint8Array(bytes)]);
}

describe("messages", () => {
  test.prop([control])("decodes every control message to what was encoded", (message) => {
    const codec = new MessageCodec();
    expect(codec.decode(codec.encode(message))).toEqual(message);
  });

  test.prop([interval])(
    "decodes every interval to what was encoded",
    ({ originId: id, from, length, changes, body: bytes }) => {
      const decoded = new MessageCodec().decode(encodeInterval(id, from, from + length, changes, bytes));
      expect({ ...decoded, body: "" }).toEqual({
        kind: "interval",
        originId: id,
        from,
        to: from + length,
        changes,
        body: "",
      });
      expect(decoded.kind === "interval" && Buffer.from(bytes).equals(decoded.body)).toBe(true);
    },
  );

  test.prop([chunk])("decodes every repair chunk to what was encoded", ({ done, more, changes, bytes }) => {
    const decoded = new MessageCodec().decode(encodeRepairChunk({ done, more, changes, bytes }));
    expect({ ...decoded, bytes: "" }).toEqual({ kind: "repair-chunk", done, more, changes, bytes: "" });
    expect(decoded.kind === "repair-chunk" && Buffer.from(bytes).equals(decoded.bytes)).toBe(true);
  });

  test.prop([description])("decodes every repair description to what was encoded", ({ done, changes, bytes }) => {
    const decoded = new MessageCodec().decode(encodeRepairDescription({ done, changes, bytes }));
    expect({ ...decoded, bytes: "" }).toEqual({ kind: "repair-description", done, changes, bytes: "" });
    expect(decoded.kind === "repair-description" && Buffer.from(bytes).equals(decoded.bytes)).toBe(true);
  });

  test.prop([rangeChunk])("decodes every chunk of a range to what was encoded", ({ next, more, changes, bytes }) => {
    const decoded = new MessageCodec().decode(encodeRangeChunk({ next, more, changes, bytes }));
    expect({ ...decoded, bytes: "" }).toEqual({ kind: "repair-range-chunk", next, more, changes, bytes: "" });
    expect(decoded.kind === "repair-range-chunk" && Buffer.from(bytes).equals(decoded.bytes)).toBe(true);
  });

  test.prop([rangeDescription])("decodes every description of a range to what was encoded", (described) => {
    const { next, changes, bytes } = described;
    const decoded = new MessageCodec().decode(encodeRangeDescription(described));
    expect({ ...decoded, bytes: "" }).toEqual({ kind: "repair-range-description", next, changes, bytes: "" });
    expect(decoded.kind === "repair-range-description" && Buffer.from(bytes).equals(decoded.bytes)).toBe(true);
  });

  test.prop([fc.array(hash), fc.boolean()])("decodes every list of residue to what was encoded", (hashes, more) => {
    const decoded = new MessageCodec().decode(encodeRepairResidue(hashes, more));
    expect(decoded).toEqual({ kind: "repair-residue", more, hashes });
  });

  it("refuses more nodes in a question than one may have, none, and half of one", () => {
    expect(decodeOrMalformed(comparison(4 * ASK_NODES_MAX))?.kind).toBe("repair-compare");
    for (const bytes of [4 * ASK_NODES_MAX + 4, 0, 6]) expect(decodeOrMalformed(comparison(bytes))).toBeUndefined();
  });

  it("refuses more ranges in a question than one may have, none, and half of one", () => {
    expect(decodeOrMalformed(fetchOfRanges(4 * ASK_RANGES_MAX))?.kind).toBe("repair-fetch-ranges");
    for (const bytes of [4 * ASK_RANGES_MAX + 4, 0, 2, 5]) {
      expect(decodeOrMalformed(fetchOfRanges(bytes))).toBeUndefined();
    }
  });

  test.prop([fc.uint8Array({ maxLength: 300 })], { numRuns: 2000 })(
    "takes random bytes for malformed or unknown",
    (bytes) => {
      decodeOrMalformed(bytes);
    },
  );

  test.prop([encoded, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 })], { numRuns: 3000 })(
    "survives any change of a message's bytes",
    (bytes, changes) => {
      const changed = Uint8Array.from(bytes);
      for (const [at, value] of changes) changed[at % changed.length] = value;
      decodeOrMalformed(changed);
    },
  );

  test.prop([encoded, fc.nat()])("survives a message that is cut short", (bytes, length) => {
    decodeOrMalformed(bytes.subarray(0, length % bytes.length));
  });

  test.prop([control, fc.array(fc.oneof(fc.integer(), fc.string(), fc.uint8Array()), { maxLength: 2 })])(
    "ignores fields that a later version may add",
    (message, more) => {
      const bytes = new ControlCodec().encode(message);
      const extra = more.filter((field) => typeof field === "number" && field >= 0 && field < 128) as number[];
      const longer = Uint8Array.from([(bytes[0] as number) + extra.length, ...bytes.subarray(1), ...extra]);
      expect(new ControlCodec().decode(longer)).toEqual(message);
    },
  );

  test.prop([ack])(
    "reads an ack that was spelled by any MessagePack encoder, and any decoder reads ours",
    (message) => {
      const { sentMs, echoMs, heldMs, receivedBytes, ownTime, durableTime, changes } = message;
      const fields = [2, sentMs, echoMs, heldMs, receivedBytes, ownTime, durableTime, packTimes(changes)];
      expect(new MessageCodec().decode(encode(fields))).toEqual(message);
      expect(decode(Uint8Array.from(new MessageCodec().encode(message)))).toEqual(fields);
    },
  );

  it("passes over kinds it does not know", () => {
    expect(decodeOrMalformed(Uint8Array.of(0x91, 99))).toEqual({ kind: "unknown" });
    expect(decodeOrMalformed(Uint8Array.of(0x0f, 1, 2, 3))).toEqual({ kind: "unknown" });
  });

  it("refuses nested arrays, maps and hostile lengths before it allocates for them", () => {
    expect(decodeOrMalformed(new Uint8Array(4_000_000).fill(0x91))).toBeUndefined();
    expect(decodeOrMalformed(Uint8Array.of(0x92, 2, 0xdd, 0xff, 0xff, 0xff, 0xff))).toBeUndefined();
    expect(decodeOrMalformed(Uint8Array.of(0x92, 2, 0xdf, 0xff, 0xff, 0xff, 0xff))).toBeUndefined();
    expect(decodeOrMalformed(Uint8Array.of(0x92, 3, 0xc6, 0xff, 0xff, 0xff, 0xff))).toBeUndefined();
    expect(decodeOrMalformed(Uint8Array.of(0x92, 9, 0xdb, 0xff, 0xff, 0xff, 0xff))).toBeUndefined();
    expect(decodeOrMalformed(new Uint8Array(0))).toBeUndefined();
  });

  it("says which field is wrong", () => {
    const hello = new ControlCodec().encode({ kind: "goodbye", reason: "x".repeat(200) });
    expect(() => new MessageCodec().decode(hello)).toThrow("goodbye: reason is missing or not a reason");
  });

  it("counts credit for what grows with the data, and for nothing else", () => {
    expect(usesCredit(encodeInterval(1, 0, 1, [], new Uint8Array(3)))).toBe(true);
    expect(usesCredit(encodeRepairChunk({ done: 1, more: false, changes: [], bytes: new Uint8Array(3) }))).toBe(true);
    expect(usesCredit(new MessageCodec().encode({ kind: "repair-request", resume: [] }))).toBe(false);
  });
});
