/**
 * The real folder and the one in memory keep the same contract.
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { StorageError } from "../../src/persistence/storage.ts";
import { FileStorage } from "../../src/server/file-storage.ts";
import { UsageError } from "../../src/server/usage-error.ts";
import { eventually } from "../eventually.ts";
import { MemoryStorage } from "./memory-storage.ts";
import { storageContract } from "./storage-contract.ts";

const opened: FileStorage[] = [];

function folder(): string {
  return mkdtempSync(join(tmpdir(), "atoll-storage-"));
}

function openFolder(path = folder()): FileStorage {
  const storage = new FileStorage(path);
  opened.push(storage);
  return storage;
}

afterEach(() => {
  for (const storage of opened.splice(0)) {
    storage.close();
    rmSync(storage.folder, { recursive: true, force: true });
  }
});

describe("a folder in memory", () => storageContract(() => new MemoryStorage()));

describe("a real folder", () => {
  storageContract(() => openFolder());

  test("tells when a sync in the background is over", async () => {
    const storage = openFolder();
    storage.append("a", Buffer.from("x"));
    const error = await new Promise((resolve) => storage.syncSoon("a", resolve));
    expect(error).toBeUndefined();
    expect(storage.syncSeconds).toBeGreaterThan(0);
  });

  test("a file that is removed while it is synced is closed afterwards", async () => {
    const storage = openFolder();
    storage.append("a", Buffer.from("x"));
    const synced = new Promise((resolve) => storage.syncSoon("a", resolve));
    storage.remove("a");
    expect(await synced).toBeUndefined();
    expect(storage.size("a")).toBe(-1);
  });

  test("what the system refuses is told with its code", () => {
    const storage = openFolder();
    rmSync(storage.folder, { recursive: true });
    expect(() => storage.append("a", Buffer.from("x"))).toThrow(expect.objectContaining({ code: "ENOENT" }));
    expect(() => storage.replace("a", Buffer.from("x"))).toThrow(StorageError);
  });

  test("a copied file is another", () => {
    const storage = openFolder();
    storage.append("a", Buffer.from("x"));
    const identity = storage.identityOf("a");
    execFileSync("cp", ["-a", join(storage.folder, "a"), join(storage.folder, "b")]);
    expect(storage.identityOf("b")).not.toBe(identity);
  });

  test("a folder has one process at a time", () => {
    const first = openFolder();
    expect(() => new FileStorage(first.folder)).toThrow(UsageError);
    first.close();
    expect(readdirSync(first.folder)).toEqual([]);
    expect(() => openFolder(first.folder)).not.toThrow();
  });

  test("is free when its process was killed, and nobody has asked for it", async () => {
    const path = folder();
    const script = `const {FolderLock} = await import(process.argv[1]);
      new FolderLock(process.argv[2]); process.kill(process.pid, "SIGKILL");`;
    const lock = new URL("../../src/server/folder-lock.ts", import.meta.url).pathname;
    // The shell becomes a program that never asks for its children.
    const parent = spawn("sh", ["-c", '"$0" "$@" & exec sleep 60', process.execPath, "-e", script, lock, path]);
    try {
      const holder = (): string => readlinkSync(join(path, "lock")).split(" ")[0] ?? "";
      await eventually(() => expect(readFileSync(`/proc/${holder()}/stat`, "utf8")).toMatch(/\) Z /));
      expect(openFolder(path).list()).toEqual(["lock"]);
    } finally {
      parent.kill("SIGKILL");
    }
  });

  test("takes over what a dead process, or the machine before its start, has left", () => {
    const path = folder();
    const words = (pid: number, start: string, boot: string): void =>
      symlinkSync(`${pid} ${start} ${boot}`, join(path, "lock"));
    words(2 ** 22 - 1, "17", "a-boot");
    openFolder(path).close();
    words(process.pid, "17", "another-boot");
    const storage = openFolder(path);
    expect(readlinkSync(join(path, "lock"))).toMatch(new RegExp(`^${process.pid} `));
    storage.close();
  });
});
