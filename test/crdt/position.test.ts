/** Positions of list elements: their order, and what is made between them. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import {
  comparePositions,
  DIGIT_BYTES_MAX,
  INDEX_MAX,
  isPosition,
  leadingNumber,
  NUMBER_FIRST,
  NUMBER_MAX,
  placeAtEnd,
  placeBetween,
  placeNext,
  type PositionBytes,
} from "../../crdt/position.ts";

/** number, time, origin, index */
type Digit = readonly [number, number, number, number];
type Digits = readonly Digit[];

const NONE: PositionBytes = { bytes: new Uint8Array(0), start: 0, end: 0 };
const ROOM = 64 * DIGIT_BYTES_MAX;

function taken(out: Uint8Array, length: number): PositionBytes {
  if (length === 0) throw new Error("no room");
  return { bytes: out.slice(0, length), start: 0, end: length };
}

/** The position that is written down so, put together by hand. */
function encode(digits: Digits): PositionBytes {
  const parts: Buffer[] = [];
  for (const [number, time, origin, index] of digits) {
    const head = Buffer.alloc(19);
    head.writeUIntBE(number, 0, 6);
    head.writeBigUInt64BE(BigInt(time) << 8n, 6);
    head.writeUIntBE(origin, 13, 6);
    parts.push(head, encodeIndex(index));
  }
  const bytes = new Uint8Array(Buffer.concat(parts));
  return { bytes, start: 0, end: bytes.length };
}

function encodeIndex(index: number): Buffer {
  const behind = INDEX_MAX - index;
  if (index < 120) return Buffer.from([index]);
  if (behind < 120) return Buffer.from([255 - behind]);
  const middle = Buffer.alloc(3);
  if (index < 120 + 65_536) {
    middle.writeUInt8(120);
    middle.writeUInt16BE(index - 120, 1);
    return middle;
  }
  if (behind < 120 + 65_536) {
    middle.writeUInt8(135);
    middle.writeUInt16BE(65_535 - (behind - 120), 1);
    return middle;
  }
  const long = Buffer.alloc(5);
  long.writeUInt8(121);
  long.writeUInt32BE(index, 1);
  return long;
}

function compareDigits(a: Digits, b: Digits): number {
  for (let d = 0; d < Math.min(a.length, b.length); d++) {
    for (let part = 0; part < 4; part++) {
      const difference = ((a[d] as Digit)[part] as number) - ((b[d] as Digit)[part] as number);
      if (difference !== 0) return Math.sign(difference);
    }
  }
  return Math.sign(a.length - b.length);
}

/** The rule as it reads on paper. */
function between(left: Digits, right: Digits, dot: readonly [number, number], index: number): Digits | undefined {
  const before = (a: Digits): boolean => right.length === 0 || compareDigits(a, right) < 0;
  for (let d = 0; d < Math.max(left.length, right.length); d++) {
    const l = left[d];
    if (l !== undefined && l[0] < NUMBER_MAX) {
      const made: Digits = [...left.slice(0, d), [l[0] + 1, ...dot, index]];
      if (before(made)) return made;
    }
    const r = right[d];
    if (r !== undefined && r[0] > 0) {
      const made: Digits = [...right.slice(0, d), [r[0] - 1, ...dot, index]];
      if (compareDigits(made, left) > 0) return made;
    }
  }
  const made: Digits = [...left, [NUMBER_FIRST, ...dot, index]];
  return before(made) ? made : undefined;
}

const number = fc.oneof(fc.nat(3), fc.integer({ min: NUMBER_MAX - 2, max: NUMBER_MAX }), fc.nat(NUMBER_MAX));
const time = fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }));
const origin = fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 2 ** 48 - 1 }));
const index = fc.oneof(
  fc.nat(3),
  fc.nat(130),
  fc.integer({ min: 65_650, max: 65_660 }),
  fc.nat(INDEX_MAX),
  fc.nat(130).map((n) => INDEX_MAX - n),
  fc.integer({ min: 65_650, max: 65_660 }).map((n) => INDEX_MAX - n),
);
const digits: fc.Arbitrary<Digits> = fc.array(fc.tuple(number, time, origin, index), { minLength: 1, maxLength: 4 });

describe("positions", () => {
  test.prop([digits, digits, fc.nat(3)], { numRuns: 1000 })("P1: stand in order as their bytes do", (a, b, shared) => {
    const other = [...a.slice(0, shared), ...b];
    const order = compareDigits(a, other);
    expect(Math.sign(comparePositions(encode(a), encode(other)))).toBe(order);
    expect(Math.sign(Buffer.compare(encode(a).bytes, encode(other).bytes))).toBe(order);
  });

  test.prop([digits])("begin with the number of their first digit", (a) => {
    const { bytes } = encode(a);
    expect(leadingNumber(bytes, 0)).toBe(a[0]?.[0]);
    expect(leadingNumber(new Uint8Array([7, ...bytes]), 1)).toBe(a[0]?.[0]);
  });

  test.prop([fc.constantFrom<Digits>([], [[5, 1, 1, 0]]), digits, digits, time, origin, fc.nat(3), fc.nat(1)], {
    numRuns: 2000,
  })("P2: are made between two others by the one rule", (prefix, a, b, at, by, shared, open) => {
    const first = [...prefix, ...a];
    const second = [...prefix, ...a.slice(0, shared), ...b];
    const [one, two] = compareDigits(first, second) < 0 ? [first, second] : [second, first];
    if (compareDigits(one, two) === 0) return;
    const [left, right] = open === 0 ? [one, two] : shared % 2 === 0 ? [one, []] : [[], two];
    const out = new Uint8Array(ROOM);
    const rule = between(left, right, [at, by], 0);
    const length = placeBetween(out, encode(left), encode(right), at, by, 0);
    expect(length > 0).toBe(rule !== undefined);
    if (rule === undefined) return;
    const made = taken(out, length);
    expect(made.bytes).toEqual(encode(rule).bytes);
    expect(comparePositions(encode(left), made)).toBeLessThan(0);
    if (right.length > 0) expect(comparePositions(made, encode(right))).toBeLessThan(0);
  });

  /** Each insertion goes to one of the two sides of the last one, as unkindly as may be. */
  test.prop([fc.array(fc.tuple(fc.boolean(), fc.constantFrom(1, 2, 3)), { minLength: 1, maxLength: 90, size: "max" })])(
    "P2: find room under any insertions, each of its own, a digit longer every other time at most",
    (sides) => {
      let left = encode([[NUMBER_FIRST, 1, 1, 0]]);
      let right = encode([[NUMBER_FIRST + 1, 1, 2, 0]]);
      let at = 2;
      const made = [left, right];
      for (const [toLeft, by] of sides) {
        const out = new Uint8Array(ROOM);
        const position = taken(out, placeBetween(out, left, right, at++, by, 0));
        expect(comparePositions(left, position)).toBeLessThan(0);
        expect(comparePositions(position, right)).toBeLessThan(0);
        expect(isPosition(position)).toBe(true);
        made.push(position);
        if (toLeft) right = position;
        else left = position;
      }
      expect(new Set(made.map((p) => Buffer.from(p.bytes).toString("hex"))).size).toBe(made.length);
      const longest = Math.max(...made.map((p) => p.end));
      expect(longest).toBeLessThanOrEqual(20 * (2 + sides.length / 2));
    },
  );

  test("stay short where all insertions go to the same place", () => {
    const ends = [encode([[5, 1, 1, 0]]), encode([[6, 1, 1, 0]])] as [PositionBytes, PositionBytes];
    for (const moves of [0, 1] as const) {
      const neighbours: [PositionBytes, PositionBytes] = [...ends];
      for (let at = 2; at < 1000; at++) {
        const out = new Uint8Array(ROOM);
        neighbours[moves] = taken(out, placeBetween(out, neighbours[0], neighbours[1], at, 1, 0));
      }
      expect(neighbours[moves].end).toBeLessThanOrEqual(2 * DIGIT_BYTES_MAX);
    }
  });

  test("are refused where there is no room in the buffer, or between the neighbours", () => {
    const left = encode([[5, 1, 1, 0]]);
    const right = encode([[5, 1, 1, 1]]);
    expect(placeBetween(new Uint8Array(40), left, right, 9, 1, 0)).toBe(40);
    expect(placeBetween(new Uint8Array(39), left, right, 9, 1, 0)).toBe(0);
    expect(placeBetween(new Uint8Array(20), left, right, 9, 1, 0)).toBe(0);
    expect(placeAtEnd(new Uint8Array(19), true, NONE, 9, 1)).toBe(0);
    expect(placeAtEnd(new Uint8Array(99), false, encode([[0, 1, 1, 0]]), 9, 1)).toBe(0);
    expect(placeAtEnd(new Uint8Array(99), true, encode([[NUMBER_MAX, 1, 1, 0]]), 9, 1)).toBe(40);
  });
});

describe("the positions of pushes", () => {
  test.prop([fc.option(digits), fc.boolean(), time, origin], { numRuns: 500 })(
    "lie beyond the end, one number further",
    (edge, isTail, at, by) => {
      const out = new Uint8Array(ROOM);
      const length = placeAtEnd(out, isTail, edge === null ? NONE : encode(edge), at, by);
      const step = isTail ? 1 : -1;
      const first = isTail ? 0 : INDEX_MAX;
      const next = (edge?.[0]?.[0] ?? NUMBER_FIRST - step) + step;
      if (next < 0) expect(length > 0).toBe(between([], edge ?? [], [at, by], first) !== undefined);
      if (length === 0 || edge === null) return;
      if (next >= 0 && next <= NUMBER_MAX)
        expect(taken(out, length).bytes).toEqual(encode([[next, at, by, first]]).bytes);
      expect(Math.sign(comparePositions(taken(out, length), encode(edge)))).toBe(step);
    },
  );

  test.prop([fc.boolean(), fc.integer({ min: 2, max: 400 }), fc.nat(2)])(
    "P3: of one command follow each other, and nothing of another dot comes between",
    (isTail, count, longer) => {
      const edge = encode(Array.from({ length: longer + 1 }, () => [isTail ? NUMBER_MAX : 1, 7, 7, 0] as const));
      const push = (dot: readonly [number, number]): PositionBytes[] => {
        const out = new Uint8Array(ROOM);
        let length = placeAtEnd(out, isTail, edge, ...dot);
        const made = [taken(out, length)];
        while (made.length < count) made.push(taken(out, (length = placeNext(out, length, isTail))));
        return made;
      };
      const ours = push([9, 1]);
      const theirs = push([9, 2]);
      for (let n = 1; n < count; n++) {
        const order = comparePositions(ours[n - 1] as PositionBytes, ours[n] as PositionBytes);
        expect(Math.sign(order)).toBe(isTail ? -1 : 1);
      }
      const merged = [...ours, ...theirs].toSorted(comparePositions);
      const owners = merged.map((p) => ours.includes(p));
      expect(owners.slice(0, count)).toEqual(owners.slice(0, count).map(() => owners[0]));
    },
  );

  test.prop([index, fc.boolean()])("count on through all lengths of an index", (from, up) => {
    const to = from + (up ? 1 : -1);
    const out = new Uint8Array(DIGIT_BYTES_MAX);
    const start = encode([[1, 2, 3, from]]);
    out.set(start.bytes);
    const length = placeNext(out, start.end, up);
    if (to < 0 || to > INDEX_MAX) expect(length).toBe(0);
    else expect(taken(out, length).bytes).toEqual(encode([[1, 2, 3, to]]).bytes);
  });
});

describe("bytes from outside", () => {
  test.prop([digits])("are positions when all their digits are whole", (a) => {
    const { bytes, end } = encode(a);
    expect(isPosition({ bytes, start: 0, end })).toBe(true);
    expect(isPosition({ bytes, start: 0, end: end - 1 })).toBe(false);
    expect(isPosition({ bytes: new Uint8Array([...bytes, 0]), start: 0, end: end + 1 })).toBe(false);
  });

  test("are none when a digit has no dot, or an index in a form that is not its own", () => {
    const good = encode([[1, 1, 1, 70_000]]).bytes;
    const changed = (at: number, to: readonly number[]): PositionBytes => {
      const bytes = good.slice();
      bytes.set(to, at);
      return { bytes, start: 0, end: bytes.length };
    };
    expect(isPosition(changed(0, []))).toBe(true);
    expect(isPosition(changed(6, [0, 0, 0, 0, 0, 0, 0]))).toBe(false);
    expect(isPosition(changed(6, [0x20]))).toBe(false);
    expect(isPosition(changed(13, [0, 0, 0, 0, 0, 0]))).toBe(false);
    expect(isPosition(changed(19, [121, 0, 0, 0, 200]))).toBe(false);
    expect(isPosition(changed(19, [130]))).toBe(false);
    expect(isPosition(NONE)).toBe(false);
  });
});
