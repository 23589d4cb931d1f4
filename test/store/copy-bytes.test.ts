/** Copies of bytes, from memory of any kind, of any length. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { copyBytes } from "../../src/copy-bytes.ts";

const KINDS = [ArrayBuffer, SharedArrayBuffer] as const;
const BYTES = 400;

function filled(Kind: (typeof KINDS)[number]): Buffer {
  const bytes = Buffer.from(new Kind(BYTES));
  for (let i = 0; i < BYTES; i++) bytes[i] = (i * 7) & 0xff;
  return bytes;
}

describe("copied bytes", () => {
  test.prop([
    fc.constantFrom(...KINDS),
    fc.constantFrom(...KINDS),
    fc.nat({ max: BYTES / 2 }),
    fc.nat({ max: BYTES / 2 }),
    fc.nat({ max: BYTES / 2 }),
  ])("stand where they were wanted, and nothing else changes", (From, To, start, at, length) => {
    const [source, target] = [filled(From), filled(To)];
    const expected = Uint8Array.from(target);
    for (let i = 0; i < length; i++) expected[at + i] = source[start + i] as number;
    copyBytes(target, at, source, start, start + length);
    expect(Uint8Array.from(target)).toEqual(expected);
  });

  test.each([2 ** 31 - 20, 2 ** 31, 2 ** 32 + 100])("stand at %i, too, and are read from there", (at) => {
    // Of which only a few pages are ever touched.
    const large = new Uint8Array(2 ** 32 + 1000);
    for (const length of [0, 40, 100]) {
      const source = filled(ArrayBuffer).subarray(1, length + 1);
      copyBytes(large, at, source, 0, length);
      const back = new Uint8Array(length);
      copyBytes(back, 0, large, at, at + length);
      expect(back).toEqual(Uint8Array.from(source));
    }
  });

  test("are not those of memory that has gone, or of a target that has no room", () => {
    const gone = new Uint8Array(BYTES);
    gone.buffer.transfer(0);
    expect(() => copyBytes(new Uint8Array(BYTES), 0, gone, 0, 100)).toThrow("gone");
    expect(() => copyBytes(new Uint8Array(BYTES), BYTES - 50, new Uint8Array(BYTES), 0, 100)).toThrow("gone");
  });
});
