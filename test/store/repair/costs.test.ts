/**
 * What a repair by difference costs on the wire: a million keys of 16 bytes with
 * values of 32, of which more and more have changed. It counts bytes, not time.
 */
import { describe, expect, test } from "vitest";
import { ByteRange } from "../../../src/byte-range.ts";
import { START } from "../acts.ts";
import { Peer } from "../peer.ts";
import { DifferenceRepair } from "./difference.ts";

const KEYS = 1_000_000;
/** A key of 16 bytes and a value of 32, with their lengths, dot and the counts of what there might be beside them. */
const CELL_BYTES = 65;
const FIXED_BYTES = 200_000;

const keyBytes = Buffer.alloc(16);
const key = new ByteRange(keyBytes);
const value = new ByteRange(Buffer.alloc(32, "v"));

function put(peer: Peer, number: number): void {
  keyBytes.write(`key:${String(number).padStart(12, "0")}`, "latin1");
  peer.keyspace.beginEvent(START);
  peer.keyspace.put(0, key, value, -1);
}

describe("a repair by difference among a million keys", () => {
  const sender = new Peer(0xa1);
  const receiver = new Peer(0xb2);
  for (let i = 0; i < KEYS; i++) put(sender, i);
  sender.log.length = 0;
  receiver.repair(sender, 256 * 1024);

  test.each([0, 10, 100, 1000, 10_000, 100_000])("of which %d have changed costs little more than these", (changed) => {
    // Steps of a prime: keys of all slots, each once.
    for (let i = 0; i < changed; i++) put(sender, (i * 7919) % KEYS);
    sender.cut();
    sender.log.length = 0;
    const { asks, descriptions, cells, fetched } = new DifferenceRepair(receiver, sender, changed).finish(START);
    expect(receiver.keyspace.digest()).toBe(sender.keyspace.digest());
    // A few hundred of the keys share a hash with another one.
    expect(fetched).toBeGreaterThan(0.999 * changed - 1);
    expect(cells).toBeLessThan(1.2 * CELL_BYTES * changed + 100);
    expect(asks + descriptions + cells).toBeLessThan(3 * CELL_BYTES * changed + (changed === 0 ? 1000 : FIXED_BYTES));
  });
});
