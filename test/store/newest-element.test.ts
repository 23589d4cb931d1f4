/** The newest element decides which type of a key shows; a collection remembers it, through everything that happens to its elements. */
import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { Origins } from "../../crdt/origin.ts";
import { ByteRange } from "../../src/byte-range.ts";
import { Collection } from "../../src/store/collection.ts";
import { KeyType } from "../../src/store/key-type.ts";
import { Memory } from "../../src/store/memory.ts";

const step = fc.record({
  element: fc.constantFrom("x", "y", "z"),
  act: fc.constantFrom("put", "count", "reset", "erase", "ask"),
  time: fc.integer({ min: 1, max: 6 }),
  origin: fc.nat(1),
});

test.prop([fc.array(step, { maxLength: 30 })])(
  "remembers the newest element through puts, counts and erasures",
  (steps) => {
    const origins = new Origins();
    origins.intern(0xb2);
    origins.intern(0xa1);
    const memory = new Memory(origins, 7);
    const collection = new Collection(memory, KeyType.hash, 0);
    for (const { element, act, time, origin } of [...steps, { element: "x", act: "ask", time: 1, origin: 0 }]) {
      const name = ByteRange.ofText(element);
      const hash = memory.hash(name);
      const ref = collection.raw(hash, name);
      const dot = { origin, time };
      if (act === "put" && (ref === 0 || collection.isPlain(ref))) {
        collection.putPlain(hash, name, ref, origin, time, ByteRange.ofText("v"));
      } else if (act === "count" || act === "reset") {
        const contribution = { ...dot, generation: 1, total: 1, floorTime: act === "reset" ? time : 0, floorTotal: 0 };
        collection.write(hash, name, ref, { siblings: [], contributions: [contribution], deadlines: [] });
      } else if (act === "erase" && ref !== 0) {
        collection.erase(hash, ref);
      } else if (act === "ask") {
        expect(collection.newest()).toEqual(newestOf(collection, origins));
      }
    }
  },
);

/** The same by looking at every cell. */
function newestOf(collection: Collection, origins: Origins): { stamp: number; id: number } {
  let newest = { stamp: 0, id: 0 };
  collection.forEach((ref) => {
    const { siblings, contributions } = collection.cellAt(ref);
    for (const { origin, time } of [...siblings, ...contributions.filter((c) => c.floorTime < c.time)]) {
      const id = origins.id(origin);
      if (time > newest.stamp || (time === newest.stamp && id > newest.id)) newest = { stamp: time, id };
    }
  });
  return newest;
}
