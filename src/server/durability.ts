/**
 * Durability in this process: the data folder, opened before the keyspace is made, read before the replica meets
 * anybody, and driven by the turns of the event loop from then on.
 *
 *   open ──► (keyspace, replica are made with its origin) ──► recover ──► endTurn, timer, mayAnswer ──► stop
 *
 * A snapshot's pieces are written between the turns, each turn for a moment, so that clients come in between.
 */
import type { Client } from "../commands/client.ts";
import type { Settings } from "../commands/config-settings.ts";
import { RECOVERY_TURN_MS_MAX, SNAPSHOT_TURN_MS_MAX } from "../limits/durability.ts";
import { Persistence } from "../persistence/persistence.ts";
import { DamagedFile } from "../persistence/record-format.ts";
import type { PersistenceSettings } from "../persistence/settings.ts";
import { StorageError } from "../persistence/storage.ts";
import type { Replica } from "../replica/replica.ts";
import type { Keyspace } from "../store/keyspace.ts";
import type { DurabilityFigures } from "./durability-metrics.ts";
import { FileStorage } from "./file-storage.ts";
import { KeptMembers } from "./kept-members.ts";
import type { Log } from "./log.ts";
import { UsageError } from "./usage-error.ts";

export interface DurabilityOptions {
  readonly folder: string;
  readonly clusterId: string;
  readonly nodeId: string;
  readonly newOriginId: number;
  readonly settings: Readonly<Settings>;
  readonly log: Log;
}

export class Durability {
  readonly persistence: Persistence;
  readonly storage: FileStorage;
  private readonly options: DurabilityOptions;
  private replica: Replica<Keyspace> | undefined;
  private members: KeptMembers | undefined;
  private isWorking = false;

  /** Throws UsageError when the folder cannot be used. */
  constructor(options: DurabilityOptions) {
    const { folder, clusterId, nodeId, newOriginId, settings, log } = options;
    this.options = options;
    this.storage = explained(folder, () => new FileStorage(folder));
    try {
      this.persistence = explained(
        folder,
        () =>
          new Persistence({
            storage: this.storage,
            clusterId,
            nodeId,
            newOriginId,
            settings: persistenceSettings(settings),
            log,
          }),
      );
    } catch (error) {
      this.storage.close();
      throw error;
    }
  }

  /** Loads what was kept, a moment at a time; false when `isWanted` says no before the end. Rejects with UsageError. */
  async recover(replica: Replica<Keyspace>, isWanted: () => boolean): Promise<boolean> {
    const { folder, log } = this.options;
    const { persistence } = this;
    const startMs = performance.now();
    const slices = persistence.recover(replica.recover(), Date.now());
    while (!explained(folder, () => isOver(slices))) {
      await new Promise((resolve) => setImmediate(resolve));
      if (!isWanted()) return false;
    }
    explained(folder, () => persistence.follow(replica.content, replica.keyspace.origins, Date.now()));
    replica.follow(persistence.follower);
    this.replica = replica;
    this.members = new KeptMembers({ storage: this.storage, replica, mayWrite: () => persistence.refusal === "", log });
    const keys = Array.from({ length: 16 }, (_, db) => replica.keyspace.sizeNow(db)).reduce((a, b) => a + b);
    log("info", "recovered", {
      folder,
      keys,
      seconds: ((performance.now() - startMs) / 1000).toFixed(3),
      origin: persistence.resumed ? "the same" : "new",
    });
    return true;
  }

  /**
   * May replies to this client leave? Everything that ran is written first, so that the death of the process alone loses
   * nothing, as with Redis; under `always` it is synced, too.
   */
  mayAnswer(client: Client): boolean {
    const { persistence, replica } = this;
    if (replica === undefined || this.mayTell()) return true;
    return persistence.durable.covers(replica.keyspace.self, client.lastWrite);
  }

  /** May everybody know everything that is here? Written, and synced, is what ran just now. */
  mayTell(): boolean {
    const { persistence, replica } = this;
    if (replica !== undefined && replica.keyspace.pendingBytes > 0) {
      replica.content.cut();
      persistence.endTurn(Date.now());
    }
    return !persistence.holdsBack;
  }

  /** For the metrics. */
  get figures(): DurabilityFigures | undefined {
    const { syncSeconds, syncSecondsMax } = this.storage;
    const { persistence } = this;
    const status = persistence.status();
    return status && { ...status, syncSeconds, syncSecondsMax, refusesWrites: persistence.refusal !== "" };
  }

  configure(settings: Readonly<Settings>): void {
    this.persistence.configure(persistenceSettings(settings), Date.now());
  }

  endTurn(wallMs: number): void {
    this.persistence.endTurn(wallMs);
  }

  timer(wallMs: number): void {
    this.persistence.timer(wallMs);
    this.members?.timer(wallMs);
    if (!this.isWorking) this.work();
  }

  /** The state changes no more. */
  stop(save: boolean): void {
    this.members?.save();
    if (this.replica !== undefined && !this.persistence.stop(save, Date.now())) {
      this.options.log("warn", "what is kept on disk is not all that was here: the next start is a new origin");
    }
    this.storage.close();
  }

  /** Some pieces of a snapshot; then everything that has arrived meanwhile has its turn. */
  private readonly work = (): void => {
    const endMs = performance.now() + SNAPSHOT_TURN_MS_MAX;
    const { persistence } = this;
    while (persistence.hasWork && performance.now() < endMs) persistence.step(Date.now());
    this.isWorking = persistence.hasWork;
    if (this.isWorking) setImmediate(this.work);
  };
}

function persistenceSettings(settings: Readonly<Settings>): PersistenceSettings {
  const { appendOnly, appendSync, saveRules, rewritePercent, rewriteBytesMin } = settings;
  const { stopWritesOnSaveError, loadTruncated } = settings;
  return {
    appendOnly,
    appendSync,
    saveRules,
    rewritePercent,
    rewriteBytesMin,
    stopWritesOnSaveError,
    loadTruncated,
  };
}

function isOver(slices: Generator<void, void>): boolean {
  const endMs = performance.now() + RECOVERY_TURN_MS_MAX;
  while (performance.now() < endMs) if (slices.next().done === true) return true;
  return false;
}

/** What a person can mend is told in one line. */
function explained<T>(folder: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof DamagedFile) {
      throw new UsageError(`${folder}: ${error.message}; see 'atoll aof check ${folder}'`);
    }
    if (error instanceof StorageError) throw new UsageError(`${folder} cannot be used: ${error.message}`);
    if (error instanceof Error && "syscall" in error)
      throw new UsageError(`${folder} cannot be used: ${error.message}`);
    throw error;
  }
}
