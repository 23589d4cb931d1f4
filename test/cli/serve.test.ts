/**
 * `atoll serve` as a process: how it starts, where it takes its settings from, and how it ends.
 */
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { afterEach, describe, expect, test } from "vitest";
import { ATOLL, AtollProcess } from "../atoll-process.ts";
import { eventually } from "../eventually.ts";

const FREE = ["--port", "0", "--http-port", "0", "--peer-port", "0"];
const READY = / ready .*resp=127\.0\.0\.1:(\d+).*http=127\.0\.0\.1:(\d+).*peers=127\.0\.0\.1:(\d+)/;

const started: AtollProcess[] = [];

function start(args: readonly string[], options?: ConstructorParameters<typeof AtollProcess>[1]): AtollProcess {
  const atoll = new AtollProcess(args, options);
  started.push(atoll);
  return atoll;
}

afterEach(async () => {
  await Promise.all(started.splice(0).map(async (atoll) => await atoll.stop()));
});

/** Sends a request to the port and waits for the reply. */
async function ask(port: number, request: string, reply: RegExp): Promise<Socket> {
  const socket = connect(port, "127.0.0.1").setEncoding("utf8");
  let received = "";
  socket.on("data", (text: string) => (received += text));
  await once(socket, "connect");
  socket.write(request);
  await eventually(() => expect(received).toMatch(reply));
  return socket;
}

describe("starting", () => {
  test("prints one line when it is ready, and answers", async () => {
    const atoll = start(["serve", ...FREE]);
    const [, port] = await atoll.printed(READY);
    (await ask(Number(port), "PING\r\n", /^\+PONG\r\n$/)).destroy();
    expect(atoll.stdout.trim().split("\n")).toHaveLength(1);
    expect(atoll.stderr).toBe("");
  });

  test("works through symbolic links and from any folder, and the pid is the server's own", async () => {
    const folder = await mkdtemp(join(tmpdir(), "atoll-"));
    await symlink(ATOLL, join(folder, "first"));
    await symlink("first", join(folder, "second"));
    const atoll = start(["serve", ...FREE], { command: join(folder, "second"), cwd: folder });
    const [, port] = await atoll.printed(READY);
    const pid = new RegExp(`process_id:${atoll.child.pid}\r\n`);
    (await ask(Number(port), "INFO server\r\n", pid)).destroy();
    await rm(folder, { recursive: true });
  });

  test("takes settings from the environment, and a flag beats the environment", async () => {
    const env = { ATOLL_NODE_ID: "from-environment", ATOLL_REGION: "mars", ATOLL_REQUIREPASS: "secret" };
    const atoll = start(["serve", ...FREE, "--node-id", "from-flag"], { env });
    const [, port, httpPort] = await atoll.printed(READY);
    (await ask(Number(port), "GET a\r\n", /^-NOAUTH /)).destroy();
    const health = await fetch(`http://127.0.0.1:${httpPort}/health`);
    expect(await health.json()).toMatchObject({ status: "alive", node: "from-flag", region: "mars" });
  });

  test("answers health, readiness and metrics", async () => {
    const [, , httpPort] = await start(["serve", ...FREE]).printed(READY);
    const get = async (path: string): Promise<Response> => await fetch(`http://127.0.0.1:${httpPort}${path}`);
    expect((await get("/health")).status).toBe(200);
    await eventually(async () => expect((await get("/ready")).status).toBe(200));
    expect(await (await get("/metrics")).text()).toMatch(/^atoll_ready 1$/m);
    expect((await get("/elsewhere")).headers.get("content-type")).toBe("application/problem+json");
  });
});

describe("ending", () => {
  test.each(["SIGTERM", "SIGINT"] as const)("%s stops it with code 0, clients or not", async (signal) => {
    const atoll = start(["serve", ...FREE]);
    const [, port] = await atoll.printed(READY);
    const socket = await ask(Number(port), "PING\r\n", /PONG/);
    const closed = once(socket, "close");
    atoll.child.kill(signal);
    expect(await atoll.ended).toMatchObject({ code: 0, signal: null, stderr: "" });
    await closed;
  });

  test("strangers who are connected to its ports and say nothing do not keep it from stopping", async () => {
    const atoll = start(["serve", ...FREE]);
    const [, ...ports] = await atoll.printed(READY);
    const sockets = ports.map((port) => connect(Number(port), "127.0.0.1").on("error", () => {}));
    await Promise.all(sockets.map(async (socket) => await once(socket, "connect")));
    atoll.child.kill("SIGTERM");
    expect(await atoll.ended).toMatchObject({ code: 0, signal: null, stderr: "" });
    for (const socket of sockets) socket.destroy();
  });

  test("SHUTDOWN stops it with code 0", async () => {
    const atoll = start(["serve", ...FREE]);
    const [, port] = await atoll.printed(READY);
    connect(Number(port), "127.0.0.1").end("SHUTDOWN NOSAVE\r\n");
    expect(await atoll.ended).toMatchObject({ code: 0, signal: null });
  });

  test("a second signal ends it at once", async () => {
    const atoll = start(["serve", ...FREE]);
    const [, port] = await atoll.printed(READY);
    // Nobody reads this client's replies, so that an orderly stop has something to wait for.
    const stuck = connect(Number(port), "127.0.0.1").on("error", () => {});
    await once(stuck, "connect");
    stuck.pause();
    stuck.write(`SET big ${"x".repeat(60_000)}\r\n${"GET big\r\n".repeat(2000)}`);
    await ask(Number(port), "CLIENT LIST\r\n", /omem=[1-9]\d{6}|tot-mem=\d{8}/).then((socket) => socket.destroy());
    atoll.child.kill("SIGTERM");
    await atoll.printed(/ stopping/);
    atoll.child.kill("SIGTERM");
    expect(await atoll.ended).toMatchObject({ code: 1 });
    stuck.destroy();
  });
});

describe("asking", () => {
  test("--version prints the version", async () => {
    expect(await start(["--version"]).ended).toMatchObject({ code: 0, stdout: "0.1.0\n", stderr: "" });
  });

  test.each([[["--help"]], [["help"]]])("%j lists the commands", async (args) => {
    const { code, stdout, stderr } = await start(args).ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const command of ["serve", "local", "sim"]) expect(stdout).toMatch(new RegExp(`^  ${command}`, "m"));
  });

  test.each([[["sim", "--help"]], [["sim", "-h"]], [["help", "sim"]]])(
    "%j lists the simulator's commands",
    async (args) => {
      const { code, stdout, stderr } = await start(args).ended;
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toMatch(/^Usage: atoll sim /);
      for (const command of ["run", "search", "replay", "shrink"])
        expect(stdout).toMatch(new RegExp(`^  ${command}`, "m"));
    },
  );

  test("serve --help lists every flag with its environment variable", async () => {
    const { stdout } = await start(["serve", "--help"]).ended;
    const names = "node-id region host port http-port peer-port seeds cluster-id maxclients requirepass log-level";
    for (const name of names.split(" ")) {
      expect(stdout).toContain(`--${name}`);
      expect(stdout).toContain(`ATOLL_${name.toUpperCase().replaceAll("-", "_")}`);
    }
  });
});
