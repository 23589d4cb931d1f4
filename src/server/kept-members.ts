/**
 * The members in the data folder: where the others were last. A replica that was met by command has no seeds, and one
 * that has left is dialed by nobody; so it is this file by which it finds the others after a restart.
 *
 *   start ──► the addresses of the file are met, again and again ──► a link opens ──► what the members are is kept
 *
 * K1. The file is replaced only some seconds after a link has opened: before that the replica knows less than the file.
 * K2. It holds nothing that the data depend on. What is wrong with it, or with the disk under it, is told and left alone.
 */
import {
  KEPT_ADDRESS_CHARACTERS_MAX,
  KEPT_MEMBERS_BYTES_MAX,
  KEPT_MEMBERS_MS,
  MEET_MS_MAX,
  MEETS_MAX,
  MEMBERS_MAX,
} from "../limits/replication.ts";
import { MEMBERS } from "../persistence/file-names.ts";
import { readJson } from "../persistence/manifest.ts";
import { type Storage, StorageError } from "../persistence/storage.ts";
import { parseAddress } from "./address.ts";
import { Stopwatch } from "../replica/stopwatch.ts";
import type { Log } from "./log.ts";
import { UsageError } from "./usage-error.ts";

const VERSION = 1;

/** What is asked of the replica. */
export interface MeetingReplica {
  readonly cluster: { readonly forgotten: boolean; others(): Iterable<{ readonly address: string }> };
  readonly counters: { readonly linksOpened: number };
  meet(address: string, wallMs: number): void;
}

export interface KeptMembersOptions {
  readonly storage: Pick<Storage, "list" | "size" | "read" | "replace">;
  readonly replica: MeetingReplica;
  /** Does the disk work, as far as anybody knows? */
  readonly mayWrite: () => boolean;
  readonly log: Log;
}

export class KeptMembers {
  private readonly options: KeptMembersOptions;
  /** What the file holds, in order. */
  private kept: readonly string[];
  /** Which of them is met next. */
  private next = 0;
  private meetMs = 0;
  private saveMs = 0;
  private readonly stopwatch = new Stopwatch();

  constructor(options: KeptMembersOptions) {
    this.options = options;
    this.kept = readMembers(options);
  }

  /** Every 10 ms or so. */
  timer(wallMs: number): void {
    const nowMs = this.stopwatch.at(wallMs);
    const { cluster, counters } = this.options.replica;
    if (cluster.forgotten) return;
    if (counters.linksOpened === 0) {
      if (nowMs >= this.meetMs) this.meet(nowMs, wallMs);
      this.saveMs = nowMs + KEPT_MEMBERS_MS;
    } else if (nowMs >= this.saveMs) {
      this.saveMs = nowMs + (this.save() ? KEPT_MEMBERS_MS : MEET_MS_MAX);
    }
  }

  /** Writes what has changed; false when the disk refuses. */
  save(): boolean {
    const { storage, replica, mayWrite, log } = this.options;
    if (replica.cluster.forgotten || replica.counters.linksOpened === 0 || !mayWrite()) return true;
    const members = addressesOf(replica);
    if (members.length === this.kept.length && members.every((address, i) => address === this.kept[i])) return true;
    try {
      storage.replace(MEMBERS, Buffer.from(`${JSON.stringify({ version: VERSION, members }, undefined, 2)}\n`));
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      log("warn", `${MEMBERS} cannot be written: ${error.message}`);
      return false;
    }
    this.kept = members;
    return true;
  }

  /** As many as may be dialed by command at once; the next ones have their turn when the time of these is over. */
  private meet(nowMs: number, wallMs: number): void {
    const count = Math.min(this.kept.length, MEETS_MAX);
    for (let i = 0; i < count; i++) {
      const address = this.kept[this.next];
      if (address !== undefined) this.options.replica.meet(address, wallMs);
      this.next = (this.next + 1) % this.kept.length;
    }
    this.meetMs = nowMs + MEET_MS_MAX;
  }
}

function addressesOf({ cluster }: MeetingReplica): string[] {
  const addresses = new Set<string>();
  for (const { address } of cluster.others()) if (isAddress(address)) addresses.add(address);
  return [...addresses].toSorted().slice(0, MEMBERS_MAX);
}

function readMembers({ storage, log }: KeptMembersOptions): string[] {
  try {
    const size = storage.size(MEMBERS);
    if (size < 0) return [];
    const words = size > KEPT_MEMBERS_BYTES_MAX ? undefined : readJson(storage, MEMBERS, KEPT_MEMBERS_BYTES_MAX);
    const members = words?.["version"] === VERSION ? words["members"] : undefined;
    if (Array.isArray(members) && members.length <= MEMBERS_MAX && members.every(isAddress)) return members;
    log("warn", `${MEMBERS} is ignored: it is no list of members`);
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    log("warn", `${MEMBERS} is ignored: ${error.message}`);
  }
  return [];
}

/** Can it be dialed? What others tell may be any text. */
function isAddress(value: unknown): value is string {
  if (typeof value !== "string" || value.length > KEPT_ADDRESS_CHARACTERS_MAX) return false;
  try {
    parseAddress(value);
    return true;
  } catch (error) {
    if (error instanceof UsageError) return false;
    throw error;
  }
}
