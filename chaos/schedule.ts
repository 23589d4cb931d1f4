/**
 * Which faults happen when: drawn from a seed, one round at a time, before anything is done.
 *
 * A round is a stretch of faults that are all over at its end. The first replica of a round's draw is its keeper: it
 * loses nothing in this round, so that there is always one that what the others lost can come back from. Faults that
 * need a replica for themselves do not overlap at one replica.
 */
import { Random } from "../sim/world/random.ts";
import { faultKind, type FaultKind, type FaultName } from "./fault-kinds.ts";

export interface PlannedFault {
  readonly atMs: number;
  readonly forMs: number;
  readonly name: FaultName;
  readonly replicas: readonly number[];
  /** One of two ways to do it, where there are two: a copy of the data of a stopped process, or of a paused one. */
  readonly variant: boolean;
}

export interface RoundOptions {
  readonly seed: number;
  readonly round: number;
  readonly replicas: number;
  readonly faults: readonly FaultName[];
  /** Data outlives a process: a kill loses no more than memory. */
  readonly durable: boolean;
}

/** Faults begin in this stretch of a round, and are over at its end. */
export const ROUND_MS = 16_000;
const FIRST_MS = 500;
const GAP_MS = 1_300;
/** What a replica needs to get back on its feet before the next is done to it alone. */
const RECOVERY_MS = 1_500;
/** How often another fault is drawn when there is no room for one. */
const TRIES = 4;

export function drawRound(options: RoundOptions): PlannedFault[] {
  const random = new Random(options.seed, `faults of round ${options.round}`);
  const kinds = options.faults.map(faultKind);
  const keeper = random.below(options.replicas);
  const busy = Array.from({ length: options.replicas }, (): [number, number][] => []);
  const planned: PlannedFault[] = [];
  if (kinds.length === 0) return planned;
  for (let atMs = FIRST_MS; atMs < ROUND_MS; atMs += Math.round(random.exponential(GAP_MS))) {
    for (let left = TRIES; left > 0; left--) {
      const fault = drawFault(random, kinds, options, atMs);
      if (fault === undefined || !hasRoom(fault, options, keeper, busy)) continue;
      planned.push(fault);
      if (faultKind(fault.name).exclusive) {
        for (const replica of fault.replicas) busy[replica]?.push([atMs, atMs + fault.forMs + RECOVERY_MS]);
      }
      break;
    }
  }
  return planned;
}

function drawFault(
  random: Random,
  kinds: readonly FaultKind[],
  { replicas }: RoundOptions,
  atMs: number,
): PlannedFault | undefined {
  const kind = kinds[random.weighted(kinds.map(({ weight }) => weight))];
  if (kind === undefined) return undefined;
  const forMs = random.between(...kind.forMs);
  const first = random.below(replicas);
  const second = (first + 1 + random.below(Math.max(1, replicas - 1))) % replicas;
  const everybody = Array.from({ length: replicas }, (_, i) => i);
  const affected = kind.replicas === "all" ? everybody : [first, second].slice(0, kind.replicas);
  const variant = random.chance(0.5);
  if (new Set(affected).size < affected.length || atMs + forMs > ROUND_MS) return undefined;
  return { atMs, forMs, name: kind.name, replicas: affected, variant };
}

function hasRoom(
  { name, atMs, forMs, replicas }: PlannedFault,
  { durable }: RoundOptions,
  keeper: number,
  busy: readonly (readonly (readonly [number, number])[])[],
): boolean {
  const { exclusive, loses } = faultKind(name);
  const destroys = loses === "disk" || (!durable && (loses === "memory" || name === "restart"));
  if (destroys && replicas.includes(keeper)) return false;
  if (!exclusive) return true;
  return replicas.every((replica) =>
    (busy[replica] ?? []).every(([from, to]) => atMs + forMs + RECOVERY_MS < from || atMs > to),
  );
}

/** One line for people. */
export function describeFault({ atMs, forMs, name, replicas }: PlannedFault): string {
  return `at ${seconds(atMs)} ${name} ${replicas.map((replica) => `n${replica + 1}`).join("-")} for ${seconds(forMs)}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
