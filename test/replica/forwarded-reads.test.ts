/**
 * Reads that peers answer for a loading replica: whom it asks, whom next, what is forgotten.
 */
import { beforeEach, describe, expect, it } from "vitest";
import { FORWARD_REFUSED_MS, FORWARDED_READS_MAX } from "../../src/limits/replication.ts";
import { newReplicaCounters } from "../../src/replica/counters.ts";
import { REPLICA_LIMITS } from "../../src/replica/environment.ts";
import { ForwardedReads } from "../../src/replica/forwarded-reads.ts";
import { Link } from "../../src/replica/link.ts";
import { Mesh } from "../../src/replica/mesh.ts";
import { Stopwatch } from "../../src/replica/stopwatch.ts";
import type { LinkPort } from "../../transport/link.ts";
import type { Message } from "../../transport/message.ts";
import { MessageCodec } from "../../transport/message-codec.ts";

const READ = { db: 0, protocol: 2, command: Buffer.from("*2\r\n$3\r\nGET\r\n$1\r\na\r\n") };
const REPLY = Buffer.from("$1\r\n1\r\n");

class Peer {
  readonly link: Link;
  readonly got: Message[] = [];
  bufferedBytes = 0;

  constructor(mesh: Mesh, rttMs: number) {
    const bufferedBytes = (): number => this.bufferedBytes;
    const port: LinkPort = {
      send: (message) => void this.got.push(new MessageCodec().decode(message)),
      close: () => {},
      get bufferedBytes() {
        return bufferedBytes();
      },
      dialed: true,
      remoteHost: "",
    };
    this.link = new Link(port, 0);
    this.link.state = "open";
    this.link.rttMs = rttMs;
    mesh.links.add(this.link);
  }
}

let stopwatch: Stopwatch;
let mesh: Mesh;
let reads: ForwardedReads;
let near: Peer;
let far: Peer;
let replies: (string | undefined)[];
let served: Uint8Array | undefined;

beforeEach(() => {
  stopwatch = new Stopwatch();
  stopwatch.at(0);
  const counters = newReplicaCounters();
  const environment = { limits: REPLICA_LIMITS, counters, stopwatch, random: () => 0.5, log: () => {} };
  mesh = new Mesh(environment);
  served = REPLY;
  reads = new ForwardedReads(mesh, environment, () => served);
  far = new Peer(mesh, 80);
  near = new Peer(mesh, 5);
  replies = [];
});

function ask(): number {
  return reads.ask(READ, (reply) => replies.push(reply === undefined ? undefined : Buffer.from(reply).toString()));
}

function answer(peer: Peer, id: number, taken = 1): void {
  reads.answered(peer.link, { kind: "forwarded", id, served: taken, reply: REPLY });
}

describe("a forwarded read", () => {
  it("is answered by the nearest peer", () => {
    const id = ask();
    expect(near.got).toEqual([{ kind: "forward", id, ...READ, command: new Uint8Array(READ.command) }]);
    expect(far.got).toEqual([]);
    answer(near, id);
    answer(near, id);
    expect(replies).toEqual(["$1\r\n1\r\n"]);
  });

  it("goes on to the next peer when one refuses, and to nobody twice", () => {
    const id = ask();
    answer(near, id, 0);
    expect(far.got).toHaveLength(1);
    answer(far, id, 0);
    expect(near.got).toHaveLength(1);
    expect(replies).toEqual([undefined]);
  });

  it("does not ask a peer again that has just refused", () => {
    answer(near, ask(), 0);
    ask();
    expect(near.got).toHaveLength(1);
    stopwatch.at(FORWARD_REFUSED_MS);
    ask();
    expect(near.got).toHaveLength(2);
  });

  it("goes on when the link of the peer is lost", () => {
    const id = ask();
    near.link.state = "closed";
    mesh.links.delete(near.link);
    reads.left(near.link);
    answer(near, id);
    expect(replies).toEqual([]);
    answer(far, id);
    expect(replies).toHaveLength(1);
  });

  it("is not answered by whom it was not sent to, nor when it was forgotten", () => {
    const id = ask();
    answer(far, id);
    reads.forget(id);
    answer(near, id);
    expect(replies).toEqual([]);
  });

  it("is not sent when there is nobody, or too much is under way", () => {
    for (let i = 0; i < FORWARDED_READS_MAX; i++) expect(ask()).toBeGreaterThan(0);
    expect(ask()).toBe(0);
    mesh.links.clear();
    reads.forget(1);
    expect(ask()).toBe(0);
  });
});

describe("a read for a peer", () => {
  it("is answered on the link that it came by", () => {
    reads.requested(near.link, { kind: "forward", id: 7, ...READ });
    expect(near.got).toEqual([{ kind: "forwarded", id: 7, served: 1, reply: new Uint8Array(REPLY) }]);
  });

  it("is refused when it must not be run, or the link is full", () => {
    near.bufferedBytes = REPLICA_LIMITS.bufferedBytesMax;
    reads.requested(near.link, { kind: "forward", id: 7, ...READ });
    served = undefined;
    reads.requested(far.link, { kind: "forward", id: 8, ...READ });
    for (const { got } of [near, far]) expect(got).toMatchObject([{ kind: "forwarded", served: 0 }]);
  });

  it("is refused by two that both load, without end only once each", () => {
    const id = ask();
    served = undefined;
    reads.requested(near.link, { kind: "forward", id: 1, ...READ });
    answer(near, id, 0);
    answer(far, id, 0);
    expect(replies).toEqual([undefined]);
    expect(near.got.map(({ kind }) => kind)).toEqual(["forward", "forwarded"]);
  });
});
