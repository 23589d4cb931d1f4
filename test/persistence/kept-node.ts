/**
 * One replica with a folder: the real keyspace, replica and persistence, on a clock that moves when told.
 */
import { HybridClock } from "../../crdt/clock.ts";
import { Origins } from "../../crdt/origin.ts";
import { ByteRange } from "../../src/byte-range.ts";
import { Persistence } from "../../src/persistence/persistence.ts";
import { DEFAULT_PERSISTENCE_SETTINGS, type PersistenceSettings } from "../../src/persistence/settings.ts";
import { Random } from "../../sim/world/random.ts";
import type { Storage } from "../../src/persistence/storage.ts";
import { Replica } from "../../src/replica/replica.ts";
import { KeyType } from "../../src/store/key-type.ts";
import { Keyspace } from "../../src/store/keyspace.ts";

export const START_MS = 1_700_000_000_000;

const random = new Random(1, "kept nodes");

export interface KeptOptions {
  readonly settings?: Partial<PersistenceSettings>;
  readonly newOriginId?: number;
  readonly clusterId?: string;
  readonly nowMs?: number;
}

export class KeptNode {
  readonly persistence: Persistence;
  readonly keyspace: Keyspace;
  readonly replica: Replica<Keyspace>;
  readonly logged: string[] = [];
  nowMs: number;
  settings: PersistenceSettings;

  constructor(storage: Storage, options: KeptOptions = {}) {
    const { newOriginId = random.below(2 ** 40) + 1, clusterId = "test", nowMs = START_MS } = options;
    this.nowMs = nowMs;
    this.settings = { ...DEFAULT_PERSISTENCE_SETTINGS, ...options.settings };
    const log = (level: string, message: string): void => void this.logged.push(`${level} ${message}`);
    this.persistence = new Persistence({ storage, clusterId, nodeId: "n1", newOriginId, settings: this.settings, log });
    this.keyspace = new Keyspace({
      originId: this.persistence.originId,
      origins: new Origins(),
      clock: new HybridClock(500),
      hashSeed: 7,
      logging: true,
    });
    this.replica = new Replica({
      nodeId: "n1",
      region: "us",
      clusterId,
      address: "n1:1",
      peersExpected: 0,
      keyspace: this.keyspace,
      random: random.fraction,
      log,
    });
    for (const _ of this.persistence.recover(this.replica.recover(), this.nowMs)) continue;
    this.persistence.follow(this.replica.content, this.keyspace.origins, this.nowMs);
    this.replica.follow(this.persistence.follower);
  }

  /** One event: a key gets a value. */
  set(key: string, value: string): void {
    this.keyspace.beginEvent(this.nowMs);
    this.keyspace.put(0, range(key), range(value), -1);
  }

  /** One event: a set gets a member. */
  add(key: string, member: string): void {
    this.keyspace.beginEvent(this.nowMs);
    this.keyspace.elementPut(0, range(key), KeyType.set, range(member), range(""));
  }

  remove(key: string): void {
    this.keyspace.beginEvent(this.nowMs);
    this.keyspace.remove(0, range(key));
  }

  get(key: string): string | undefined {
    this.keyspace.beginEvent(this.nowMs);
    const ref = this.keyspace.find(0, range(key));
    if (ref === 0) return undefined;
    const value = new ByteRange();
    this.keyspace.stringValue(ref, value);
    return value.latin1();
  }

  get keys(): number {
    return this.keyspace.size(0);
  }

  /** The end of a turn in which commands ran. */
  endTurn(): void {
    this.replica.endTick(this.nowMs);
    this.persistence.endTurn(this.nowMs);
  }

  /** A timer turn after so much time. */
  pass(ms: number): void {
    for (let left = ms; left > 0; left -= 100) {
      this.nowMs += Math.min(left, 100);
      this.replica.timer(this.nowMs);
      this.persistence.timer(this.nowMs);
    }
  }

  /** Writes snapshots as far as the disk lets them go. */
  work(): void {
    while (this.persistence.hasWork) this.persistence.step(this.nowMs);
    this.persistence.timer(this.nowMs);
  }

  stop(save = false): boolean {
    this.replica.endTick(this.nowMs);
    return this.persistence.stop(save, this.nowMs);
  }
}

function range(text: string): ByteRange {
  return new ByteRange(Buffer.from(text, "latin1"));
}
