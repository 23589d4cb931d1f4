/**
 * The metrics of what is kept on disk, one row each. A replica without a data folder shows zeros.
 */
import type { PersistenceStatus } from "../persistence/status.ts";
import type { Labels, MetricRow } from "./metric-registry.ts";

export interface DurabilityFigures extends PersistenceStatus {
  /** Time spent in syncs of the real folder, those in the background included, and the longest. */
  readonly syncSeconds: number;
  readonly syncSecondsMax: number;
  readonly refusesWrites: boolean;
}

export interface DurabilitySources {
  readonly durability?: () => DurabilityFigures | undefined;
}

type Row = MetricRow<DurabilitySources>;
type Values = number | Readonly<Record<string, number>>;

function row(
  type: Row["type"],
  name: string,
  help: string,
  read: (from: DurabilityFigures) => Values,
  label?: string,
): Row {
  return {
    name,
    type,
    help,
    labels: label === undefined ? [] : [label],
    read: ({ durability }) => {
      const figures = durability?.();
      return figures === undefined ? [] : series(read(figures), label);
    },
  };
}

function series(values: Values, label = ""): (readonly [Labels, number])[] {
  if (typeof values === "number") return [[{}, values]];
  return Object.entries(values).map(([value, number]) => [{ [label]: value }, number] as const);
}

export const DURABILITY_ROWS: readonly Row[] = [
  row("gauge", "atoll_disk_failing", "1 while writes to disk fail and are tried again.", ({ log }) =>
    log.error === "" ? 0 : 1,
  ),
  row("gauge", "atoll_writes_refused", "1 while write commands are refused with MISCONF.", ({ refusesWrites }) =>
    refusesWrites ? 1 : 0,
  ),
  row("counter", "atoll_disk_failures_total", "Writes and syncs of the log that failed.", ({ log }) => log.failures),
  row(
    "counter",
    "atoll_disk_written_bytes_total",
    "Bytes written, by what they are for.",
    ({ log, snapshot }) => ({ log: log.bytesWritten, snapshot: snapshot.bytesWritten }),
    "file",
  ),
  row("counter", "atoll_log_syncs_total", "Syncs of the log.", ({ log }) => log.syncs),
  row(
    "counter",
    "atoll_log_syncs_delayed_total",
    "Syncs of the log that writes did not wait for.",
    ({ log }) => log.delayedSyncs,
  ),
  row("counter", "atoll_sync_seconds_total", "Time in syncs.", ({ syncSeconds }) => syncSeconds),
  row("gauge", "atoll_sync_seconds_max", "The longest sync since the start.", ({ syncSecondsMax }) => syncSecondsMax),
  row("gauge", "atoll_log_pending_bytes", "Log bytes that wait in memory.", ({ log }) => log.pendingBytes),
  row(
    "gauge",
    "atoll_kept_bytes",
    "Bytes that a start would read.",
    ({ log, snapshot }) => ({ log: log.bytes, snapshot: snapshot.baseBytes }),
    "file",
  ),
  row("gauge", "atoll_snapshot_running", "1 while a snapshot is written.", ({ snapshot }) =>
    snapshot.running === undefined ? 0 : 1,
  ),
  row(
    "gauge",
    "atoll_snapshot_progress",
    "Share of the slots that the running snapshot has.",
    ({ snapshot }) => snapshot.progress,
  ),
  row(
    "gauge",
    "atoll_snapshot_ok",
    "1 when the last snapshot of a kind succeeded.",
    ({ snapshot }) => ({ save: snapshot.lastSaveOk ? 1 : 0, rewrite: snapshot.lastRewriteOk ? 1 : 0 }),
    "purpose",
  ),
  row(
    "counter",
    "atoll_snapshots_total",
    "Snapshots that are complete, by purpose.",
    ({ snapshot }) => ({ save: snapshot.saves, rewrite: snapshot.rewrites }),
    "purpose",
  ),
  row("gauge", "atoll_changes_since_snapshot", "Changes that the last snapshot lacks.", ({ changes }) => changes),
];
