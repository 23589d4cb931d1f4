/**
 * Schedules of faults: the same for the same seed, over in time, and never more than a cluster can survive.
 */
import { expect } from "vitest";
import { fc, test } from "@fast-check/vitest";
import { FAULT_NAMES, faultKind } from "../../chaos/fault-kinds.ts";
import { describeFault, drawRound, ROUND_MS } from "../../chaos/schedule.ts";

const options = fc.record({
  seed: fc.nat(),
  round: fc.nat(50),
  replicas: fc.integer({ min: 3, max: 9 }),
  faults: fc.subarray([...FAULT_NAMES], { minLength: 1 }),
  durable: fc.boolean(),
});

test.prop([options])("the same seed draws the same faults", (given) => {
  expect(drawRound(given)).toEqual(drawRound(given));
});

test.prop([options])("faults are of the wanted kinds, at replicas that exist, and over at the end", (given) => {
  for (const { name, replicas, atMs, forMs } of drawRound(given)) {
    expect(given.faults).toContain(name);
    expect(new Set(replicas).size).toBe(replicas.length);
    for (const replica of replicas) expect(replica).toBeLessThan(given.replicas);
    expect(forMs).toBeGreaterThan(0);
    expect(atMs + forMs).toBeLessThanOrEqual(ROUND_MS);
  }
});

test.prop([options])("some replica keeps all that it holds", (given) => {
  const destroyed = new Set(
    drawRound(given)
      .filter(({ name }) => {
        const { loses } = faultKind(name);
        return loses === "disk" || (!given.durable && (loses === "memory" || name === "restart"));
      })
      .flatMap(({ replicas }) => replicas),
  );
  expect(destroyed.size).toBeLessThan(given.replicas);
});

test.prop([options])("nothing else is done to a replica that is away", (given) => {
  const exclusive = drawRound(given).filter(({ name }) => faultKind(name).exclusive);
  for (const [i, one] of exclusive.entries()) {
    for (const other of exclusive.slice(i + 1)) {
      if (!one.replicas.some((replica) => other.replicas.includes(replica))) continue;
      expect(one.atMs + one.forMs < other.atMs || other.atMs + other.forMs < one.atMs).toBe(true);
    }
  }
});

test("rounds of one seed differ, and every kind comes up", () => {
  const rounds = Array.from({ length: 40 }, (_, round) =>
    drawRound({ seed: 1, round, replicas: 5, faults: FAULT_NAMES, durable: true }),
  );
  expect(new Set(rounds.map((round) => round.map(describeFault).join())).size).toBe(rounds.length);
  expect(new Set(rounds.flat().map(({ name }) => name))).toEqual(new Set(FAULT_NAMES));
});
