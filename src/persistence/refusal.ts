/**
 * Why writes are refused, in the very words of Redis: clients match on them.
 */
import type { StorageError } from "./storage.ts";

/** What strerror says; other codes are told as they are. */
const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: "No space left on device",
  EIO: "Input/output error",
  EROFS: "Read-only file system",
  EDQUOT: "Disk quota exceeded",
  EACCES: "Permission denied",
  EPERM: "Operation not permitted",
  EFBIG: "File too large",
  ENOENT: "No such file or directory",
  ENODEV: "No such device",
  ENXIO: "No such device or address",
  EMFILE: "Too many open files",
  ENFILE: "Too many open files in system",
  ENOMEM: "Cannot allocate memory",
};

export function reasonOf({ code, message }: StorageError): string {
  return REASONS[code] ?? message;
}

export function logRefusal(failure: StorageError): string {
  return `MISCONF Errors writing to the AOF file: ${reasonOf(failure)}`;
}

export const SAVE_REFUSAL =
  "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk. " +
  "Commands that may modify the data set are disabled, because this instance is configured to report errors " +
  "during writes if RDB snapshotting fails (stop-writes-on-bgsave-error option). " +
  "Please check the Redis logs for details about the RDB error.";
