/** Fields that die by themselves: what concurrent writes mean for them, on keyspaces that exchange intervals or whole states. */
import { describe, expect, test } from "vitest";
import { EXPIRY_GRACE_MS } from "../../src/limits/keyspace.ts";
import { act, settle, START } from "./acts.ts";
import { bytes, Peer, picture } from "./peer.ts";

/** Ttl of what is to live on in a test. */
const LONG = 9_000;

type Pair = [Peer, Peer];

function pair(...lines: readonly string[]): Pair {
  const peers: Pair = [new Peer(0xa1), new Peer(0xb2)];
  act(peers[0], START, ...lines);
  settle(peers, START);
  return peers;
}

/** What both show once they have heard of each other. */
function both(peers: Pair, nowMs = START + 10): unknown {
  settle(peers, nowMs);
  const [a, b] = peers.map((p) => picture(p.keyspace, nowMs));
  expect(b).toEqual(a);
  expect(peers[1].keyspace.digest()).toBe(peers[0].keyspace.digest());
  for (const p of peers) expect(p.keyspace.audit()).toEqual([]);
  return a;
}

function hash(...elements: readonly string[]): unknown {
  return { "0:h": [["hash", ...elements], -1] };
}

function until(ttl: number, nowMs = START + 1): string {
  return ` until ${nowMs + ttl}`;
}

describe("a field's deadline, when writes are concurrent", () => {
  test("is not that of a value written meanwhile", () => {
    const peers = pair("HSET h f 1", "HSET h g 1");
    act(peers[0], START + 1, `HEXPIRE h f ${LONG}`);
    act(peers[1], START + 1, "HSET h f 2");
    expect(both(peers)).toEqual(hash("f=2", "g=1"));
  });

  test("is the later of two", () => {
    const peers = pair("HSET h f 1");
    act(peers[0], START + 1, "HEXPIRE h f 5000");
    act(peers[1], START + 1, `HEXPIRE h f ${LONG}`);
    expect(both(peers)).toEqual(hash(`f=1${until(LONG)}`));
  });

  test("is none when one side persisted the field", () => {
    const peers = pair("HSET h f 1", "HEXPIRE h f 5000");
    act(peers[0], START + 1, `HEXPIRE h f ${LONG}`);
    act(peers[1], START + 1, "HPERSIST h f");
    expect(both(peers)).toEqual(hash("f=1"));
  });

  test("replaces the one that it had seen, though that was later", () => {
    const peers = pair("HSET h f 1", `HEXPIRE h f ${LONG}`);
    act(peers[1], START + 1, "HEXPIRE h f 20");
    expect(both(peers)).toEqual(hash(`f=1${until(20)}`));
    expect(both(peers, START + 21)).toEqual({});
  });

  test("does not keep a field that is removed", () => {
    const peers = pair("HSET h f 1", "HSET h g 1");
    act(peers[0], START + 1, `HEXPIRE h f ${LONG}`);
    act(peers[1], START + 1, "HDEL h f");
    expect(both(peers)).toEqual(hash("g=1"));
  });

  test("does not keep a key that is removed", () => {
    const peers = pair("HSET h f 1");
    act(peers[0], START + 1, `HEXPIRE h f ${LONG}`);
    act(peers[1], START + 1, "DEL h");
    expect(both(peers)).toEqual({});
  });

  test("stays when the field is counted", () => {
    const peers = pair("HINCR h f 5");
    act(peers[0], START + 1, `HEXPIRE h f ${LONG}`);
    act(peers[1], START + 1, "HINCR h f 2");
    expect(both(peers)).toEqual(hash(`f=7${until(LONG)}`));
    act(peers[1], START + 2, "HINCR h f 1");
    expect(both(peers)).toEqual(hash(`f=8${until(LONG)}`));
  });

  test("stays when the field is given a value that continues its life", () => {
    const peers = pair("HSET h f 1");
    act(peers[0], START + 1, `HEXPIRE h f ${LONG}`);
    act(peers[1], START + 1, "HKEEP h f 2");
    expect(both(peers)).toEqual(hash(`f=2${until(LONG)}`));
  });

  test("of a value that lost is left behind by one that continues the winner's life, and is noted to be dropped", () => {
    const peers = pair();
    act(peers[0], START + 1, "HSET h f 1", `HEXPIRE h f ${LONG}`);
    act(peers[1], START + 2, "HSET h f 2", "HEXPIRE h f 5000");
    expect(both(peers)).toEqual(hash(`f=2${until(5000, START + 2)}`));
    act(peers[0], START + 11, "HKEEP h f 3");
    expect(both(peers, START + 12)).toEqual(hash(`f=3${until(5000, START + 2)}`));
    expect(peers.map(({ keyspace }) => keyspace.residueCount)).toEqual([1, 1]);
    for (const { keyspace } of peers) {
      keyspace.sealResidue();
      keyspace.pruneResidue();
    }
    expect(both(peers, START + 13)).toEqual(hash(`f=3${until(5000, START + 2)}`));
    expect(peers.map(({ keyspace }) => keyspace.residueCount)).toEqual([0, 0]);
  });

  test("goes with the value, and leaves nothing", () => {
    const peers = pair("HSET h f 1", `HEXPIRE h f ${LONG}`);
    const other = pair("HSET h f 1");
    for (const [a] of [peers, other]) act(a, START + 1, "HSET h f 2");
    expect(both(peers)).toEqual(both(other));
    for (const i of [0, 1] as const) expect(peers[i].keyspace.usedBytes).toBe(other[i].keyspace.usedBytes);
  });

  test("ends the field at every replica, but not what was counted meanwhile", () => {
    const peers = pair("HINCR h f 5", "HSET h g 1", "HEXPIRE h f 20");
    act(peers[1], START + 1, "HINCR h f 2");
    peers[0].keyspace.expireSome(START + 2000, Infinity, 10);
    expect(both(peers, START + 2000)).toEqual(hash("f=2", "g=1"));
  });

  test("falls on what a replica that had not heard of it writes over another type", () => {
    const peers = pair("HSET h f 1");
    act(peers[0], START + 1, `HEXPIRE h f ${LONG}`);
    act(peers[1], START + 1, "SET h v");
    expect(both(peers)).toEqual({ "0:h": ["v", -1] });
  });
});

describe("an expired field", () => {
  test("is seen by nobody, nor is a hash of nothing else", () => {
    const [a] = pair("HSET h f 1", "HSET h g 1", "HEXPIRE h f 20", "HSET i f 1", "HEXPIRE i f 20");
    expect(picture(a.keyspace, START + 19)).toMatchObject({ "0:i": expect.anything() });
    expect(picture(a.keyspace, START + 20)).toEqual(hash("g=1"));
    expect(a.keyspace.peek(0, bytes("i"))).toBe(0);
    // A clock that goes back sees it again, as it would with keys.
    expect(picture(a.keyspace, START + 19)).toMatchObject({ "0:i": expect.anything() });
  });

  test("is gone before a count goes on, and before its hash is written anew", () => {
    const peers = pair("HINCR h f 5", "HSET h g 1", "HEXPIRE h f 20", "HSET i f 1", "HEXPIRE i f 20", "EXPIRE i 9000");
    act(peers[1], START + 30, "HINCR h f 2", "HSET i g 1");
    expect(both(peers, START + 30)).toEqual({ "0:h": [["hash", "f=2", "g=1"], -1], "0:i": [["hash", "g=1"], -1] });
  });

  test("is removed by who set its deadline, by others after a grace, and by nobody beyond the bound", () => {
    const lines = ["HSET h f 1", "HSET h g 1", "HEXPIRE h f 20"];
    const [a, b] = pair(...lines);
    const later = START + 2000;
    const told: string[] = [];
    a.keyspace.fields.onExpired = (db, key, field) => void told.push(`${db} ${key.utf8()} ${field.utf8()}`);
    expect(b.keyspace.expireSome(later, Infinity, 10)).toBe(0);
    expect(a.keyspace.expireSome(later, START + 19, 10)).toBe(0);
    expect(a.keyspace.expireSome(later, Infinity, 10)).toBe(1);
    expect(told).toEqual(["0 h f"]);
    expect(a.keyspace.fields.expiredFields).toBe(1);
    expect(a.keyspace.expireSome(later, Infinity, 10)).toBe(0);
    expect(b.keyspace.expireSome(START + 1000 + EXPIRY_GRACE_MS, Infinity, 10)).toBe(1);
    expect(both([a, b], later)).toEqual(hash("g=1"));
  });

  test("takes its key with it when it was the last", () => {
    const [a, b] = pair("HSET h f 1", "HSET h g 1", "HEXPIRE h f 20", "HEXPIRE h g 20");
    expect(a.keyspace.expireSome(START + 2000, Infinity, 10)).toBe(2);
    expect(a.keyspace.size(0)).toBe(0);
    expect(both([a, b], START + 2000)).toEqual({});
    expect(b.keyspace.size(0)).toBe(0);
    expect(b.keyspace.residueCount).toBe(0);
  });

  test("is found among many, a bounded number at a time", () => {
    const a = new Peer(0xa1);
    for (let i = 0; i < 3000; i++)
      act(a, START, `HSET h f${i} 1`, `HEXPIRE h f${i} ${i % 7 === 0 ? 9_000_000 : 20 + i}`);
    const left = (): number => a.keyspace.collection(a.keyspace.peek(0, bytes("h"))).size;
    a.keyspace.beginEvent(START + 1020);
    expect(left()).toBe(3000 - 1001 + 143);
    expect(a.keyspace.expireSome(START + 60_000, Infinity, 100)).toBe(100);
    expect(a.keyspace.audit()).toEqual([]);
    for (let n = 1; n > 0;) n = a.keyspace.expireSome(START + 60_000, Infinity, 1000);
    expect(left()).toBe(429);
    expect(a.keyspace.audit()).toEqual([]);
  });
});
