/** The virtual disk keeps what a real folder keeps, and loses what a real one may lose. */
import { describe, expect, it } from "vitest";
import { StorageError } from "../../src/persistence/storage.ts";
import { DiskFolder } from "../../sim/world/disk-folder.ts";
import { VirtualDisk } from "../../sim/world/disk.ts";
import { Random } from "../../sim/world/random.ts";
import { storageContract } from "../persistence/storage-contract.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1");

function folderOn(disk: VirtualDisk): DiskFolder {
  return new DiskFolder(disk, { mayDie: () => {}, later: (_, run) => void setImmediate(run) });
}

function newDisk(seed = 1): VirtualDisk {
  let number = 0;
  return new VirtualDisk(new Random(seed, "disk"), () => ++number);
}

function content(disk: VirtualDisk, name: string): string | undefined {
  const size = disk.size(name);
  return size < 0 ? undefined : Buffer.from(disk.read(name, 0, size) ?? []).toString("latin1");
}

describe("a virtual disk", () => {
  storageContract(() => folderOn(newDisk()));

  it("keeps what was synced when the power fails, and a prefix of the rest", () => {
    const kept = new Set<string>();
    for (let seed = 1; seed <= 60; seed++) {
      const disk = newDisk(seed);
      disk.append("log", bytes("safe"));
      disk.sync("log");
      disk.append("log", bytes("tail"));
      disk.losePower();
      kept.add(content(disk, "log") ?? "nothing");
    }
    expect(kept).toEqual(new Set(["safe", "safet", "safeta", "safetai", "safetail"]));
  });

  it("may bring back what was removed before the folder was synced, and never after", () => {
    const returned = new Set<boolean>();
    for (let seed = 1; seed <= 20; seed++) {
      const disk = newDisk(seed);
      disk.append("old", bytes("x"));
      disk.sync("old");
      disk.remove("old");
      if (seed > 10) disk.replace("manifest", bytes("{}"));
      disk.losePower();
      if (seed <= 10) returned.add(disk.size("old") === 1);
      else expect(disk.size("old")).toBe(-1);
    }
    expect(returned).toEqual(new Set([true, false]));
  });

  it("is another one when it is copied, and after the machine has started anew", () => {
    const disk = newDisk();
    disk.append("a", bytes("x"));
    disk.sync("a");
    const identity = disk.identityOf("a");
    const copy = disk.copy();
    expect(content(copy, "a")).toBe("x");
    expect(copy.identityOf("a")).not.toBe(identity);
    expect(disk.identityOf("a")).toBe(identity);
    disk.losePower();
    expect(disk.identityOf("a")).not.toBe(identity);
  });

  it("that is full or fails refuses, and may have written a part", () => {
    const written = new Set<number>();
    for (let seed = 1; seed <= 30; seed++) {
      const disk = newDisk(seed);
      const folder = folderOn(disk);
      folder.append("a", bytes("x"));
      disk.troubles.full++;
      expect(() => folder.append("a", bytes("yz"))).toThrow(new StorageError("ENOSPC", "a: No space left on device"));
      expect(() => folder.replace("b", bytes("b"))).toThrow(StorageError);
      expect(disk.size("b")).toBe(-1);
      written.add(disk.size("a"));
    }
    expect(written).toEqual(new Set([1, 2, 3]));
  });

  it("that fails to sync says so, and promises nothing", async () => {
    const disk = newDisk();
    const folder = folderOn(disk);
    folder.append("a", bytes("x"));
    disk.troubles.syncs++;
    expect(() => folder.sync("a")).toThrow(StorageError);
    const error = await new Promise((resolve) => folder.syncSoon("a", resolve));
    expect(error).toBeInstanceOf(StorageError);
  });

  it("has one bit of what was synced flipped", () => {
    const disk = newDisk();
    expect(disk.flipBit()).toBe(false);
    disk.append("a", bytes("abc"));
    disk.sync("a");
    expect(disk.flipBit()).toBe(true);
    const flipped = Array.from(disk.read("a", 0, 3) ?? [], (byte, i) => byte ^ "abc".charCodeAt(i));
    expect(flipped.filter((bits) => bits !== 0)).toHaveLength(1);
    expect(disk.isDamaged).toBe(true);
  });
});
