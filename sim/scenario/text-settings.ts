/** Lines of a text scenario that hold from the start: replicas, links, clocks, disks, limits, the seed. */
import { REPLICA_LIMITS } from "../../src/replica/environment.ts";
import { SIMULATED_DELAY_MS_MAX, SIMULATED_DRIFT_PPM_MAX, SIMULATED_REPLICAS_MAX } from "../limits.ts";
import type { ReplicaPlan } from "./scenario.ts";
import { durabilitySchema } from "./schema.ts";
import { durationMs, known, type Draft, type Verb } from "./text-draft.ts";
import { LineProblem, wordsOf } from "./text-words.ts";

/** What stands for all replicas in expectations. */
const ALL = "all";

export const SETTING_VERBS: Readonly<Record<string, Verb>> = {
  replicas: { usage: "replicas us eu", shape: /^(.+)$/s, read: replicas },
  delay: {
    usage: "delay us>eu 80ms jitter 5ms",
    shape: /^(?:(\w+)\s*>\s*(\w+)\s+)?(\S+)(?:\s+jitter\s+(\S+))?$/,
    read: delay,
  },
  skew: {
    usage: "skew us -200ms",
    shape: /^(\w+)\s+(-?)(\S+)$/,
    read: (draft, [id = "", sign, amount = ""]) =>
      change(draft, id, { skewMs: (sign === "-" ? -1 : 1) * durationMs(amount) }),
  },
  drift: {
    usage: "drift us 100ppm",
    shape: /^(\w+)\s+(-?\d{1,6})ppm$/,
    read: (draft, [id = "", amount = ""]) => {
      if (Math.abs(Number(amount)) > SIMULATED_DRIFT_PPM_MAX)
        throw new LineProblem(`a drift is at most ${SIMULATED_DRIFT_PPM_MAX}ppm`);
      change(draft, id, { driftPpm: Number(amount) });
    },
  },
  limit: {
    usage: "limit logBytesMax 1000",
    shape: /^(\w+)\s+(\d{1,15})$/,
    read: ({ settings }, [name = "", amount = ""]) => {
      const names = Object.keys(REPLICA_LIMITS);
      if (!names.includes(name)) throw new LineProblem(`there is no limit '${name}' (${names.join(", ")})`);
      if (Number(amount) < 1) throw new LineProblem("a limit is at least 1");
      settings.limits[name] = Number(amount);
    },
  },
  durability: {
    usage: "durability us always",
    shape: /^(?:(\w+)\s+)?(memory|no|everysec|always)$/,
    read: (draft, [id, text = ""]) => {
      const durability = durabilitySchema.parse(text);
      if (id === undefined) draft.settings.durability = durability;
      else change(draft, id, { durability });
    },
  },
  seed: {
    usage: "seed 7",
    shape: /^(\d{1,15})$/,
    read: ({ settings }, [seed = ""]) => {
      settings.seed = Number(seed);
    },
  },
};

function replicas(draft: Draft, [text = ""]: readonly string[]): void {
  if (draft.replicas.length > 0) throw new LineProblem("the replicas are named once");
  const ids = wordsOf(text);
  if (ids.length > SIMULATED_REPLICAS_MAX)
    throw new LineProblem(`there are at most ${SIMULATED_REPLICAS_MAX} replicas`);
  for (const [i, id] of ids.entries()) {
    if (!/^\w{1,32}$/.test(id))
      throw new LineProblem(`a replica's name is 1 to 32 letters, digits and underscores, not '${id}'`);
    if (id === ALL) throw new LineProblem(`'${ALL}' stands for every replica and cannot be one`);
    if (ids.indexOf(id) < i) throw new LineProblem(`there are two replicas '${id}'`);
  }
  draft.replicas = ids.map((id) => ({ id, region: id, skewMs: 0, driftPpm: 0 }));
}

function delay(draft: Draft, [from, to, base = "", jitter = "0ms"]: readonly string[]): void {
  const plan = { baseMs: durationMs(base), jitterMs: durationMs(jitter) };
  if (Math.max(plan.baseMs, plan.jitterMs) > SIMULATED_DELAY_MS_MAX)
    throw new LineProblem(`a delay is at most ${SIMULATED_DELAY_MS_MAX}ms`);
  const { settings } = draft;
  if (from === undefined || to === undefined) {
    settings.delay = plan;
    return;
  }
  if (from === to) throw new LineProblem(`${from} stands on both sides`);
  const ends = { from: known(draft, from), to: known(draft, to) };
  settings.links = [...settings.links.filter((link) => link.from !== from || link.to !== to), { ...ends, ...plan }];
}

function change(draft: Draft, id: string, part: Partial<ReplicaPlan>): void {
  known(draft, id);
  draft.replicas = draft.replicas.map((plan) => (plan.id === id ? { ...plan, ...part } : plan));
}
