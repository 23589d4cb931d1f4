/**
 * What comes back after a process has ended, by each policy, and as whom it comes back.
 */
import { describe, expect, test } from "vitest";
import { KeptNode, START_MS } from "./kept-node.ts";
import { MemoryStorage } from "./memory-storage.ts";

const ALWAYS = { appendSync: "always" } as const;
const LATER_MS = START_MS + 60_000;

function fill(node: KeptNode, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    node.set(`key:${i}`, `value ${i}`);
    if (i % 10 === 9) node.endTurn();
  }
  node.endTurn();
}

describe("a log", () => {
  test("brings everything back after the process has died", () => {
    const disk = new MemoryStorage();
    const node = new KeptNode(disk);
    fill(node, 0, 500);
    node.remove("key:3");
    node.endTurn();
    const again = new KeptNode(disk.copy(true), { nowMs: LATER_MS });
    expect(again.keys).toBe(499);
    expect(again.get("key:3")).toBeUndefined();
    expect(again.get("key:499")).toBe("value 499");
    expect(again.keyspace.digest()).toBe(node.keyspace.digest());
  });

  test("with `always` nothing that was written before the end of a turn is lost when the power fails", () => {
    const disk = new MemoryStorage();
    const node = new KeptNode(disk, { settings: ALWAYS });
    fill(node, 0, 100);
    expect(node.persistence.holdsBack).toBe(false);
    expect(new KeptNode(disk.crashed(), { nowMs: LATER_MS }).keyspace.digest()).toBe(node.keyspace.digest());
  });

  test("with `everysec` a second may be lost, and no more", () => {
    const disk = new MemoryStorage();
    const node = new KeptNode(disk);
    fill(node, 0, 100);
    node.pass(1100);
    disk.settle();
    fill(node, 100, 200);
    const again = new KeptNode(disk.crashed(0.5), { nowMs: LATER_MS });
    expect(again.keys).toBeGreaterThanOrEqual(100);
    expect(again.keys).toBeLessThan(200);
    expect(again.logged.join()).toContain("cut off");
  });

  test("goes on after a recovery, again and again", () => {
    let disk = new MemoryStorage();
    for (let life = 0; life < 5; life++) {
      const node = new KeptNode(disk, { nowMs: START_MS + life * 10_000 });
      expect(node.keys).toBe(life * 20);
      fill(node, life * 20, life * 20 + 20);
      disk = disk.copy(true);
    }
  });

  test("that ends too early is refused when the operator says so", () => {
    const disk = new MemoryStorage();
    const node = new KeptNode(disk);
    fill(node, 0, 100);
    const torn = disk.crashed(0.5);
    expect(() => new KeptNode(torn, { settings: { loadTruncated: false } })).toThrow(/cut short at byte \d+/);
  });

  test("of another cluster is refused", () => {
    const disk = new MemoryStorage();
    fill(new KeptNode(disk), 0, 10);
    expect(() => new KeptNode(disk, { clusterId: "other" })).toThrow(/belongs to the cluster 'test'/);
  });

  test("is not begun again where the manifest is missing", () => {
    const disk = new MemoryStorage();
    fill(new KeptNode(disk), 0, 10);
    disk.remove("manifest.json");
    expect(() => new KeptNode(disk)).toThrow(/manifest\.json is damaged.*log-000001/);
  });
});

describe("a snapshot", () => {
  test("takes the place of the log, and the old segments go", () => {
    const disk = new MemoryStorage();
    const node = new KeptNode(disk);
    fill(node, 0, 1000);
    expect(node.persistence.begin("rewrite", node.nowMs)).toBe(true);
    node.persistence.step(node.nowMs);
    fill(node, 1000, 1100);
    node.work();
    fill(node, 1100, 1200);
    disk.settle();
    node.work();
    expect(node.persistence.status()?.snapshot).toMatchObject({ rewrites: 1, running: undefined, lastRewriteOk: true });
    fill(node, 1200, 1300);
    const again = new KeptNode(disk.copy(true), { nowMs: LATER_MS });
    expect(again.keyspace.digest()).toBe(node.keyspace.digest());
    expect(again.keys).toBe(1300);
  });

  test("is all there is without a log", () => {
    const disk = new MemoryStorage();
    const node = new KeptNode(disk, { settings: { appendOnly: false } });
    fill(node, 0, 100);
    expect(node.persistence.save(node.nowMs)).toBe(true);
    fill(node, 100, 200);
    const again = new KeptNode(disk.crashed(), { settings: { appendOnly: false }, nowMs: LATER_MS });
    expect(again.keys).toBe(100);
    expect(disk.list().filter((name) => name.startsWith("log-"))).toEqual([]);
  });

  test("is made when a save rule says so", () => {
    const disk = new MemoryStorage();
    const settings = { appendOnly: false, saveRules: [{ seconds: 2, changes: 50 }] };
    const node = new KeptNode(disk, { settings });
    fill(node, 0, 49);
    node.pass(5000);
    expect(node.persistence.status()?.snapshot.running).toBeUndefined();
    expect(node.persistence.status()?.changes).toBe(49);
    fill(node, 49, 50);
    node.pass(100);
    expect(node.persistence.status()?.snapshot.running).toBe("save");
    node.work();
    disk.settle();
    node.work();
    expect(node.persistence.status()).toMatchObject({ changes: 0, snapshot: { saves: 1 } });
  });

  test("is made when the log has grown", () => {
    const disk = new MemoryStorage();
    const node = new KeptNode(disk, { settings: { rewriteBytesMin: 10_000 } });
    for (let i = 0; i < 300; i++) {
      node.set("same", `value ${i}`);
      node.endTurn();
    }
    node.pass(100);
    expect(node.persistence.status()?.snapshot.running).toBe("rewrite");
    node.work();
    disk.settle();
    node.work();
    expect(node.persistence.status()?.log.bytes).toBeLessThan(1000);
    expect(new KeptNode(disk.copy(true)).get("same")).toBe("value 299");
  });

  test("that is cut short is never taken for one", () => {
    const disk = new MemoryStorage();
    const node = new KeptNode(disk);
    fill(node, 0, 100);
    node.persistence.save(node.nowMs);
    const name = disk.list().find((file) => file.startsWith("snapshot-")) as string; // it was just made
    disk.truncate(name, disk.size(name) - 1);
    expect(() => new KeptNode(disk.copy(true))).toThrow(/snapshot-000001\.atoll is cut short at byte/);
  });

  test("that was not finished when the power failed is left out, and removed", () => {
    const disk = new MemoryStorage();
    const node = new KeptNode(disk, { settings: ALWAYS });
    fill(node, 0, 100);
    node.persistence.begin("save", node.nowMs);
    node.work();
    expect(disk.list()).toContain("snapshot-000001.atoll");
    const after = disk.crashed(1);
    const again = new KeptNode(after, { nowMs: LATER_MS });
    expect(again.keys).toBe(100);
    expect(after.list()).not.toContain("snapshot-000001.atoll");
  });

  test("is the new beginning of a log that was switched on", () => {
    const disk = new MemoryStorage();
    const node = new KeptNode(disk, { settings: { appendOnly: false } });
    fill(node, 0, 100);
    node.persistence.configure({ ...node.settings, appendOnly: true }, node.nowMs);
    node.work();
    fill(node, 100, 150);
    disk.settle();
    node.work();
    fill(node, 150, 200);
    expect(node.persistence.status()?.log).toMatchObject({ enabled: true, state: "healthy" });
    expect(new KeptNode(disk.copy(true)).keyspace.digest()).toBe(node.keyspace.digest());
  });
});

describe("a process is the origin of the one before it", () => {
  test("after a clean stop", () => {
    const disk = new MemoryStorage();
    const node = new KeptNode(disk);
    fill(node, 0, 100);
    expect(node.stop()).toBe(true);
    const again = new KeptNode(disk, { nowMs: START_MS - 3_600_000 });
    expect(again.persistence.resumed).toBe(true);
    expect(again.persistence.originId).toBe(node.persistence.originId);
    // Its clock was set back, and yet no time is used twice.
    const before = again.keyspace.context.get(again.keyspace.self);
    again.set("more", "1");
    expect(again.keyspace.context.get(again.keyspace.self)).toBeGreaterThan(before);
    again.endTurn();
    expect(new KeptNode(disk.copy(true)).get("more")).toBe("1");
  });

  test("but not after a crash, whatever was synced", () => {
    const disk = new MemoryStorage();
    const node = new KeptNode(disk, { settings: ALWAYS });
    fill(node, 0, 100);
    const again = new KeptNode(disk.crashed());
    expect(again.persistence.resumed).toBe(false);
    expect(again.persistence.originId).not.toBe(node.persistence.originId);
  });

  test("nor a second time after one clean stop", () => {
    const disk = new MemoryStorage();
    fill(new KeptNode(disk), 0, 10);
    const node = new KeptNode(disk);
    node.stop();
    expect(new KeptNode(disk).persistence.resumed).toBe(true);
    expect(new KeptNode(disk).persistence.resumed).toBe(false);
  });

  test("nor from a copied or a restored folder", () => {
    const disk = new MemoryStorage();
    const node = new KeptNode(disk);
    fill(node, 0, 10);
    node.stop();
    expect(new KeptNode(disk.copy()).persistence.resumed).toBe(false);
    expect(new KeptNode(disk).persistence.resumed).toBe(true);
  });

  test("nor when a file is not as it was left", () => {
    const disk = new MemoryStorage();
    const node = new KeptNode(disk);
    fill(node, 0, 100);
    node.stop();
    disk.truncate("log-000001.atoll", disk.size("log-000001.atoll") - 1);
    expect(new KeptNode(disk).persistence.resumed).toBe(false);
  });

  test("without a log only when it saved at the stop", () => {
    const settings = { appendOnly: false };
    const disk = new MemoryStorage();
    const node = new KeptNode(disk, { settings });
    fill(node, 0, 100);
    expect(node.stop()).toBe(false);
    const second = new KeptNode(disk, { settings });
    expect(second.persistence.resumed).toBe(false);
    fill(second, 0, 100);
    expect(second.stop(true)).toBe(true);
    const third = new KeptNode(disk, { settings, nowMs: LATER_MS });
    expect(third.persistence.resumed).toBe(true);
    expect(third.keys).toBe(100);
  });
});
