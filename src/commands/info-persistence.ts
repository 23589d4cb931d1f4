/** The persistence section of INFO, under Redis's names; there are no forks, and so none of their figures but zeros. */
import type { LoadingStatus, PersistenceStatus } from "../persistence/status.ts";
import type { Call } from "./command.ts";

type Fields = readonly (readonly [name: string, value: string | number])[];

export function persistence({ host }: Call): Fields {
  const { durability, replica } = host;
  const wallMs = host.wallMs();
  const startedMs = wallMs - host.gauges().uptimeMs;
  const status = durability?.status();
  return [
    ["loading", replica.loading ? 1 : 0],
    ["async_loading", 0],
    ["current_cow_peak", 0],
    ["current_cow_size", 0],
    ["current_cow_size_age", 0],
    ["current_fork_perc", ((status?.snapshot.progress ?? 0) * 100).toFixed(2)],
    ...snapshotFields(status, startedMs, wallMs),
    ...logFields(status, wallMs),
    ...(durability?.loading === undefined ? [] : loadingFields(durability.loading, wallMs)),
  ];
}

function snapshotFields(status: PersistenceStatus | undefined, startedMs: number, wallMs: number): Fields {
  const snapshot = status?.snapshot;
  const isSaving = snapshot?.running === "save";
  return [
    ["rdb_changes_since_last_save", status?.changes ?? 0],
    ["rdb_bgsave_in_progress", isSaving ? 1 : 0],
    ["rdb_last_save_time", Math.floor((snapshot?.lastSaveMs ?? startedMs) / 1000)],
    ["rdb_last_bgsave_status", okOrError(snapshot?.lastSaveOk)],
    ["rdb_last_bgsave_time_sec", snapshot?.lastSaveSeconds ?? -1],
    ["rdb_current_bgsave_time_sec", isSaving ? secondsSince(snapshot.startedMs, wallMs) : -1],
    ["rdb_saves", snapshot?.saves ?? 0],
    ["rdb_last_cow_size", 0],
  ];
}

function logFields(status: PersistenceStatus | undefined, wallMs: number): Fields {
  const snapshot = status?.snapshot;
  const log = status?.log;
  const isRewriting = snapshot?.running === "rewrite";
  const fields: Fields = [
    ["aof_enabled", log?.enabled === true ? 1 : 0],
    ["aof_rewrite_in_progress", isRewriting ? 1 : 0],
    ["aof_rewrite_scheduled", snapshot?.rewriteScheduled === true ? 1 : 0],
    ["aof_last_rewrite_time_sec", snapshot?.lastRewriteSeconds ?? -1],
    ["aof_current_rewrite_time_sec", isRewriting ? secondsSince(snapshot.startedMs, wallMs) : -1],
    ["aof_last_bgrewrite_status", okOrError(snapshot?.lastRewriteOk)],
    ["aof_rewrites", snapshot?.rewrites ?? 0],
    ["aof_rewrites_consecutive_failures", snapshot?.rewriteFailuresInARow ?? 0],
    ["aof_last_write_status", okOrError(log === undefined || log.error === "")],
    ["aof_last_cow_size", 0],
    ["module_fork_in_progress", 0],
    ["module_fork_last_cow_size", 0],
  ];
  if (log === undefined || snapshot === undefined || !log.enabled) return fields;
  return [
    ...fields,
    ["aof_current_size", snapshot.baseBytes + log.bytes],
    ["aof_base_size", snapshot.grownFromBytes],
    ["aof_pending_rewrite", snapshot.rewriteScheduled ? 1 : 0],
    ["aof_buffer_length", log.pendingBytes],
    ["aof_pending_bio_fsync", log.syncRunning ? 1 : 0],
    ["aof_delayed_fsync", log.delayedSyncs],
    ["atoll_log_state", log.state],
  ];
}

function loadingFields({ startedMs, totalBytes, loadedBytes }: LoadingStatus, wallMs: number): Fields {
  const share = totalBytes === 0 ? 1 : loadedBytes / totalBytes;
  const elapsed = secondsSince(startedMs, wallMs);
  return [
    ["loading_start_time", Math.floor(startedMs / 1000)],
    ["loading_total_bytes", totalBytes],
    ["loading_rdb_used_mem", 0],
    ["loading_loaded_bytes", loadedBytes],
    ["loading_loaded_perc", (share * 100).toFixed(2)],
    ["loading_eta_seconds", share === 0 ? 1 : Math.floor((elapsed * (1 - share)) / share)],
  ];
}

function okOrError(isOk: boolean | undefined): string {
  return isOk === false ? "err" : "ok";
}

function secondsSince(ms: number, wallMs: number): number {
  return Math.max(0, Math.floor((wallMs - ms) / 1000));
}
