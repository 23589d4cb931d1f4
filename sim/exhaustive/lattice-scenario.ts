/**
 * Random small scenarios for the lattices: a program, and one of its schedules,
 * drawn together; with everything that variants do, all at once.
 *
 * They go where exhaustive search does not reach for numbers: five operations,
 * coalesced, redelivered and skewed in the same run.
 */
import type { Random } from "../world/random.ts";
import { ALPHABETS, LATTICE_TYPES } from "./alphabet.ts";
import type { Trial } from "./play.ts";
import type { Program, Unit } from "./program.ts";
import { orderOf, queuesOf, type Schedule } from "./schedule.ts";
import { SKEW_MS, type Repair } from "./variant.ts";

const REPLICAS = 3;
/** A whole state costs as much as dozens of intervals. */
const REPAIR_CHANCE = 0.03;
const REDELIVERY_CHANCE = 0.2;
const SKEW_CHANCE = 0.2;
const COALESCING_CHANCE = 0.2;

export function latticeScenario(random: Random): Trial {
  const { commands, reads, everyMs } = ALPHABETS[random.pick(LATTICE_TYPES)];
  const lines: readonly string[] = commands;
  const program: Program = Array.from({ length: random.between(3, 5) }, () => ({
    replica: random.below(REPLICAS),
    command: random.pick(lines).split(" "),
  }));
  const units = drawUnits(random, program);
  const repairing = random.chance(REPAIR_CHANCE) ? drawPair(random) : undefined;
  const schedule = drawSchedule(random, units, repairing?.receiver);
  const repair = repairing === undefined ? undefined : drawRepair(random, repairing, units, schedule);
  const skewed = random.chance(SKEW_CHANCE) ? random.below(REPLICAS) : undefined;
  return {
    setting: { replicas: REPLICAS, reads, everyMs },
    program,
    variant: {
      name: "plain",
      units,
      redelivers: random.chance(REDELIVERY_CHANCE),
      skewsMs: skewed === undefined ? [] : Array.from({ length: REPLICAS }, (_, i) => (i === skewed ? SKEW_MS : 0)),
      repair: repairing,
    },
    schedule,
    order: orderOf(units, schedule, repair) ?? [],
    repair,
  };
}

function drawUnits(random: Random, program: Program): Unit[] {
  const units: { replica: number; operations: number[] }[] = [];
  for (const [place, { replica }] of program.entries()) {
    const last = units.findLast((unit) => unit.replica === replica);
    if (last !== undefined && random.chance(COALESCING_CHANCE)) last.operations.push(place);
    else units.push({ replica, operations: [place] });
  }
  return units;
}

function drawPair(random: Random): { source: number; receiver: number } {
  const receiver = random.below(REPLICAS);
  return { receiver, source: (receiver + 1 + random.below(REPLICAS - 1)) % REPLICAS };
}

/** Takes a step that is possible at a replica by chance, until none is left. Nothing arrives at `deaf`. */
function drawSchedule(random: Random, units: readonly Unit[], deaf: number | undefined): Schedule {
  const queues = queuesOf(units);
  const schedule: number[][] = Array.from({ length: REPLICAS }, () => []);
  const next = schedule.map(() => queues.map(() => 0));
  for (;;) {
    const possible: { place: number; writer: number; unit: number }[] = [];
    for (let place = 0; place < REPLICAS; place++) {
      for (let writer = 0; writer < queues.length; writer++) {
        const at = next[place]?.[writer] ?? 0;
        const unit = queues[writer]?.[at];
        if (unit === undefined || (place !== writer && (place === deaf || at >= (next[writer]?.[writer] ?? 0))))
          continue;
        possible.push({ place, writer, unit });
      }
    }
    if (possible.length === 0) return schedule;
    const { place, writer, unit } = random.pick(possible);
    schedule[place]?.push(unit);
    const taken = next[place];
    if (taken !== undefined) taken[writer] = (taken[writer] ?? 0) + 1;
  }
}

/** At any moments that the schedule allows; the receiver's end is always one. */
function drawRepair(
  random: Random,
  pair: { source: number; receiver: number },
  units: readonly Unit[],
  schedule: Schedule,
): Repair {
  const receiverStepsMax = schedule[pair.receiver]?.length ?? 0;
  const sourceSteps = random.between(1, Math.max(1, schedule[pair.source]?.length ?? 0));
  const drawn = { ...pair, sourceSteps, receiverSteps: random.between(0, receiverStepsMax) };
  return orderOf(units, schedule, drawn) === undefined ? { ...drawn, receiverSteps: receiverStepsMax } : drawn;
}
