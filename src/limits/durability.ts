/**
 * Bounds of the log on disk, of snapshots, and of recovery from them.
 */

/** A record of the log or a snapshot: the greatest message, a repair's piece included, with its head. Beyond it a length is damage. */
export const RECORD_BYTES_MAX = 128 * 1024 * 1024;

/** Bytes read from a file at once while recovering: some milliseconds of work. */
export const RECOVERY_READ_BYTES = 1024 * 1024;

/** Exported content is compressed when it has so many bytes: below that the fixed cost is greater than the gain. */
export const COMPRESSED_BYTES_MIN = 1024;

/** A segment of the log that is larger is followed by a new one: what a snapshot makes superfluous goes in such pieces. */
export const LOG_SEGMENT_BYTES = 64 * 1024 * 1024;

/** Log records that wait in memory while the disk fails, and those kept until they are synced: as much as peers are kept waiting for. */
export const LOG_BUFFER_BYTES_MAX = 64 * 1024 * 1024;

/** A larger file is removed in the background: to free its blocks takes a system some milliseconds for every ten megabytes. */
export const REMOVED_AT_ONCE_BYTES_MAX = 1024 * 1024;

/** Between two tries of a disk that fails. */
export const LOG_RETRY_MS = 1000;

/** Between two syncs with `appendfsync everysec`. */
export const LOG_SYNC_MS = 1000;

/** How long writes wait for a sync that runs, as in Redis; then they are done at the risk of waiting in the kernel. */
export const LOG_SYNC_WAIT_MS_MAX = 2000;

/** And how many bytes may wait so. */
export const LOG_SYNC_WAIT_BYTES_MAX = 8 * 1024 * 1024;

/** Content of one piece of a snapshot: a millisecond or two of work. */
export const SNAPSHOT_PIECE_BYTES = 128 * 1024;

/** A snapshot is synced so often that the kernel never has to stop its writer. */
export const SNAPSHOT_SYNC_BYTES = 16 * 1024 * 1024;

/** Intervals that wait for a snapshot's sync; with more, the disk is too slow and the snapshot is given up. */
export const SNAPSHOT_QUEUE_BYTES_MAX = 64 * 1024 * 1024;

/** A snapshot that failed is tried again after this time, as in Redis (CONFIG_BGSAVE_RETRY_DELAY). */
export const SNAPSHOT_RETRY_MS = 5000;

/** The manifest and the marker are small; a file that is larger is neither. */
export const MANIFEST_BYTES_MAX = 64 * 1024;

/** Time that pieces of a snapshot may take of one turn: what a client may notice of it. */
export const SNAPSHOT_TURN_MS_MAX = 2;

/** Time that a recovery may take of one turn, so that clients get their answer that it is loading. */
export const RECOVERY_TURN_MS_MAX = 20;
