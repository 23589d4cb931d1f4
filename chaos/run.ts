/**
 * A run: rounds of faults under load, each followed by healing everything and comparing all replicas with the ledger.
 */
import { setTimeout as pause } from "node:timers/promises";
import { Random } from "../sim/world/random.ts";
import { Client, type Mode } from "./client.ts";
import type { Cluster } from "./cluster.ts";
import { commit } from "./faults.ts";
import type { FaultName } from "./fault-kinds.ts";
import type { Findings } from "./findings.ts";
import type { Breach, Ledger } from "./ledger.ts";
import type { Held } from "./promise.ts";
import { describeBreach, describeCourse } from "./report.ts";
import { drawRound, type PlannedFault, ROUND_MS } from "./schedule.ts";
import { newTally, type Tally } from "./tally.ts";
import { describeReplicas, readCounters, readView, untilEqual, type View } from "./verify.ts";

export interface RunOptions {
  readonly cluster: Cluster;
  readonly ledger: Ledger;
  readonly seed: number;
  readonly minutes: number;
  readonly faults: readonly FaultName[];
  readonly modes: readonly Mode[];
  readonly fsync: string;
  readonly findings: Findings;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

const CLIENTS_OF_REPLICA = 2;
/** For people to read; the rest is counted. */
const BREACHES_SHOWN = 5;
const VALUE_SHOWN = 40;
const START_MS_MAX = 60_000;
/** What has come by then is on every disk, synced or not, and outlives a kill. */
const WRITTEN_MS = 500;

export async function runRounds(options: RunOptions): Promise<Tally> {
  const { cluster, minutes, signal, findings, say } = options;
  const tally = newTally();
  const endMs = performance.now() + minutes * 60_000;
  for (const { index } of cluster.replicas) cluster.start(index);
  if (
    (await untilEqual(cluster, AbortSignal.any([signal, findings.signal, AbortSignal.timeout(START_MS_MAX)]))) ===
    undefined
  ) {
    findings.add("the replicas did not come up");
    return tally;
  }
  const clients = cluster.replicas.flatMap((replica) =>
    Array.from({ length: CLIENTS_OF_REPLICA }, (_, i) => {
      const name = `${replica.name}.${i + 1}`;
      return new Client({
        name,
        replica,
        random: new Random(options.seed, `client ${name}`),
        ledger: options.ledger,
        modes: options.modes,
        repliesAreDurable: cluster.durable && options.fsync === "always",
        onWrong: (what) => findings.add(what),
      });
    }),
  );
  let healingMs = 0;
  for (let round = 1; !signal.aborted && findings.none; round++) {
    if (round > 1 && performance.now() + ROUND_MS + healingMs > endMs) break;
    const startMs = performance.now();
    const planned = await oneRound(options, round, clients, tally);
    if (signal.aborted) break;
    const roundMs = performance.now() - startMs;
    await healAndVerify(options, planned, tally);
    healingMs = performance.now() - startMs - ROUND_MS;
    tally.rounds = round;
    say(
      `round ${round}: ${planned.length} faults in ${(roundMs / 1000).toFixed(1)} s, ${describeRound(options, tally)}`,
    );
  }
  for (const { refusals } of clients) {
    for (const [word, count] of refusals) tally.refusals.set(word, (tally.refusals.get(word) ?? 0) + count);
  }
  return tally;
}

function describeRound({ ledger }: RunOptions, { paths, longestHealingMs }: Tally): string {
  const { acknowledged } = ledger.counts;
  return `${acknowledged} writes acknowledged so far, ${paths} paths compared, equal at most ${(longestHealingMs / 1000).toFixed(1)} s after healing`;
}

/** Load and faults; resolves when all faults are over. */
async function oneRound(
  { cluster, seed, faults, signal, findings, say }: RunOptions,
  round: number,
  clients: readonly Client[],
  tally: Tally,
): Promise<readonly PlannedFault[]> {
  const planned = drawRound({ seed, round, replicas: cluster.replicas.length, faults, durable: cluster.durable });
  const over = new AbortController();
  const either = AbortSignal.any([signal, findings.signal, over.signal]);
  const load = clients.map(async (client) => await client.run(either));
  // A fault that takes longer than planned does not meet the next at its replica.
  const turns = cluster.replicas.map(async () => {});
  const deeds = planned.map(async (fault) => {
    await pause(fault.atMs, undefined, { signal: either }).catch(() => {});
    if (either.aborted) return;
    const turn = Promise.all(fault.replicas.map(async (replica) => await turns[replica])).then(async () => {
      tally.faults.set(fault.name, (tally.faults.get(fault.name) ?? 0) + 1);
      await commit(cluster, fault, either);
    });
    for (const replica of fault.replicas) turns[replica] = turn.catch(() => {});
    await turn;
  });
  const trouble = deeds.map(async (deed) => {
    await deed.catch((error: Error) => {
      say(`a fault could not be carried out: ${error.stack}`);
      findings.add(`a fault could not be carried out: ${error.message}`);
    });
  });
  await pause(ROUND_MS, undefined, { signal: either }).catch(() => {});
  over.abort();
  await Promise.all([...trouble, ...load]);
  return planned;
}

async function healAndVerify(
  { cluster, ledger, signal, findings, say, fsync }: RunOptions,
  planned: readonly PlannedFault[],
  tally: Tally,
): Promise<void> {
  const healingMs = await untilEqual(cluster, signal);
  if (signal.aborted) return;
  if (healingMs === undefined) {
    findings.add("the replicas did not become equal");
    for (const line of await describeReplicas(cluster)) say(line);
    return;
  }
  tally.longestHealingMs = Math.max(tally.longestHealingMs, healingMs);
  const views = await Promise.all(cluster.replicas.map(async ({ index }) => await readView(cluster, index, ledger)));
  compare(cluster, ledger, views, findings).forEach(say);
  if (!findings.none) for (const line of describeCourse(ledger.losses, planned)) say(line);
  for (const alarm of await readCounters(cluster, tally.sights)) findings.add(alarm);
  tally.paths = [...ledger.paths].length;
  if (!findings.none) return;
  if (cluster.durable) await pause(WRITTEN_MS);
  const everywhere: Held = {
    own: cluster.durable && fsync === "always" ? "disk" : "memory",
    others: cluster.replicas.length - 1,
    byOthers: cluster.durable ? "disk" : "memory",
  };
  const incarnations = cluster.replicas.map(({ incarnation }) => incarnation);
  const [first] = views;
  if (first !== undefined) ledger.settle(first.shown, incarnations, performance.now(), everywhere);
}

/** Notes what is broken; returns the histories of the first paths, for people. */
function compare(cluster: Cluster, ledger: Ledger, views: readonly View[], findings: Findings): string[] {
  const nameOf = (view: View): string => cluster.replica(views.indexOf(view)).name;
  const broken = new Map<string, { readonly breach: Breach; readonly at: string[] }>();
  for (const view of views) {
    for (const stranger of view.strangers.slice(0, BREACHES_SHOWN)) {
      findings.add(`${nameOf(view)} shows ${stranger}, which nobody wrote or which was removed long ago`);
    }
    for (const stray of view.strays.slice(0, BREACHES_SHOWN)) {
      findings.add(`${nameOf(view)} shows ${stray} elsewhere among what its process has pushed than it has put it`);
    }
    const [first] = views;
    const different = [...view.contents].filter(([key, contents]) => contents !== first?.contents.get(key));
    for (const [key] of different.slice(0, BREACHES_SHOWN)) {
      findings.add(`${nameOf(view)} shows something else at ${key} than n1, though their digests are equal`);
    }
    for (const breach of ledger.breaches(view.shown)) {
      const { key, element = "" } = breach.path;
      const what = `${key} ${element} ${breach.why}`;
      const known = broken.get(what) ?? { breach, at: [] };
      known.at.push(nameOf(view));
      broken.set(what, known);
    }
  }
  for (const [what, { at }] of broken) findings.add(`at ${at.join(" ")}: ${what}`);
  return [...broken.values()].slice(0, BREACHES_SHOWN).flatMap(({ breach }) => {
    const values = views.map(
      (view) => `${nameOf(view)}=${(view.shown(breach.path) ?? "nothing").slice(0, VALUE_SHOWN)}`,
    );
    return describeBreach(breach, values, ledger.losses);
  });
}
