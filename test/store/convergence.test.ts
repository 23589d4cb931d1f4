/**
 * Several keyspaces that write, exchange intervals and repairs in any causal order, and must come to show the same:
 * keys of every type, until their deadlines and after them.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { history, settle, START, type Step, stepOf } from "./acts.ts";
import { expectEqual } from "./agreement.ts";
import { Peer } from "./peer.ts";

const IDS = [0xa1, 0xb2, 0xc3];
/** Later than any history lasts, so that all hybrid clocks agree on it; and later than any deadline. */
const AFTER = START + 1000;
const AFTER_ALL = START + 100_000;

const withoutRepairs = stepOf(IDS.length, false);
const withRepairs = stepOf(IDS.length, true);

/** Runs a history, lets everybody hear of everything, and returns what each shows. */
function play(steps: readonly Step[]): Peer[] {
  const peers = IDS.map((id, i) => new Peer(id, IDS.slice(i).toReversed()));
  let now = START;
  for (const step of steps) step.run(peers, (now += 7));
  settle(peers, now);
  return peers;
}

function expectEqualAlways(peers: readonly Peer[]): void {
  expectEqual(peers, AFTER);
  expectEqual(peers, AFTER_ALL);
}

describe("three keyspaces that exchange intervals", () => {
  test.prop([history(withoutRepairs, 30)], { numRuns: 120 })(
    "show the same once all have heard of everything",
    (steps) => expectEqualAlways(play(steps)),
  );

  test.prop([history(withRepairs, 30)], { numRuns: 120 })(
    "show the same when some of it came as whole state",
    (steps) => expectEqualAlways(play(steps)),
  );

  test.prop([history(withoutRepairs, 20)], { numRuns: 60 })(
    "give an empty replica their whole state, with the same fingerprint",
    (steps) => {
      const [first] = play(steps) as [Peer];
      const fresh = new Peer(0xd4);
      fresh.repair(first);
      expectEqualAlways([first, fresh]);
    },
  );

  test.prop([history(fc.oneof(withoutRepairs, withRepairs), 25)], { numRuns: 80 })(
    "keep nothing of what was deleted once all have seen it",
    (steps) => {
      const peers = play(steps);
      for (const p of peers) p.run(AFTER_ALL, (ks) => ks.clear(0));
      settle(peers, AFTER_ALL);
      for (let round = 0; round < 2; round++) {
        for (const p of peers) p.keyspace.sealResidue();
        for (const p of peers) p.keyspace.pruneResidue();
      }
      for (const { keyspace } of peers) {
        while (keyspace.upkeep());
        expect([keyspace.size(0), keyspace.residueCount, keyspace.digest()]).toEqual([0, 0, "0".repeat(16)]);
        expect(keyspace.usedBytes).toBe(new Peer(1).keyspace.usedBytes);
      }
    },
  );
});
