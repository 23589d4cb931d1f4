/**
 * Peers that are not let in, and messages that are not what they should be:
 * each ends its link with its own code, is counted, and changes nothing.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { CloseCode, type CloseCodeName } from "../../transport/link.ts";
import { ASK_NODES_MAX, PROTOCOL_VERSION, type ControlMessage, type Hello } from "../../transport/message.ts";
import {
  encodeInterval,
  encodeRangeChunk,
  encodeRangeDescription,
  encodeRepairChunk,
  encodeRepairDescription,
  encodeRepairResidue,
  MessageCodec,
} from "../../transport/message-codec.ts";
import { memoryLink } from "../../transport/memory.ts";
import { HELLO } from "./hello.ts";
import { World, type Node } from "./world.ts";

const codec = new MessageCodec();

/** A replica, and a peer of which the test writes every byte. */
class Stranger {
  readonly world = new World(["a"], { limits: { linksMax: 3 }, peersExpected: 1 });
  readonly node: Node = this.world.node("a");
  readonly closes: number[] = [];
  private readonly port;

  constructor() {
    const [near, far] = memoryLink();
    this.port = far;
    const link = this.node.replica.connected(near, this.world.nowMs);
    far.attach({ received: () => {}, drained: () => {}, closed: (code) => void this.closes.push(code) });
    near.attach({
      received: (message) => this.node.replica.receive(link, message, this.world.nowMs),
      drained: () => {},
      closed: () => this.node.replica.closed(link, this.world.nowMs),
    });
    this.near = near;
  }

  private readonly near;

  say(...messages: (ControlMessage | Uint8Array)[]): this {
    for (const message of messages) this.port.send(message instanceof Uint8Array ? message : codec.encode(message));
    while (this.port.deliver());
    while (this.near.deliver());
    return this;
  }

  expectEnded(code: CloseCodeName): void {
    expect(this.closes).toEqual([CloseCode[code]]);
    expect(this.node.replica.counters.closed[code]).toBe(1);
    this.expectUntouched();
  }

  expectUntouched(): void {
    expect(this.node.state.applied).toBe(0);
    expect(this.node.state.repair.stagedBytes).toBe(0);
    expect(this.node.state.events.size).toBe(0);
    expect(this.node.replica.heldCount).toBe(0);
  }
}

const event = (id: number, time: number): Uint8Array => Buffer.from(JSON.stringify([[id, time, "x"]]));
const NOTHING = Buffer.from("[]");
const NO_PLACE = new Uint8Array(0);

/** From and to a place of so many bytes. */
const compareRange = (type: number, bytes: number) => ({
  kind: "repair-compare-range" as const,
  db: 0,
  type,
  fine: 0,
  key: new Uint8Array(1),
  from: new Uint8Array(bytes),
  to: new Uint8Array(bytes),
});

const FETCH_WRONG_RANGES: ControlMessage = {
  kind: "repair-fetch-ranges",
  db: 0,
  type: 3,
  key: new Uint8Array(1),
  ranges: [
    { from: NO_PLACE, to: NO_PLACE },
    { from: new Uint8Array(5), to: NO_PLACE },
  ],
};
const ask = (bits: number, nodes: number[]): ControlMessage => ({ kind: "repair-compare", bits, nodes });

describe("a hello is refused", () => {
  const refusals: [CloseCodeName, string, Partial<Hello>][] = [
    ["protocolVersion", "of another version", { version: PROTOCOL_VERSION + 1 }],
    ["clusterId", "of another cluster", { clusterId: "other" }],
    ["ownReflection", "with this replica's own origin", { originId: 0xabc1 }],
    ["nodeIdTaken", "with this replica's own node id", { nodeId: "a" }],
    ["clockAhead", "by a clock far ahead", { wallMs: 1_000_501 }],
  ];
  for (const [code, why, change] of refusals) {
    it(why, () => new Stranger().say({ ...HELLO, ...change }).expectEnded(code));
  }

  it("when another living node has its name", () => {
    const world = new World(["a", "b"]);
    world.connect("a", "b");
    world.run(20);
    const impostor = world.add("b", { originId: 99 });
    const wire = world.connect("b", "a");
    world.run(5);
    expect(world.node("a").replica.counters.closed.nodeIdTaken).toBe(1);
    expect(wire.closes.map(({ code }) => code)).toContain(CloseCode.nodeIdTaken);
    expect(impostor.replica.linkedTo("a")).toBe(false);
  });

  it("when there are too many links", () => {
    const world = new World(["a"], { limits: { linksMax: 1 } });
    world.add("b");
    world.add("c");
    world.connect("b", "a");
    world.connect("c", "a");
    world.run(5);
    expect(world.node("a").replica.counters.closed.tooManyLinks).toBe(1);
  });

  it("and a clock within the offset is not", () => {
    const stranger = new Stranger().say({ ...HELLO, wallMs: 1_000_500 });
    expect(stranger.closes).toEqual([]);
    expect(stranger.node.replica.linkedTo("peer")).toBe(true);
  });
});

describe("two links to one node", () => {
  it("leave the one that the smaller node id dialed", () => {
    for (const order of [
      ["a", "b"],
      ["b", "a"],
    ] as const) {
      const world = new World(["a", "b"]);
      const first = world.connect(order[0], order[1]);
      const second = world.connect(order[1], order[0]);
      world.run(20);
      const [kept, ended] = order[0] === "a" ? [first, second] : [second, first];
      expect(kept.ends[0].open).toBe(true);
      expect(ended.ends[0].open).toBe(false);
      world.tick("a", "still linked");
      world.expectConverged(50);
    }
  });

  it("leave the newer one when the same side dialed both", () => {
    const world = new World(["a", "b"]);
    const first = world.connect("a", "b");
    world.run(20);
    const second = world.connect("a", "b");
    world.run(20);
    expect([first.ends[0].open, second.ends[0].open]).toEqual([false, true]);
  });
});

describe("a message", () => {
  it("before hello ends the link", () => {
    new Stranger().say({ kind: "repair-request", resume: [] }).expectEnded("unexpected");
  });

  it("of a second hello ends the link", () => {
    new Stranger().say(HELLO, HELLO).expectEnded("unexpected");
  });

  it("that is malformed ends the link and changes nothing", () => {
    const interval = encodeInterval(77, 0, 10, [], event(77, 5));
    new Stranger().say(HELLO, interval.subarray(0, 20)).expectEnded("malformed");
    new Stranger().say(HELLO, Uint8Array.of(0xc1)).expectEnded("malformed");
  });

  it("whose body is malformed ends the link and changes nothing", () => {
    new Stranger().say(HELLO, encodeInterval(77, 0, 10, [], Buffer.from("{"))).expectEnded("malformed");
    new Stranger().say(HELLO, encodeInterval(77, 0, 10, [], event(77, 11))).expectEnded("malformed");
    new Stranger().say(HELLO, encodeInterval(77, 5, 10, [], event(77, 3))).expectEnded("malformed");
  });

  it("of a later version's kind is passed over", () => {
    const stranger = new Stranger().say(HELLO, Uint8Array.of(0x91, 50), Uint8Array.of(0x07, 1));
    expect(stranger.closes).toEqual([]);
    expect(stranger.node.replica.counters.unknownMessages).toBe(2);
  });

  it("that overlaps what its origin cut ends the link", () => {
    const stranger = new Stranger().say(HELLO, encodeInterval(77, 0, 10, [], event(77, 5)));
    stranger.say(encodeInterval(77, 5, 20, [], event(77, 15)));
    expect(stranger.closes).toEqual([CloseCode.overlap]);
    expect(stranger.node.state.applied).toBe(1);
  });

  it("in this replica's own name beyond what it wrote ends the link", () => {
    new Stranger().say(HELLO, encodeInterval(0xabc1, 0, 10, [], event(0xabc1, 5))).expectEnded("unexpected");
  });

  it("that comes again and again changes nothing", () => {
    const interval = encodeInterval(77, 0, 10, [], event(77, 5));
    const stranger = new Stranger().say(HELLO, interval, interval, interval);
    expect(stranger.node.state.applied).toBe(1);
    expect(stranger.node.replica.counters.intervalsDuplicate).toBe(2);
  });

  it("behind a gap is held, once", () => {
    const interval = encodeInterval(77, 10, 20, [], event(77, 15));
    const stranger = new Stranger().say(HELLO, interval, interval);
    expect(stranger.node.replica.heldCount).toBe(1);
    stranger.say(encodeInterval(77, 0, 10, [], event(77, 5)));
    expect(stranger.node.state.applied).toBe(2);
    expect(stranger.node.replica.heldCount).toBe(0);
  });

  it("of a repair that nobody asked for is passed over", () => {
    const chunk = encodeRepairChunk({ done: 1, more: false, changes: [], bytes: NOTHING });
    const begin: ControlMessage = { kind: "repair-begin", context: [77, 10], resumed: 0, salt: 1 };
    const stranger = new Stranger().say(HELLO, begin, encodeRepairResidue([], false), chunk);
    stranger.say(encodeRepairDescription({ done: 1, changes: [], bytes: NOTHING }));
    stranger.say({ kind: "repair-end", context: [77, 10] });
    stranger.say({ kind: "repair-fetch", bits: 14, nodes: [0] }, { kind: "repair-done" });
    expect(stranger.closes).toEqual([]);
    stranger.expectUntouched();
  });

  describe("of a repair that is out of order ends the link and leaves nothing", () => {
    const lapping = { ...HELLO, context: [77, 10], floors: [77, 10] };
    const begin: ControlMessage = { kind: "repair-begin", context: [77, 10], resumed: 0, salt: 1 };
    const residue = encodeRepairResidue([], false);
    const chunk = (done: number, more = false, bytes: Uint8Array = NOTHING) =>
      encodeRepairChunk({ done, more, changes: [], bytes });
    const cases: [string, (ControlMessage | Uint8Array)[]][] = [
      ["an answer to more than was asked", [begin, residue, chunk(ASK_NODES_MAX + 1)]],
      [
        "a description where content was asked for",
        [begin, residue, encodeRepairDescription({ done: 1, changes: [], bytes: NOTHING })],
      ],
      [
        "a description of a range where content was asked for",
        [begin, residue, encodeRangeDescription({ next: NO_PLACE, changes: [], bytes: NOTHING })],
      ],
      [
        "elements of a range where nodes were asked for",
        [begin, residue, encodeRangeChunk({ next: NO_PLACE, more: false, changes: [], bytes: NOTHING })],
      ],
      ["an end before everything was asked", [begin, residue, chunk(1), { kind: "repair-end", context: [77, 10] }]],
      ["an empty piece", [begin, residue, chunk(1, true, new Uint8Array(0))]],
      ["content that is none", [begin, residue, chunk(1, false, Buffer.from("{"))]],
      ["content of other nodes", [begin, residue, chunk(1, false, event(77, 5))]],
      ["vectors after the residue", [begin, residue, { kind: "repair-vector", originId: 77, dependencies: [] }]],
      ["residue without an end", [begin, residue, residue]],
      ["a start that knows our future", [{ ...begin, context: [0xabc1, 1] }]],
      ["a repair resumed that never began", [{ ...begin, resumed: 1 }]],
    ];
    it.each(cases)("%s", (_, messages) => new Stranger().say(lapping, ...messages).expectEnded("malformed"));
  });

  describe("that asks of a repair what cannot be asked ends the link", () => {
    const request: ControlMessage = { kind: "repair-request", resume: [] };
    const cases: [string, CloseCodeName, ControlMessage[]][] = [
      ["a description of single hashes", "malformed", [request, ask(32, [0])]],
      ["the content of more than slots", "malformed", [request, { kind: "repair-fetch", bits: 10, nodes: [0] }]],
      ["nodes between the levels", "malformed", [request, ask(5, [0])]],
      ["a hash that is no node", "malformed", [request, ask(14, [1])]],
      ["a range of no collection", "malformed", [request, compareRange(1, 0)]],
      ["a range of a collection in no database", "malformed", [request, { ...compareRange(3, 0), db: 16 }]],
      ["a range that ends where it begins", "malformed", [request, compareRange(3, 4)]],
      ["a range between places that are none", "malformed", [request, compareRange(3, 3)]],
      ["ranges of which one is none", "malformed", [request, FETCH_WRONG_RANGES]],
      [
        "more ranges at once than may be open",
        "unexpected",
        [request, ...Array.from({ length: 40 }, () => compareRange(3, 0))],
      ],
      ["more at once than may be open", "unexpected", [request, ...Array.from({ length: 40 }, () => ask(2, [0]))]],
      ["something more after the last", "unexpected", [request, { kind: "repair-done" }, ask(2, [0])]],
    ];
    it.each(cases)("%s", (_, code, messages) => {
      const stranger = new Stranger();
      stranger.world.run(1500);
      stranger.say({ ...HELLO, creditBytes: 1, wallMs: stranger.world.nowMs }, ...messages);
      expect(stranger.closes).toEqual([CloseCode[code]]);
    });
  });

  test.prop([fc.array(fc.uint8Array({ minLength: 1, maxLength: 60 }), { maxLength: 5 })])(
    "of random bytes never changes anything",
    (messages) => {
      new Stranger().say(HELLO, ...messages).expectUntouched();
    },
  );
});

describe("a clock that runs far ahead", () => {
  it("is not followed, its data is taken, and the alarm is counted and logged once", () => {
    const stranger = new Stranger();
    const year = (1_000_000 + 365 * 86_400_000) * 2048;
    stranger.say(HELLO, encodeInterval(77, 0, year, [], event(77, year)));
    stranger.say(encodeInterval(77, year, year + 5, [], event(77, year + 2)));
    const { replica, state, logged } = stranger.node;
    expect(state.applied).toBe(2);
    expect(replica.counters.clockAlarms).toBe(2);
    expect(logged.filter((line) => line.includes("too far ahead"))).toHaveLength(1);
    expect(state.clock.mint(1_000_001)).toBe(1_000_001 * 2048);
  });
});
