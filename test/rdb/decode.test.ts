/** Values as Redis has dumped them in all its versions: read whole, or refused. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { ByteRange } from "../../src/byte-range.ts";
import { crc64 } from "../../src/rdb/crc64.ts";
import { isWholePayload } from "../../src/rdb/payload.ts";
import { intset, listpack, ziplist, zipmap } from "./packed-forms.ts";
import { decoded, rdbCompressed, rdbLength, rdbString, sealed } from "./payloads.ts";

const number = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String);
const smallNumber = fc.integer({ min: -5000, max: 5000 }).map(String);
const text = fc.oneof(fc.string({ unit: "binary-ascii", maxLength: 80 }), fc.constant("x".repeat(300)));
const item = fc.oneof(text, number, smallNumber, fc.constant("y".repeat(20_000)));
const items = fc.array(item, { minLength: 1, maxLength: 30 });
const distinct = fc.uniqueArray(item, { minLength: 1, maxLength: 30 });
const pairs = fc.uniqueArray(fc.tuple(item, item), { minLength: 1, maxLength: 20, selector: ([field]) => field });
const score = fc.oneof(fc.double({ noNaN: true }), fc.integer());
const scored = fc.uniqueArray(fc.tuple(item, score), { minLength: 1, maxLength: 20, selector: ([member]) => member });

function buffers(texts: readonly string[]): Buffer[] {
  return texts.map((t) => Buffer.from(t, "latin1"));
}

function told(type: number, ...parts: readonly Buffer[]): string[] | undefined {
  return decoded(Buffer.concat([Buffer.of(type), ...parts]))?.told;
}

function blob(bytes: Buffer, isCompressed: boolean): Buffer {
  return isCompressed ? rdbCompressed(bytes) : rdbString(bytes);
}

/** As Redis prints scores. */
function scoreText(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? "-0" : String(value);
  return value > 0 ? "inf" : "-inf";
}

function scoreTold(value: number): string {
  return `score ${value}`;
}

describe("a list", () => {
  test.prop([items])("comes in order from plain strings", (list) => {
    expect(told(1, rdbLength(list.length), ...buffers(list).map(rdbString))).toEqual(list);
  });

  test.prop([items, fc.boolean(), fc.boolean()])("comes in order from a ziplist", (list, compressed, counted) => {
    expect(told(10, blob(ziplist(buffers(list), counted), compressed))).toEqual(list);
  });

  test.prop([fc.array(items, { minLength: 1, maxLength: 4 }), fc.boolean()])(
    "comes in order from ziplists, of which some may be empty",
    (nodes, compressed) => {
      const blobs = [[], ...nodes].map((node) => blob(ziplist(buffers(node)), compressed));
      expect(told(14, rdbLength(blobs.length), ...blobs)).toEqual(nodes.flat());
    },
  );

  test.prop([fc.array(items, { minLength: 1, maxLength: 4 }), fc.boolean(), fc.boolean()])(
    "comes in order from listpacks and plain nodes",
    (nodes, compressed, counted) => {
      const packed = nodes.map((node) =>
        Buffer.concat([Buffer.of(2), blob(listpack(buffers(node), counted), compressed)]),
      );
      const plain = Buffer.concat([Buffer.of(1), rdbString("plain")]);
      expect(told(18, rdbLength(packed.length + 1), plain, ...packed)).toEqual(["plain", ...nodes.flat()]);
    },
  );
});

describe("a set", () => {
  test.prop([distinct, fc.boolean()])("comes from plain strings and from a listpack", (members, compressed) => {
    expect(told(2, rdbLength(members.length), ...buffers(members).map(rdbString))).toEqual(members);
    expect(told(20, blob(listpack(buffers(members)), compressed))).toEqual(members);
  });

  test.prop([fc.uniqueArray(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { minLength: 1 })])(
    "comes from an intset of any width that holds its numbers",
    (numbers) => {
      const sorted = numbers.toSorted((a, b) => (a < b ? -1 : 1));
      for (const width of [2, 4, 8] as const) {
        if (sorted.some((n) => BigInt.asIntN(width * 8, n) !== n)) continue;
        expect(told(11, rdbString(intset(sorted, width)))).toEqual(sorted.map(String));
      }
    },
  );
});

describe("a hash", () => {
  test.prop([pairs, fc.boolean()])("comes from every form", (hash, compressed) => {
    const flat = hash.flat();
    expect(told(4, rdbLength(hash.length), ...buffers(flat).map(rdbString))).toEqual(flat);
    expect(told(9, blob(zipmap(buffers(flat), 3), compressed))).toEqual(flat);
    expect(told(9, blob(zipmap(buffers(flat), 0, false), compressed))).toEqual(flat);
    expect(told(13, blob(ziplist(buffers(flat)), compressed))).toEqual(flat);
    expect(told(16, blob(listpack(buffers(flat)), compressed))).toEqual(flat);
  });

  test.prop([pairs, fc.integer({ min: 1, max: 2 ** 40 }), fc.integer({ min: 0, max: 2 ** 30 })])(
    "comes with the deadlines of its fields",
    (hash, earliest, later) => {
      const base = Buffer.alloc(8);
      base.writeBigUInt64LE(BigInt(earliest));
      const withLast = hash.flatMap((pair, i) =>
        i === hash.length - 1 ? [...pair, `until ${earliest + later}`] : pair,
      );
      const parts = hash.map(([field, value], i) =>
        Buffer.concat([rdbLength(i === hash.length - 1 ? later + 1 : 0), ...buffers([field, value]).map(rdbString)]),
      );
      expect(told(24, base, rdbLength(hash.length), ...parts)).toEqual(withLast);
      const triples = hash.flatMap((pair, i) => [...pair, i === hash.length - 1 ? String(earliest + later) : "0"]);
      expect(told(25, base, rdbString(listpack(buffers(triples))))).toEqual(withLast);
    },
  );
});

describe("a sorted set", () => {
  test.prop([scored, fc.boolean()])("comes from every form", (zset, compressed) => {
    const expected = zset.flatMap(([member, value]) => [member, scoreTold(value)]);
    const binary = zset.flatMap(([member, value]) => {
      const bytes = Buffer.alloc(8);
      bytes.writeDoubleLE(value);
      return [...buffers([member]).map(rdbString), bytes];
    });
    expect(told(5, rdbLength(zset.length), ...binary)).toEqual(expected);
    const asTexts = zset.flatMap(([member, value]) => {
      const digits = scoreText(value);
      const special = { inf: Buffer.of(254), "-inf": Buffer.of(255) }[digits];
      return [...buffers([member]).map(rdbString), special ?? rdbString(digits)];
    });
    expect(told(3, rdbLength(zset.length), ...asTexts)).toEqual(expected);
    // In packed forms -0 is a string, and stays one.
    const flat = buffers(zset.flatMap(([member, value]) => [member, scoreText(value)]));
    expect(told(12, blob(ziplist(flat), compressed))).toEqual(expected);
    expect(told(17, blob(listpack(flat), compressed))).toEqual(expected);
  });

  it.each(["nan", "", "x", "1x", "1 ", " 1", "1e400", "1".repeat(5000)])("has no score %j", (bad) => {
    expect(told(17, rdbString(listpack(buffers(["m", bad]))))).toBeUndefined();
    expect(told(3, rdbLength(1), rdbString("m"), bad === "nan" ? Buffer.of(253) : rdbString(bad))).toBeUndefined();
  });

  it("has no score that is not a number in binary either", () => {
    const nan = Buffer.alloc(8);
    nan.writeDoubleLE(Number.NaN);
    expect(told(5, rdbLength(1), rdbString("m"), nan)).toBeUndefined();
  });
});

describe("a value is refused", () => {
  const xx = buffers(["x", "x"]);
  const xyxy = buffers(["x", "1", "x", "1"]);

  it.each([
    ["a member twice", 2, [rdbLength(2), ...xx.map(rdbString)]],
    ["a member twice in a listpack", 20, [rdbString(listpack(xx))]],
    ["a number twice in an intset", 11, [rdbString(intset([1n, 1n], 2))]],
    ["numbers that fall in an intset", 11, [rdbString(intset([2n, 1n], 2))]],
    ["a field twice", 4, [rdbLength(2), ...xyxy.map(rdbString)]],
    ["a field twice in a zipmap", 9, [rdbString(zipmap(xyxy))]],
    ["a field twice in a ziplist", 13, [rdbString(ziplist(xyxy))]],
    ["a member of a sorted set twice", 17, [rdbString(listpack(xyxy))]],
    ["a field without value", 16, [rdbString(listpack(buffers(["x"])))]],
    ["a deadline that is no number", 25, [Buffer.alloc(8), rdbString(listpack(buffers(["f", "v", "x"])))]],
    ["a deadline before all time", 25, [Buffer.alloc(8), rdbString(listpack(buffers(["f", "v", "-1"])))]],
    ["an empty plain node of a list", 18, [rdbLength(1), Buffer.of(1), rdbString("")]],
    ["an unknown node of a list", 18, [rdbLength(1), Buffer.of(3), rdbString("x")]],
    ["a stream", 15, [Buffer.alloc(40)]],
    ["a module's value", 7, [Buffer.alloc(40)]],
    ["a hash with deadlines of 7.4's candidates", 22, [Buffer.alloc(40)]],
    ["a type that there is not", 8, [Buffer.alloc(40)]],
    ["more elements than bytes", 2, [Buffer.of(0x81, 255, 255, 255, 255, 255, 255, 255, 255)]],
    ["a string beyond its bytes", 0, [Buffer.of(0x80, 255, 255, 255, 255)]],
    ["a number where a length must be", 2, [Buffer.of(0xc0, 1, 1, 0x78)]],
    ["compressed bytes that announce too much", 0, [Buffer.of(0xc3, 2, 0x80, 255, 255, 255, 255, 0, 0x78)]],
    ["compressed bytes that reach before their beginning", 0, [Buffer.of(0xc3, 4, 4, 0, 0x78, 0x20, 9)]],
  ])("for %s", (_name, type, parts) => {
    expect(told(type, ...parts)).toBeUndefined();
  });

  it.each([1, 2, 3, 4, 5, 14, 18])("when it is a collection of type %i without elements", (type) => {
    expect(told(type, rdbLength(0))).toBeUndefined();
  });

  it("when it is an empty packed collection", () => {
    for (const type of [10, 12, 13]) expect(told(type, rdbString(ziplist([])))).toBeUndefined();
    for (const type of [16, 17, 20]) expect(told(type, rdbString(listpack([])))).toBeUndefined();
    expect(told(9, rdbString(zipmap([])))).toBeUndefined();
    expect(told(11, rdbString(intset([], 2)))).toBeUndefined();
    expect(told(14, rdbLength(1), rdbString(ziplist([])))).toBeUndefined();
  });
});

describe("compressed bytes", () => {
  it("copy what they have written themselves", () => {
    // One literal, then 10 from 1 back; then 300 in a long copy.
    const packed = Buffer.of(0, 0x61, 0xe0, 1, 0, 0xe0, 255, 0);
    expect(told(0, Buffer.of(0xc3, packed.length, ...rdbLength(275)), packed)).toEqual(["a".repeat(275)]);
  });
});

describe("any bytes whatever", () => {
  const samples: Buffer[] = [
    Buffer.concat([Buffer.of(0), rdbCompressed(Buffer.from("some text and some text"))]),
    Buffer.concat([Buffer.of(10), rdbString(ziplist(buffers(["1", "text", "-70000", "x".repeat(300)])))]),
    Buffer.concat([Buffer.of(18), rdbLength(1), Buffer.of(2), rdbString(listpack(buffers(["1", "t", "99999999999"])))]),
    Buffer.concat([Buffer.of(9), rdbString(zipmap(buffers(["a", "b", "c", "d"]), 2))]),
    Buffer.concat([Buffer.of(11), rdbString(intset([1n, 2n, 3n], 4))]),
    Buffer.concat([Buffer.of(17), rdbString(listpack(buffers(["a", "1", "b", "2.5"])))]),
    Buffer.concat([Buffer.of(25), Buffer.alloc(8), rdbString(listpack(buffers(["f", "v", "1000000"])))]),
  ];
  const change = fc.record({ at: fc.nat(), byte: fc.nat(255), cut: fc.boolean() });

  test.prop([fc.constantFrom(...samples), fc.array(change, { minLength: 1, maxLength: 4 })], { numRuns: 3000 })(
    "are a value or refused",
    (sample, changes) => {
      let bytes = Buffer.from(sample);
      for (const { at, byte, cut } of changes) {
        if (bytes.length === 0) break;
        bytes[at % bytes.length] = byte;
        if (cut) bytes = bytes.subarray(0, at % bytes.length);
      }
      decoded(bytes);
    },
  );

  test.prop([
    fc.uint8Array({ maxLength: 60 }),
    fc.constantFrom(0, 1, 2, 3, 4, 5, 9, 10, 11, 12, 13, 14, 16, 17, 18, 20, 24, 25),
  ])("are a value or refused, whatever type they claim", (bytes, type) => {
    decoded(Buffer.concat([Buffer.of(type), bytes]));
    decoded(Buffer.concat([Buffer.of(type), rdbString(Buffer.from(bytes))]));
  });
});

describe("the footer", () => {
  it("sums up as CRC-64 of Jones does", () => {
    const sum = crc64(Buffer.from("123456789"), 0, 9);
    expect(Buffer.from(sum.toReversed()).toString("hex")).toBe("e9c6d914c4b8d9ca");
  });

  test.prop([fc.uint8Array({ maxLength: 50 }), fc.nat(), fc.integer({ min: 1, max: 255 })])(
    "notices every changed byte",
    (bytes, at, change) => {
      const payload = sealed(0, Buffer.from(bytes));
      expect(isWholePayload(new ByteRange(payload))).toBe(true);
      const place = at % payload.length;
      payload[place] = (payload[place] ?? 0) ^ change;
      expect(isWholePayload(new ByteRange(payload))).toBe(false);
    },
  );

  it("refuses what is younger than Redis 7.4, and what is too short", () => {
    expect(isWholePayload(new ByteRange(Buffer.alloc(9)))).toBe(false);
    expect(isWholePayload(new ByteRange(Buffer.alloc(0)))).toBe(false);
  });
});
