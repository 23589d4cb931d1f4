/**
 * Whatever is wrong with the input: exactly one line on stderr that says what, nothing on stdout, exit code 2.
 */
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { AtollProcess } from "../atoll-process.ts";

const ALL_FREE = ["--port", "0", "--http-port", "0", "--peer-port", "0"];

async function expectRefusal(args: readonly string[], says: RegExp, env: NodeJS.ProcessEnv = {}): Promise<void> {
  const { code, stdout, stderr } = await new AtollProcess(args, { env }).ended;
  expect(stderr).toMatch(/^atoll: [^\n]+\n$/);
  expect(stderr).toMatch(says);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
}

test.each([
  [["serve", "--frobnicate"], /unknown option '--frobnicate'/],
  [["serve", "--prot", "6379"], /unknown option '--prot' \(Did you mean --port\?\)/],
  [["frobnicate"], /unknown command 'frobnicate'/],
  [["version"], /unknown command 'version'/],
  [["frobnicate", "twice"], /unknown command 'frobnicate'/],
  [[], /a command is missing/],
  [["help", "frobnicate"], /there is no such command/],
  [["serve", "extra"], /extra/],
  [["serve", "--port", "sixty"], /--port.*'sixty'/],
  [["serve", "--port", "65536"], /--port.*'65536'/],
  [["serve", "--port", "-1"], /--port/],
  [["serve", "--port"], /--port/],
  [["serve", "--maxclients", "0"], /--maxclients.*whole number from 1/],
  [["serve", "--maxclients", "1.5"], /--maxclients/],
  [["serve", "--seeds", "elsewhere"], /--seeds.*'elsewhere' is not an address/],
  [["serve", "--seeds", "127.0.0.1:7946,"], /--seeds/],
  [["serve", "--seeds", "127.0.0.1:0"], /--seeds/],
  [["serve", "--region", "far away"], /--region/],
  [["serve", "--node-id", ""], /--node-id/],
  [["serve", "--log-level", "loud"], /--log-level.*debug, info, warn, error/],
  [["serve", ...ALL_FREE, "--appendonly", "yes"], /appendonly: the keyspace is not persisted to files/],
  [["serve", ...ALL_FREE, "--appendfsync", "sometimes"], /appendfsync: .*everysec, always, no/],
  [["serve", ...ALL_FREE, "--data-dir", "/proc/nowhere"], /\/proc\/nowhere cannot be used/],
  [["local", "--memory", "--data-dir", "somewhere"], /--memory or --data-dir, not both/],
  [["aof"], /missing/],
  [["aof", "frobnicate"], /frobnicate/],
  [["aof", "check"], /folder/],
  [["aof", "check", "no-such-folder"], /there is no folder no-such-folder/],
  [["aof", "check", ".", "--frobnicate"], /--frobnicate/],
  [["serve", ...ALL_FREE, "--host", "not/a/host"], /--host/],
  [["serve", ...ALL_FREE, "--host", "192.0.2.1"], /192\.0\.2\.1.*is not an address of this machine/],
  [["local", "--replicas", "5"], /unknown option '--replicas'/],
] as const)("%j is refused", async (args, says) => {
  await expectRefusal(args, says);
});

test("a bad value in the environment is refused by the name of its variable", async () => {
  await expectRefusal(["serve"], /ATOLL_PORT/, { ATOLL_PORT: "http" });
});

test.each(["--port", "--http-port", "--peer-port"])("a %s that is in use is refused by name", async (flag) => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo; // TCP
  await expectRefusal(
    ["serve", ...ALL_FREE, flag, String(port)],
    new RegExp(`127\\.0\\.0\\.1:${port} is in use by another process; choose another with ${flag}`),
  );
  other.close();
});
