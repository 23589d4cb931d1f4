/**
 * The oracles that watch all the time, in one place that tells each of them.
 *
 *   specification      every reply is what sim/spec says that it must be, given
 *                      the events that its replica had seen
 *   sights.ts          dots, contexts, causes: what each replica has seen
 *   equal digests      replicas that have seen the same events have one digest
 *   clocks.ts          honest clocks stay honest
 *   bounds.ts          nothing outgrows its limit
 *   conservation.ts    what was only ever added to holds all that was added
 *   promises.ts        what was told to be safe is there after a crash; old
 *                      origins go on only where nothing is lost
 *   fences.ts          nothing of the forgotten shows
 *
 * What is judged once, when all have converged, is called from run/last-look.ts:
 * agreement.ts, leftovers.ts, conservation.ts and the audit of each keyspace.
 */
import type { Reply } from "../spec/reply.ts";
import { History, type Dot } from "../spec/history.ts";
import { interpret, isJudged, type Findings } from "../spec/specification.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { REPLICA_LIMITS } from "../../src/replica/environment.ts";
import type { Executed, SimulatedNode } from "../world/node.ts";
import { EXPIRY, type ExpiredKey } from "../world/observed-keyspace.ts";
import type { Process } from "../world/process.ts";
import { Bounds } from "./bounds.ts";
import { Clocks } from "./clocks.ts";
import { Conservation } from "./conservation.ts";
import { failureOf, type FailureDetails } from "./failure.ts";
import { FenceWatch } from "./fences.ts";
import { ListConservation } from "./list-conservation.ts";
import type { Marks } from "./marks.ts";
import { Promises } from "./promises.ts";
import { equalSights, Sights } from "./sights.ts";

/** A key's events are looked through for what can be forgotten whenever there are this many more. */
const FORGET_STEPS = 24;

/** Clocks and links are looked at after so many changes: what is wrong there stays so, or leaves its high-water mark. */
const LASTING_EVERY = 4;

export class Checker {
  readonly history = new History();
  private readonly nodes: readonly SimulatedNode[];
  private readonly marks: Marks;
  private readonly nowMs: () => number;
  private readonly sights: Sights;
  private readonly clocks = new Clocks();
  private readonly bounds: Bounds;
  private readonly conservation = new Conservation();
  private readonly lists = new ListConservation();
  private readonly promises = new Promises();
  private readonly fences: FenceWatch;
  /** Is anybody ever forgotten? */
  private readonly forgets: boolean;
  /** By replica, the digest at a version of its sight. */
  private readonly digests = new Map<SimulatedNode, { version: number; life: Process; digest: string }>();
  /** They have seen more, and have not been compared with others since. */
  private readonly news = new Set<SimulatedNode>();
  private changes = 0;
  private readonly forgetAt = new Map<string, number>();

  constructor(scenario: Scenario, nodes: readonly SimulatedNode[], marks: Marks, nowMs: () => number) {
    this.nodes = nodes;
    this.marks = marks;
    this.nowMs = nowMs;
    this.sights = new Sights((oracle, node, message) => this.fail(oracle, node, message));
    this.forgets = scenario.faults.some(({ kind }) => kind === "forget" || kind === "leave");
    this.fences = new FenceWatch(marks);
    this.bounds = new Bounds({ ...REPLICA_LIMITS, ...scenario.limits });
  }

  /** A command has run: its reply must be what the specification demands. */
  executed(node: SimulatedNode, database: number, command: readonly string[], executed: Executed): void {
    const { reply, dot, before, refused } = executed;
    if (refused) {
      this.marks.add("command refused while loading");
      return;
    }
    if (!isJudged(command[0] ?? "")) {
      this.unjudged(node, command, dot);
      return;
    }
    const findings = interpret(this.history, {
      command,
      database,
      reply,
      seen: node.process.keyspace.seen(before),
      dot,
      nowMs: node.process.keyspace.nowMs,
    });
    this.note(findings);
    if (findings.problem !== undefined) this.fail("specification", node, findings.problem, command);
    if (dot !== undefined) {
      this.sights.minted(node, dot, before);
      this.conservation.changed(command, findings.paths, dot);
      this.lists.changed(command, reply, findings.paths, dot);
    }
    const disorder = this.lists.disorder(database, command, reply);
    if (disorder !== undefined) this.fail("conservation", node, disorder, command);
    this.changed(node);
    this.forget(findings.paths);
  }

  /** A read that the specification does not know: whatever it replies, it changes nothing. */
  private unjudged(node: SimulatedNode, command: readonly string[], dot: Dot | undefined): void {
    if (dot !== undefined) this.fail("specification", node, "expected no event, but the replica made one", command);
    this.changed(node);
  }

  /** A replica has removed keys whose time had come, by an event of its own. */
  expired(node: SimulatedNode, before: number, time: number, keys: readonly ExpiredKey[]): void {
    const { keyspace, originId } = node.process;
    const dot = { origin: originId, time };
    for (const { database, key, fields } of keys) {
      const command = [EXPIRY, key, ...fields];
      const execution = { database, seen: node.process.keyspace.seen(before), dot, nowMs: keyspace.nowMs };
      const findings = interpret(this.history, { ...execution, command, reply: "removed" });
      if (findings.problem !== undefined) this.fail("specification", node, findings.problem, command);
      const what = fields.length > 0 ? "field" : "key";
      this.marks.add(findings.removedOwnDeadline ? `${what} expired by its owner` : `${what} expired by another`);
    }
    this.sights.minted(node, dot, before);
  }

  /** Something has reached a replica, or time has passed there. */
  changed(node: SimulatedNode): void {
    // Every time: between two looks a clock may step ahead, be read, and step back.
    const clock = this.clocks.problem(node.process, node.wallMs);
    if (clock !== undefined) this.fail("honest clocks", node, clock);
    if (node.process.replica.counters.divergences > 0)
      this.fail("equal contexts, equal digests", node, "the replica itself has found that it differs from a peer");
    const excess = this.bounds.excess(node.process);
    if (excess !== undefined) this.fail("bounds", node, excess);
    if (++this.changes % LASTING_EVERY === 0) this.lookForWhatLasts(node);
    if (this.sights.refresh(node)) this.news.add(node);
    // To look now would join a repair before any command could meet it half joined.
    if (!this.news.has(node) || node.process.keyspace.isSettling) return;
    this.news.delete(node);
    const sight = this.sights.of(node);
    for (const other of this.nodes) {
      if (other === node || !other.isUp || other.process.keyspace.isSettling) continue;
      if (!equalSights(sight, this.sights.of(other))) continue;
      const [own, theirs] = [this.digest(node), this.digest(other)];
      if (own === theirs) continue;
      const message = `${node.id} has digest ${own}, ${other.id} ${theirs}\n${this.sights.describe(node)}`;
      this.fail("equal contexts, equal digests", node, message);
    }
  }

  private lookForWhatLasts(node: SimulatedNode): void {
    const excess = this.bounds.excessOfLinks(node.links);
    if (excess !== undefined) this.fail("bounds", node, excess);
    const beyond = this.forgets ? this.fences.problem(node) : undefined;
    if (beyond !== undefined) this.fail("fences", node, beyond);
  }

  /** Have these all seen everything that any of them has seen? */
  allEqual(nodes: readonly SimulatedNode[]): boolean {
    return this.sights.allEqual(nodes);
  }

  /** What a replica lacks of keys that were only ever added to, or pushed to and popped from. What died with a process is lost. */
  *missing(node: SimulatedNode, ask: (path: string, ...words: string[]) => Reply): Iterable<string> {
    const sight = this.sights.of(node);
    const seen = ({ origin, time }: Dot): boolean => this.sights.covers(sight, origin, time);
    yield* this.conservation.missing(ask, seen);
    yield* this.lists.missing((path) => ask(path, "LRANGE", "0", "-1"), seen);
  }

  // Lives

  died(node: SimulatedNode, wasAsked: boolean): void {
    this.promises.died(node, wasAsked);
  }

  /** What is on a node's disk is not what its process has left there. */
  tampered(node: SimulatedNode): void {
    this.promises.release(node);
  }

  acknowledged(node: SimulatedNode, time: number): void {
    this.promises.acknowledged(node, time);
  }

  started(node: SimulatedNode): void {
    if (node.disk.isDamaged) this.tampered(node);
    for (const problem of this.promises.problemsAtStart(node, this.nodes))
      this.fail(problem.startsWith("is ") || problem.startsWith("goes on") ? "origins" : "durability", node, problem);
  }

  /** A replica was told to forget who writes as an origin. */
  forgot(node: SimulatedNode, originId: number): void {
    const problem = this.fences.problemOfForgetting(node, originId);
    if (problem !== undefined) this.fail("fences", node, problem);
  }

  demandPromises(nodes: readonly SimulatedNode[]): void {
    for (const node of nodes)
      for (const problem of this.promises.broken(node, nodes)) this.fail("durability", node, problem);
  }

  describeSights(): string {
    const up = this.nodes.filter((node) => node.isUp);
    return up.map((node) => `${node.id}: ${this.sights.describe(node)}`).join("\n");
  }

  fail(
    oracle: FailureDetails["oracle"],
    node: SimulatedNode | undefined,
    message: string,
    command?: readonly string[],
  ): never {
    throw failureOf(oracle, this.nowMs(), message, node?.id, command);
  }

  private digest(node: SimulatedNode): string {
    const { version, process: life } = this.sights.of(node);
    const known = this.digests.get(node);
    if (known?.version === version && known.life === life) return known.digest;
    const digest = life.keyspace.digest();
    this.digests.set(node, { version, life, digest });
    return digest;
  }

  private note(findings: Findings): void {
    if (findings.sawSiblings) this.marks.add("concurrent values seen");
    if (findings.sawLostGrowth) this.marks.add("growth of a dead HyperLogLog");
    if (findings.sawHiddenType) this.marks.add("type conflict seen");
    if (findings.sawOutlivedReset) this.marks.add("reset concurrent with an increment");
  }

  /** What is dead at every replica is dead for good, but to a process that begins anew. */
  private forget(paths: readonly string[]): void {
    for (const path of paths) {
      if (this.history.stepCount(path) < (this.forgetAt.get(path) ?? FORGET_STEPS)) continue;
      const settled = this.nodes.filter((node) => node.isUp && !node.process.replica.loading);
      const sights = settled.map((node) => this.sights.of(node));
      this.history.forget(path, (origin, time) => sights.every((sight) => this.sights.covers(sight, origin, time)));
      this.forgetAt.set(path, this.history.stepCount(path) + FORGET_STEPS);
    }
  }
}
