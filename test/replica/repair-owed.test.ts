/**
 * How long a repair waits for its sender: a peer of which the test writes every byte has begun one, and says nothing more
 * of it. What comes instead is intervals.
 */
import { describe, expect, it } from "vitest";
import { REPAIR_STALLED_MS } from "../../src/limits/replication.ts";
import type { Link } from "../../src/replica/link.ts";
import { memoryLink } from "../../transport/memory.ts";
import { type Ack, type ControlMessage } from "../../transport/message.ts";
import { encodeInterval, encodeRepairResidue, MessageCodec } from "../../transport/message-codec.ts";
import { HELLO } from "./hello.ts";
import { World } from "./world.ts";

const PEER = 77;
const START = 10;
const EVERY_MS = 1000;
const TWICE = (2 * REPAIR_STALLED_MS) / EVERY_MS;
const NOTHING = new Uint8Array(0);

const codec = new MessageCodec();

/** A sender that has begun a repair, and had come to `time` by then. */
class SilentSender {
  readonly world = new World(["a"], { peersExpected: 1 });
  readonly link: Link;
  private readonly receive: (message: Uint8Array) => void;

  constructor(time: number) {
    const { replica } = this.world.node("a");
    const [near, far] = memoryLink();
    this.link = replica.connected(near, this.world.nowMs);
    far.attach({ received: () => {}, drained: () => {}, closed: () => {} });
    this.receive = (message) => replica.receive(this.link, message, this.world.nowMs);
    const context = [PEER, START];
    this.say({ ...HELLO, originId: PEER, wallMs: this.world.nowMs, context, floors: context });
    this.tellTime(time);
    this.say({ kind: "repair-begin", context: [PEER, START], resumed: 0, salt: 1 });
    this.receive(encodeRepairResidue([], false));
    expect(replica.repairing).toBe(true);
  }

  get aborted(): number {
    return this.world.node("a").replica.counters.repairsAborted;
  }

  tellTime(ownTime: number): void {
    const ack: Ack = {
      kind: "ack",
      sentMs: 0,
      echoMs: 0,
      heldMs: 0,
      receivedBytes: 0,
      ownTime,
      durableTime: 0,
      changes: [],
    };
    this.say(ack);
  }

  sendInterval(from: number, to: number): void {
    this.receive(encodeInterval(PEER, from, to, [], NOTHING));
  }

  private say(message: ControlMessage): void {
    this.receive(codec.encode(message));
  }
}

describe("a repair whose sender says nothing more of it", () => {
  it("goes on as long as what the sender had by then is coming", () => {
    const sender = new SilentSender(START + TWICE);
    for (let n = 0; n < TWICE; n++) {
      sender.world.run(EVERY_MS);
      sender.sendInterval(START + n, START + n + 1);
    }
    expect(sender.aborted).toBe(0);
  });

  it("goes on, too, where that has come before, and comes once more", () => {
    const sender = new SilentSender(START + TWICE);
    for (let n = 0; n < TWICE; n++) {
      sender.world.run(EVERY_MS);
      sender.sendInterval(START, START + 1);
    }
    expect(sender.aborted).toBe(0);
  });

  it("is given up though heartbeats come: the sender may have lost it", () => {
    const sender = new SilentSender(START);
    for (let n = 0; n < TWICE; n++) {
      sender.world.run(EVERY_MS);
      sender.tellTime(START + n + 1);
      sender.sendInterval(START + n, START + n + 1);
    }
    expect(sender.aborted).toBeGreaterThan(0);
    expect(sender.link.state).toBe("open");
  });
});
