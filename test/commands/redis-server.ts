/**
 * A real redis-server as an oracle: found on PATH, started on a Unix socket in a
 * temporary directory, asked one command at a time.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { eventually } from "../eventually.ts";
import { readReply } from "./resp-reply.ts";
import type { ReplyNode } from "./resp-reply.ts";

/** The path of a redis-server, undefined when this machine has none. */
export function findRedisServer(): string | undefined {
  const candidates = (process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, "redis-server"));
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

export class RedisServer {
  private readonly child: ChildProcess;
  private readonly folder: string;
  private readonly socket: Socket;
  private received: Buffer = Buffer.alloc(0);
  private wake: () => void = () => undefined;

  private constructor(child: ChildProcess, folder: string, socket: Socket) {
    this.child = child;
    this.folder = folder;
    this.socket = socket;
    socket.on("data", (bytes) => {
      this.received = Buffer.concat([this.received, bytes]);
      this.wake();
    });
    process.once("exit", this.end);
  }

  static async start(path: string, more: readonly string[] = []): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), "atoll-oracle-"));
    const address = join(folder, "redis.sock");
    const options = ["--port", "0", "--unixsocket", address, "--save", "", "--appendonly", "no", "--dir", folder];
    const child = spawn(path, [...options, ...more], { stdio: "ignore" });
    const socket = await eventually(() => open(address));
    return new RedisServer(child, folder, socket);
  }

  async execute(words: readonly string[]): Promise<ReplyNode> {
    const [reply] = await this.executeAll([words]);
    if (reply === undefined) throw new Error("no reply");
    return reply;
  }

  /** All at once, as a pipeline. */
  async executeAll(lines: readonly (readonly string[])[]): Promise<ReplyNode[]> {
    const requests = lines.map((words) => {
      const parts = words.map((word) => `$${word.length}\r\n${word}\r\n`);
      return `*${words.length}\r\n${parts.join("")}`;
    });
    this.socket.write(Buffer.from(requests.join(""), "latin1"));
    const replies: ReplyNode[] = [];
    while (replies.length < lines.length) replies.push(await this.nextReply());
    return replies;
  }

  private async nextReply(): Promise<ReplyNode> {
    for (;;) {
      const read = readReply(this.received);
      if (read !== undefined) {
        this.received = this.received.subarray(read.end);
        return read.node;
      }
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  async stop(): Promise<void> {
    this.socket.destroy();
    const exited = once(this.child, "exit");
    this.child.kill("SIGTERM");
    await exited;
    process.off("exit", this.end);
    this.end();
  }

  /** Also where the process ends without having stopped it. */
  private readonly end = (): void => {
    this.child.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  };
}

async function open(address: string): Promise<Socket> {
  const socket = connect(address);
  await once(socket, "connect");
  return socket;
}
