/**
 * What all keys and collections of one replica share: the arena with its
 * entries, the origins, and the seed of the hash, which is the same on all
 * replicas of a cluster so that they agree on hash slots.
 */
import { type Origin, type Origins } from "../../crdt/origin.ts";
import type { ByteRange } from "../byte-range.ts";
import { Arena } from "./arena.ts";
import { Entries } from "./entry.ts";
import { Fingerprint, originPrint } from "./fingerprint.ts";
import { hashBytes } from "./hash.ts";
import { Values } from "./values.ts";
import { Watched } from "./watched.ts";

export class Memory {
  readonly arena: Arena;
  readonly entries: Entries;
  readonly origins: Origins;
  readonly values: Values;
  /** Keys that somebody waits at. */
  readonly watched = new Watched((key) => this.hash(key));
  /** The access clock that new and touched entries are given. */
  seconds = 0;
  /** What deadlines are judged by: the running event's (event.ts). */
  clock: { readonly nowMs: number } = { nowMs: 0 };
  /** Has any element ever had a deadline? Until then nobody needs to look for one. */
  hasMortals = false;
  /** Scratch: one entry's share of a fingerprint, on its way into the running ones. */
  readonly share = new Fingerprint();
  private readonly hashSeed: number;
  private readonly prints: number[] = [];

  constructor(origins: Origins, hashSeed: number, arena = new Arena()) {
    this.arena = arena;
    this.entries = new Entries(arena);
    this.origins = origins;
    this.values = new Values(this.entries, origins);
    this.hashSeed = hashSeed;
  }

  hash(key: ByteRange): number {
    return hashBytes(key.bytes, key.start, key.end, this.hashSeed);
  }

  /** 32 bits that stand for an origin, the same on every replica. */
  print(origin: Origin): number {
    const known = this.prints[origin];
    if (known !== undefined) return known;
    return (this.prints[origin] = originPrint(this.origins.id(origin)));
  }
}
