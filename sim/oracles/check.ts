/**
 * The oracles that watch all the time.
 *
 * They know every event that any replica minted, and so what each replica has
 * seen: its context, counted in events. (Contexts themselves are hardly ever
 * equal, because heartbeats move them all the time.)
 *
 *   - every reply is what the specification says it must be
 *   - replicas that have seen the same events have the same digest
 *   - contexts only rise; every dot is new, and above all that was announced
 */
import { SimulationFailure } from "./failure.ts";
import type { Marks } from "./marks.ts";
import type { SimulatedNode } from "../world/node.ts";
import type { Process } from "../world/process.ts";
import type { Reply } from "../spec/reply.ts";
import { History, type Dot, type Seen } from "../spec/history.ts";
import { interpret, type Findings } from "../spec/specification.ts";

/** A key's events are looked through for what can be forgotten whenever there are this many more. */
const FORGET_STEPS = 64;

/** What one life of a process has seen: by origin, its last known time and the number of its events. */
interface Sight {
  readonly process: Process;
  readonly times: Map<number, number>;
  readonly events: Map<number, number>;
  /** Rises with every event seen. */
  version: number;
}

export class Checker {
  readonly history = new History();
  eventCount = 0;
  /** Told of every reply, and of the event that its command became, before it is judged. */
  answered: ((reply: Reply, dot: Dot | undefined) => void) | undefined;
  private readonly nodes: readonly SimulatedNode[];
  private readonly marks: Marks;
  private readonly nowMs: () => number;
  /** Times of each origin's events, rising. */
  private readonly events = new Map<number, number[]>();
  private readonly sights = new Map<SimulatedNode, Sight>();
  /** By replica, the digest at a version of its sight. */
  private readonly digests = new Map<SimulatedNode, { version: number; life: Process; digest: string }>();
  private readonly forgetAt = new Map<string, number>();
  private readonly forgets: boolean;

  /** `forgets`: no process will ever begin anew and see the past again. */
  constructor(nodes: readonly SimulatedNode[], marks: Marks, nowMs: () => number, forgets: boolean) {
    this.nodes = nodes;
    this.marks = marks;
    this.nowMs = nowMs;
    this.forgets = forgets;
  }

  /** Runs a command and compares its reply with the specification. */
  execute(node: SimulatedNode, database: number, command: readonly string[]): Reply {
    const { keyspace, originId, replica } = node.process;
    const before = keyspace.context.get(keyspace.self);
    const { loading } = replica;
    const reply = node.execute(database, command);
    if (loading) {
      this.answered?.(reply, undefined);
      this.marks.add("command refused while loading");
      return reply;
    }
    const time = keyspace.context.get(keyspace.self);
    const dot = time > before ? { origin: originId, time } : undefined;
    this.answered?.(reply, dot);
    const findings = interpret(this.history, {
      command,
      database,
      reply,
      seen: seenBy(node.process, before),
      dot,
      nowMs: keyspace.nowMs,
    });
    this.note(findings);
    if (findings.problem !== undefined) this.fail("specification", node, findings.problem, command);
    if (dot !== undefined) this.minted(node, dot, before);
    this.changed(node);
    this.forget(findings.paths);
    return reply;
  }

  /** A replica has removed keys whose time had come, by an event of its own. */
  expired(node: SimulatedNode, before: number, time: number, keys: readonly { database: number; key: string }[]): void {
    const { keyspace, originId } = node.process;
    const dot = { origin: originId, time };
    for (const { database, key } of keys) {
      const execution = { database, seen: seenBy(node.process, before), dot, nowMs: keyspace.nowMs };
      const findings = interpret(this.history, { ...execution, command: ["(expiry)", key], reply: "removed" });
      if (findings.problem !== undefined) this.fail("specification", node, findings.problem, ["(expiry)", key]);
      this.marks.add(findings.removedOwnDeadline ? "key expired by its owner" : "key expired by another");
    }
    this.minted(node, dot, before);
  }

  /** Something has reached a replica, or time has passed there. */
  changed(node: SimulatedNode): void {
    const sight = this.sightOf(node);
    if (!this.refresh(node, sight)) return;
    for (const other of this.nodes) {
      if (other === node || !other.isUp || !equalSights(sight, this.sightOf(other))) continue;
      const [own, theirs] = [this.digest(node), this.digest(other)];
      if (own !== theirs) {
        this.fail(
          "equal contexts, equal digests",
          node,
          `${node.id} has digest ${own}, ${other.id} ${theirs}\n${describe(sight)}`,
        );
      }
    }
  }

  /** Have all seen everything that anybody alive has seen? */
  allEqual(): boolean {
    const sights = this.nodes.map((node) => this.sightOf(node));
    return sights.every((sight) => sights[0] !== undefined && equalSights(sight, sights[0]));
  }

  describeSights(): string {
    return this.nodes.map((node) => `${node.id}: ${describe(this.sightOf(node))}`).join("\n");
  }

  fail(
    oracle: SimulationFailure["details"]["oracle"],
    node: SimulatedNode | undefined,
    message: string,
    command?: readonly string[],
  ): never {
    throw new SimulationFailure({
      oracle,
      atMs: this.nowMs(),
      message,
      ...(node === undefined ? {} : { replica: node.id }),
      ...(command === undefined ? {} : { command }),
    });
  }

  digest(node: SimulatedNode): string {
    const { version, process: life } = this.sightOf(node);
    const known = this.digests.get(node);
    if (known?.version === version && known.life === life) return known.digest;
    const digest = life.keyspace.digest();
    this.digests.set(node, { version, life, digest });
    return digest;
  }

  private note(findings: Findings): void {
    if (findings.sawSiblings) this.marks.add("concurrent values seen");
    if (findings.sawHiddenType) this.marks.add("type conflict seen");
    if (findings.sawOutlivedReset) this.marks.add("reset concurrent with an increment");
  }

  private minted(node: SimulatedNode, dot: Dot, before: number): void {
    const times = this.events.get(dot.origin) ?? [];
    const last = times.at(-1) ?? 0;
    if (dot.time <= last || dot.time <= before) {
      this.fail("dots are unique", node, `an event at ${dot.time} after ${last}, announced up to ${before}`);
    }
    times.push(dot.time);
    this.events.set(dot.origin, times);
    this.eventCount++;
  }

  private sightOf(node: SimulatedNode): Sight {
    const known = this.sights.get(node);
    if (known?.process === node.process) return known;
    const sight: Sight = { process: node.process, times: new Map(), events: new Map(), version: 0 };
    this.sights.set(node, sight);
    return sight;
  }

  /** Brings a sight up to its replica's context. True when it covers more events than before. */
  private refresh(node: SimulatedNode, sight: Sight): boolean {
    const { context, origins } = node.process.keyspace;
    const before = sight.version;
    for (let origin = 0; origin < context.length; origin++) {
      const time = context.get(origin);
      const id = origins.id(origin);
      const last = sight.times.get(id) ?? 0;
      if (time === last) continue;
      if (time < last)
        this.fail("contexts rise", node, `the context of ${node.id} fell from ${last} to ${time} for origin ${id}`);
      sight.times.set(id, time);
      const events = this.events.get(id) ?? [];
      let count = sight.events.get(id) ?? 0;
      while (count < events.length && (events[count] ?? 0) <= time) count++;
      sight.version += count - (sight.events.get(id) ?? 0);
      if (count > 0) sight.events.set(id, count);
    }
    return sight.version !== before;
  }

  /** What is dead at every replica is dead for good. */
  private forget(paths: readonly string[]): void {
    if (!this.forgets) return;
    for (const path of paths) {
      if (this.history.stepCount(path) < (this.forgetAt.get(path) ?? FORGET_STEPS)) continue;
      const sights = this.nodes
        .filter((node) => node.isUp && !node.process.replica.loading)
        .map((node) => this.sightOf(node));
      this.history.forget(path, (origin, time) => sights.every((sight) => (sight.times.get(origin) ?? 0) >= time));
      this.forgetAt.set(path, this.history.stepCount(path) + FORGET_STEPS);
    }
  }
}

/** What a replica has seen, and of its own events those before a time. */
function seenBy({ keyspace, originId }: Process, ownBefore: number): Seen {
  const { context, origins } = keyspace;
  return (origin, time) => {
    if (origin === originId) return time <= ownBefore;
    const index = origins.find(origin);
    return index !== undefined && context.covers(index, time);
  };
}

function equalSights(a: Sight, b: Sight): boolean {
  if (a.version !== b.version || a.events.size !== b.events.size) return false;
  for (const [origin, count] of a.events) if (b.events.get(origin) !== count) return false;
  return true;
}

function describe(sight: Sight): string {
  return [...sight.events].map(([origin, count]) => `${count} events of origin ${origin}`).join(", ") || "no events";
}
