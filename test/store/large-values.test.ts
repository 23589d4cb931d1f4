/** Values with a buffer of their own: memory comes back at once, and want of memory leaves no trace. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { Origins } from "../../crdt/origin.ts";
import { ByteRange } from "../../src/byte-range.ts";
import { Kind } from "../../src/store/entry.ts";
import { KeyType } from "../../src/store/key-type.ts";
import type { Keyspace } from "../../src/store/keyspace.ts";
import { Memory } from "../../src/store/memory.ts";
import { Peer } from "./peer.ts";

const LARGE_BYTES = 1024 * 1024;
const KEY = ByteRange.ofText("k");

afterEach(() => vi.unstubAllGlobals());

/** From here on no buffer of so many bytes or more is to be had. */
function refuseBuffersFrom(bytes: number): void {
  const Whole = Uint8Array;
  vi.stubGlobal(
    "Uint8Array",
    new Proxy(Whole, {
      construct(target, args, newTarget) {
        if (typeof args[0] === "number" && args[0] >= bytes) throw new RangeError("Array buffer allocation failed");
        return Reflect.construct(target, args, newTarget) as Uint8Array;
      },
    }),
  );
}

function text(keyspace: Keyspace): string {
  const ref = keyspace.peek(0, KEY);
  if (ref === 0) return "";
  const value = new ByteRange();
  keyspace.stringValue(ref, value);
  return value.latin1();
}

describe("a large entry", () => {
  test("gives its buffer back when it is destroyed", () => {
    const { arena, entries } = new Memory(new Origins(), 0);
    const ref = entries.create(7, KEY, Kind.register, 0, LARGE_BYTES, 0);
    const value = new ByteRange();
    entries.valueOf(ref, value);
    expect(value.bytes.byteLength).toBe(LARGE_BYTES + 1);
    entries.destroy(ref);
    expect(value.bytes.byteLength).toBe(0);
    expect(entries.bodies.byteLength).toBe(0);
    expect(arena.usedBytes).toBe(0);
  });

  test("takes nothing when there is no memory for its buffer", () => {
    const { arena, entries } = new Memory(new Origins(), 0);
    refuseBuffersFrom(LARGE_BYTES);
    expect(() => entries.create(7, KEY, Kind.register, 0, LARGE_BYTES, 0)).toThrow(RangeError);
    expect({ used: arena.usedBytes, external: entries.bodies.byteLength }).toEqual({ used: 0, external: 0 });
  });
});

describe("a large put for which there is no memory", () => {
  const large = new ByteRange(Buffer.alloc(LARGE_BYTES, "x"));
  const before: readonly (readonly [string, (keyspace: Keyspace) => void])[] = [
    ["nothing", () => {}],
    ["a small value", (keyspace) => keyspace.put(0, KEY, ByteRange.ofText("small"), -1)],
    ["a large value", (keyspace) => keyspace.put(0, KEY, large, -1)],
    ["a counter", (keyspace) => keyspace.count(0, KEY, 5)],
  ];

  test.each(before)("is no event and leaves %s as it was", (_, prepare) => {
    const peer = new Peer(1);
    peer.run(1000, prepare);
    const { keyspace } = peer;
    const bytes = new ByteRange(Buffer.alloc(2 * LARGE_BYTES, "y"));
    const picture = () => ({ text: text(keyspace), used: keyspace.usedBytes, pending: keyspace.pendingBytes });
    const was = picture();
    refuseBuffersFrom(2 * LARGE_BYTES);
    for (const keep of [false, true]) {
      keyspace.beginEvent(2000);
      const put = () => (keep ? keyspace.putKeepingLife(0, KEY, bytes) : keyspace.put(0, KEY, bytes, -1));
      expect(put).toThrow(RangeError);
      expect(keyspace.eventHadEffect).toBe(false);
      expect(picture()).toEqual(was);
    }
    vi.unstubAllGlobals();
    peer.run(3000, () => keyspace.put(0, KEY, bytes, -1));
    expect(text(keyspace)).toBe(bytes.latin1());
  });

  test("is no event where only what tells others of it has no room", () => {
    const peer = new Peer(1);
    const { keyspace } = peer;
    const bytes = (fill: string) => new ByteRange(Buffer.alloc(8 * LARGE_BYTES, fill));
    peer.run(1000, () => keyspace.put(0, KEY, bytes("a"), -1));
    peer.run(1001, () => keyspace.putKeepingLife(0, KEY, bytes("b")));
    peer.cut();
    const was = { text: text(keyspace), digest: keyspace.digest() };
    const other = bytes("c");
    refuseBuffersFrom(8 * LARGE_BYTES);
    keyspace.beginEvent(2000);
    expect(() => keyspace.putKeepingLife(0, KEY, other)).toThrow(RangeError);
    expect(keyspace.eventHadEffect).toBe(false);
    expect({ text: text(keyspace), digest: keyspace.digest() }).toEqual(was);
  });

  test("is no event for a field either", () => {
    const peer = new Peer(1);
    const { keyspace } = peer;
    const field = ByteRange.ofText("f");
    peer.run(1000, () => keyspace.elementPut(0, KEY, KeyType.hash, field, ByteRange.ofText("small")));
    const bytes = new ByteRange(Buffer.alloc(2 * LARGE_BYTES, "y"));
    const was = { digest: keyspace.digest(), used: keyspace.usedBytes, pending: keyspace.pendingBytes };
    refuseBuffersFrom(2 * LARGE_BYTES);
    keyspace.beginEvent(2000);
    expect(() => keyspace.elementPut(0, KEY, KeyType.hash, field, bytes)).toThrow(RangeError);
    expect(keyspace.eventHadEffect).toBe(false);
    expect({ digest: keyspace.digest(), used: keyspace.usedBytes, pending: keyspace.pendingBytes }).toEqual(was);
    vi.unstubAllGlobals();
    peer.run(3000, () => keyspace.elementPut(0, KEY, KeyType.hash, field, bytes));
    const value = new ByteRange();
    const hash = keyspace.collection(keyspace.peek(0, KEY));
    hash.value(hash.find(field), value);
    expect(value.equals(bytes)).toBe(true);
  });
});
