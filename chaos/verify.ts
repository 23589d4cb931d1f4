/**
 * The look at the end of a round: are all replicas equal, and do they show what the ledger says must be there.
 *
 * Every replica is read completely, key by key; that all digests are equal is a claim of the product as well.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Cluster } from "./cluster.ts";
import { Connection, type Reply } from "./connection.ts";
import type { Ledger, Path } from "./ledger.ts";
import { contents, misplaced, readElements, WHOLE } from "./reading.ts";

/** Far beyond what healing takes; a replica that is not equal then will never be. */
const EQUAL_MS_MAX = 60_000;
const POLL_MS = 50;
/** Equal at two looks so far apart, so that nothing is on its way. */
const STILL_EQUAL_MS = 300;
const CONNECT_MS = 5_000;
const READ_MS = 20_000;

/** What one replica shows. */
export interface View {
  readonly shown: (path: Path) => string | undefined;
  /** Of each key, the same for the same value. */
  readonly contents: ReadonlyMap<string, string>;
  /** Values of lists that are not where their process has put them. */
  readonly strays: readonly string[];
  /** Elements of known keys that the ledger knows nothing of. */
  readonly strangers: readonly string[];
}

/** Milliseconds until all were equal and served; undefined when that did not come about. */
export async function untilEqual(cluster: Cluster, signal: AbortSignal): Promise<number | undefined> {
  const startMs = performance.now();
  let equalSince: number | undefined;
  while (performance.now() - startMs < EQUAL_MS_MAX && !signal.aborted) {
    const digests = await Promise.all(cluster.replicas.map(async ({ index }) => await digestOf(cluster, index)));
    const equal = digests[0] !== undefined && new Set(digests).size === 1;
    const nowMs = performance.now();
    equalSince = equal ? (equalSince ?? nowMs) : undefined;
    if (equalSince !== undefined && nowMs - equalSince >= STILL_EQUAL_MS) return equalSince - startMs;
    await pause(POLL_MS);
  }
  return undefined;
}

/** Undefined while a replica is away or refuses to serve. */
async function digestOf(cluster: Cluster, index: number): Promise<string | undefined> {
  try {
    await cluster.ask(index, "EXISTS", "anything");
    return await cluster.askText(index, "ATOLL", "DIGEST");
  } catch {
    return undefined;
  }
}

export async function readView(cluster: Cluster, index: number, ledger: Ledger): Promise<View> {
  const { host, port } = cluster.replica(index);
  const types = new Map<string, Path["type"]>();
  for (const { key, type } of ledger.paths) types.set(key, type);
  const connection = await Connection.open(host, port, CONNECT_MS);
  const timer = setTimeout(() => connection.close(), READ_MS);
  const values = new Map<string, ReadonlyMap<string, string>>();
  try {
    const ask = async (...args: readonly string[]): Promise<Reply> => await connection.ask(...args);
    const asked = [...types].map(async ([key, type]) => values.set(key, await readElements(type, key, ask)));
    await Promise.all(asked);
  } finally {
    clearTimeout(timer);
    connection.close();
  }
  const known = new Map<string, Map<string, Path>>();
  for (const path of ledger.paths) {
    const paths = known.get(path.key) ?? new Map<string, Path>();
    known.set(path.key, paths.set(path.element ?? WHOLE, path));
  }
  const strangers: string[] = [];
  const strays: string[] = [];
  const whole = new Map<string, string>();
  for (const [key, type] of types) {
    const shown = values.get(key) ?? new Map<string, string>();
    const paths = known.get(key);
    const names = [...shown.keys()];
    whole.set(key, contents(type, shown));
    strangers.push(...names.filter((name) => paths?.has(name) !== true).map((name) => `${key} ${name}`));
    // What is in doubt may have been done later than what came after it.
    const certain = names.filter((name) => paths?.get(name)?.closed === false);
    if (type === "list") strays.push(...misplaced(certain).map((name) => `${key} ${name}`));
  }
  return { shown: ({ key, element = WHOLE }) => values.get(key)?.get(element), contents: whole, strangers, strays };
}

/** What each replica says of itself, for a report of one that is not equal. */
export async function describeReplicas(cluster: Cluster): Promise<string[]> {
  return await Promise.all(
    cluster.replicas.map(async ({ index, name, running }) => {
      if (!running) return `${name} does not run`;
      const answers = await Promise.all(
        ["DIGEST", "CONTEXT", "PEERS"].map(
          async (what) => await cluster.ask(index, "ATOLL", what).catch((error: Error) => error.message),
        ),
      );
      return `${name} ${answers.map((answer) => JSON.stringify(answer)).join("\n    ")}`;
    }),
  );
}

/** What replicas count themselves, as far as it tells which ways of healing were taken. */
const SIGHTS = ["repairs_committed", "repairs_resumed", "repairs_aborted", "intervals_relayed", "pulls_sent", "deaths"];

/** Counts of all processes so far: a process is known by its replica and incarnation. */
export type Sights = Map<string, ReadonlyMap<string, number>>;

/** Takes over what each replica counts; returns the alarms that it raised about itself. */
export async function readCounters(cluster: Cluster, sights: Sights): Promise<string[]> {
  const found = await Promise.all(
    cluster.replicas.map(async ({ index, name, incarnation }) => {
      const info = await cluster.askText(index, "INFO", "everything");
      const counters = new Map([...info.matchAll(/^(\w+):(\d+)\r?$/gm)].map(([, field = "", n]) => [field, Number(n)]));
      sights.set(`${index}/${incarnation}`, new Map(SIGHTS.map((each) => [each, counters.get(each) ?? 0])));
      const divergences = counters.get("divergences") ?? 0;
      return divergences === 0 ? [] : [`${name} raised ${divergences} alarms that contents differ which ought not to`];
    }),
  );
  return found.flat();
}

export function totalSights(sights: Sights): Map<string, number> {
  const total = (name: string): number => [...sights.values()].reduce((sum, each) => sum + (each.get(name) ?? 0), 0);
  return new Map(SIGHTS.map((name) => [name, total(name)]));
}
