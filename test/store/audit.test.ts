/** The audit finds where running figures are not those of the entries. */
import { describe, expect, it } from "vitest";
import { HybridClock } from "../../crdt/clock.ts";
import { Origins } from "../../crdt/origin.ts";
import { ByteRange } from "../../src/byte-range.ts";
import { audit } from "../../src/store/audit.ts";
import type { Core } from "../../src/store/core.ts";
import { Fingerprint, Mark } from "../../src/store/fingerprint.ts";
import { KeyType } from "../../src/store/key-type.ts";
import { Keyspace } from "../../src/store/keyspace.ts";

class OpenKeyspace extends Keyspace {
  get inside(): Core {
    return this.core;
  }
}

const range = (text: string): ByteRange => new ByteRange(Buffer.from(text));

/** Something of every kind. */
function filled(): OpenKeyspace {
  const clock = new HybridClock(500);
  const keyspace = new OpenKeyspace({
    originId: 5,
    origins: new Origins(),
    clock,
    hashSeed: 1,
    logging: true,
  });
  const acts: (() => void)[] = [
    () => keyspace.put(0, range("plain"), range("value"), -1),
    () => keyspace.put(1, range("large"), range("x".repeat(20_000)), 10_000_000),
    () => keyspace.count(0, range("counter"), 5),
    () => keyspace.put(0, range("both"), range("5"), -1),
    () => keyspace.count(0, range("both"), 2),
    () => keyspace.elementPut(0, range("set"), KeyType.set, range("member"), range("")),
    () => keyspace.elementCount(0, range("hash"), range("field"), 3),
    () => keyspace.elementPut(0, range("hash"), KeyType.hash, range("other"), range("value")),
    () => keyspace.elementRemove(0, range("hash"), KeyType.hash, range("field")),
    () => keyspace.expireAt(0, range("set"), 10_000_000),
  ];
  for (const act of acts) {
    keyspace.beginEvent(1000);
    act();
  }
  return keyspace;
}

describe("an audit", () => {
  it("finds nothing where figures were kept", () => {
    const keyspace = filled();
    expect(audit(keyspace.inside)).toEqual([]);
    keyspace.beginEvent(1000);
    keyspace.clearAll();
    while (keyspace.upkeep());
    expect(audit(keyspace.inside)).toEqual([]);
  });

  it("finds a fingerprint that drifted, a key miscounted, and a block that belongs to nobody", () => {
    const { inside } = filled();
    const database = inside.keys.database(0);
    database.print.add(1, Mark.sibling, 2, 3, 4);
    database.live++;
    inside.memory.arena.alloc(64);
    const share = new Fingerprint();
    share.add(1, Mark.sibling, 2, 3, 4);
    const { slotPrints } = inside.keys.database(1);
    slotPrints.change(0, share, 1);
    slotPrints.change(-1, share, -1);
    expect(audit(inside)).toEqual([
      expect.stringMatching(/^database 0: live keys: 6 by the running figure, 5 by the entries$/),
      expect.stringMatching(/^database 0: fingerprint: /),
      expect.stringMatching(/^database 1: fingerprints of slots: /),
      expect.stringMatching(/^bytes of entries: /),
    ]);
  });
});
