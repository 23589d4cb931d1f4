/**
 * Random lives of small clusters: writes, broken and jammed links, restarts
 * under new origins, logs that lap and repairs that break, then healing. The
 * states check all along that V covers what is there and nothing else; in the
 * end everything that survives anywhere is everywhere.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import type { ReplicaLimits } from "../../src/replica/environment.ts";
import { World } from "./world.ts";

const NAMES = ["a", "b", "c", "d"] as const;

type Step =
  | { do: "write"; at: number; count: number }
  | { do: "sever" | "jam" | "join"; at: number; to: number }
  | { do: "run"; ms: number };

const node = fc.nat(NAMES.length - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant("write" as const), at: node, count: fc.integer({ min: 1, max: 12 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("sever" as const, "jam" as const), at: node, to: node }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("join" as const), at: node, to: node }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("run" as const), ms: fc.integer({ min: 1, max: 120 }) }) },
);

const limits: fc.Arbitrary<Partial<ReplicaLimits>> = fc.record({
  logBytesMax: fc.constantFrom(2000, 8000, 64_000_000),
  heldCountMax: fc.constantFrom(2, 1000),
  creditBytes: fc.constantFrom(300, 1_000_000),
  bufferedBytesMax: fc.constantFrom(300, 1_000_000),
  repairChunkBytes: fc.constantFrom(100, 5000),
});

function wiresBetween(world: World, a: string, b: string) {
  return world.wiresOf(a).filter(({ names, ends }) => names.includes(b) && ends[0].open);
}

function take(world: World, action: Step): void {
  if (action.do === "run") return world.run(action.ms);
  const at = NAMES[action.at] as string;
  if (action.do === "write") {
    // A filling replica takes no writes.
    if (world.node(at).replica.loading) return;
    for (let i = 0; i < action.count; i++) world.tick(at, `${at} ${world.written.length}`);
    // Now and then something that is here goes.
    const shown = world
      .node(at)
      .state.texts()
      .find((text) => text.endsWith(String(action.count)));
    if (shown !== undefined) world.remove(at, shown);
    return;
  }
  const to = NAMES[action.to] as string;
  if (at === to) return;
  const wires = wiresBetween(world, at, to);
  if (action.do === "join") {
    for (const wire of wires) wire.jammed = false;
    if (wires.length === 0) world.connect(at, to);
  }
  if (action.do === "jam") for (const wire of wires) wire.jammed = true;
  if (action.do === "sever") for (const wire of wires) world.sever(wire);
}

function heal(world: World): void {
  NAMES.forEach((a, i) =>
    NAMES.slice(i + 1).forEach((b) => {
      for (const wire of wiresBetween(world, a, b)) world.sever(wire);
      world.connect(a, b);
    }),
  );
}

describe("whatever happens to the links", () => {
  test.prop([limits, fc.array(step, { minLength: 5, maxLength: 60 })], { numRuns: 60 })(
    "no replica ever shows an effect without its causes, and all are equal after healing",
    (bounds, steps) => {
      const world = new World(NAMES, { limits: bounds });
      world.connectAll();
      world.run(30);
      for (const action of steps) take(world, action);
      heal(world);
      world.expectConverged(30_000);
      for (const { replica } of world.nodes.values()) expect(replica.counters.closed.overlap).toBe(0);
    },
  );
});
