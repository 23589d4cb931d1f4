/**
 * Identity (rule 7 of replication): a process may go on as the origin of the one
 * before it only when it provably holds everything that one ever sent.
 *
 * The proof is a marker that an orderly stop leaves behind everything else, and
 * that the next start removes before anything else. It counts only when
 *
 *   it is this very file on this machine since its start: not a copy, a restored backup, a cloned disk;
 *   the files that it names have the length that they had;
 *   and what is recovered from them ends at the V that it names.
 *
 * Everything else (a crash, even with `always`) is a new origin.
 */
import type { OriginId } from "../../crdt/origin.ts";
import { ORIGIN_ID_MAX } from "../../crdt/origin.ts";
import type { Times } from "../../transport/message.ts";
import { CLEAN_STOP } from "./file-names.ts";
import { type Manifest, readingOrder, readJson } from "./manifest.ts";
import type { Storage } from "./storage.ts";

export interface CleanStop {
  readonly originId: OriginId;
  /** V at the stop, as pairs in the order of the origins' ids. */
  readonly context: Times;
}

type Sizes = Readonly<Record<string, number>>;

/** Takes the marker away; what it proves, if anything. */
export function takeMarker(storage: Storage, manifest: Manifest | undefined): CleanStop | undefined {
  if (storage.size(CLEAN_STOP) < 0) return undefined;
  const words = readJson(storage, CLEAN_STOP);
  const identity = storage.identityOf(CLEAN_STOP);
  storage.remove(CLEAN_STOP);
  if (words === undefined || manifest === undefined) return undefined;
  const { originId, context, files, proof } = words;
  if (proof !== identity || !isOrigin(originId) || !isTimes(context)) return undefined;
  if (typeof files !== "object" || files === null) return undefined;
  if (!sameSizes(files as Sizes, sizesOf(storage, manifest))) return undefined;
  return { originId, context };
}

/** Leaves the marker: everything is written and synced. Throws StorageError. */
export function leaveMarker(storage: Storage, manifest: Manifest, { originId, context }: CleanStop): void {
  storage.remove(CLEAN_STOP);
  const rest = { originId, context: sorted(context), files: sizesOf(storage, manifest) };
  // The file must exist before it can be asked who it is.
  storage.append(CLEAN_STOP, Buffer.from("{"));
  const proof = storage.identityOf(CLEAN_STOP);
  storage.append(CLEAN_STOP, Buffer.from(`${JSON.stringify({ proof, ...rest }).slice(1)}\n`));
  storage.sync(CLEAN_STOP);
}

/** Pairs of times in the order of the origins' ids. */
function sorted(times: Times): number[] {
  const pairs: [number, number][] = [];
  for (let i = 0; i < times.length; i += 2) pairs.push([times[i] as number, times[i + 1] as number]);
  return pairs.toSorted((a, b) => a[0] - b[0]).flat();
}

export function sameTimes(a: Times, b: Times): boolean {
  const left = sorted(a);
  const right = sorted(b);
  return left.length === right.length && left.every((time, i) => time === right[i]);
}

function sizesOf(storage: Storage, manifest: Manifest): Sizes {
  return Object.fromEntries(readingOrder(storage, manifest).map(({ file }) => [file, storage.size(file)]));
}

function sameSizes(a: Sizes, b: Sizes): boolean {
  const names = Object.keys(b);
  return names.length === Object.keys(a).length && names.every((name) => a[name] === b[name]);
}

function isOrigin(value: unknown): value is OriginId {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) <= ORIGIN_ID_MAX;
}

function isTimes(value: unknown): value is number[] {
  return Array.isArray(value) && value.length % 2 === 0 && value.every((time) => Number.isSafeInteger(time));
}
