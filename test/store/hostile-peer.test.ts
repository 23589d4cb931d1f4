/** What passes as well formed and is meant to hurt later: a stamp that cannot be surpassed, an origin too many. */
import { expect, test } from "vitest";
import { Origins, ORIGINS_MAX } from "../../crdt/origin.ts";
import { keyspaceChecks } from "../../src/replica/state-checks.ts";
import { MalformedDelta } from "../../src/store/byte-reader.ts";
import { validateDelta } from "../../src/store/delta-format.ts";
import { DeltaWriter } from "../../src/store/delta-writer.ts";
import { KeyType } from "../../src/store/key-type.ts";
import { act, settle, START } from "./acts.ts";
import { bytes, Peer, picture } from "./peer.ts";

const PLAIN = { deadlineMs: -1, birth: undefined, floors: [] };

test("a value with the last stamp there is can be replaced, and others take what replaced it", () => {
  const victim = new Peer(1);
  const other = new Peer(3);
  const writer = new DeltaWriter(victim.origins, true);
  writer.put(0, bytes("k"), 5, bytes("v"), { ...PLAIN, stamp: Number.MAX_SAFE_INTEGER });
  const body = writer.cut(5);
  const hostile = new Peer(2);
  hostile.log.push({ origin: 2, from: 0, to: 5, dependencies: [], body });
  victim.pull(hostile, START);
  act(victim, START, "SET k x");
  settle([victim, other], START);
  expect(picture(other.keyspace, START)).toEqual({ "0:k": ["x", -1] });
  expect(other.keyspace.digest()).toBe(victim.keyspace.digest());
});

test("an interval that names more origins than there is room for is refused before it changes anything", () => {
  const victim = new Peer(1);
  while (victim.origins.count < ORIGINS_MAX) victim.origins.intern(1000 + victim.origins.count);
  const foreign = new Origins();
  const birth = { origin: foreign.intern(0xffffff), time: 3 };
  const writer = new DeltaWriter(foreign, true);
  writer.put(0, bytes("k"), 5, bytes("v"), { ...PLAIN, stamp: 5, birth });
  const body = writer.cut(5);
  expect(() => keyspaceChecks(victim.origins).delta(body, 0, 5)).toThrow(RangeError);
});

test("a floor in a list that stands nowhere is refused", () => {
  const origins = new Origins();
  const origin = origins.intern(2);
  const raised = [{ origin, time: 3, generation: 3, total: 1, floorTime: 3, floorTotal: 1 }];
  const writer = new DeltaWriter(origins, true);
  writer.remove(0, bytes("l"), 5, [{ type: KeyType.list, element: Uint8Array.of(1), raised }]);
  const body = writer.cut(5);
  expect(() => validateDelta(body, 0, 5)).toThrow(MalformedDelta);
});
