/**
 * Looks a data folder over without a replica: every record of every file that
 * counts, its checksum, what it says, and whether it follows what came before.
 * `repairFolder` cuts a log where it is damaged, and keeps what it cuts.
 */
import type { Time } from "../../crdt/clock.ts";
import { type OriginId, Origins } from "../../crdt/origin.ts";
import { MalformedMessage, type Times } from "../../transport/message.ts";
import { MessageCodec } from "../../transport/message-codec.ts";
import { RECOVERY_READ_BYTES } from "../limits/durability.ts";
import type { OriginVector, RepairCommit, RepairPart, RepairRange } from "../replica/follower.ts";
import { RecoveryError } from "../replica/recovery.ts";
import { validateDelta } from "../store/delta-format.ts";
import type { KeyRange } from "../store/repair/key-range.ts";
import { validateRange, validateSlots } from "../store/slots-format.ts";
import { leftOver, type Manifest, type Reading, readingOrder, readManifest } from "./manifest.ts";
import { DamagedFile } from "./record-format.ts";
import { feedFile } from "./recovery-reader.ts";
import type { RecoveryTarget } from "./recovery-target.ts";
import type { Storage } from "./storage.ts";

export interface FileCheck {
  readonly file: string;
  readonly kind: Reading["kind"];
  readonly size: number;
  readonly records: number;
  /** The first damage; undefined: there is none. */
  readonly damage: DamagedFile | undefined;
}

export interface FolderCheck {
  readonly manifest: Manifest;
  readonly files: readonly FileCheck[];
  /** Files of ours that do not count. */
  readonly leftOver: readonly string[];
}

type ReadableStorage = Pick<Storage, "list" | "size" | "read">;

/** Throws DamagedFile when there is no manifest to go by, or a file that it names is missing. */
export function checkFolder(storage: ReadableStorage): FolderCheck {
  const manifest = readManifest(storage);
  if (manifest === undefined) throw new DamagedFile("manifest.json", 0, "it is missing: this is no data folder");
  const checker = new Checker();
  const files: FileCheck[] = [];
  for (const reading of readingOrder(storage, manifest)) files.push(checkFile(storage, reading, manifest, checker));
  return { manifest, files, leftOver: leftOver(storage, manifest) };
}

function checkFile(storage: ReadableStorage, reading: Reading, manifest: Manifest, checker: Checker): FileCheck {
  const { file, kind } = reading;
  const size = storage.size(file);
  const progress = { loadedBytes: 0 };
  const slices = feedFile(storage, reading, manifest.clusterId, checker, 0, progress);
  try {
    let slice = slices.next();
    while (slice.done !== true) slice = slices.next();
    return { file, kind, size, records: slice.value.records, damage: slice.value.torn };
  } catch (error) {
    if (!(error instanceof DamagedFile)) throw error;
    // What follows is looked at for itself only: it cannot fit any more.
    checker.isBroken = true;
    return { file, kind, size, records: 0, damage: error };
  }
}

/**
 * Cuts the log at the first damage: the rest of that file, and all later ones, which nothing leads to any more, are moved
 * into files that end in `.bak`. Says what it did, a line each. A snapshot cannot be repaired so: false.
 */
export function repairFolder(storage: Storage, { files }: FolderCheck, say: (line: string) => void): boolean {
  const first = files.findIndex(({ damage }) => damage !== undefined);
  const damaged = files[first];
  if (damaged?.damage === undefined) return true;
  if (damaged.kind === "snapshot") {
    say(`${damaged.file} cannot be repaired by cutting; start with an empty folder and let peers fill it`);
    return false;
  }
  setAside(storage, damaged.file, damaged.damage.offset, say);
  for (const { file } of files.slice(first + 1)) setAside(storage, file, 0, say);
  return true;
}

function setAside(storage: Storage, file: string, offset: number, say: (line: string) => void): void {
  const size = storage.size(file);
  const aside = `${file}.from-${offset}.bak`;
  storage.remove(aside);
  for (let at = offset; at < size; at += RECOVERY_READ_BYTES) {
    storage.append(aside, storage.read(file, at, RECOVERY_READ_BYTES));
  }
  storage.sync(aside);
  if (offset > 0) storage.truncate(file, offset);
  else storage.remove(file);
  say(`${file}: cut ${size - offset} bytes from byte ${offset} on, kept in ${aside}`);
}

/** Takes records as a replica would, and keeps nothing of them but V. */
class Checker implements RecoveryTarget {
  /** Something was damaged before: whether a record follows cannot be said. */
  isBroken = false;
  private readonly times = new Map<OriginId, Time>();
  private readonly codec = new MessageCodec();

  begin(start: Times, _vectors: readonly OriginVector[]): void {
    this.raise(start);
  }

  slots(_bits: number, _nodes: readonly number[], bytes: Uint8Array): void {
    validateSlots(bytes, new Origins());
  }

  range({ type }: KeyRange, bytes: Uint8Array): void {
    validateRange(bytes, type, new Origins());
  }

  interval(message: Uint8Array): void {
    try {
      const decoded = this.codec.decode(message);
      if (decoded.kind !== "interval") throw new RecoveryError(`${decoded.kind} where an interval was expected`);
      const { originId, from, to, body } = decoded;
      if (body.length > 0) validateDelta(body, from, to);
      const have = this.times.get(originId) ?? 0;
      if (!this.isBroken && have < from) throw new RecoveryError("an interval does not follow what came before it");
      this.raise([originId, to]);
    } catch (error) {
      throw error instanceof MalformedMessage ? new RecoveryError(error.message) : error;
    }
  }

  repairPart({ bytes }: RepairPart): void {
    validateSlots(bytes, new Origins());
  }

  repairRange({ range, bytes }: RepairRange): void {
    this.range(range, bytes);
  }

  repairDropped(): void {}

  repairCommitted({ start, released }: RepairCommit): void {
    this.raise(start);
    for (const message of released) this.interval(message);
  }

  fenced(): void {}

  end(context: Times): void {
    const isSame =
      this.context.length === context.length && context.every((time, i) => this.isCovered(context, i, time));
    if (!isSame && !this.isBroken) throw new RecoveryError("a snapshot ends elsewhere than it says");
  }

  get context(): Times {
    return [...this.times].flat();
  }

  finish(): void {}

  private raise(times: Times): void {
    for (let i = 0; i < times.length; i += 2) {
      const originId = times[i] as OriginId;
      this.times.set(originId, Math.max(this.times.get(originId) ?? 0, times[i + 1] as Time));
    }
  }

  private isCovered(context: Times, i: number, time: number): boolean {
    return i % 2 === 0 || this.times.get(context[i - 1] as OriginId) === time;
  }
}
