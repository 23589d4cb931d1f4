/**
 * Real processes with real folders: what a kill, an orderly stop, a copied folder and a full disk leave behind.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, statfsSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterEach, describe, expect, test } from "vitest";
import { AtollProcess } from "../atoll-process.ts";
import { eventually } from "../eventually.ts";

const FREE = ["--port", "0", "--http-port", "0", "--peer-port", "0", "--node-id", "n1"];
const READY = / ready .*resp=127\.0\.0\.1:(\d+).*http=127\.0\.0\.1:(\d+)/;

const processes: AtollProcess[] = [];
const clients: Redis[] = [];
const folders: string[] = [];
const mounted: string[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.disconnect();
  await Promise.all(processes.splice(0).map(async (atoll) => await atoll.stop()));
  for (const place of mounted.splice(0)) execFileSync("umount", [place]);
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "atoll-durability-"));
  folders.push(folder);
  return folder;
}

function launch(folder: string, ...flags: string[]): AtollProcess {
  const atoll = new AtollProcess(["serve", ...FREE, "--data-dir", folder, ...flags]);
  processes.push(atoll);
  return atoll;
}

async function connected(atoll: AtollProcess): Promise<Redis> {
  const [, port] = await atoll.printed(READY);
  const client = new Redis(Number(port), "127.0.0.1", { retryStrategy: null });
  client.on("error", () => {});
  clients.push(client);
  return client;
}

async function originOf(client: Redis): Promise<string> {
  return /atoll_origin:(\w+)/.exec(await client.info("replication"))?.[1] ?? "";
}

async function field(client: Redis, name: string): Promise<string | undefined> {
  return new RegExp(`^${name}:(.*)\r$`, "m").exec(await client.info("persistence"))?.[1];
}

/** A file system of two megabytes, where this process may mount one. */
function smallDisk(): string | undefined {
  const place = newFolder();
  if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", place]).status !== 0) return undefined;
  mounted.push(place);
  return statfsSync(place).blocks > 0 ? place : undefined;
}

describe("with appendfsync always", () => {
  test("nothing that was acknowledged is lost when the process is killed at any moment", async () => {
    const folder = newFolder();
    const acknowledged = new Map<string, number>();
    for (let life = 0; life < 3; life++) {
      const atoll = launch(folder, "--appendfsync", "always");
      const client = await connected(atoll);
      for (const [key, count] of acknowledged) {
        expect([key, Number(await client.get(key)) >= count]).toEqual([key, true]);
      }
      let replies = 0;
      const writers = Array.from({ length: 8 }, async (_, i) => {
        for (;;) acknowledged.set(`counter:${i}`, await client.incr(`counter:${i}`).finally(() => replies++));
      });
      await eventually(() => expect(replies).toBeGreaterThan(300));
      atoll.child.kill("SIGKILL");
      await Promise.allSettled(writers);
      await atoll.ended;
    }
    const client = await connected(launch(folder));
    for (const [key, count] of acknowledged) expect(Number(await client.get(key))).toBeGreaterThanOrEqual(count);
  });

  test("large replies, and many in one turn, come after the sync, too", async () => {
    const folder = newFolder();
    const atoll = launch(folder, "--appendfsync", "always");
    const client = await connected(atoll);
    const value = "x".repeat(50_000);
    const pipeline = client.pipeline();
    for (let i = 0; i < 40; i++) pipeline.set(`key:${i}`, value).get(`key:${i}`);
    const replies = await pipeline.exec();
    expect(replies?.every(([error]) => error === null)).toBe(true);
    atoll.child.kill("SIGKILL");
    await atoll.ended;
    expect(await (await connected(launch(folder))).dbsize()).toBe(40);
  });
});

describe("the origin", () => {
  test("is kept over an orderly stop, and no other end", async () => {
    const folder = newFolder();
    let atoll = launch(folder);
    let client = await connected(atoll);
    await client.set("a", "1");
    const first = await originOf(client);
    expect(await atoll.stop()).toMatchObject({ code: 0, stderr: "" });
    atoll = launch(folder, "--appendfsync", "always");
    client = await connected(atoll);
    expect(await originOf(client)).toBe(first);
    expect(await client.get("a")).toBe("1");
    await client.incr("a");
    atoll.child.kill("SIGKILL");
    await atoll.ended;
    client = await connected(launch(folder));
    expect(await originOf(client)).not.toBe(first);
    expect(await client.get("a")).toBe("2");
  });

  test("of a copied folder is a new one, and both may run", async () => {
    const folder = newFolder();
    const atoll = launch(folder);
    const client = await connected(atoll);
    await client.set("a", "1");
    const first = await originOf(client);
    await atoll.stop();
    const copy = newFolder();
    cpSync(folder, copy, { recursive: true, preserveTimestamps: true });
    const copied = await connected(launch(copy));
    const again = await connected(launch(folder));
    expect(await originOf(copied)).not.toBe(first);
    expect(await copied.get("a")).toBe("1");
    expect(await originOf(again)).toBe(first);
  });

  test("of a folder has one process: a second one is told so", async () => {
    const folder = newFolder();
    await connected(launch(folder));
    const second = await launch(folder).ended;
    expect(second.code).toBe(2);
    expect(second.stderr).toMatch(
      /^atoll: .* is in use by process \d+; remove .* if it came with a copy of that one.s folder\n$/,
    );
  });
});

describe("what is kept", () => {
  test("comes back from a snapshot and the log behind it, by SAVE, BGSAVE and a save rule at the stop", async () => {
    const folder = newFolder();
    const atoll = launch(folder, "--appendonly", "no", "--save", "3600 1");
    const client = await connected(atoll);
    for (let i = 0; i < 100; i++) await client.hset("hash", `field ${i}`, `value ${i}`);
    expect(await client.save()).toBe("OK");
    await client.sadd("set", "member");
    expect(await client.bgsave()).toBe("Background saving started");
    await eventually(async () => expect(await field(client, "rdb_saves")).toBe("2"));
    await client.set("late", "1");
    expect(await field(client, "rdb_changes_since_last_save")).toBe("1");
    expect((await atoll.stop()).stdout).toContain("complete");
    const again = await connected(launch(folder, "--appendonly", "no", "--save", "3600 1"));
    expect(await again.hlen("hash")).toBe(100);
    expect(await again.smembers("set")).toEqual(["member"]);
    expect(await again.get("late")).toBe("1");
  });

  test("can be switched on while it runs, by CONFIG SET", async () => {
    const folder = newFolder();
    const atoll = launch(folder, "--appendonly", "no");
    const client = await connected(atoll);
    await client.set("a", "1");
    await client.config("SET", "appendonly", "yes", "appendfsync", "always");
    await eventually(async () => expect(await field(client, "aof_rewrites")).toBe("1"));
    await client.set("b", "2");
    atoll.child.kill("SIGKILL");
    await atoll.ended;
    const again = await connected(launch(folder));
    expect(await again.mget("a", "b")).toEqual(["1", "2"]);
  });

  test("is refused where it is damaged, and 'atoll aof check' says where and mends it", async () => {
    const folder = newFolder();
    const atoll = launch(folder);
    const client = await connected(atoll);
    for (let i = 0; i < 50; i++) await client.set(`key:${i}`, "value");
    await atoll.stop();
    const log = readdirSync(folder).find((name) => name.startsWith("log-")) as string; // appendonly is on
    const check = async (...flags: string[]) => {
      const { code, stdout, stderr } = await new AtollProcess(["aof", "check", folder, ...flags]).ended;
      return { code, stdout, stderr };
    };
    expect(await check()).toMatchObject({ code: 0, stderr: "" });
    const size = Number(execFileSync("stat", ["-c", "%s", join(folder, log)], { encoding: "utf8" }));
    const half = Math.floor(size / 2);
    execFileSync("dd", [`of=${join(folder, log)}`, "bs=1", `seek=${half}`, "conv=notrunc"], {
      input: "\u0000damage\u0000",
      stdio: ["pipe", "ignore", "ignore"],
    });
    const found = await check();
    expect(found.code).toBe(1);
    const offset = Number(/damaged at byte (\d+)/.exec(found.stdout)?.[1]);
    expect(offset).toBeLessThanOrEqual(half);
    const refused = await launch(folder).ended;
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(`${log} is damaged at byte ${offset}`);
    expect((await check("--fix")).stdout).toContain(`cut ${size - offset} bytes from byte ${offset} on`);
    expect(await check()).toMatchObject({ code: 0 });
    const keys = await (await connected(launch(folder))).dbsize();
    expect(keys).toBeGreaterThan(10);
    expect(keys).toBeLessThan(50);
  });

  test("may end in the middle of a record, unless that is to be refused", async () => {
    const folder = newFolder();
    const atoll = launch(folder);
    const client = await connected(atoll);
    for (let i = 0; i < 10; i++) await client.set(`key:${i}`, "value");
    atoll.child.kill("SIGKILL");
    await atoll.ended;
    const log = join(folder, readdirSync(folder).find((name) => name.startsWith("log-")) as string);
    truncateSync(log, Number(execFileSync("stat", ["-c", "%s", log], { encoding: "utf8" })) - 3);
    expect((await launch(folder, "--aof-load-truncated", "no").ended).code).toBe(2);
    expect(await (await connected(launch(folder))).dbsize()).toBe(9);
  });
});

describe("a full disk", () => {
  test.each(["always", "everysec"])(
    "with `%s` stops writes, not reads, and all goes on when there is room",
    async (policy) => {
      const disk = smallDisk();
      if (disk === undefined) return;
      writeFileSync(join(disk, "filler"), Buffer.alloc(1024 * 1024));
      const folder = join(disk, "data");
      const atoll = launch(folder, "--appendfsync", policy);
      const [, port] = await atoll.printed(READY);
      const [reader, writer] = await Promise.all([connected(atoll), connected(atoll)]);
      await reader.set("first", "1");
      const value = "x".repeat(20_000);
      let written = 0;
      for (; written < 100; written++) {
        try {
          await writer.set(`key:${written}`, value);
        } catch {
          break;
        }
      }
      expect(written).toBeLessThan(60);
      await expect(reader.set("more", "1")).rejects.toThrow(
        "MISCONF Errors writing to the AOF file: No space left on device",
      );
      expect(await reader.get("first")).toBe("1");
      expect(await field(reader, "aof_last_write_status")).toBe("err");
      // With `always` the client whose write could not be synced got no reply at all.
      if (policy === "always") await eventually(() => expect(writer.status).toBe("end"));
      rmSync(join(disk, "filler"));
      await eventually(async () => expect(await reader.set("after", "1")).toBe("OK"));
      expect(await field(reader, "aof_last_write_status")).toBe("ok");
      expect(atoll.running && Number(port) > 0).toBe(true);
      atoll.child.kill("SIGKILL");
      await atoll.ended;
      const again = await connected(launch(folder));
      expect(await again.exists("first", "after")).toBe(2);
      expect(existsSync(folder)).toBe(true);
    },
  );

  test("keeps no replica that was killed from coming back for reads", async () => {
    const disk = smallDisk();
    if (disk === undefined) return;
    const folder = join(disk, "data");
    const first = launch(folder);
    await (await connected(first)).set("kept", "1");
    first.child.kill("SIGKILL");
    await first.ended;
    writeFileSync(join(disk, "filler"), Buffer.alloc(statfsSync(disk).bavail * 4096));
    const again = launch(folder);
    const client = await connected(again);
    expect(await client.get("kept")).toBe("1");
    await expect(client.set("more", "1")).rejects.toThrow(/^MISCONF .* No space left on device$/);
    expect(readdirSync(folder)).not.toContain("manifest.json.new");
    rmSync(join(disk, "filler"));
    await eventually(async () => expect(await client.set("more", "1")).toBe("OK"));
  });

  test("is told before anything else where a new folder would be on it", async () => {
    const disk = smallDisk();
    if (disk === undefined) return;
    writeFileSync(join(disk, "filler"), Buffer.alloc(statfsSync(disk).bavail * 4096));
    const atoll = launch(join(disk, "data"));
    const { code, stdout } = await atoll.ended;
    expect(code).toBe(2);
    expect(stdout).not.toContain(" ready ");
  });
});
