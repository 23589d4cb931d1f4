/**
 * The link contract, over memory and over WebSocket.
 */
import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import type { LinkPort } from "../../transport/link.ts";
import { memoryLink, type MemoryPort } from "../../transport/memory.ts";
import { SUBPROTOCOL } from "../../transport/message.ts";
import { PeerNetwork, type LinkOwner } from "../../transport/websocket.ts";
import { linkContract, type LinkEnd, type LinkPair } from "./link-contract.ts";

const DEADLINE_MS = 45_000;

interface TestLink extends LinkEnd {
  readonly peer: undefined;
}

/** An owner that only writes down what happens. */
class Recorder implements LinkOwner<TestLink> {
  readonly links: TestLink[] = [];
  readonly garbles: string[] = [];
  strangers = 0;

  connected(port: LinkPort): TestLink {
    const link = { port, received: [], closes: [], drains: 0, peer: undefined };
    this.links.push(link);
    return link;
  }
  receive(link: TestLink, message: Uint8Array): void {
    link.received.push(message);
  }
  closed(link: TestLink, _: number, code: number, reason: string): void {
    link.closes.push({ code, reason });
  }
  drained(link: TestLink): void {
    link.drains++;
  }
  garbled(_: TestLink, reason: string): void {
    this.garbles.push(reason);
  }
  turnedAway(): void {
    this.strangers++;
  }
  linkedTo(): boolean {
    return true;
  }
  refuses(): boolean {
    return false;
  }
}

async function until(done: () => boolean): Promise<void> {
  const deadlineMs = Date.now() + DEADLINE_MS;
  while (!done()) {
    if (Date.now() > deadlineMs) throw new Error("not in time");
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

function memoryEnd(port: MemoryPort): LinkEnd {
  const end: LinkEnd = { port, received: [], closes: [], drains: 0 };
  port.attach({
    received: (message) => void end.received.push(message),
    closed: (code, reason) => void end.closes.push({ code, reason }),
    drained: () => void end.drains++,
  });
  return end;
}

async function memoryPair(): Promise<LinkPair> {
  const [near, far] = memoryLink();
  return {
    dialing: memoryEnd(near),
    listening: memoryEnd(far),
    until: async (done) => {
      while (!done()) if (!near.deliver() && !far.deliver() && !done()) throw new Error("nothing moves any more");
    },
    sever: () => near.sever(),
    end: async () => {},
  };
}

async function network(owner: Recorder, seeds: { host: string; port: number }[] = []) {
  const made = new PeerNetwork<TestLink>({
    host: "127.0.0.1",
    port: 0,
    seeds,
    random: () => 0.5,
    messageBytesMax: 5_000_000,
  });
  await made.listen();
  made.attach(owner);
  return made;
}

async function webSocketPair(): Promise<LinkPair> {
  const [far, near] = [new Recorder(), new Recorder()];
  const listening = await network(far);
  const dialing = await network(near, [{ host: "127.0.0.1", port: listening.port }]);
  dialing.dial();
  await until(() => far.links.length === 1 && near.links.length === 1);
  return {
    dialing: near.links[0] as TestLink,
    listening: far.links[0] as TestLink,
    until,
    sever: () => dialing.sever(),
    end: async () => void (await Promise.all([dialing.close(), listening.close()])),
  };
}

linkContract("memory", memoryPair);
linkContract("WebSocket", webSocketPair);

async function withPort(check: (port: number, owner: Recorder, net: PeerNetwork<TestLink>) => Promise<void>) {
  const owner = new Recorder();
  const net = await network(owner);
  try {
    await check(net.port, owner, net);
  } finally {
    await net.close();
  }
}

describe("the peer port", () => {
  it("dials a seed again until it answers", async () => {
    const [far, near] = [new Recorder(), new Recorder()];
    const first = await network(far);
    const { port } = first;
    await first.close();
    const dialing = await network(near, [{ host: "127.0.0.1", port }]);
    dialing.dial();
    const second = new PeerNetwork<TestLink>({ host: "127.0.0.1", port, seeds: [], random: () => 0.5 });
    await second.listen();
    second.attach(far);
    await until(() => near.links.length === 1);
    await Promise.all([dialing.close(), second.close()]);
  });

  it("turns away other subprotocols and requests from browsers", async () => {
    await withPort(async (port, owner) => {
      for (const [protocol, options] of [
        ["atoll.v999", {}],
        [SUBPROTOCOL, { origin: "http://page.example" }],
      ] as const) {
        const socket = new WebSocket(`ws://127.0.0.1:${port}`, protocol, options);
        const [error] = (await once(socket, "error")) as [Error];
        expect(error.message).toMatch(/Unexpected server response: 40[03]/);
      }
      expect(owner.strangers).toBe(2);
      expect(owner.links).toEqual([]);
    });
  });

  it("reports texts and messages beyond the bound as garbled", async () => {
    await withPort(async (port, owner) => {
      const texter = new WebSocket(`ws://127.0.0.1:${port}`, SUBPROTOCOL);
      await once(texter, "open");
      texter.send("hello");
      await until(() => owner.garbles.length === 1);
      texter.terminate();
      const shouter = new WebSocket(`ws://127.0.0.1:${port}`, SUBPROTOCOL);
      shouter.on("error", () => {});
      await once(shouter, "open");
      shouter.send(new Uint8Array(5_000_001));
      await until(() => owner.garbles.length === 2);
      expect(owner.links.every(({ received }) => received.length === 0)).toBe(true);
    });
  });

  it("survives bytes that are no WebSocket at all", async () => {
    await withPort(async (port, owner) => {
      for (const bytes of ["\0\xff\x13garbage\r\n\r\n", "GET / HTTP/1.1\r\nhost: x\r\n\r\n"]) {
        const socket = connect(port, "127.0.0.1");
        socket.on("error", () => {});
        socket.write(bytes, "latin1");
        socket.resume();
        await once(socket, "close");
      }
      const fine = new WebSocket(`ws://127.0.0.1:${port}`, SUBPROTOCOL);
      await once(fine, "open");
      await until(() => owner.links.length === 1);
      fine.terminate();
    });
  });
});
