/** How many programs and schedules there are, counted apart from the search. */
import { expect, it } from "vitest";
import { ALPHABETS, eachProgram } from "../../sim/exhaustive/alphabet.ts";
import { coalescedUnits, singleUnits, type Program } from "../../sim/exhaustive/program.ts";
import { eachSchedule, interleavings, orderOf } from "../../sim/exhaustive/schedule.ts";

/** A program in which each replica has so many operations. */
function program(...counts: number[]): Program {
  return counts.flatMap((count, replica) => Array.from({ length: count }, () => ({ replica, command: ["PING"] })));
}

function countSchedules(replicas: number, counts: number[]): { possible: number; impossible: number } {
  let possible = 0;
  const units = singleUnits(program(...counts));
  const { impossible } = eachSchedule(units, replicas, undefined, () => ++possible > 0);
  return { possible, impossible };
}

/** Plane partitions in a box (MacMahon): pairs of lattice paths of which one stays on one side of the other. */
function boxed(a: number, b: number, c: number): number {
  let [above, below] = [1, 1];
  for (let i = 1; i <= a; i++) {
    for (let j = 1; j <= b; j++) {
      for (let k = 1; k <= c; k++) {
        above *= i + j + k - 1;
        below *= i + j + k - 2;
      }
    }
  }
  return Math.round(above / below);
}

/** Does some operation wait for itself? Each waits for those before it at its own replica, which has no other. */
function waitsForItself(sequences: readonly number[][]): boolean {
  const before = sequences.map((sequence, unit) => new Set(sequence.slice(0, sequence.indexOf(unit))));
  const reaches = (from: number, to: number, hops: number): boolean =>
    [...(before[from] ?? [])].some((next) => next === to || (hops > 0 && reaches(next, to, hops - 1)));
  return sequences.some((_, unit) => reaches(unit, unit, 3));
}

it("two operations at two replicas happen one way or the other, or side by side", () => {
  expect(countSchedules(2, [1, 1])).toEqual({ possible: 3, impossible: 1 });
});

it("between two replicas there are as many schedules as plane partitions in a box", () => {
  for (const [a, b] of [
    [2, 1],
    [2, 2],
    [3, 1],
    [3, 2],
    [4, 1],
  ] as const) {
    expect(countSchedules(2, [a, b]).possible).toBe(boxed(a, b, 2));
  }
});

it("who does nothing may see what two others do in any order", () => {
  expect(countSchedules(3, [1, 1])).toEqual({ possible: 6, impossible: 2 });
  expect(countSchedules(3, [2])).toEqual({ possible: 1, impossible: 0 });
});

it("five operations at three replicas have no more than 27,000 schedules", () => {
  const { possible, impossible } = countSchedules(3, [2, 2, 1]);
  expect(possible + impossible).toBe(30 ** 3);
  expect(impossible).toBeGreaterThan(0);
});

it("three operations at three replicas: a schedule is possible when nothing waits for itself", () => {
  const units = singleUnits(program(1, 1, 1));
  const orders = interleavings(units);
  let possible = 0;
  for (const a of orders)
    for (const b of orders)
      for (const c of orders) {
        const isPossible = orderOf(units, [a, b, c]) !== undefined;
        expect(isPossible).toBe(!waitsForItself([a, b, c]));
        if (isPossible) possible++;
      }
  expect(countSchedules(3, [1, 1, 1]).possible).toBe(possible);
});

it("a state is copied before it is joined", () => {
  const units = singleUnits(program(1, 1));
  const seen: string[] = [];
  eachSchedule(units, 2, { source: 0, receiver: 1 }, (schedule, order, repair) => {
    seen.push(`${JSON.stringify(schedule)} ${repair?.sourceSteps}>${repair?.receiverSteps} ${order.join("")}`);
    return true;
  });
  expect(seen).toEqual([
    "[[0,1],[1]] 1>0 010",
    "[[0,1],[1]] 1>1 010",
    "[[0,1],[1]] 2>1 010",
    "[[1,0],[1]] 1>1 100",
    "[[1,0],[1]] 2>1 100",
  ]);
});

it("intervals coalesce in every way that keeps the order of a replica", () => {
  const cuts = coalescedUnits(program(3)).map((units) => units.map(({ operations }) => operations.join("")).join("|"));
  expect(cuts.toSorted()).toEqual(["012", "01|2", "0|12"]);
  expect(coalescedUnits(program(1, 1))).toEqual([]);
});

it("programs that differ in names alone are tried once", () => {
  const programs: string[] = [];
  const alphabet = { commands: ["SET k p", "SET k q", "DEL k"], alike: [["p", "q"]] };
  eachProgram(alphabet, 2, 2, (each) => {
    programs.push(each.map(({ replica, command }) => `${replica}${command.join("")}`).join(" "));
    return true;
  });
  // First SET p or DEL at replica 0; then at either replica what has a name that is known or comes next.
  expect(programs.length).toBe(2 * 3 + 2 * 2);
  expect(programs).not.toContain("0DELk 0SETkq");
});

it("every alphabet has programs of one operation, all at the first replica", () => {
  for (const alphabet of Object.values(ALPHABETS)) {
    let count = 0;
    eachProgram(alphabet, 1, 3, ([first]) => {
      count++;
      return first?.replica === 0;
    });
    expect(count).toBeGreaterThan(2);
  }
});
