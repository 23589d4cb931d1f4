/**
 * What one client asks for: batches of commands at its own replica, each with the paths of the ledger that it writes.
 *
 *   str:CLIENT:SLOT:GENERATION     SET with rising values, DEL, and SET again; GET must show the client's own last write
 *   hash:CLIENT:SLOT:GENERATION    HSET of some fields, HDEL, DEL of the whole
 *   set:N                          SADD of members that nobody else uses, SREM of some; everybody's
 *   own:CLIENT, shared:N, tally    INCRBY, HINCRBY
 *
 * A path whose last write is in doubt is left for the next generation of its key.
 */
import type { Random } from "../sim/world/random.ts";
import type { Ledger, Path } from "./ledger.ts";

export interface Effect {
  readonly path: Path;
  readonly value?: string;
  readonly amount?: number;
}

export interface Request {
  readonly args: readonly string[];
  readonly effects: readonly Effect[];
  /** The string whose own last write the reply must show. */
  readonly reads?: Path;
}

/** Written often, for long histories; written seldom, so that a repair has much to bring. */
const STRINGS = 40;
const SELDOM_STRINGS = 1_500;
/** Some values are long, so that what a repair brings comes in several pieces. */
const LONG_VALUE_CHANCE = 0.2;
const LONG_CHARACTERS = [200, 3_000] as const;
const HASHES = 8;
const FIELDS = 6;
const SHARED = 4;
const SETS = 6;
/** Members of one client, over all sets; the oldest are removed. */
const MEMBERS_MAX = 150;
const AMOUNT_MAX = 5;
const BATCH_MAX = 6;

type Kind = "put" | "remove" | "read" | "field" | "fieldRemove" | "hashRemove" | "member" | "memberRemove" | "count";

const WEIGHTS: Readonly<Record<Kind, number>> = {
  put: 8,
  remove: 3,
  read: 4,
  field: 5,
  fieldRemove: 2,
  hashRemove: 1,
  member: 6,
  memberRemove: 2,
  count: 8,
};
const KINDS = Object.keys(WEIGHTS) as Kind[];

export class Workload {
  readonly #client: string;
  readonly #random: Random;
  readonly #ledger: Ledger;
  readonly #generations = new Map<string, number>();
  #members: Path[] = [];
  #sequence = 0;

  constructor(client: string, random: Random, ledger: Ledger) {
    this.#client = client;
    this.#random = random;
    this.#ledger = ledger;
  }

  /** Commands to be sent in one go; no path is written twice. */
  batch(): Request[] {
    const taken = new Set<Path>();
    const requests: Request[] = [];
    for (let left = this.#random.between(1, BATCH_MAX); left > 0; left--) {
      const request = this.#draw();
      if (request === undefined || request.effects.some(({ path }) => taken.has(path) && !path.counter)) continue;
      for (const { path } of request.effects) taken.add(path);
      requests.push(request);
    }
    return requests;
  }

  #draw(): Request | undefined {
    const random = this.#random;
    switch (KINDS[random.weighted(KINDS.map((kind) => WEIGHTS[kind]))]) {
      case "put": {
        const path = this.#string();
        const value =
          this.#next() + (random.chance(LONG_VALUE_CHANCE) ? ".".repeat(random.between(...LONG_CHARACTERS)) : "");
        return { args: ["SET", path.key, value], effects: [{ path, value }] };
      }
      case "remove": {
        const path = this.#string();
        return { args: ["DEL", path.key], effects: [{ path }] };
      }
      case "read": {
        const path = this.#string();
        return { args: ["GET", path.key], effects: [], reads: path };
      }
      case "field": {
        const path = this.#field(random.below(HASHES), random.below(FIELDS));
        const value = this.#next();
        return { args: ["HSET", path.key, path.element ?? "", value], effects: [{ path, value }] };
      }
      case "fieldRemove": {
        const path = this.#field(random.below(HASHES), random.below(FIELDS));
        return { args: ["HDEL", path.key, path.element ?? ""], effects: [{ path }] };
      }
      case "hashRemove":
        return this.#removeHash(random.below(HASHES));
      case "member":
        return this.#addMember();
      case "memberRemove":
        return this.#removeMember();
      case "count":
      case undefined:
        return this.#count();
    }
  }

  #next(): string {
    return `${this.#client}-${++this.#sequence}`;
  }

  #string(): Path {
    const slot = this.#random.chance(0.5) ? this.#random.below(STRINGS) : STRINGS + this.#random.below(SELDOM_STRINGS);
    const base = `str:${this.#client}:${slot}`;
    return this.#open(base, (key) => this.#ledger.path("string", key));
  }

  #field(slot: number, field: number): Path {
    // A doubt about one field moves the whole hash on, so that a DEL of it is about paths without doubt.
    const base = `hash:${this.#client}:${slot}`;
    const fields = Array.from({ length: FIELDS }, (_, i) => i);
    const key = this.#generationOf(base, (name) =>
      fields.every((each) => !this.#ledger.path("hash", name, `f${each}`).closed),
    );
    return this.#ledger.path("hash", key, `f${field}`);
  }

  #removeHash(slot: number): Request {
    const paths = Array.from({ length: FIELDS }, (_, field) => this.#field(slot, field));
    return { args: ["DEL", paths[0]?.key ?? ""], effects: paths.map((path) => ({ path })) };
  }

  #addMember(): Request {
    if (this.#members.length >= MEMBERS_MAX) return this.#removeMember() ?? this.#count();
    const value = this.#next();
    const path = this.#ledger.path("set", `set:${this.#random.below(SETS)}`, value);
    this.#members.push(path);
    return { args: ["SADD", path.key, value], effects: [{ path, value }] };
  }

  /** Members never come back: a removed one is left to the ledger. */
  #removeMember(): Request | undefined {
    const path = this.#members.shift();
    if (path === undefined || path.closed) return undefined;
    path.closed = true;
    return { args: ["SREM", path.key, path.element ?? ""], effects: [{ path }] };
  }

  #count(): Request {
    const random = this.#random;
    const amount = random.between(1, AMOUNT_MAX);
    if (random.chance(0.3)) {
      const path = this.#ledger.path("hash", "tally", `t${random.below(SHARED)}`, true);
      return { args: ["HINCRBY", "tally", path.element ?? "", `${amount}`], effects: [{ path, amount }] };
    }
    const key = random.chance(0.5) ? `own:${this.#client}` : `shared:${random.below(SHARED)}`;
    const path = this.#ledger.path("string", key, undefined, true);
    return { args: ["INCRBY", key, `${amount}`], effects: [{ path, amount }] };
  }

  #open(base: string, pathOf: (key: string) => Path): Path {
    return pathOf(this.#generationOf(base, (key) => !pathOf(key).closed));
  }

  #generationOf(base: string, isOpen: (key: string) => boolean): string {
    for (;;) {
      const generation = this.#generations.get(base) ?? 0;
      const key = `${base}:${generation}`;
      if (isOpen(key)) return key;
      this.#generations.set(base, generation + 1);
    }
  }
}
