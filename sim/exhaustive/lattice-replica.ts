/**
 * A replica as light as it can be: the real keyspace, the real journal with its
 * gate, the bytes that travel; no links, no timers, no clock but what it is told.
 *
 * Thousands of them live and die every second. What costs to make and holds
 * nothing of a replica's own, they share: the memory that entries lie in, the
 * buffer that replies are written to, the codec. Whoever leaves nothing behind
 * leaves the shared memory empty, and that is checked.
 */
import { HybridClock, type Time } from "../../crdt/clock.ts";
import { Context } from "../../crdt/context.ts";
import { type Origin, type OriginId, Origins } from "../../crdt/origin.ts";
import { REPLICA_LIMITS, type Environment } from "../../src/replica/environment.ts";
import { newReplicaCounters } from "../../src/replica/counters.ts";
import { Journal } from "../../src/replica/journal.ts";
import { Stopwatch } from "../../src/replica/stopwatch.ts";
import { localTimes, raiseAll, timesOf } from "../../src/replica/times.ts";
import { Arena } from "../../src/store/arena.ts";
import { validateDelta } from "../../src/store/delta-format.ts";
import { sizeOf } from "../../src/store/hash-node.ts";
import { MessageCodec } from "../../transport/message-codec.ts";
import type { Times } from "../../transport/message.ts";
import type { Reply } from "../spec/reply.ts";
import { ObservedKeyspace, type ExpiryObserver } from "../world/observed-keyspace.ts";
import { FOLLOWED_OFFSET_MS_MAX, HASH_SEED } from "../world/process.ts";
import { LatticeClient } from "./lattice-client.ts";

/** Bytes of one piece of a repair: small, so that there may be more than one. */
const REPAIR_PIECE_BYTES = 64;
/** The parts of the hash space that pieces are made of. */
const PART_BITS = 6;
const PARTS: readonly number[] = Array.from({ length: 2 ** PART_BITS }, (_, i) => i * sizeOf(PART_BITS));
const KEYS_EXPIRED_MAX = 1000;
/** Rounds of sealing and pruning after which there must be no residue. */
const RESIDUE_ROUNDS_MAX = 3;

/** Not in the order of the replicas: nothing may depend on it. */
const ORIGIN_IDS: readonly OriginId[] = [0x30, 0x10, 0x20];

/** A whole state on its way. */
export interface StateCopy {
  readonly start: Times;
  readonly pieces: readonly { readonly nodes: readonly number[]; readonly bytes: Uint8Array }[];
  /** By origin: what its last interval depended on. */
  readonly vectors: readonly (readonly [OriginId, Times])[];
}

/** What replicas of one thread share, one after the other and side by side. */
export class LatticeGround {
  arena = new Arena();
  readonly client = new LatticeClient();
  readonly codec = new MessageCodec();
  readonly environment: Environment = {
    limits: REPLICA_LIMITS,
    counters: newReplicaCounters(),
    stopwatch: new Stopwatch(),
    random: () => 0.5,
    log: () => {},
  };

  /** Lets go of the memory, and whatever was left in it. */
  renew(): void {
    this.arena = new Arena();
  }
}

export class LatticeReplica {
  readonly originId: OriginId;
  readonly keyspace: ObservedKeyspace;
  readonly journal: Journal;
  private readonly ground: LatticeGround;

  constructor(ground: LatticeGround, place: number) {
    this.ground = ground;
    this.originId = ORIGIN_IDS[place] ?? place + 1;
    this.keyspace = new ObservedKeyspace({
      originId: this.originId,
      origins: new Origins(),
      clock: new HybridClock(FOLLOWED_OFFSET_MS_MAX),
      hashSeed: HASH_SEED,
      logging: true,
      arena: ground.arena,
    });
    this.journal = new Journal(this.keyspace, ground.environment);
  }

  /** The end of its own last event. */
  get ownTime(): Time {
    return this.keyspace.context.get(this.keyspace.self);
  }

  run(command: readonly string[], wallMs: number): Reply {
    return this.ground.client.run(this.keyspace, command, wallMs);
  }

  expire(wallMs: number, observer: ExpiryObserver): void {
    this.keyspace.observer = observer;
    this.keyspace.expireSome(wallMs, Infinity, KEYS_EXPIRED_MAX);
  }

  /** Ends the running interval: the message that goes to the others; undefined when nothing happened. */
  cut(): Uint8Array | undefined {
    if (!this.journal.cut()) return undefined;
    const { entries } = this.journal.log;
    return entries.at(entries.end - 1)?.message;
  }

  /** A message with an interval arrives. */
  receive(message: Uint8Array, wallMs: number): void {
    const interval = this.ground.codec.decode(message);
    if (interval.kind !== "interval") throw new RangeError(`not an interval: ${interval.kind}`);
    const { origins } = this.keyspace;
    const { originId, from, to, body } = interval;
    if (originId === this.originId) return;
    if (body.length > 0) validateDelta(body, from, to, origins);
    const changes = localTimes(origins, interval.changes);
    const local = { origin: origins.intern(originId), from, to, changes, body, message, owned: true };
    const verdict = this.journal.admit(local, wallMs);
    if (verdict === "overlap" || verdict === "dropped") throw new Error(`an interval was refused: ${verdict}`);
  }

  /** The whole state as it is now. */
  copyState(): StateCopy {
    const { keyspace, journal } = this;
    const { origins, context } = keyspace;
    const pieces: StateCopy["pieces"][number][] = [];
    while (keyspace.upkeep());
    for (let nodes = PARTS; nodes.length > 0;) {
      const { bytes, done } = keyspace.repair.export(PART_BITS, nodes, 0, REPAIR_PIECE_BYTES);
      pieces.push({ nodes: nodes.slice(0, done), bytes });
      nodes = nodes.slice(done);
    }
    const vectors: [OriginId, Times][] = [];
    context.each((origin) => vectors.push([origins.id(origin), timesOf(origins, journal.dependenciesOf(origin))]));
    return { start: timesOf(origins, context), pieces, vectors };
  }

  /** Joins the whole state of another. */
  repair({ start, pieces, vectors }: StateCopy, wallMs: number): void {
    const { keyspace, journal } = this;
    const { origins } = keyspace;
    const known = this.contextOf(start);
    for (const { nodes, bytes } of pieces) keyspace.repair.stage(PART_BITS, nodes, known, bytes);
    const dependencies = new Map<Origin, Context>();
    for (const [id, times] of vectors) dependencies.set(origins.intern(id), this.contextOf(times));
    journal.commitRepair(known, dependencies, wallMs);
  }

  /** Forgets what waits for every replica: they all have seen what this one has, and nothing else happened. */
  pruneResidue(): void {
    for (let round = 0; round < RESIDUE_ROUNDS_MAX && this.keyspace.sealResidue(); round++)
      this.keyspace.pruneResidue();
  }

  private contextOf(times: Times): Context {
    const context = new Context();
    raiseAll(context, localTimes(this.keyspace.origins, times));
    return context;
  }
}
