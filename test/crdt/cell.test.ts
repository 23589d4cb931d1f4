/** The numbered rules of the cell, one by one, on the shortest histories that show them. */
import { describe, expect, test } from "vitest";
import {
  addToCounter,
  countOf,
  emptyCell,
  greatestIdOf,
  isLiveContribution,
  joinCell,
  newestSibling,
  newestStamp,
  stampOver,
} from "../../crdt/cell.ts";
import { Context } from "../../crdt/context.ts";
import { Origins } from "../../crdt/origin.ts";
import { type Replica, World } from "./cell-world.ts";

function trio(): { world: World; a: Replica; b: Replica; c: Replica } {
  const world = new World();
  return { world, a: world.at(0), b: world.at(1), c: world.at(2) };
}

function shown(world: World, replica: Replica): string | undefined {
  const newest = newestSibling(replica.cell, world.origins);
  return newest && Buffer.from(newest.value).toString();
}

describe("R1: a put replaces what its writer had seen", () => {
  test("and of concurrent values all stay, while the newest shows", () => {
    const { world, a, b } = trio();
    world.write(a, "put");
    world.write(b, "put");
    world.deliverAll();
    for (const r of world.replicas) {
      expect(r.cell.siblings).toHaveLength(2);
      expect(shown(world, r)).toBe("1");
    }
    world.write(a, "put");
    world.deliverAll();
    for (const r of world.replicas) expect(r.cell.siblings.map((s) => s.origin)).toEqual([a.origin]);
  });

  test("and a loser shows when only the winner, which alone was seen, is removed", () => {
    const { world, a, b, c } = trio();
    world.write(a, "put");
    world.write(b, "put");
    world.deliver(c, b);
    world.write(c, "remove");
    world.deliverAll();
    for (const r of world.replicas) expect(shown(world, r)).toBe("0");
  });

  test("and equal stamps are decided by the greater origin id, in whatever order they are held", () => {
    const { world, a, b } = trio();
    const [first] = world.write(a, "put").delta.siblings;
    if (first === undefined) throw new Error("a put has a value");
    const second = { ...first, origin: b.origin };
    for (const siblings of [
      [first, second],
      [second, first],
    ]) {
      expect(newestSibling({ siblings, contributions: [] }, world.origins)).toBe(first);
      expect(greatestIdOf({ siblings, contributions: [] }, first.stamp, world.origins)).toBe(0x30);
    }
  });
});

describe("R2: a stamp", () => {
  test("is the value's time when nothing newer is replaced", () => {
    expect(stampOver(emptyCell(), { origin: 0, time: 50 })).toBe(50);
  });

  test("is just above a value from the future that it replaces, so that the newer write shows", () => {
    const { world, a, c } = trio();
    world.write(c, "put");
    world.deliver(a, c);
    const own = world.write(a, "put").delta.siblings[0];
    expect(own?.time).toBeLessThan(c.context.get(c.origin));
    expect(own?.stamp).toBe(c.context.get(c.origin) + 1);
  });

  test("does not rise over a value of the same event", () => {
    const own = { origin: 0, time: 50 };
    const sibling = { ...own, stamp: 70, birth: own, value: new Uint8Array() };
    expect(stampOver({ siblings: [sibling], contributions: [] }, own)).toBe(70);
  });

  test("stays one that others can read, over the greatest that there is", () => {
    const birth = { origin: 1, time: 9 };
    const greatest = { ...birth, stamp: Number.MAX_SAFE_INTEGER, birth, value: new Uint8Array() };
    expect(stampOver({ siblings: [greatest], contributions: [] }, { origin: 0, time: 50 })).toBe(greatest.stamp);
  });

  test("of a cell is its newest visible part's: increments count while they live", () => {
    const { world, a } = trio();
    const { time } = world.write(a, "count", 1);
    expect(newestStamp(a.cell)).toBe(time);
    world.write(a, "remove");
    expect(newestStamp(a.cell)).toBe(0);
  });
});

describe("N1: a reset raises the floor to the total that it saw", () => {
  test("so that an increment which it had not seen still counts", () => {
    const { world, a, b } = trio();
    world.write(a, "count", 10);
    world.deliver(b, a);
    world.write(b, "put");
    world.write(a, "count", 2);
    world.deliverAll();
    for (const r of world.replicas) expect(countOf(r.cell)).toBe(2);
  });

  test("and of two resets the one that saw more decides, whichever comes first", () => {
    const { world, a, b, c } = trio();
    world.write(a, "count", 10);
    world.deliver(c, a);
    world.write(a, "count", 5);
    world.deliver(b, a);
    world.write(b, "remove");
    world.write(c, "remove");
    world.write(a, "count", 1);
    world.deliver(a, b);
    world.deliver(a, c);
    world.deliver(b, c);
    world.deliverAll();
    for (const r of world.replicas) expect(countOf(r.cell)).toBe(1);
  });

  test("and a floor that is heard of again, older, does not sink", () => {
    const { world, a, b } = trio();
    world.write(a, "count", 10);
    world.deliver(b, a);
    const stale = world.write(b, "remove").delta;
    world.write(a, "count", 4);
    world.deliver(b, a);
    world.write(b, "remove");
    joinCell(b.cell, stale, { seen: new Context(), known: b.context, whole: false, replaces: false });
    expect(countOf(b.cell)).toBe(0);
  });
});

describe("N2: a dead contribution stays, worth nothing", () => {
  test("because an increment made meanwhile carries the old total", () => {
    const { world, a, b } = trio();
    world.write(a, "count", 10);
    world.deliver(b, a);
    world.write(b, "remove");
    expect(b.cell.contributions.map(isLiveContribution)).toEqual([false]);
    expect(countOf(b.cell)).toBe(0);
    world.write(a, "count", 1);
    world.deliver(b, a);
    expect(countOf(b.cell)).toBe(1);
  });

  test("until it is pruned: a whole state without it takes it away from those who had seen it there", () => {
    const { world, a, b, c } = trio();
    world.write(a, "count", 10);
    world.write(a, "remove");
    world.prune(0b010);
    world.repair(a, b);
    expect(a.cell.contributions).toEqual([]);
    expect(c.cell.contributions).toHaveLength(1);
  });

  test("and once pruned it does not come back with a whole state", () => {
    const { world, a, b } = trio();
    world.write(a, "count", 10);
    world.write(a, "remove");
    world.prune(0b010);
    const dead = a.cell.contributions;
    expect(dead).toHaveLength(1);
    world.repair(b, a);
    expect(b.cell.contributions).toEqual([]);
  });
});

describe("N3: an origin that finds its contribution dead or gone begins a new generation", () => {
  test("whose count starts from nothing and supersedes the old one's total and floor", () => {
    const { world, a, b } = trio();
    world.write(a, "count", 10);
    world.write(a, "remove");
    const { contributions } = world.write(a, "count", 3).delta;
    expect(contributions).toMatchObject([
      { total: 3, floorTime: 0, floorTotal: 0, generation: a.context.get(a.origin) },
    ]);
    world.deliver(b, a, 2);
    world.deliver(b, a);
    expect(countOf(b.cell)).toBe(3);
  });

  test("and a floor for the old generation takes nothing from the new one", () => {
    const { world, a, b } = trio();
    world.write(a, "count", 10);
    world.deliver(b, a);
    world.write(b, "remove");
    world.write(a, "remove");
    world.write(a, "count", 3);
    world.deliverAll();
    for (const r of world.replicas) expect(countOf(r.cell)).toBe(3);
  });

  test("while a live contribution goes on in its generation", () => {
    const cell = emptyCell();
    const origin = new Origins().intern(7);
    addToCounter(cell, origin, 5, 1);
    expect(addToCounter(cell, origin, 9, 2)).toMatchObject({ generation: 5, time: 9, total: 3 });
  });
});
