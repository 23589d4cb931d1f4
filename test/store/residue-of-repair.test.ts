/**
 * Residue that a repair brings while older residue at the same path is about to be pruned: the repair's slots are joined
 * only when somebody looks, so whoever prunes must look first.
 */
import { expect, test } from "vitest";
import { act, settle, START } from "./acts.ts";
import { Peer, picture } from "./peer.ts";

test("keeps a floor that a repair has brought and nobody has looked at", () => {
  const a = new Peer(1, [2, 3]);
  const b = new Peer(2, [1, 3]);
  const c = new Peer(3, [1, 2]);
  const all = [a, b, c];
  act(b, START, "INCR k 1");
  act(c, START, "INCR k 10");
  settle(all, START);
  act(a, START + 1, "DEL k");
  settle(all, START + 1);
  a.sealOrPrune(all);
  settle(all, START + 1);
  act(c, START + 2, "INCR k 100");
  b.pull(c, START + 2);
  act(c, START + 3, "INCR k 1000");
  act(b, START + 3, "DEL k");
  a.repair(b);
  // What was sealed has been seen by all; what the repair brought has not.
  a.keyspace.pruneResidue();
  settle(all, START + 4);
  for (const { keyspace } of all) {
    expect(picture(keyspace, START + 5)).toEqual({ "0:k": ["1000", -1] });
    expect(keyspace.digest()).toBe(a.keyspace.digest());
  }
});
