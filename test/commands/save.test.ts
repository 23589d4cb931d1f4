/** SAVE, BGSAVE, BGREWRITEAOF and LASTSAVE, writes that a failing disk refuses, and what INFO says of it all. */
import { expect, test } from "vitest";
import type { Durability } from "../../src/commands/host.ts";
import type { PersistenceStatus } from "../../src/persistence/status.ts";
import { CommandServer, type Session, START_MS } from "./command-server.ts";

class FakeDurability implements Durability {
  refusal = "";
  loading: Durability["loading"];
  running: "save" | "rewrite" | undefined;
  saves = true;
  readonly scheduled: string[] = [];

  status(): PersistenceStatus {
    return {
      changes: 12,
      snapshot: {
        running: this.running,
        saveScheduled: false,
        rewriteScheduled: this.scheduled.includes("rewrite"),
        progress: 0.25,
        startedMs: START_MS - 5000,
        lastSaveMs: START_MS - 60_000,
        lastSaveOk: this.saves,
        lastRewriteOk: true,
        lastSaveSeconds: 3,
        lastRewriteSeconds: -1,
        saves: 1,
        rewrites: 0,
        rewriteFailuresInARow: 0,
        bytesWritten: 10,
        baseBytes: 100,
        rangesWritten: 0,
        grownFromBytes: 120,
      },
      log: {
        enabled: true,
        state: this.refusal === "" ? "healthy" : "failing",
        error: this.refusal === "" ? "" : "Input/output error",
        bytes: 50,
        pendingBytes: 5,
        bytesWritten: 50,
        syncs: 1,
        delayedSyncs: 0,
        syncRunning: false,
        failures: 0,
      },
    };
  }

  begin(purpose: "save" | "rewrite"): boolean {
    if (this.running !== undefined) return false;
    this.running = purpose;
    return true;
  }

  schedule(purpose: "save" | "rewrite"): void {
    this.scheduled.push(purpose);
  }

  save(): boolean {
    return this.saves;
  }
}

function started(): { session: Session; disk: FakeDurability } {
  const server = new CommandServer();
  const disk = new FakeDurability();
  Object.assign(server, { durability: disk });
  return { session: server.connect(), disk };
}

test("without a data folder nothing can be saved, and that is said", () => {
  const session = new CommandServer().connect();
  for (const line of ["save", "bgsave", "bgsave schedule", "bgrewriteaof"]) {
    expect(session.run(line)).toBe("-ERR nothing is kept on disk: the replica was started without --data-dir\r\n");
  }
});

test("SAVE says whether it has saved", () => {
  const { session, disk } = started();
  expect(session.run("save")).toBe("+OK\r\n");
  disk.saves = false;
  expect(session.run("save")).toBe("-ERR\r\n");
  disk.running = "save";
  expect(session.run("save")).toBe("-ERR Background save already in progress\r\n");
  expect(session.run("lastsave")).toBe(`:${Math.floor((START_MS - 60_000) / 1000)}\r\n`);
});

test("BGSAVE begins one, and waits its turn when asked to", () => {
  const { session, disk } = started();
  expect(session.run("bgsave now")).toBe("-ERR syntax error\r\n");
  expect(session.run("bgsave")).toBe("+Background saving started\r\n");
  expect(session.run("bgsave")).toBe("-ERR Background save already in progress\r\n");
  disk.running = "rewrite";
  expect(session.run("bgsave")).toBe(
    "-ERR Another child process is active (AOF?): can't BGSAVE right now. " +
      "Use BGSAVE SCHEDULE in order to schedule a BGSAVE whenever possible.\r\n",
  );
  expect(session.run("bgsave schedule")).toBe("+Background saving scheduled\r\n");
  expect(disk.scheduled).toEqual(["save"]);
});

test("BGREWRITEAOF begins one, or one after the save", () => {
  const { session, disk } = started();
  expect(session.run("bgrewriteaof")).toBe("+Background append only file rewriting started\r\n");
  expect(session.run("bgrewriteaof")).toBe("-ERR Background append only file rewriting already in progress\r\n");
  disk.running = "save";
  expect(session.run("bgrewriteaof")).toBe("+Background append only file rewriting scheduled\r\n");
});

test("a failing disk refuses writes before they run, and nothing else", () => {
  const { session, disk } = started();
  session.run("set a 1");
  disk.refusal = "MISCONF Errors writing to the AOF file: Input/output error";
  for (const line of ["set a 2", "del a", "incr a", "flushall", "expire a 10"]) {
    expect(session.run(line)).toBe("-MISCONF Errors writing to the AOF file: Input/output error\r\n");
  }
  expect(session.run("get a")).toBe("$1\r\n1\r\n");
  expect(session.run("info persistence")).toContain("aof_last_write_status:err\r\n");
  disk.refusal = "";
  expect(session.run("set a 2")).toBe("+OK\r\n");
});

test("INFO has Redis's fields", () => {
  const { session, disk } = started();
  disk.running = "rewrite";
  const text = session.run("info persistence");
  for (const line of [
    "rdb_changes_since_last_save:12",
    "rdb_bgsave_in_progress:0",
    "rdb_last_bgsave_status:ok",
    "rdb_last_bgsave_time_sec:3",
    "aof_enabled:1",
    "aof_rewrite_in_progress:1",
    "aof_current_rewrite_time_sec:5",
    "aof_current_size:150",
    "aof_base_size:120",
    "aof_buffer_length:5",
  ]) {
    expect(text).toContain(`${line}\r\n`);
  }
  disk.loading = { startedMs: START_MS - 10_000, totalBytes: 200, loadedBytes: 50 };
  const loading = session.run("info persistence");
  expect(loading).toContain("loading_loaded_perc:25.00\r\n");
  expect(loading).toContain("loading_eta_seconds:30\r\n");
});
