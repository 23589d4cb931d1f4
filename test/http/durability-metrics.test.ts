/**
 * The metrics of what is kept on disk, from figures that are given.
 */
import { expect, test } from "vitest";
import { DURABILITY_ROWS, type DurabilityFigures } from "../../src/server/durability-metrics.ts";
import { createRegistry } from "../../src/server/metric-registry.ts";

const FIGURES: DurabilityFigures = {
  changes: 7,
  syncSeconds: 1.5,
  syncSecondsMax: 0.25,
  refusesWrites: true,
  snapshot: {
    running: "rewrite",
    saveScheduled: false,
    rewriteScheduled: false,
    progress: 0.5,
    startedMs: 0,
    lastSaveMs: 0,
    lastSaveOk: true,
    lastRewriteOk: false,
    lastSaveSeconds: 1,
    lastRewriteSeconds: -1,
    saves: 2,
    rewrites: 3,
    rewriteFailuresInARow: 1,
    bytesWritten: 1000,
    baseBytes: 400,
    rangesWritten: 0,
    grownFromBytes: 500,
  },
  log: {
    enabled: true,
    state: "failing",
    error: "No space left on device",
    bytes: 100,
    pendingBytes: 60,
    bytesWritten: 900,
    syncs: 5,
    delayedSyncs: 1,
    syncRunning: false,
    failures: 4,
  },
};

test("what is kept on disk is shown", async () => {
  const text = await createRegistry({ durability: () => FIGURES }, DURABILITY_ROWS, []).metrics();
  for (const line of [
    "atoll_disk_failing 1",
    "atoll_writes_refused 1",
    'atoll_disk_written_bytes_total{file="log"} 900',
    'atoll_kept_bytes{file="snapshot"} 400',
    "atoll_log_pending_bytes 60",
    "atoll_snapshot_progress 0.5",
    'atoll_snapshot_ok{purpose="rewrite"} 0',
    'atoll_snapshots_total{purpose="save"} 2',
    "atoll_changes_since_snapshot 7",
  ]) {
    expect(text.split("\n")).toContain(line);
  }
});

test("a replica that keeps nothing shows zeros", async () => {
  const text = await createRegistry({ durability: () => undefined }, DURABILITY_ROWS, []).metrics();
  const values = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  expect(values.every((line) => line.endsWith(" 0"))).toBe(true);
});
