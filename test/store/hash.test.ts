/** The hash of keys: the published function, on any range of any buffer, spread over the high bits. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { hashBytes } from "../../src/store/hash.ts";

function hashOfText(text: string, seed: number): number {
  const bytes = Buffer.from(text);
  return hashBytes(bytes, 0, bytes.length, seed) >>> 0;
}

describe("hash of bytes", () => {
  test("equals the published vectors of MurmurHash3", () => {
    const vectors: [string, number, number][] = [
      ["", 0, 0],
      ["", 1, 0x514e28b7],
      ["", 0xffff_ffff, 0x81f16f39],
      ["\0\0\0\0", 0, 0x2362f9de],
      ["a", 0x9747b28c, 0x7fa09ea6],
      ["aa", 0x9747b28c, 0x5d211726],
      ["aaa", 0x9747b28c, 0x283e0130],
      ["aaaa", 0x9747b28c, 0x5a97808a],
      ["abc", 0, 0xb3dd93fa],
      ["Hello, world!", 0x9747b28c, 0x24884cba],
      ["The quick brown fox jumps over the lazy dog", 0x9747b28c, 0x2fa826cd],
    ];
    for (const [text, seed, hash] of vectors) expect(hashOfText(text, seed), text).toBe(hash);
  });

  test.prop([fc.uint8Array({ maxLength: 40 }), fc.nat(9), fc.nat(9), fc.integer()])(
    "depends on the bytes of the range alone",
    (bytes, before, after, seed) => {
      const wider = new Uint8Array(before + bytes.length + after).fill(0xa5);
      wider.set(bytes, before);
      expect(hashBytes(wider, before, before + bytes.length, seed)).toBe(hashBytes(bytes, 0, bytes.length, seed));
    },
  );

  test("is a signed 32-bit integer that the seed changes", () => {
    const bytes = Buffer.from("key");
    const hashes = new Set(Array.from({ length: 1000 }, (_, seed) => hashBytes(bytes, 0, 3, seed)));
    expect(hashes.size).toBe(1000);
    for (const hash of hashes) expect(hash).toBe(hash | 0);
  });

  test("spreads keys that differ in their last digits evenly over the high bits", () => {
    const counts = new Uint32Array(256);
    for (let i = 0; i < 256 * 400; i++) counts[hashOfText(`user:${i}`, 7) >>> 24]!++; // 8 bits index 256 counts.
    expect(Math.min(...counts)).toBeGreaterThan(300);
    expect(Math.max(...counts)).toBeLessThan(500);
  });
});
