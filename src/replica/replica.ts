/**
 * The replica: keeps one keyspace equal to its peers'. It performs no I/O: the
 * shell, or a simulator, tells it what happened and when, and it answers
 * through the ports of its links.
 *
 *   commands ─► keyspace ─► endTick ─► journal ─► log ─► outbound ─► links
 *   links ─► receive ─► validate ─► gate ─► journal ─► keyspace
 *
 * This file is the switchboard: it validates what comes in, has each message handed
 * to the part that knows it (message-routes.ts), and turns the handle of every part in `timer`.
 *
 * R1. A message is decoded and validated completely before it changes anything;
 *     what is malformed closes its link with a code and is counted.
 * R2. Nothing here waits for a peer, and nothing is queued for one but the log.
 */
import { Context } from "../../crdt/context.ts";
import type { Origin } from "../../crdt/origin.ts";
import type { LinkPort } from "../../transport/link.ts";
import { MalformedMessage, type Hello, type Interval, type Message } from "../../transport/message.ts";
import { usesCredit } from "../../transport/message-codec.ts";
import { ACTIVE_EXPIRY_KEYS_MAX, ACTIVE_EXPIRY_MS, LINK_SILENT_MS_MAX } from "../limits/replication.ts";
import { Acknowledger } from "./acknowledger.ts";
import { ClockAlarm } from "./clock-alarm.ts";
import { Cluster, type DialTarget } from "./cluster.ts";
import { newReplicaCounters, type ReplicaCounters } from "./counters.ts";
import { REPLICA_LIMITS, type Environment } from "./environment.ts";
import { Filling } from "./filling.ts";
import type { JournalFollower } from "./follower.ts";
import { ForwardedReads } from "./forwarded-reads.ts";
import type { ForgetResult } from "./forgetting.ts";
import { Greeter } from "./greeter.ts";
import { Journal } from "./journal.ts";
import { Link } from "./link.ts";
import { Mesh } from "./mesh.ts";
import { type MessageParts, route } from "./message-routes.ts";
import { Outbound } from "./outbound.ts";
import { PeersClock } from "./peers-clock.ts";
import { peerStatus, type PeerStatus } from "./peer-status.ts";
import { Pulls } from "./pulls.ts";
import { Reach } from "./reach.ts";
import { Recovery } from "./recovery.ts";
import { ReplicaContent } from "./replica-content.ts";
import type { ReplicaOptions } from "./replica-options.ts";
import { Repairs, type RepairFigures } from "./repairs.ts";
import { Stability } from "./stability.ts";
import type { ReplicatedState, StateChecks } from "./state.ts";
import { keyspaceChecks, malformedWhenRefused } from "./state-checks.ts";
import { Stopwatch } from "./stopwatch.ts";
import { localTimes, originOf } from "./times.ts";

export class Replica<State extends ReplicatedState = ReplicatedState> {
  readonly keyspace: State;
  readonly nodeId: string;
  readonly region: string;
  readonly counters: ReplicaCounters = newReplicaCounters();
  /** Reads that peers answer while this replica is loading. */
  readonly reads: ForwardedReads;
  /** How far own writes have come. */
  readonly reach: Reach;
  /** Called when it has changed. */
  onReach: () => void = () => {};
  /** Who belongs to the cluster: to be asked, to be joined with, to be forgotten. */
  readonly cluster: Cluster;
  private readonly environment: Environment;
  private readonly checks: StateChecks;
  private readonly mesh: Mesh;
  private readonly journal: Journal;
  private readonly outbound: Outbound;
  private readonly greeter: Greeter;
  private readonly acknowledger: Acknowledger;
  private readonly pulls: Pulls;
  private readonly repairs: Repairs;
  private readonly filling: Filling;
  private readonly stability: Stability;
  private readonly peersClock: PeersClock;
  private readonly clockAlarm: ClockAlarm;
  private readonly parts: MessageParts;
  private expiredMs = 0;
  private recovering = false;
  /** The end of the log when the links were last looked at. */
  private pumpedTo = 0;

  constructor(options: ReplicaOptions<State>) {
    this.keyspace = options.keyspace;
    this.nodeId = options.nodeId;
    this.region = options.region;
    this.checks = malformedWhenRefused(options.checks ?? keyspaceChecks(options.keyspace.origins));
    const limits = { ...REPLICA_LIMITS, ...options.limits };
    const environment = {
      limits,
      counters: this.counters,
      stopwatch: new Stopwatch(),
      random: options.random,
      log: options.log,
    };
    this.environment = environment;
    this.mesh = new Mesh(environment);
    this.journal = new Journal(options.keyspace, environment);
    this.outbound = new Outbound(this.journal, this.mesh, environment);
    this.greeter = new Greeter(options, this.journal, this.mesh, environment);
    const durable = options.durable ?? (() => undefined);
    this.acknowledger = new Acknowledger(this.journal, this.mesh, this.outbound, durable, environment);
    this.reads = new ForwardedReads(this.mesh, environment, options.serveRead ?? (() => undefined));
    this.acknowledger.onAcknowledged = () => this.onReach();
    this.pulls = new Pulls(this.journal, this.mesh, environment);
    this.repairs = new Repairs(this.journal, this.mesh, this.outbound, environment);
    const { receiver } = this.repairs;
    const expected = (): number => options.peersExpected - (options.ownSeeds?.() ?? 0);
    this.filling = new Filling(options.keyspace, this.mesh, receiver, expected, environment);
    receiver.isLoading = () => this.loading;
    this.cluster = new Cluster(options, this.journal, this.mesh, this.greeter, environment);
    this.reach = new Reach(this.journal, this.mesh, options.region, this.cluster, durable);
    this.cluster.onFenced = (origin) => receiver.fenced(origin);
    this.clockAlarm = new ClockAlarm(this.mesh, environment);
    this.outbound.isAbsent = (origin) => this.cluster.isAbsent(options.keyspace.origins.id(origin));
    this.stability = new Stability(this.journal, this.mesh, this.cluster, expected, environment);
    this.peersClock = new PeersClock(this.mesh, environment, options.keyspace.clock.maxOffsetMs);
    const { counters, mesh, acknowledger, outbound, repairs, cluster, reads } = this;
    const { origins } = options.keyspace;
    this.parts = { origins, counters, mesh, acknowledger, outbound, repairs, cluster, reads };
    receiver.onCommitted = () => this.filling.filled();
    this.mesh.onLeft = (link) => this.left(link);
    this.journal.onRise = (origin) => this.risen(origin);
    this.journal.onClockAhead = (origin) => this.clockAlarm.raise(origin);
  }

  /** Still filling from what was kept, or from peers: commands answer -LOADING. */
  get loading(): boolean {
    return this.recovering || this.filling.loading;
  }

  /** Begins to take back what a durable reader has kept, before anything else is done; loading until it is finished. */
  recover(): Recovery {
    this.recovering = true;
    return new Recovery(this.journal, this.checks, () => {
      this.recovering = false;
      this.greeter.hasPast = !this.keyspace.context.equals(new Context());
      this.filling.recovered(this.journal.effects);
      this.cluster.recovered();
    });
  }

  /** What a snapshot is made of. */
  get content(): ReplicaContent {
    return new ReplicaContent(this.journal);
  }

  /** From now on everything that enters the journal is told to this durable reader. */
  follow(follower: JournalFollower): void {
    this.journal.follower = follower;
  }

  /** Intervals that wait for what they depend on. */
  get heldCount(): number {
    return this.journal.gate.heldCount;
  }

  /** What they take of memory. */
  get heldBytes(): number {
    return this.journal.gate.heldBytes;
  }

  /** Is a repair under way, or kept to be resumed? */
  get repairing(): boolean {
    return this.repairs.receiver.isActive;
  }

  /** What has been received of a repair and is not yet part of the keyspace. */
  get stagedBytes(): number {
    return this.repairs.figures.stagedBytes;
  }

  get repairFigures(): RepairFigures {
    return this.repairs.figures;
  }

  /** Bytes of repairs sent in a second to all peers together; 0: as many as they take. */
  set repairBytesPerSecond(bytes: number) {
    this.repairs.sender.pace.bytesPerSecond = bytes;
  }

  get linkCount(): number {
    return this.mesh.links.size;
  }

  /** What the log takes of memory. */
  get logBytes(): number {
    return this.journal.log.bytes;
  }

  /** A connection stands, whoever dialed. Hello goes out at once. */
  connected(port: LinkPort, wallMs: number): Link {
    const link = new Link(port, this.environment.stopwatch.at(wallMs));
    this.mesh.links.add(link);
    if (this.mesh.links.size > this.environment.limits.linksMax) {
      this.mesh.end(link, "tooManyLinks", `${this.environment.limits.linksMax} are open`);
      return link;
    }
    if (this.cluster.forgotten) {
      this.mesh.end(link, "goodbye", "this replica was forgotten");
      return link;
    }
    this.journal.open();
    this.journal.cut();
    this.mesh.send(link, this.greeter.hello(wallMs));
    return link;
  }

  receive(link: Link, message: Uint8Array, wallMs: number): void {
    if (link.state === "closed") return;
    link.heardMs = this.environment.stopwatch.at(wallMs);
    link.bytesIn += message.length;
    this.counters.bytesReceived += message.length;
    try {
      if (message.length > this.environment.limits.messageBytesMax) throw new MalformedMessage("too large");
      this.dispatch(link, this.mesh.codec.decode(message), message, wallMs);
    } catch (error) {
      if (!(error instanceof MalformedMessage)) throw error;
      this.mesh.end(link, "malformed", error.message);
    }
  }

  /** The connection is gone. Harmless when the replica itself has ended it. */
  closed(link: Link, wallMs: number): void {
    this.environment.stopwatch.at(wallMs);
    this.mesh.leave(link);
  }

  /** What came was no message at all; the carrier may have closed the connection already. */
  garbled(link: Link, reason: string, wallMs: number): void {
    this.environment.stopwatch.at(wallMs);
    this.mesh.end(link, "malformed", reason);
  }

  /** A connection was turned away by its carrier. */
  turnedAway(): void {
    this.counters.handshakesRefused++;
  }

  /** The socket has room again. */
  drained(link: Link, wallMs: number): void {
    this.environment.stopwatch.at(wallMs);
    this.serve(link);
  }

  /** After each batch of commands: what they did leaves as one interval. */
  endTick(wallMs: number): void {
    this.environment.stopwatch.at(wallMs);
    this.journal.cut();
    if (this.pumpedTo !== this.journal.log.entries.end) {
      this.pumpedTo = this.journal.log.entries.end;
      for (const link of this.mesh.open()) this.outbound.pump(link);
    }
    this.reach.ask();
    if (this.reach.durableRose()) this.onReach();
  }

  /** A bounded piece of work for those who are being repaired from here. False when there is none, or no room for it. */
  work(wallMs: number): boolean {
    this.environment.stopwatch.at(wallMs);
    return this.repairs.sender.work();
  }

  /** Every 10 ms or so: everything that time brings about. */
  timer(wallMs: number): void {
    if (this.recovering) return;
    const nowMs = this.environment.stopwatch.at(wallMs);
    this.expire(nowMs, wallMs);
    this.journal.cut();
    if (this.mesh.links.size > 0 && this.journal.heartbeatIsDue) this.journal.heartbeat(wallMs);
    this.pumpedTo = this.journal.log.entries.end;
    for (const link of this.mesh.links) {
      if (nowMs - link.heardMs > LINK_SILENT_MS_MAX) this.mesh.end(link, "silent", "nothing heard");
      if (link.state === "open") this.acknowledger.turn(link);
      this.serve(link);
    }
    this.repairs.turn(wallMs);
    this.filling.turn();
    if (!this.repairs.receiver.isBusy) this.pulls.turn();
    this.cluster.turn();
    this.stability.turn();
    if (this.reach.durableRose()) this.onReach();
  }

  /** Every node that has been met, by name. */
  peers(): PeerStatus[] {
    const fillingFrom = this.repairs.receiver.link;
    const scene = { journal: this.journal, nowMs: this.environment.stopwatch.nowMs, fillingFrom };
    return this.cluster.members().flatMap((each) => (each.isSelf ? [] : [peerStatus(each, this.mesh, scene)]));
  }

  /** Is a link to this node open? The shell need not dial it then. */
  linkedTo(nodeId: string): boolean {
    return this.mesh.members.get(nodeId)?.link !== undefined;
  }

  /** Whom the shell should dial besides its seeds; undefined: nobody, the seeds neither. */
  dialTargets(): readonly DialTarget[] | undefined {
    return this.cluster.dialTargets();
  }

  /** A fault drill: drops and refuses links to a region or node until healed; the number of links dropped. */
  cut(regionOrNode: string): number {
    return this.greeter.cut(regionOrNode);
  }

  /** Ends all cuts; the number of cuts ended. */
  heal(): number {
    return this.greeter.heal();
  }

  refuses(nodeId: string, region: string): boolean {
    return this.greeter.refuses(nodeId, region);
  }

  /** Sends what is still here and takes leave on all links, before the process ends. */
  goodbye(wallMs: number): void {
    this.endTick(wallMs);
    this.cluster.leave("shutting down");
  }

  /** The same: nobody waits for this replica to come back before it is dialed no more. */
  leave(wallMs: number): void {
    this.goodbye(wallMs);
  }

  /** Joins the cluster that has a member at this peer address, `host:port`: the shell dials it for a while. */
  meet(address: string, wallMs: number): void {
    this.environment.stopwatch.at(wallMs);
    this.cluster.meet(address);
  }

  /** Forgets a member for ever, by its name (rule 12). */
  forget(nodeId: string, wallMs: number): ForgetResult {
    this.environment.stopwatch.at(wallMs);
    this.journal.cut();
    return this.cluster.forget(nodeId);
  }

  private dispatch(link: Link, message: Message, bytes: Uint8Array, wallMs: number): void {
    if (message.kind === "hello" && link.state === "greeting") return this.greeted(link, message, wallMs);
    if (message.kind === "forgotten") return this.cluster.receive(link, message);
    if (message.kind === "hello" || link.state !== "open") {
      return this.mesh.end(link, "unexpected", `${message.kind} in state ${link.state}`);
    }
    if (usesCredit(bytes)) this.acknowledger.took(link, bytes.length);
    if (message.kind === "interval") this.interval(link, message, bytes, wallMs);
    else if (route(this.parts, link, message, wallMs)) this.serve(link);
  }

  private greeted(link: Link, hello: Hello, wallMs: number): void {
    if (!this.greeter.accept(link, hello, wallMs)) return;
    this.outbound.place(link, link.acknowledged);
    this.cluster.opened(link);
    this.filling.turn();
    this.onReach();
    this.acknowledger.send(link);
    this.serve(link);
  }

  private interval(link: Link, message: Interval, bytes: Uint8Array, wallMs: number): void {
    const { origins, self, context } = this.keyspace;
    const { originId, from, to, body } = message;
    if (origins.find(originId) === self) {
      // Our own, come back: only somebody who writes in our name could know more of it than we do.
      if (!context.covers(self, to)) this.mesh.end(link, "unexpected", "an interval of this replica's own future");
      else this.counters.intervalsDuplicate++;
      return;
    }
    if (body.length > 0) this.checks.delta(body, from, to);
    const origin = originOf(origins, originId);
    const changes = localTimes(origins, message.changes);
    this.repairs.receiver.came(link, origin, to);
    const verdict = this.journal.admit({ origin, from, to, changes, body, message: bytes, owned: false }, wallMs);
    if (verdict === "overlap") this.mesh.end(link, "overlap", "an interval that its origin did not cut");
    this.repairs.admitted(verdict === "dropped", wallMs);
    this.acknowledger.keepPromises();
  }

  /** Sends what a link waits for, and a piece of a repair when there is nothing else. */
  private serve(link: Link): void {
    if (this.outbound.pump(link)) this.repairs.sender.step(link);
  }

  private risen(origin: Origin): void {
    for (const link of this.mesh.links) link.unacknowledged.add(origin);
  }

  private left(link: Link): void {
    this.repairs.left(link);
    this.reads.left(link);
  }

  private expire(nowMs: number, wallMs: number): void {
    if (nowMs - this.expiredMs < ACTIVE_EXPIRY_MS || this.loading) return;
    // Where so many are due, the next turn goes on: keys must not come faster than they go.
    const removed = this.keyspace.expireSome(wallMs, this.peersClock.boundMs(), ACTIVE_EXPIRY_KEYS_MAX);
    if (removed < ACTIVE_EXPIRY_KEYS_MAX) this.expiredMs = nowMs;
  }
}
