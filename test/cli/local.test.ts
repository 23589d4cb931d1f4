/**
 * `atoll local`: three replicas from one command, and their common end.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterEach, expect, test } from "vitest";
import { AtollProcess } from "../atoll-process.ts";
import { eventually } from "../eventually.ts";

const started: AtollProcess[] = [];

async function startLocal(
  flags: readonly string[] = ["--memory"],
): Promise<{ launcher: AtollProcess; children: number[] }> {
  const launcher = new AtollProcess(["local", "--free-ports", ...flags]);
  started.push(launcher);
  await launcher.printed(/Three replicas are ready/);
  const listed = execFileSync("ps", ["-o", "pid=", "--ppid", String(launcher.child.pid)], { encoding: "utf8" });
  return { launcher, children: listed.trim().split(/\s+/).map(Number) };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function expectGone(pids: readonly number[]): Promise<void> {
  await eventually(() => expect(pids.filter(isRunning)).toEqual([]));
}

afterEach(async () => {
  await Promise.all(started.splice(0).map(async (launcher) => await launcher.stop()));
});

test("starts three replicas that see each other, and prints where they are", async () => {
  const { launcher, children } = await startLocal();
  expect(children).toHaveLength(3);
  const ports = [...launcher.stdout.matchAll(/^ {2}(us|eu|ap) {3}redis-cli -p (\d+)/gm)];
  expect(ports.map(([, region]) => region)).toEqual(["us", "eu", "ap"]);
  expect(launcher.stdout).toMatch(/^us \| .* ready /m);
  expect(launcher.stdout).not.toContain("\u001b[");
});

test("keeps the data in the folder that it names, and has it again", async () => {
  const folder = mkdtempSync(join(tmpdir(), "atoll-local-"));
  const start = async (): Promise<[AtollProcess, Redis]> => {
    const launcher = new AtollProcess(["local", "--free-ports", "--data-dir", folder]);
    started.push(launcher);
    await launcher.printed(/Three replicas are ready/);
    const port = Number(/^ {2}us {3}redis-cli -p (\d+)/m.exec(launcher.stdout)?.[1]);
    return [launcher, new Redis(port, "127.0.0.1")];
  };
  const [first, client] = await start();
  expect(first.stdout).toContain(`Data is kept in ${folder}.`);
  await client.set("greeting", "hello");
  client.disconnect();
  await first.stop();
  expect(readdirSync(folder).toSorted()).toEqual(["ap", "eu", "us"]);
  const [, again] = await start();
  expect(await again.get("greeting")).toBe("hello");
  again.disconnect();
  rmSync(folder, { recursive: true });
});

test("says that a folder is temporary, and keeps nothing when asked to", async () => {
  const { launcher } = await startLocal([]);
  const [, folder = ""] = /^Data is kept in (\S+), a temporary folder\.$/m.exec(launcher.stdout) ?? [];
  expect(existsSync(join(folder, "us", "manifest.json"))).toBe(true);
  await launcher.stop();
  rmSync(folder, { recursive: true });
  const memory = new AtollProcess(["local", "--free-ports", "--memory"]);
  started.push(memory);
  await memory.printed(/^Data is kept in memory only: it is gone when all three have stopped\.$/m);
  await memory.printed(/Three replicas are ready/);
});

test.each(["SIGINT", "SIGTERM"] as const)("one %s stops the launcher and all replicas", async (signal) => {
  const { launcher, children } = await startLocal();
  launcher.child.kill(signal);
  expect(await launcher.ended).toMatchObject({ code: 0, signal: null, stderr: "" });
  await expectGone(children);
});

test("when one replica dies the launcher says so, stops the others and exits with 1", async () => {
  const { launcher, children } = await startLocal();
  process.kill(children[1] as number, "SIGKILL"); // three were started
  const { code, stderr } = await launcher.ended;
  expect(code).toBe(1);
  expect(stderr).toMatch(/^(us|eu|ap) \| stopped unexpectedly \(SIGKILL\); stopping the others\n$/);
  await expectGone(children);
});

test("no replica outlives a launcher that was killed", async () => {
  const { launcher, children } = await startLocal();
  launcher.child.kill("SIGKILL");
  await launcher.ended;
  await expectGone(children);
});
