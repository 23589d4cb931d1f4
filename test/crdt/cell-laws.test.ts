/**
 * The laws of the cell on states that histories reach, and an oracle: what a
 * register and a counter must show, computed from the set of events that a
 * replica has seen and from nothing else.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { isLiveContribution, isVisibleCell, newestSibling } from "../../crdt/cell.ts";
import type { Total } from "../../crdt/dyadic.ts";
import { isUsable, registerAt, unionOf } from "../../crdt/hyperloglog.ts";
import { sameDot } from "../../crdt/life.ts";
import { apply, canonical, copyOf, type Event, joined, type Replica, type World, worlds } from "./cell-world.ts";

const RUNS = { numRuns: 300 };
const reached = worlds({ pruning: false });

interface Shown {
  /** The number of the put; of HyperLogLogs those of all events that raised a register. */
  readonly value: string | undefined;
  readonly count: Total;
}

const adds = ({ kind }: Event): boolean => kind === "count" || kind === "grow";
const belongsTo = (growth: Event, p: Event): boolean => growth.life !== undefined && sameDot(growth.life, p);

/**
 * The ten lines: a put or a removal undoes what its writer had seen; the newest put shows, and every increment counts.
 * What has grown a HyperLogLog lives and dies with it, and all that are left show as one when the newest is one.
 */
function oracle(world: World, events: readonly Event[]): Shown {
  const undone = new Set(events.filter((e) => !adds(e)).flatMap((e) => [...e.known]));
  const puts = new Map<Event, number>();
  for (const e of events.filter((one) => one.kind === "put" || one.kind === "begin")) {
    const replaced = [...puts].filter(
      ([p]) => e.known.has(p.number) && !events.some((q) => !adds(q) && e.known.has(q.number) && q.known.has(p.number)),
    );
    const grown = replaced.flatMap(([p]) => events.filter((g) => e.known.has(g.number) && belongsTo(g, p)));
    const foreign = grown.filter(({ origin }) => origin !== e.origin);
    puts.set(e, Math.max(e.time, ...replaced.map(([, stamp]) => stamp + 1), ...foreign.map(({ time }) => time + 1)));
  }
  const left = [...puts]
    .filter(([p]) => !undone.has(p.number))
    .toSorted(([p, a], [q, b]) => b - a || world.origins.id(q.origin) - world.origins.id(p.origin));
  const counts = events.filter((e) => e.kind === "count" && !undone.has(e.number));
  const newest = left[0]?.[0];
  const shown = left.map(([p]) => p).filter(({ kind }) => kind === "begin");
  const risen = [...shown, ...events.filter((g) => shown.some((p) => belongsTo(g, p)))].map(({ number }) => number);
  return {
    value: newest?.kind === "begin" ? risen.toSorted((a, b) => a - b).join(" ") : newest?.number.toString(),
    count: counts.reduce<Total>((sum, e) => world.counting.sum(sum, e.amount), 0),
  };
}

function reads(world: World, { cell }: Replica): Shown {
  const newest = newestSibling(cell, world.origins)?.value;
  const shown = cell.siblings.map(({ value }) => value).filter((value) => isUsable(value, 0, value.length));
  const count = world.counting.countOf(cell);
  if (newest === undefined || !shown.includes(newest))
    return { value: newest && Buffer.from(newest).toString(), count };
  const union = unionOf(shown);
  const numbers = Array.from({ length: world.size }, (_, n) => n);
  return { value: numbers.filter((n) => registerAt(union, 0, union.length, n) > 0).join(" "), count };
}

describe("the join of cells", () => {
  test.prop([reached], RUNS)("is commutative", (world) => {
    const [a, b] = [world.at(0), world.at(1)];
    expect(canonical(joined(a, b))).toEqual(canonical(joined(b, a)));
  });

  test.prop([reached], RUNS)("is associative", (world) => {
    const [a, b, c] = [world.at(0), world.at(1), world.at(2)];
    expect(canonical(joined(joined(a, b), c))).toEqual(canonical(joined(a, joined(b, c))));
  });

  test.prop([reached], RUNS)("is idempotent, and a state that was joined before changes nothing", (world) => {
    const [a, b] = [world.at(0), world.at(1)];
    expect(canonical(joined(a, a))).toEqual(canonical(a));
    expect(canonical(joined(joined(a, b), b))).toEqual(canonical(joined(a, b)));
  });

  test.prop([reached, fc.constantFrom("put", "begin", "grow", "count", "remove")], RUNS)(
    "of a mutator's delta is what the mutator did",
    (world, kind) => {
      const writer = world.at(0);
      const before = copyOf(writer);
      apply(before, world.write(writer, kind, 4));
      expect(canonical(before)).toEqual(canonical(writer));
    },
  );

  test.prop([reached], RUNS)("of deltas one by one is the join of the whole state", (world) => {
    const [a, b] = [world.at(0), world.at(1)];
    const whole = joined(a, b);
    world.deliver(a, b);
    expect(canonical(a)).toEqual(canonical(whole));
  });

  test.prop([reached], RUNS)("of a delta that came before changes nothing", (world) => {
    const a = world.at(0);
    const before = canonical(a);
    const again = copyOf(a);
    for (const event of a.log) apply(again, event);
    expect(canonical(again)).toEqual(before);
  });

  test.prop([reached], RUNS)("of a replica's old state with its new one is the new one, from either side", (world) => {
    const a = world.at(0);
    const old = copyOf(a);
    world.write(a, "remove");
    world.deliver(a, world.at(2));
    expect(canonical(joined(a, old))).toEqual(canonical(a));
    expect(canonical(joined(old, a))).toEqual(canonical(a));
  });
});

describe("a cell beside its oracle", () => {
  test.prop([worlds({ pruning: true })], { numRuns: 600 })("shows what the events it has seen amount to", (world) => {
    for (const replica of world.replicas) {
      const expected = oracle(world, replica.log);
      expect(reads(world, replica)).toEqual(expected);
      const shows = expected.value !== undefined || replica.cell.contributions.some(isLiveContribution);
      expect(isVisibleCell(replica.cell)).toBe(shows);
    }
  });

  test.prop([worlds({ pruning: true })], RUNS)("converges", (world) => {
    world.deliverAll();
    const [a, b, c] = world.replicas.map((r) => reads(world, r));
    expect(b).toEqual(a);
    expect(c).toEqual(a);
  });
});
