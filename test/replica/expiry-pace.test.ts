/** Keys with a short life may come as fast as a client can write them; those whose time is up go as fast. */
import { expect, test } from "vitest";
import { Replica } from "../../src/replica/replica.ts";
import { START } from "../store/acts.ts";
import { bytes, Peer } from "../store/peer.ts";

const KEYS_OF_TURN = 200;
const TURN_MS = 10;

test("due keys do not pile up behind twenty thousand new ones a second", () => {
  const { keyspace } = new Peer(1);
  const identity = { nodeId: "a", region: "r", clusterId: "c", address: "h:1" };
  const replica = new Replica({ ...identity, peersExpected: 0, keyspace, random: () => 0.5, log: () => {} });
  let greatest = 0;
  for (let turn = 0; turn < 500; turn++) {
    const now = START + turn * TURN_MS;
    keyspace.beginEvent(now);
    for (let i = 0; i < KEYS_OF_TURN; i++) keyspace.put(0, bytes(`${turn}:${i}`), bytes("v"), now + 100);
    replica.timer(now);
    greatest = Math.max(greatest, keyspace.size(0));
  }
  // A tenth of a second of living keys, and a second or two of those that the sweep has yet to find.
  expect(greatest).toBeLessThan(KEYS_OF_TURN * 250);
});
