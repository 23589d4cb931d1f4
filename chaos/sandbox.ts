/**
 * Namespaces for a run, where the machine allows them: the command starts itself again through `unshare`, with a
 * network, mounts and process ids of its own. Whatever is made inside ends with the last process inside, however that
 * comes about, and nothing of the machine's own network is touched.
 */
import { spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const MARK = "ATOLL_CHAOS_SANDBOX";
const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));

const NAMESPACES = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
/** As a user who is nobody outside, else as root. */
const WAYS = [["--user", "--map-root-user", ...NAMESPACES], NAMESPACES];
const PROBE = "ip link add chaos0 type bridge; mount -t tmpfs tmpfs /run; mkdir /run/netns; ip netns add chaos0";

export function isSandboxed(): boolean {
  return process.env[MARK] !== undefined;
}

/** The arguments for `unshare`; undefined where it is not possible. */
export function sandbox(): readonly string[] | undefined {
  return WAYS.find((way) => spawnSync("unshare", [...way, "sh", "-ec", PROBE], { stdio: "ignore" }).status === 0);
}

/** Runs this command again inside; its exit code. SIGINT and SIGTERM are handed on. */
export async function runInside(way: readonly string[], args: readonly string[]): Promise<number> {
  const child = spawn("unshare", [...way, process.execPath, MAIN, ...args], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    env: { ...process.env, [MARK]: "1" },
    // A terminal's Ctrl-C reaches this process alone, and the one inside is asked once.
    detached: true,
  });
  const stop = (): void => {
    if (child.connected) child.disconnect();
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  return await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}
