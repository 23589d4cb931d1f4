/**
 * The ledger: every write that a client issued, what came of it, and the verdict on what the replicas show in the end.
 *
 * Writes are kept by *path*: a key, a field, a member or a value in a list. One client writes a path, or everybody counts
 * at it, as an addition to a HyperLogLog counts one there, within the error of such a count. A client
 * leaves a path for good when it does not know what became of a write there, so that such a write is always the last:
 * the order of the writes at a path is the order in which the ledger has them.
 *
 * When all replicas were equal and the verdict was good, `settle` replaces the history by what is there: it is held by
 * all of them now. That bounds the ledger, and lets later rounds rely on earlier ones.
 */
import type { Held, LossEvent } from "./promise.ts";
import { forgotBetween, mustSurvive } from "./promise.ts";

/** `unknown`: the connection ended before the answer, so it may or may not have been done. */
export type Outcome = "issued" | "acknowledged" | "refused" | "unknown";

export interface Write {
  /** The value put; undefined for a removal. */
  readonly value: string | undefined;
  /** What is added, at a path where everybody counts. */
  readonly amount: number;
  readonly replica: number;
  readonly incarnation: number;
  readonly issuedMs: number;
  answeredMs: number;
  outcome: Outcome;
  held: Held;
}

export interface Path {
  readonly type: "string" | "hash" | "set" | "list" | "zset" | "hll";
  readonly key: string;
  readonly element: string | undefined;
  readonly counter: boolean;
  /** The client alone may know; nothing is issued here any more. */
  closed: boolean;
  writes: Write[];
}

export interface Breach {
  readonly path: Path;
  /** What is wrong with what the replicas show. */
  readonly why: string;
  readonly shown: string | undefined;
}

type Issue = Pick<Write, "replica" | "incarnation" | "issuedMs"> & {
  readonly value?: string;
  readonly amount?: number;
};

const NOBODY: Held = { own: "memory", others: 0, byOthers: "memory" };

export class Ledger {
  readonly #paths = new Map<string, Path>();
  #losses: LossEvent[] = [];
  /** Over all rounds. */
  readonly counts = { issued: 0, acknowledged: 0, refused: 0, unknown: 0 };

  get paths(): Iterable<Path> {
    return this.#paths.values();
  }

  get losses(): readonly LossEvent[] {
    return this.#losses;
  }

  path(type: Path["type"], key: string, element?: string, counter = false): Path {
    const name = element === undefined ? key : `${key} ${element}`;
    let path = this.#paths.get(name);
    if (path === undefined) {
      path = { type, key, element, counter, closed: false, writes: [] };
      this.#paths.set(name, path);
    }
    return path;
  }

  issue(path: Path, { replica, incarnation, issuedMs, value, amount = 0 }: Issue): Write {
    const write: Write = {
      value,
      amount,
      replica,
      incarnation,
      issuedMs,
      answeredMs: issuedMs,
      outcome: "issued",
      held: NOBODY,
    };
    path.writes.push(write);
    this.counts.issued++;
    return write;
  }

  /** `held` is given for what was acknowledged. */
  answered(path: Path, write: Write, outcome: Exclude<Outcome, "issued">, atMs: number, held = NOBODY): void {
    write.outcome = outcome;
    write.answeredMs = atMs;
    write.held = held;
    this.counts[outcome]++;
    if (outcome === "unknown") path.closed = true;
  }

  /** It has turned out that this write was not asked for. */
  withdrawn(path: Path, write: Write): void {
    path.writes = path.writes.filter((each) => each !== write);
    this.counts.issued--;
  }

  lost(event: LossEvent): void {
    this.#losses.push(event);
  }

  /** `shown` gives the value at a path, undefined for none. */
  breaches(shown: (path: Path) => string | undefined): Breach[] {
    const breaches: Breach[] = [];
    for (const path of this.paths) {
      const value = shown(path);
      const why = path.counter ? judgeCounter(path, value, this.#losses) : judgeValue(path, value, this.#losses);
      if (why !== undefined) breaches.push({ path, why, shown: value });
    }
    return breaches;
  }

  /** All replicas hold what `shown` gives. `incarnations` are those that run now. */
  settle(shown: (path: Path) => string | undefined, incarnations: readonly number[], atMs: number, held: Held): void {
    this.#losses = [];
    for (const [name, path] of this.#paths) {
      const value = shown(path);
      const last = path.writes.at(-1);
      if (last === undefined || (path.closed && value === undefined)) {
        this.#paths.delete(name);
        continue;
      }
      const { replica } = last;
      const incarnation = incarnations[replica] ?? last.incarnation;
      const amount = path.counter ? Number(value ?? 0) : 0;
      const settled = { value, amount, replica, incarnation, issuedMs: atMs, answeredMs: atMs };
      path.writes = [{ ...settled, outcome: "acknowledged", held }];
    }
  }
}

export function lastWrite({ writes }: Path): Write | undefined {
  return writes.findLast(({ outcome }) => outcome !== "refused");
}

/** What a client that wrote it through this very process sees there until it writes again; undefined when in doubt. */
export function ownValue(path: Path, incarnation: number): string | undefined {
  const last = lastWrite(path);
  return last?.outcome === "acknowledged" && last.incarnation === incarnation ? last.value : undefined;
}

function promised(write: Write, losses: readonly LossEvent[]): boolean {
  return write.outcome === "acknowledged" && mustSurvive(write, losses);
}

/** Five times the standard error of PFCOUNT, and what a collision does to the count of a few. */
const HLL_ERROR = 5 * 0.0081;
const HLL_COLLISIONS = 1;

/** Acknowledged increments count, others may. */
function judgeCounter(
  { type, writes }: Path,
  shown: string | undefined,
  losses: readonly LossEvent[],
): string | undefined {
  const total = Number(shown ?? 0);
  const sum = (which: (write: Write) => boolean): number =>
    writes.filter(which).reduce((all, { amount }) => all + amount, 0);
  const least = sum((write) => promised(write, losses));
  const most = sum(({ outcome }) => outcome !== "refused");
  const error = (exact: number): number => (type === "hll" ? HLL_COLLISIONS + HLL_ERROR * exact : 0);
  if (total < least - error(least)) return `counts ${total}, but ${least} were acknowledged and must have survived`;
  if (total > most + error(most)) return `counts ${total}, but only ${most} were ever asked for`;
  return Number.isInteger(total) ? undefined : `counts ${shown}, which is no whole number`;
}

function judgeValue({ writes }: Path, shown: string | undefined, losses: readonly LossEvent[]): string | undefined {
  if (shown === undefined) {
    const last = writes.findLastIndex(({ outcome }) => outcome !== "refused");
    const kept = writes.findLastIndex((write) => write.value !== undefined && promised(write, losses));
    if (kept < 0 || writes.some((write, i) => i > kept && mayRemove(write))) return undefined;
    return last < 0 ? undefined : `shows nothing, but ${writes[kept]?.value} was acknowledged and must have survived`;
  }
  const at = writes.findLastIndex(({ value, outcome }) => value === shown && outcome !== "refused");
  const write = writes[at];
  if (write === undefined) {
    const refused = writes.some(({ value }) => value === shown);
    return refused ? `shows ${shown}, which was refused` : `shows ${shown}, which nobody wrote`;
  }
  for (const [i, later] of writes.entries()) {
    if (i <= at || !promised(later, losses)) continue;
    if (later.value === undefined) {
      // A removal removes what its replica had seen, and that is not what it had lost.
      if (forgotBetween(write.replica, write.incarnation, later.incarnation, losses)) continue;
      return `shows ${shown}, but its removal was acknowledged and must have survived`;
    }
    if (writes.some((removal, j) => j > i && mayRemove(removal))) continue;
    return `shows ${shown}, but ${later.value} was acknowledged after it and must have survived`;
  }
  return undefined;
}

function mayRemove({ value, outcome }: Write): boolean {
  return value === undefined && outcome !== "refused";
}
