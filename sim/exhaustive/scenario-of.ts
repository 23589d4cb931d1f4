/**
 * A schedule as a scenario of the whole simulator, as far as links can be made
 * to do it: each direction between two replicas carries something only while
 * the schedule lets something arrive there.
 *
 * That is less exact than the schedule. A direction that opens carries all that
 * was kept back, and replicas pass on what others lack. Whether the scenario
 * still fails is for its run to say.
 */
import { DEFAULT_PERSISTENCE_SETTINGS } from "../../src/persistence/settings.ts";
import type { Fault, Scenario } from "../scenario/scenario.ts";
import type { Trial } from "./play.ts";
import { nameOf } from "./program.ts";
import { EXPIRY } from "../world/observed-keyspace.ts";

const START_MS = 1000;
/** Time for one step: less than it takes replicas to help each other out, more than a message takes. */
const STEP_MS = 60;
/** Time for everything to arrive. */
const END_MS = 3000;

/** Undefined for what no scenario can do: coalesced and repeated intervals, repairs, expiry on demand. */
export function scenarioOf({ setting, program, variant, schedule, order, repair }: Trial): Scenario | undefined {
  if (repair !== undefined || variant.redelivers || variant.units.length !== program.length) return undefined;
  if (program.some(({ command }) => command[0] === EXPIRY)) return undefined;
  const places = Array.from({ length: setting.replicas }, (_, place) => place);
  const workload: Scenario["workload"][number][] = [];
  const openings = new Map<string, number[]>();
  const taken = places.map(() => 0);
  for (const [step, place] of order.entries()) {
    const atMs = START_MS + step * STEP_MS;
    const unit = schedule[place]?.[taken[place] ?? 0] ?? 0;
    taken[place] = (taken[place] ?? 0) + 1;
    const { replica = place, command = [] } = program[unit] ?? {};
    if (replica === place) workload.push({ atMs, replica: nameOf(place), database: 0, command: [...command] });
    else openings.set(`${replica}>${place}`, [...(openings.get(`${replica}>${place}`) ?? []), atMs]);
  }
  const untilMs = START_MS + order.length * STEP_MS;
  const faults = places.flatMap((from) =>
    places
      .filter((to) => to !== from)
      .flatMap((to) => closings({ from: nameOf(from), to: nameOf(to) }, openings.get(`${from}>${to}`) ?? [], untilMs)),
  );
  return {
    name: "a schedule of the exhaustive search",
    seed: 1,
    replicas: places.map((place) => ({
      id: nameOf(place),
      region: nameOf(place),
      skewMs: variant.skewsMs[place] ?? 0,
      driftPpm: 0,
    })),
    delay: { baseMs: 1, jitterMs: 0 },
    links: [],
    reconnectMs: 20,
    timerMs: 5,
    durability: "memory",
    persistence: { ...DEFAULT_PERSISTENCE_SETTINGS, saveRules: [] },
    limits: {},
    endMs: untilMs + END_MS,
    convergeMs: 60_000,
    clearsAtEnd: true,
    workload,
    faults,
    expectations: [],
  };
}

/** A direction carries nothing but in the steps that begin at `openAtMs`, rising. */
function closings(direction: { from: string; to: string }, openAtMs: readonly number[], untilMs: number): Fault[] {
  const faults: Fault[] = [];
  let fromMs = START_MS - STEP_MS;
  for (const openMs of [...openAtMs, untilMs]) {
    if (openMs > fromMs) faults.push({ kind: "cut", atMs: fromMs, forMs: openMs - fromMs, ...direction });
    fromMs = openMs + STEP_MS;
  }
  return faults;
}
