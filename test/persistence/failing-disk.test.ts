/**
 * A disk that is full, fails, or loses what it said to have written: nothing that was promised is lost, writes are
 * refused meanwhile, and all goes on by itself when the disk works again.
 */
import { describe, expect, test } from "vitest";
import { Origins } from "../../crdt/origin.ts";
import { DurableMarks } from "../../src/persistence/durable-marks.ts";
import { LogWriter } from "../../src/persistence/log-writer.ts";
import { encodeRecord, FileKind } from "../../src/persistence/record-format.ts";
import { RecordReader } from "../../src/persistence/record-reader.ts";
import type { SyncPolicy } from "../../src/persistence/settings.ts";
import { KeptNode, START_MS } from "./kept-node.ts";
import { MemoryStorage } from "./memory-storage.ts";

const FULL = "MISCONF Errors writing to the AOF file: No space left on device";
const LATER_MS = START_MS + 60_000;

function write(node: KeptNode, key: string): void {
  node.set(key, "value");
  node.endTurn();
}

function writer(policy: SyncPolicy, segmentBytes = 200): { disk: MemoryStorage; log: LogWriter } {
  const disk = new MemoryStorage();
  const marks = new DurableMarks(new Origins());
  const log = new LogWriter({ storage: disk, clusterId: "c", marks, log: () => {}, segmentBytes });
  log.policy = policy;
  log.open({ segment: 1, offset: 0 });
  return { disk, log };
}

function recordsIn(disk: MemoryStorage): number[] {
  const found: number[] = [];
  for (const name of disk.list().toSorted()) {
    const reader = new RecordReader(disk, name, FileKind.log, "c");
    for (let r = reader.next(); r !== undefined; r = reader.next()) found.push(Buffer.from(r.payload).readUInt32LE());
  }
  return found;
}

const record = (n: number): Buffer => {
  const payload = Buffer.alloc(20);
  payload.writeUInt32LE(n);
  return encodeRecord(4, payload);
};

/** The last of the records that follow each other from the first on. */
function recordsKept(disk: MemoryStorage): number {
  let last = -1;
  for (const name of disk.list().toSorted()) {
    try {
      const reader = new RecordReader(disk, name, FileKind.log, "c");
      for (let r = reader.next(); r !== undefined; r = reader.next()) {
        const n = Buffer.from(r.payload).readUInt32LE();
        expect(n).toBe(last + 1);
        last = n;
      }
    } catch (error) {
      if (!(error instanceof Error) || !("torn" in error)) throw error;
    }
  }
  return last;
}

describe("while the disk is full", () => {
  test.each(["always", "everysec", "no"] as const)(
    "with `%s` writes are refused until it has room again",
    (appendSync) => {
      const disk = new MemoryStorage();
      const node = new KeptNode(disk, { settings: { appendSync } });
      write(node, "before");
      expect(node.persistence.refusal).toBe("");
      disk.refused.set("append", "ENOSPC");
      disk.partialBytes = 9;
      write(node, "during");
      expect(node.persistence.refusal).toBe(FULL);
      expect(node.persistence.holdsBack).toBe(appendSync === "always");
      expect(node.persistence.status()?.log).toMatchObject({ state: "failing", error: "No space left on device" });
      node.pass(3000);
      write(node, "also during");
      disk.refused.clear();
      node.pass(1100);
      expect(node.persistence.refusal).toBe("");
      expect(node.persistence.holdsBack).toBe(false);
      write(node, "after");
      const again = new KeptNode(disk.copy(true), { nowMs: LATER_MS });
      expect(again.keyspace.digest()).toBe(node.keyspace.digest());
      expect(again.keys).toBe(4);
    },
  );

  test("what was not safe with `always` is not durable, and is told so", () => {
    const disk = new MemoryStorage();
    const node = new KeptNode(disk, { settings: { appendSync: "always" } });
    write(node, "before");
    const { self, context } = node.keyspace;
    const before = context.get(self);
    disk.refused.set("append", "EIO");
    write(node, "during");
    expect(node.persistence.durable.get(self)).toBe(before);
    disk.refused.clear();
    node.pass(1100);
    expect(node.persistence.durable.covers(self, context.get(self))).toBe(true);
  });

  test("a log for which too much waits begins anew with a snapshot", () => {
    const disk = new MemoryStorage();
    const node = new KeptNode(disk);
    write(node, "before");
    disk.refused.set("append", "ENOSPC");
    write(node, "first");
    const large = "x".repeat(8 * 1024 * 1024);
    for (let i = 0; i < 10; i++) {
      node.set(`large:${i}`, large);
      node.endTurn();
    }
    expect(node.persistence.status()?.log.state).toBe("broken");
    expect(node.persistence.refusal).toBe(FULL);
    disk.refused.clear();
    for (let i = 0; i < 100 && node.persistence.status()?.log.state !== "healthy"; i++) {
      node.pass(200);
      node.work();
      disk.settle();
    }
    expect(node.persistence.refusal).toBe("");
    write(node, "after");
    expect(new KeptNode(disk.copy(true), { nowMs: LATER_MS }).keyspace.digest()).toBe(node.keyspace.digest());
  });

  test("a save rule's snapshot that failed refuses writes, if the operator wants it so", () => {
    const disk = new MemoryStorage();
    const settings = { appendOnly: false, saveRules: [{ seconds: 1, changes: 1 }] };
    const node = new KeptNode(disk, { settings });
    write(node, "a");
    disk.refused.set("append", "ENOSPC");
    node.pass(2100);
    node.work();
    expect(node.persistence.refusal).toMatch(/^MISCONF Redis is configured to save RDB snapshots/);
    node.persistence.configure({ ...node.settings, stopWritesOnSaveError: false }, node.nowMs);
    expect(node.persistence.refusal).toBe("");
    node.persistence.configure(node.settings, node.nowMs);
    disk.refused.clear();
    node.pass(6000);
    node.work();
    disk.settle();
    node.pass(100);
    expect(node.persistence.refusal).toBe("");
    expect(disk.list().filter((name) => name.startsWith("snapshot-"))).toHaveLength(1);
  });

  test.each([
    ["fewer changes than its rule asks for", 100],
    ["a log that has begun anew meanwhile", 1],
  ])("a snapshot that failed is tried again in spite of %s", (_, changes) => {
    const disk = new MemoryStorage();
    const settings = { saveRules: [{ seconds: 1, changes }] };
    const node = new KeptNode(disk, { settings });
    write(node, "a");
    disk.refused.set("append", "ENOSPC");
    node.persistence.begin("save", node.nowMs);
    node.work();
    disk.refused.clear();
    node.pass(1100);
    expect(node.persistence.refusal).toMatch(/^MISCONF Redis is configured to save RDB snapshots/);
    node.persistence.begin("rewrite", node.nowMs);
    for (let i = 0; i < 60 && node.persistence.refusal !== ""; i++) {
      node.pass(200);
      node.work();
      disk.settle();
    }
    expect(node.persistence.refusal).toBe("");
  });
});

describe("a start on a full disk", () => {
  test.each(["always", "everysec", "no"] as const)(
    "with `%s` serves what was kept, and refuses writes",
    (appendSync) => {
      const disk = new MemoryStorage();
      write(new KeptNode(disk, { settings: { appendSync } }), "before");
      const full = disk.copy(true);
      full.refused.set("append", "ENOSPC").set("replace", "ENOSPC");
      const node = new KeptNode(full, { settings: { appendSync }, nowMs: LATER_MS });
      expect(node.get("before")).toBe("value");
      expect(node.persistence.refusal).toBe(FULL);
      node.pass(3000);
      expect(node.persistence.refusal).toBe(FULL);
      full.refused.clear();
      node.pass(1100);
      expect(node.persistence.refusal).toBe("");
      write(node, "after");
      expect(new KeptNode(full.copy(true), { nowMs: LATER_MS }).keys).toBe(2);
    },
  );

  test("cuts what a crash has left as soon as the disk lets it", () => {
    const disk = new MemoryStorage();
    write(new KeptNode(disk), "before");
    const torn = disk.copy(true);
    torn.append("log-000001.atoll", Buffer.alloc(7, 1));
    for (const operation of ["append", "replace", "truncate"] as const) torn.refused.set(operation, "ENOSPC");
    const node = new KeptNode(torn, { nowMs: LATER_MS });
    expect(node.persistence.refusal).toBe(FULL);
    torn.refused.clear();
    node.pass(1100);
    write(node, "after");
    expect(new KeptNode(torn.copy(true), { nowMs: LATER_MS }).keys).toBe(2);
  });

  test("removes first what counts no more", () => {
    const disk = new MemoryStorage();
    write(new KeptNode(disk), "before");
    disk.append("snapshot-000009.atoll", Buffer.from("a snapshot that was never finished"));
    disk.refused.set("replace", "ENOSPC");
    expect(new KeptNode(disk, { nowMs: LATER_MS }).keys).toBe(1);
    expect(disk.list()).not.toContain("snapshot-000009.atoll");
  });

  test("of a new folder is refused", () => {
    const disk = new MemoryStorage();
    disk.refused.set("replace", "ENOSPC");
    expect(() => new KeptNode(disk)).toThrow(/ENOSPC/);
  });
});

describe("settings that change while it runs", () => {
  test.each(["everysec", "no"] as const)(
    "from `%s` to `always`: what was written before is made safe",
    (appendSync) => {
      const disk = new MemoryStorage();
      const node = new KeptNode(disk, { settings: { appendSync } });
      write(node, "before");
      node.persistence.configure({ ...node.settings, appendSync: "always" }, node.nowMs);
      expect(node.persistence.holdsBack).toBe(false);
      expect(node.persistence.durable.get(node.keyspace.self)).toBe(node.keyspace.context.get(node.keyspace.self));
      expect(new KeptNode(disk.crashed(), { nowMs: LATER_MS }).keys).toBe(1);
    },
  );

  test("a log with `always` that is switched on holds nobody back until it has its base", () => {
    const disk = new MemoryStorage();
    const settings = { appendOnly: false, appendSync: "always" } as const;
    const node = new KeptNode(disk, { settings });
    write(node, "before");
    node.persistence.configure({ ...node.settings, appendOnly: true }, node.nowMs);
    write(node, "meanwhile");
    expect(node.persistence.holdsBack).toBe(false);
    while (node.persistence.hasWork) node.persistence.step(node.nowMs);
    write(node, "while the base is synced");
    expect(node.persistence.holdsBack).toBe(false);
    disk.settle();
    node.pass(100);
    write(node, "after");
    expect(node.persistence.holdsBack).toBe(false);
    expect(new KeptNode(disk.crashed(), { nowMs: LATER_MS }).keys).toBe(4);
  });
});

test("a log that is switched on while the disk is full refuses writes until it has its base", () => {
  const disk = new MemoryStorage();
  const node = new KeptNode(disk, { settings: { appendOnly: false } });
  write(node, "before");
  disk.refused.set("append", "ENOSPC");
  node.persistence.configure({ ...node.settings, appendOnly: true }, node.nowMs);
  node.work();
  expect(node.persistence.refusal).toBe(FULL);
  disk.refused.clear();
  node.pass(1100);
  node.work();
  disk.settle();
  node.pass(100);
  expect(node.persistence.refusal).toBe("");
  write(node, "after");
  expect(new KeptNode(disk.copy(true), { nowMs: LATER_MS }).keys).toBe(2);
});

describe("a sync that fails", () => {
  test("may have lost what was written: it is written again", () => {
    const disk = new MemoryStorage();
    const node = new KeptNode(disk);
    write(node, "safe");
    node.pass(1100);
    disk.settle();
    write(node, "unsure");
    node.pass(1100);
    disk.refused.set("sync", "EIO");
    disk.settle();
    expect(node.persistence.refusal).toBe("MISCONF Errors writing to the AOF file: Input/output error");
    // The kernel has dropped the pages and says no more about it.
    disk.refused.clear();
    const log = disk.files.get("log-000001.atoll");
    if (log !== undefined) log.bytes.fill(0, log.synced);
    node.pass(1100);
    expect(node.persistence.refusal).toBe("");
    expect(new KeptNode(disk.crashed(), { nowMs: LATER_MS }).keys).toBe(2);
  });

  test("with `always` holds back what it should have made safe", () => {
    const disk = new MemoryStorage();
    const node = new KeptNode(disk, { settings: { appendSync: "always" } });
    disk.refused.set("sync", "EIO");
    write(node, "a");
    expect(node.persistence.holdsBack).toBe(true);
    disk.refused.clear();
    node.pass(1100);
    expect(node.persistence.holdsBack).toBe(false);
    expect(new KeptNode(disk.crashed(), { nowMs: LATER_MS }).get("a")).toBe("value");
  });
});

describe("the log's writer", () => {
  test.each(["always", "everysec", "no"] as const)(
    "with `%s` goes on in new segments, and misses nothing",
    (policy) => {
      const { disk, log } = writer(policy);
      for (let n = 0; n < 100; n++) {
        log.add(record(n), true);
        log.endTurn(n * 300);
        if (n % 3 === 0) disk.settle();
      }
      log.flush(true);
      expect(disk.list().length).toBeGreaterThan(3);
      expect(recordsIn(disk)).toEqual(Array.from({ length: 100 }, (_, n) => n));
    },
  );

  test("never has a segment whose predecessor is not synced", () => {
    const { disk, log } = writer("no");
    for (let n = 0; n < 100; n++) {
      log.add(record(n), false);
      log.endTurn(n * 10);
      if (n % 7 === 0) disk.settle();
      const unsynced = [...disk.files.values()].filter(({ bytes, synced }) => synced < bytes.length);
      expect(unsynced.length).toBeLessThanOrEqual(1);
    }
  });

  test("with `everysec` waits for a sync that runs, but not for ever", () => {
    const { disk, log } = writer("everysec", 1e9);
    log.add(record(0), true);
    log.endTurn(0);
    log.endTurn(1000);
    expect(disk.syncing).toHaveLength(1);
    const { appends } = disk;
    log.add(record(1), true);
    log.endTurn(1100);
    expect(disk.appends).toBe(appends);
    log.endTurn(3200);
    expect(disk.appends).toBe(appends + 1);
    expect(log.delayedSyncs).toBe(1);
  });

  test("survives any order of failures, and keeps what it had said to be safe", () => {
    for (let seed = 1; seed <= 200; seed++) {
      const { disk, log } = writer(seed % 2 === 0 ? "always" : "everysec");
      let state = seed;
      const random = (below: number): number => {
        state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
        return (state >>> 16) % below;
      };
      let nowMs = 0;
      let safe = -1;
      for (let n = 0; n < 60; n++) {
        for (const operation of ["append", "sync", "truncate"] as const) {
          if (random(6) === 0) disk.refused.set(operation, "EIO");
          else if (random(3) === 0) disk.refused.delete(operation);
        }
        disk.partialBytes = random(30);
        log.add(record(n), true);
        nowMs += random(700);
        log.endTurn(nowMs);
        if (random(3) === 0) disk.settle();
        if (log.isSynced) safe = n;
        const kept = recordsKept(disk.crashed(random(2)));
        expect([seed, n, kept >= safe]).toEqual([seed, n, true]);
      }
      disk.refused.clear();
      for (let i = 0; i < 5; i++) log.endTurn((nowMs += 1100));
      expect(log.flush(true)).toBe(true);
      expect([seed, recordsIn(disk)]).toEqual([seed, Array.from({ length: 60 }, (_, n) => n)]);
    }
  });
});
