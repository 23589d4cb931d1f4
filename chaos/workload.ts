/**
 * What one client asks for: batches of commands at its own replica, each with the paths of the ledger that it writes.
 *
 *   str:CLIENT:SLOT:GENERATION     SET with rising values, DEL, and SET again; GET must show the client's own last write
 *   hash:CLIENT:SLOT:GENERATION    HSET of some fields, HEXPIREAT in the far future, HPERSIST, HDEL, DEL of the whole
 *   set:N, zset:N, list:N          members that nobody else uses, in collections that are everybody's: members.ts
 *   queue:CLIENT:GENERATION        a list of one's own, with pops: queue.ts
 *   own:CLIENT, shared:N           INCRBY
 *   tally, ranks                   HINCRBY, ZINCRBY
 *   hll:N, hll:all                 PFADD of elements that nobody else uses: a few in each, all in one
 *
 * A field with a deadline has the value "VALUE until DEADLINE", so that what sets the one keeps the other.
 * A path whose last write is in doubt is left for the next generation of its key.
 */
import type { Random } from "../sim/world/random.ts";
import { type Ledger, ownValue, type Path } from "./ledger.ts";
import { Members } from "./members.ts";
import { Queue } from "./queue.ts";
import type { Request } from "./request.ts";

/** Written often, for long histories; written seldom, so that a repair has much to bring. */
const STRINGS = 40;
const SELDOM_STRINGS = 1_500;
/** Some values are long, so that what a repair brings comes in several pieces. */
const LONG_VALUE_CHANCE = 0.2;
const LONG_CHARACTERS = [200, 3_000] as const;
const HASHES = 8;
const FIELDS = 6;
const SHARED = 4;
const AMOUNT_MAX = 5;
/** Additions of one client to a HyperLogLog, before it goes on to the next. */
const ADDITIONS = 10;
/** Seconds; nothing expires in a run. */
const FAR_FUTURE = 4_000_000_000;
const BATCH_MAX = 6;

const WEIGHTS = {
  put: 8,
  remove: 3,
  read: 4,
  field: 5,
  deadline: 5,
  fieldRemove: 2,
  hashRemove: 1,
  member: 8,
  rescore: 2,
  memberRemove: 4,
  push: 4,
  pop: 4,
  count: 10,
  addition: 4,
};
type Kind = keyof typeof WEIGHTS;
const KINDS = Object.keys(WEIGHTS) as Kind[];

export class Workload {
  readonly #client: string;
  readonly #random: Random;
  readonly #ledger: Ledger;
  readonly #generations = new Map<string, number>();
  readonly #members: Members;
  readonly #queue: Queue;
  #sequence = 0;
  #additions = 0;

  constructor(client: string, random: Random, ledger: Ledger) {
    this.#client = client;
    this.#random = random;
    this.#ledger = ledger;
    this.#members = new Members(client, random, ledger);
    this.#queue = new Queue(client, random, ledger);
  }

  /** Commands to be sent in one go to a process, the replica's `incarnation`; no path is written twice. */
  batch(incarnation: number): Request[] {
    const taken = new Set<Path>();
    const requests: Request[] = [];
    for (let left = this.#random.between(1, BATCH_MAX); left > 0; left--) {
      const request = this.#draw(incarnation);
      if (request === undefined || request.effects.some(({ path }) => taken.has(path) && !path.counter)) continue;
      for (const { path } of request.effects) taken.add(path);
      requests.push(request);
    }
    return requests;
  }

  #draw(incarnation: number): Request | undefined {
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
      case "deadline":
        return this.#deadline(this.#fields(random.below(HASHES)), incarnation);
      case "fieldRemove": {
        const path = this.#field(random.below(HASHES), random.below(FIELDS));
        return { args: ["HDEL", path.key, path.element ?? ""], effects: [{ path }] };
      }
      case "hashRemove":
        return this.#removeHash(random.below(HASHES));
      case "member":
        return this.#members.add(incarnation);
      case "rescore":
        return this.#members.rescore();
      case "memberRemove":
        return this.#members.remove();
      case "push":
        return this.#queue.push(incarnation);
      case "pop":
        return this.#queue.pop();
      case "addition":
        return this.#addition();
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

  #fields(slot: number): Path[] {
    return Array.from({ length: FIELDS }, (_, field) => this.#field(slot, field));
  }

  #removeHash(slot: number): Request {
    const paths = this.#fields(slot);
    return { args: ["DEL", paths[0]?.key ?? ""], effects: paths.map((path) => ({ path })) };
  }

  /** Of a field that this process shows for certain: a deadline is set where there is something. */
  #deadline(fields: readonly Path[], incarnation: number): Request | undefined {
    const certain = fields.filter((each) => ownValue(each, incarnation) !== undefined);
    if (certain.length === 0) return undefined;
    const path = this.#random.pick(certain);
    const [value = "", , until] = ownValue(path, incarnation)?.split(" ") ?? [];
    const field = ["FIELDS", "1", path.element ?? ""];
    if (until !== undefined && this.#random.chance(0.4)) {
      return { args: ["HPERSIST", path.key, ...field], effects: [{ path, value }] };
    }
    const deadline = `${FAR_FUTURE + ++this.#sequence}`;
    return {
      args: ["HEXPIREAT", path.key, deadline, ...field],
      effects: [{ path, value: `${value} until ${deadline}` }],
    };
  }

  #addition(): Request {
    const key = this.#random.chance(0.3) ? "hll:all" : `hll:${Math.floor(this.#additions++ / ADDITIONS)}`;
    return {
      args: ["PFADD", key, this.#next()],
      effects: [{ path: this.#ledger.path("hll", key, undefined, true), amount: 1 }],
    };
  }

  #count(): Request {
    const random = this.#random;
    const amount = random.between(1, AMOUNT_MAX);
    const element = `t${random.below(SHARED)}`;
    if (random.chance(0.3)) {
      const path = this.#ledger.path("hash", "tally", element, true);
      return { args: ["HINCRBY", "tally", element, `${amount}`], effects: [{ path, amount }] };
    }
    if (random.chance(0.3)) {
      const path = this.#ledger.path("zset", "ranks", element, true);
      return { args: ["ZINCRBY", "ranks", `${amount}`, element], effects: [{ path, amount }] };
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
