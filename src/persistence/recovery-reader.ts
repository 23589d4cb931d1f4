/**
 * Reads what a folder holds, in order, and feeds it to a recovery. A generator:
 * after each slice, some milliseconds of work, the caller may do other things.
 *
 * What does not fit is told with file and place, whoever noticed it: the format,
 * a checksum, or the replica that was fed. Only the last segment of a log may
 * end too early, as a crash leaves it; a snapshot that counts is complete.
 */
import { RECOVERY_READ_BYTES } from "../limits/durability.ts";
import { RecoveryError } from "../replica/recovery.ts";
import { MalformedDelta } from "../store/byte-reader.ts";
import { scatteredSlots, SLOT_BITS } from "../store/hash-node.ts";
import type { Reading } from "./manifest.ts";
import { DamagedFile, FileKind, RecordKind } from "./record-format.ts";
import {
  readEnd,
  readFence,
  readRange,
  readRepairCommitted,
  readRepairPart,
  readRepairRange,
  readSlots,
  readStart,
} from "./record-payloads.ts";
import { type FileRecord, RecordReader } from "./record-reader.ts";
import type { RecoveryTarget } from "./recovery-target.ts";
import type { Storage } from "./storage.ts";

type ReadableStorage = Pick<Storage, "list" | "size" | "read">;

export interface FileRead {
  readonly file: string;
  readonly size: number;
  /** Everything before this is whole. */
  readonly end: number;
  readonly records: number;
  /** Why the rest is not; undefined when there is no rest. */
  readonly torn: DamagedFile | undefined;
  /** Does it end between the parts of a repair and its end? Undefined: it says nothing of repairs. */
  readonly leavesRepairOpen: boolean | undefined;
}

export interface Progress {
  loadedBytes: number;
}

/** Feeds one file. Throws DamagedFile, unless a log that may be cut short only ends too early. */
export function* feedFile(
  storage: ReadableStorage,
  reading: Reading,
  clusterId: string,
  target: RecoveryTarget,
  wallMs: number,
  progress: Progress,
): Generator<void, FileRead> {
  const { file, kind, offset, isLast } = reading;
  const before = progress.loadedBytes;
  const size = storage.size(file);
  // A segment that was begun and never written to.
  if (size === 0 && kind === "log" && isLast) {
    return { file, size, end: 0, records: 0, torn: undefined, leavesRepairOpen: undefined };
  }
  let records = 0;
  let reader: RecordReader | undefined;
  let torn: DamagedFile | undefined;
  let ended = false;
  let leavesRepairOpen: boolean | undefined;
  try {
    reader = new RecordReader(storage, file, FileKind[kind], clusterId);
    reader.skipTo(offset);
    let sliceEnd = reader.offset + RECOVERY_READ_BYTES;
    for (let record = reader.next(); record !== undefined; record = reader.next()) {
      if (ended) throw new DamagedFile(file, record.offset, "a record behind the end of a snapshot");
      feed(file, record, target, wallMs);
      if (record.kind === RecordKind.repairPart || record.kind === RecordKind.repairRange) leavesRepairOpen = true;
      else if (record.kind === RecordKind.repairCommitted || record.kind === RecordKind.repairDropped)
        leavesRepairOpen = false;
      ended = kind === "snapshot" && record.kind === RecordKind.end;
      records++;
      progress.loadedBytes = before + reader.offset;
      if (reader.offset < sliceEnd) continue;
      sliceEnd = reader.offset + RECOVERY_READ_BYTES;
      yield;
    }
  } catch (error) {
    if (!(error instanceof DamagedFile && error.torn && kind === "log" && isLast)) throw error;
    torn = error;
  }
  const end = reader?.offset ?? 0;
  if (kind === "snapshot" && !ended) throw new DamagedFile(file, end, "a snapshot without its end");
  progress.loadedBytes = before + size;
  return { file, size, end, records, torn, leavesRepairOpen };
}

function feed(file: string, record: FileRecord, target: RecoveryTarget, wallMs: number): void {
  const take = TAKERS[record.kind];
  if (take === undefined) throw new DamagedFile(file, record.offset, `no record of kind ${record.kind} is known`);
  try {
    take(target, record.payload, wallMs);
  } catch (error) {
    if (error instanceof RecoveryError || error instanceof MalformedDelta) {
      throw new DamagedFile(file, record.offset, error.message);
    }
    throw error;
  }
}

type Taker = (target: RecoveryTarget, payload: Uint8Array, wallMs: number) => void;

const TAKERS: Readonly<Record<number, Taker>> = {
  [RecordKind.begin]: (target, payload) => {
    const { start, vectors } = readStart(payload);
    target.begin(start, vectors);
  },
  [RecordKind.slots]: (target, payload) => {
    const { from, next, bytes } = readSlots(payload);
    target.slots(SLOT_BITS, scatteredSlots(from, next), bytes);
  },
  [RecordKind.range]: (target, payload) => {
    const { range, bytes } = readRange(payload);
    target.range(range, bytes);
  },
  [RecordKind.end]: (target, payload) => target.end(readEnd(payload)),
  [RecordKind.interval]: (target, payload, wallMs) => target.interval(payload, wallMs),
  [RecordKind.repairPart]: (target, payload) => target.repairPart(readRepairPart(payload)),
  [RecordKind.repairRange]: (target, payload) => target.repairRange(readRepairRange(payload)),
  [RecordKind.repairDropped]: (target) => target.repairDropped(),
  [RecordKind.repairCommitted]: (target, payload, wallMs) =>
    target.repairCommitted(readRepairCommitted(payload), wallMs),
  [RecordKind.fence]: (target, payload) => {
    const { originId, finalTime, nodeId } = readFence(payload);
    target.fenced(originId, finalTime, nodeId);
  },
};
