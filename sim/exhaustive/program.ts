/**
 * Programs: a few commands, each at a replica and each with a time of its own.
 *
 * The order of the list is the order of the times, and at one replica the order
 * in which commands run. How they travel is not the program's affair: that is
 * a schedule.
 *
 * An interval carries what one replica did in one go. Cut after every command,
 * or after several that ran one after the other, a program is a list of units:
 * what a schedule moves around.
 */
export interface ProgramOperation {
  /** 0 is the first replica. */
  readonly replica: number;
  readonly command: readonly string[];
}

export type Program = readonly ProgramOperation[];

/** Operations, by their places in the program, that leave their replica in one interval. */
export interface Unit {
  readonly replica: number;
  readonly operations: readonly number[];
}

const REPLICA_NAMES = ["a", "b", "c"] as const;

export function nameOf(replica: number): string {
  return REPLICA_NAMES[replica] ?? String(replica);
}

/** Every operation an interval of its own. */
export function singleUnits(program: Program): Unit[] {
  return program.map(({ replica }, place) => ({ replica, operations: [place] }));
}

/** All other ways to cut a program into intervals: what ran one after the other at a replica may leave as one. */
export function coalescedUnits(program: Program): Unit[][] {
  let ways: Unit[][] = [[]];
  for (const [place, { replica }] of program.entries()) {
    ways = ways.flatMap((units) => {
      const alone = [...units, { replica, operations: [place] }];
      const last = units.findLastIndex((unit) => unit.replica === replica);
      const before = units[last];
      if (before === undefined) return [alone];
      return [alone, units.with(last, { replica, operations: [...before.operations, place] })];
    });
  }
  return ways.filter((units) => units.length < program.length);
}
