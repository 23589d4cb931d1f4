/**
 * The manifest: which files of the folder count, and whose they are. It is
 * replaced as a whole; what it does not name is left over and removed.
 *
 *   snapshot       the number of the base, or none
 *   log            the log behind it: this segment from `offset` on, and all that follow it without a gap
 *
 * M1. A segment that was begun needs no new manifest: the last one is found by looking.
 */
import { MANIFEST_BYTES_MAX } from "../limits/durability.ts";
import { MANIFEST, parseName, segmentName, snapshotName } from "./file-names.ts";
import type { LogPlace } from "./log-writer.ts";
import { DamagedFile } from "./record-format.ts";
import type { Storage } from "./storage.ts";

const VERSION = 1;

export interface Manifest {
  readonly clusterId: string;
  readonly nodeId: string;
  /** The number of the snapshot. */
  readonly snapshot: number | undefined;
  readonly log: LogPlace | undefined;
}

type ReadableStorage = Pick<Storage, "list" | "size" | "read">;

/** Undefined in a folder that has none. Throws DamagedFile. */
export function readManifest(storage: ReadableStorage): Manifest | undefined {
  if (storage.size(MANIFEST) < 0) {
    const left = storage.list().find((name) => parseName(name) !== undefined);
    if (left === undefined) return undefined;
    throw new DamagedFile(MANIFEST, 0, `it is missing, but there is ${left}`);
  }
  const words = readJson(storage, MANIFEST);
  const manifest = words === undefined ? undefined : manifestOf(words);
  if (manifest === undefined) throw new DamagedFile(MANIFEST, 0, "it is no manifest of a data folder");
  return manifest;
}

export function writeManifest(storage: Storage, manifest: Manifest): void {
  storage.replace(MANIFEST, Buffer.from(`${JSON.stringify({ version: VERSION, ...manifest }, undefined, 2)}\n`));
}

/** A small JSON object; undefined when the file is none. */
export function readJson(
  storage: ReadableStorage,
  name: string,
  bytesMax = MANIFEST_BYTES_MAX,
): Readonly<Record<string, unknown>> | undefined {
  const bytes = storage.read(name, 0, bytesMax);
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function manifestOf(words: Readonly<Record<string, unknown>>): Manifest | undefined {
  const { version, clusterId, nodeId, snapshot, log } = words;
  if (version !== VERSION || typeof clusterId !== "string" || typeof nodeId !== "string") return undefined;
  if (snapshot !== undefined && !isWhole(snapshot)) return undefined;
  if (log === undefined) return { clusterId, nodeId, snapshot, log };
  if (typeof log !== "object" || log === null || !("segment" in log) || !("offset" in log)) return undefined;
  const { segment, offset } = log;
  return isWhole(segment) && isWhole(offset) ? { clusterId, nodeId, snapshot, log: { segment, offset } } : undefined;
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** What a recovery reads, in order. */
export interface Reading {
  readonly file: string;
  readonly kind: "snapshot" | "log";
  /** Where the first record that counts begins; 0: behind the header. */
  readonly offset: number;
  readonly isLast: boolean;
}

/** The files that count, as they are to be read. Throws DamagedFile where one is missing. */
export function readingOrder(storage: ReadableStorage, manifest: Manifest): Reading[] {
  const order: Reading[] = [];
  if (manifest.snapshot !== undefined) {
    order.push({ file: snapshotName(manifest.snapshot), kind: "snapshot", offset: 0, isLast: false });
  }
  const segments = segmentsFrom(storage, manifest.log);
  for (const [i, segment] of segments.entries()) {
    const offset = segment === manifest.log?.segment ? manifest.log.offset : 0;
    order.push({ file: segmentName(segment), kind: "log", offset, isLast: i === segments.length - 1 });
  }
  return order;
}

/** The numbers of the segments that count, rising. */
function segmentsFrom(storage: ReadableStorage, log: LogPlace | undefined): number[] {
  if (log === undefined) return [];
  const found = storage.list().flatMap((name) => {
    const file = parseName(name);
    return file?.kind === "log" && file.number >= log.segment ? [file.number] : [];
  });
  found.sort((a, b) => a - b);
  for (const [i, number] of found.entries()) {
    const missing = log.segment + i;
    if (number === missing) continue;
    throw new DamagedFile(segmentName(missing), 0, `it is missing, but there is ${segmentName(number)}`);
  }
  return found;
}

/** Files of ours that the manifest does not name: left over by a crash, or superseded. */
export function leftOver(storage: ReadableStorage, manifest: Manifest): string[] {
  return storage.list().filter((name) => {
    const file = parseName(name);
    if (file === undefined) return false;
    if (file.kind === "snapshot") return file.number !== manifest.snapshot;
    return manifest.log === undefined || file.number < manifest.log.segment;
  });
}

/** Above the numbers of all files of a kind that are there. */
export function nextNumber(storage: ReadableStorage, kind: "log" | "snapshot"): number {
  let last = 0;
  for (const name of storage.list()) {
    const file = parseName(name);
    if (file?.kind === kind) last = Math.max(last, file.number);
  }
  return last + 1;
}
