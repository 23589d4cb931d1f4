/** Strings as rows of bits, and as rows of small integers. */
import fc from "fast-check";
import { anyCase, type Family, join, nothing, salad, some, words } from "../line.ts";
import { integer, key } from "../vocabulary.ts";

const bitOffset = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 90 }).map(String) },
  { weight: 1, arbitrary: fc.constantFrom("-1", "4294967296", "9223372036854775807", "x", "", "#1", "007") },
);
const fieldType = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(fc.constantFrom("i", "u"), fc.integer({ min: 1, max: 64 })).map((t) => t.join("")) },
  { weight: 2, arbitrary: fc.constantFrom("u8", "i8", "u1", "i1", "u2", "i64", "u63") },
  { weight: 1, arbitrary: fc.constantFrom("u64", "i65", "u0", "i0", "x8", "I8", "", "i", "u-1") },
);
const fieldOffset = fc.oneof(
  bitOffset,
  fc.integer({ min: 0, max: 5 }).map((n) => `#${n}`),
  fc.constantFrom("#-1", "#x", "#"),
);
const fieldValue = fc.oneof(
  integer,
  fc.integer({ min: -300, max: 300 }).map(String),
  fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map(String),
);
const fieldWrite = join(fc.oneof(anyCase("SET"), anyCase("INCRBY")), words(fieldType, fieldOffset, fieldValue));
const fieldRead = join(anyCase("GET"), words(fieldType, fieldOffset));
const overflow = join(anyCase("OVERFLOW"), fc.oneof(anyCase("WRAP"), anyCase("SAT"), anyCase("FAIL"), words("x")));
const unit = salad(anyCase("BIT"), anyCase("BYTE"), words("bogus"));

export const bitmaps: Family = {
  SETBIT: words(key, bitOffset, fc.constantFrom("0", "1", "1", "1", "2", "-1", "x", "")),
  GETBIT: words(key, bitOffset),
  BITCOUNT: join(words(key), fc.oneof(nothing, join(words(integer, integer), unit), words(integer))),
  BITPOS: join(
    words(key, fc.constantFrom("0", "1", "1", "2", "x")),
    fc.oneof(nothing, words(integer), join(words(integer, integer), unit)),
  ),
  BITOP: join(fc.oneof(...["AND", "OR", "XOR", "NOT", "nor"].map(anyCase)), words(key), some(key)),
  BITFIELD: join(words(key), salad(fieldRead, fieldWrite, fieldWrite, overflow)),
  BITFIELD_RO: join(words(key), salad(fieldRead, fieldRead, fieldRead, fieldWrite)),
};
