/** Bitmap commands: replies, errors, and the words by which bits are counted and found. */
import { fc, test } from "@fast-check/vitest";
import { beforeEach, describe, expect } from "vitest";
import { combineBits, countBits, firstBit, invertBits } from "../../src/commands/bitmap-words.ts";
import { LocalNode } from "./local-node.ts";

const node = new LocalNode();
const run = (line: string): unknown => node.run(line);
const BAD_OFFSET = "(error) ERR bit offset is not an integer or out of range";
const WRONG_TYPE = "(error) WRONGTYPE Operation against a key holding the wrong kind of value";

beforeEach(() => {
  run("FLUSHALL");
});

function set(key: string, ...bytes: readonly number[]): void {
  node.execute(["SET", key, String.fromCharCode(...bytes)]);
}

function held(key: string): number[] {
  return [...Buffer.from(run(`GET ${key}`) as string, "latin1")];
}

describe("SETBIT and GETBIT", () => {
  test("change one bit, and the value grows as far as it must", () => {
    expect(run("SETBIT k 7 1")).toBe(0);
    expect(held("k")).toEqual([1]);
    expect(run("SETBIT k 16 1")).toBe(0);
    expect(held("k")).toEqual([1, 0, 128]);
    expect(run("SETBIT k 7 0")).toBe(1);
    expect([run("GETBIT k 16"), run("GETBIT k 7"), run("GETBIT k 1000"), run("GETBIT none 0")]).toEqual([1, 0, 0, 0]);
    expect(run("SETBIT new 100 0")).toBe(0);
    expect(run("STRLEN new")).toBe(13);
  });

  test("keep the deadline, and are no effect when nothing changes", () => {
    run("SETBIT k 3 1");
    run("EXPIRE k 100");
    run("SETBIT k 4 1");
    run("SETBIT k 5 1");
    expect(run("TTL k")).toBe(100);
    const before = node.server.keyspace.digest();
    run("SETBIT k 5 1");
    run("SETBIT k 0 0");
    run("BITFIELD k SET u1 5 1");
    expect(node.server.keyspace.digest()).toBe(before);
  });

  test("see the digits of a counter", () => {
    run("INCRBY n 12");
    expect(run("GETBIT n 3")).toBe(1);
    expect(run("BITCOUNT n")).toBe(6);
    expect(run("SETBIT n 15 1")).toBe(0);
    expect(run("INCR n")).toBe(14);
  });

  test.each([
    ["SETBIT k -1 1", BAD_OFFSET],
    ["SETBIT k x 1", BAD_OFFSET],
    ["SETBIT k #1 1", BAD_OFFSET],
    ["SETBIT k 4294967296 1", BAD_OFFSET],
    ["GETBIT k 4294967296", BAD_OFFSET],
    ["SETBIT k 0 2", "(error) ERR bit is not an integer or out of range"],
    ["SETBIT k 0 x", "(error) ERR bit is not an integer or out of range"],
    ["SETBIT s 0 1", WRONG_TYPE],
    ["GETBIT s 0", WRONG_TYPE],
  ])("%s is refused", (line, error) => {
    run("SADD s a");
    expect(run(line)).toBe(error);
    expect(run("EXISTS k")).toBe(0);
  });

  test("reach as far as proto-max-bulk-len says", () => {
    run("CONFIG SET proto-max-bulk-len 1mb");
    expect(run("SETBIT k 8388607 1")).toBe(0);
    expect(run("SETBIT k 8388608 1")).toBe(BAD_OFFSET);
    run("CONFIG SET proto-max-bulk-len 512mb");
  });
});

describe("BITCOUNT and BITPOS", () => {
  test.each([
    ["BITCOUNT k", 12],
    ["BITCOUNT k 0 0", 4],
    ["BITCOUNT k -1 -1", 8],
    ["BITCOUNT k 1 -2", 0],
    ["BITCOUNT k 0 1000", 12],
    ["BITCOUNT k 5 30 bit", 7],
    ["BITCOUNT k -8 -1 BIT", 8],
    ["BITCOUNT k 7 4 BIT", 0],
    ["BITCOUNT none 0 x", 0],
    ["BITCOUNT k 0", "(error) ERR syntax error"],
    ["BITCOUNT k 0 x", "(error) ERR value is not an integer or out of range"],
    ["BITCOUNT k 0 1 bits", "(error) ERR syntax error"],
    ["BITPOS k 0", 4],
    ["BITPOS k 1 1", 24],
    ["BITPOS k 1 1 -2", -1],
    ["BITPOS k 0 -1", 32],
    ["BITPOS k 0 -1 -1", -1],
    ["BITPOS k 1 10 30 BIT", 24],
    ["BITPOS k 0 24 31 BIT", -1],
    ["BITPOS none 1", -1],
    ["BITPOS none 0 5 2", 0],
    ["BITPOS k 2", "(error) ERR The bit argument must be 1 or 0."],
    ["BITPOS k x", "(error) ERR value is not an integer or out of range"],
  ])("%s is %s", (line, reply) => {
    set("k", 0xf0, 0, 0, 0xff);
    expect(run(line)).toBe(reply);
  });

  test("of nothing set and of nothing clear", () => {
    set("ones", 255, 255, 255);
    set("zeros", 0, 0, 0);
    expect([run("BITPOS ones 0"), run("BITPOS ones 0 0"), run("BITPOS ones 0 0 -1")]).toEqual([24, 24, -1]);
    expect([run("BITPOS zeros 1"), run("BITPOS zeros 0")]).toEqual([-1, 0]);
  });
});

describe("BITOP", () => {
  test("combines strings of any length, as if the shorter went on in zeros", () => {
    set("a", 0xff, 0x0f, 0x33);
    set("b", 0x55, 0xff);
    expect([run("BITOP AND d a b"), held("d")]).toEqual([3, [0x55, 0x0f, 0]]);
    expect([run("BITOP or d a b"), held("d")]).toEqual([3, [0xff, 0xff, 0x33]]);
    expect([run("BITOP Xor d a b a"), held("d")]).toEqual([3, [0x55, 0xff, 0]]);
    expect([run("BITOP NOT d b"), held("d")]).toEqual([2, [0xaa, 0]]);
    expect([run("BITOP AND d a none"), held("d")]).toEqual([3, [0, 0, 0]]);
    expect([run("BITOP OR a a b"), held("a")]).toEqual([3, [0xff, 0xff, 0x33]]);
  });

  test("of nothing removes the destination, and a result begins a new life", () => {
    set("a", 1);
    run("SETEX d 100 x");
    run("BITOP OR d a");
    expect(run("TTL d")).toBe(-1);
    expect([run("BITOP OR d none nothing"), run("EXISTS d")]).toEqual([0, 0]);
  });

  test.each([
    ["BITOP nor d a", "(error) ERR syntax error"],
    ["BITOP NOT d a b", "(error) ERR BITOP NOT must be called with a single source key."],
    ["BITOP OR d a s", WRONG_TYPE],
  ])("%s is refused", (line, error) => {
    set("a", 1);
    run("SADD s x");
    expect(run(line)).toBe(error);
    expect(run("EXISTS d")).toBe(0);
  });
});

describe("BITFIELD", () => {
  test("reads, sets and counts fields of any width", () => {
    expect(run("BITFIELD k SET u8 #1 255 GET u8 #1 GET i8 8 GET u4 6")).toEqual([0, 255, -1, 3]);
    expect(run("BITFIELD k INCRBY u2 100 1 INCRBY u2 100 1 INCRBY u2 100 1 INCRBY u2 100 1")).toEqual([1, 2, 3, 0]);
    expect(run("BITFIELD k")).toEqual([]);
    expect(run("BITFIELD_RO k GET i64 0 GET u63 1")).toEqual(["71776119061217280", "71776119061217280"]);
    expect(run("BITFIELD none GET u8 0")).toEqual([0]);
    expect(run("EXISTS none")).toBe(0);
  });

  test("reads zeros where there is no key, also after a large value whose memory has gone", () => {
    run(`SET k ${"x".repeat(100_000)}`);
    expect(run("BITFIELD k GET u8 0")).toEqual([0x78]);
    run("DEL k");
    expect(run("BITFIELD k GET u8 0")).toEqual([0]);
  });

  test("wraps, saturates or fails beyond a field's bounds", () => {
    run("BITFIELD k SET u8 0 250 SET i8 8 -120");
    expect(run("BITFIELD k INCRBY u8 0 10 INCRBY i8 8 -10")).toEqual([4, 126]);
    expect(run("BITFIELD k OVERFLOW SAT INCRBY u8 0 -10 INCRBY i8 8 10 INCRBY i8 8 -300")).toEqual([0, 127, -128]);
    expect(run("BITFIELD k OVERFLOW FAIL INCRBY u8 0 -1 OVERFLOW WRAP INCRBY u8 0 -1")).toEqual([null, 255]);
    expect(run("BITFIELD k OVERFLOW FAIL SET u8 0 256 GET u8 0")).toEqual([null, 255]);
  });

  test("makes room even where every write fails, as Redis does", () => {
    expect(run("BITFIELD k OVERFLOW FAIL INCRBY u2 30 100")).toEqual([null]);
    expect(run("STRLEN k")).toBe(4);
  });

  test.each([
    ["BITFIELD k GET u64 0", /Invalid bitfield type/],
    ["BITFIELD k GET i65 0", /Invalid bitfield type/],
    ["BITFIELD k SET u8 -1 1", /bit offset is not an integer/],
    ["BITFIELD k SET u8 0 x", /value is not an integer/],
    ["BITFIELD k SET u8 0 1 OVERFLOW x", /Invalid OVERFLOW type specified/],
    ["BITFIELD k SET u8 0 1 GET u8", /syntax error/],
    ["BITFIELD_RO k SET u8 0 1", /BITFIELD_RO only supports the GET subcommand/],
  ])("%s is refused before anything is written", (line, error) => {
    expect(run(line)).toMatch(error);
    expect(run("EXISTS k")).toBe(0);
  });
});

const bitsOf = (bytes: Uint8Array): string => [...bytes].map((b) => b.toString(2).padStart(8, "0")).join("");

describe("words of bits", () => {
  /** Bytes somewhere in a larger buffer, so that words begin anywhere. */
  const placed = fc
    .tuple(fc.array(fc.constantFrom(0, 0, 255, 255, 1, 128, 90), { maxLength: 300, size: "max" }), fc.nat(7))
    .map(([bytes, offset]) => {
      const all = new Uint8Array(bytes.length + 16).fill(90);
      all.set(bytes, offset);
      return all.subarray(offset, offset + bytes.length);
    });
  test.prop([placed, fc.nat(2400), fc.nat(2400)])("are counted and found as one by one", (bytes, a, b) => {
    const bits = bitsOf(bytes);
    const [start, end] = [Math.min(a, b, bits.length), Math.min(Math.max(a, b), bits.length)];
    const [from, to] = [start >>> 3, end >>> 3];
    expect(countBits(bytes, from, to)).toBe(bits.slice(from * 8, to * 8).replaceAll("0", "").length);
    for (const bit of [0, 1] as const) {
      const place = bits.slice(0, end).indexOf(String(bit), start);
      expect(firstBit(bytes, start, end, bit)).toBe(place);
    }
  });

  test.prop([placed, placed])("are combined as byte by byte", (a, b) => {
    const operations = { and: (x: number, y: number) => x & y, or: (x: number, y: number) => x | y };
    for (const how of ["and", "or"] as const) {
      const target = new Uint8Array(Math.max(a.length, b.length));
      target.set(a);
      const expected = target.map((byte, i) => (i < b.length ? operations[how](byte, b[i] ?? 0) : byte));
      combineBits(target, b, how);
      expect(target).toEqual(expected);
      invertBits(target);
      expect(target).toEqual(expected.map((byte) => ~byte));
    }
  });
});
