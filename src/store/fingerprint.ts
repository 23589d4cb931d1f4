/**
 * Fingerprints: a running 64-bit sum over everything live in the keyspace.
 *
 * Each live dot is hashed together with its path, added when it comes and
 * subtracted when it goes, so that equal states have equal fingerprints at
 * constant cost per change. What shows nothing to anyone (residue that waits for
 * every replica to have seen a reset) takes no part: replicas drop it at times of
 * their own.
 *
 * It is a sum because shares may be equal: those of two keys that one event
 * wrote and whose hashes collide. An XOR would show both as nothing.
 *
 * F1. Replicas with equal contexts have equal fingerprints.
 */
import type { Time } from "../../crdt/clock.ts";
import type { OriginId } from "../../crdt/origin.ts";

export const Mark = { sibling: 1, contribution: 2, deadline: 3, birth: 4, growth: 5 } as const;
type MarkValue = (typeof Mark)[keyof typeof Mark];

const TWO_32 = 4294967296;

export class Fingerprint {
  low = 0;
  high = 0;

  /** Adds one dot. `detail` is whatever else must agree. */
  add(path: number, mark: MarkValue, origin: number, time: Time, detail: Time): void {
    const timeHash = (time >>> 0) ^ Math.imul((time / TWO_32) >>> 0, 0x9e3779b1);
    const detailHash = detail === 0 ? 0 : Math.imul((detail >>> 0) ^ ((detail / TWO_32) << 11), 0x85ebca6b);
    const place = mix(path ^ Math.imul(mark, 0xc2b2ae35) ^ origin);
    const dot = mix(place ^ timeHash ^ detailHash);
    this.low = (this.low + mix(dot + place)) | 0;
    this.high = (this.high + mix(Math.imul(dot, 0x27d4eb2f) ^ Math.imul(timeHash, 0x165667b1) ^ detailHash)) | 0;
  }

  /** Adds, or subtracts, all that another fingerprint holds. */
  change(other: Fingerprint, by: 1 | -1): void {
    this.low = (this.low + by * other.low) | 0;
    this.high = (this.high + by * other.high) | 0;
  }

  negate(): void {
    this.low = -this.low | 0;
    this.high = -this.high | 0;
  }

  clear(): void {
    this.low = 0;
    this.high = 0;
  }

  /** Sixteen hexadecimal digits. */
  toString(): string {
    return hex(this.high) + hex(this.low);
  }
}

/** The part of a path's hash that stands for its key. */
export function keyPath(db: number, hash: number): number {
  return mix(hash ^ Math.imul(db + 1, 0x9e3779b1));
}

/** The path of an element of a collection. */
export function elementPath(collection: number, hash: number): number {
  return mix(Math.imul(collection, 0x85ebca6b) ^ hash);
}

/** 32 bits that stand for an origin. */
export function originPrint(id: OriginId): number {
  return mix(mix(id >>> 0) ^ ((id / TWO_32) >>> 0));
}

/** 32 bits of a fingerprint that differ from salt to salt: what collides under one does not under another. */
export function saltedPrint(print: Fingerprint, salt: number): number {
  return mix(print.low + mix(print.high ^ salt));
}

function mix(x: number): number {
  x ^= x >>> 16;
  x = Math.imul(x, 0x21f0aaad);
  x ^= x >>> 15;
  x = Math.imul(x, 0x735a2d97);
  return x ^ (x >>> 15);
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}
