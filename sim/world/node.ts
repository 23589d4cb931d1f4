/**
 * One simulated node: a process that lives, stands still, dies and comes back,
 * with a wall clock and a disk of its own and ports into the virtual network.
 *
 * Whatever the outside does to the process goes through `act`: while the
 * process stands still it waits, and once it is dead it is lost. It may die in
 * the middle of that, before any effect (last-effects.ts).
 */
import type { Link } from "../../src/replica/link.ts";
import type { VirtualClock } from "./clock.ts";
import type { SimulatedPort } from "./connection.ts";
import type { Dialect } from "./dialect.ts";
import type { NetworkNode } from "./network.ts";
import { DamagedFile } from "../../src/persistence/record-format.ts";
import { StorageError } from "../../src/persistence/storage.ts";
import { DiskFolder } from "./disk-folder.ts";
import { VirtualDisk } from "./disk.ts";
import { LastEffects } from "./last-effects.ts";
import { addressOf, startProcess, type Process } from "./process.ts";
import { Random } from "./random.ts";
import { SpareTime } from "./spare-time.ts";
import type { ExpiredKey } from "./observed-keyspace.ts";
import type { Durability, ReplicaPlan, Scenario } from "../scenario/scenario.ts";
import type { Dot } from "../spec/history.ts";
import type { Reply } from "../spec/reply.ts";
import { WallClock } from "./wall-clock.ts";

/** How often a tick ends late, and by how much: messages of peers get in between. */
const LATE_TICK_CHANCE = 0.2;
const LATE_TICK_MS_MAX = 2;
/** How often a process that its disk does not let start tries again. */
const START_AGAIN_MS = 500;
/** A process that has nothing better to do goes on with repairs of others. */
const WORK_CHANCE = 0.5;
/** A snapshot goes on at so many turns of the timer. */
const SNAPSHOT_STEP_CHANCE = 0.7;

/** What came of a command that has run. */
export interface Executed {
  readonly reply: Reply;
  /** The event that it became; undefined when it became none. */
  readonly dot: Dot | undefined;
  /** The replica's own time before it. */
  readonly before: number;
  /** The replica loads, its disk fails, or others have forgotten it: it has refused the command, and done nothing. */
  readonly refused: boolean;
}

/** What search should come across, where only the node sees it. */
export type Happening =
  | "process died in the middle"
  | "start refused by the disk"
  | "reply held back"
  | "write refused for want of a disk"
  | "command refused by a forgotten replica";

/** What a node is given. */
export interface NodeSurroundings {
  readonly clock: VirtualClock;
  readonly scenario: Scenario;
  readonly observer: NodeObserver;
  readonly newOriginId: () => number;
  /** Never the same twice. */
  readonly newNumber: () => number;
}

/** Told after everything that may have changed what a node has seen. */
export interface NodeObserver {
  changed(node: SimulatedNode): void;
  /** The replica has removed keys whose time had come. */
  expired(node: SimulatedNode, before: number, time: number, keys: readonly ExpiredKey[]): void;
  happened(what: Happening): void;
  /** A process runs, with what its disk had. */
  started(node: SimulatedNode): void;
  /** What is on the disk cannot be used; it is replaced by an empty one. */
  damaged(node: SimulatedNode, error: Error): void;
  /** Clients have been told that their writes up to this time of the process's origin were done. */
  acknowledged(node: SimulatedNode, time: number): void;
  received(node: SimulatedNode, message: Uint8Array): void;
  logged(node: SimulatedNode, level: string, message: string): void;
}

export class SimulatedNode implements NetworkNode {
  readonly id: string;
  readonly plan: ReplicaPlan;
  readonly wall: WallClock;
  readonly disk: VirtualDisk;
  process: Process;
  isUp = false;
  /** Is it to run, as far as its operator is concerned? */
  isWanted: boolean;
  hasRun = false;
  /** Whom it dials before it has met anybody. */
  seeds: readonly string[];
  /** How faults alter what it sends; the latest that lasts counts. */
  readonly dialects: Dialect[] = [];
  readonly links = new Map<SimulatedPort, Link>();
  readonly lastEffects = new LastEffects();
  private readonly surroundings: NodeSurroundings;
  private readonly random: Random;
  private readonly spareTime: SpareTime;
  private pauses = 0;
  private readonly waiting: (() => void)[] = [];
  private tickIsDue = false;
  /** What clients wait to be told at the end of the tick, and the time of the last write among it. */
  private unanswered: { readonly changed: boolean; readonly answer: () => void }[] = [];
  private writtenTime = 0;
  /** Counts the lives of the process; what was meant for an earlier one is dropped. */
  private life = 0;

  constructor(surroundings: NodeSurroundings, plan: ReplicaPlan, seeds: readonly string[], isThere: boolean) {
    this.id = plan.id;
    this.seeds = seeds;
    this.plan = plan;
    this.surroundings = surroundings;
    this.isWanted = isThere;
    this.wall = new WallClock(plan);
    const { seed } = surroundings.scenario;
    this.random = new Random(seed, `replica ${plan.id}`);
    this.spareTime = new SpareTime(this.random);
    this.disk = new VirtualDisk(new Random(seed, `disk ${plan.id}`), surroundings.newNumber);
    this.process = this.newProcess();
    if (isThere) this.begin(this.process);
  }

  /** Where its peers reach it. */
  get address(): string {
    return addressOf(this.plan);
  }

  get wallMs(): number {
    return this.wall.at(this.surroundings.clock.nowMs);
  }

  get isPaused(): boolean {
    return this.pauses > 0;
  }

  get dialect(): Dialect | undefined {
    return this.dialects.length === 0 ? undefined : this.dialects.at(-1);
  }

  get durability(): Durability {
    return this.plan.durability ?? this.surroundings.scenario.durability;
  }

  /** Is everything that it does written to a log? */
  get logs(): boolean {
    return this.durability !== "memory" && this.surroundings.scenario.persistence.appendOnly;
  }

  // What clients do

  execute(database: number, command: readonly string[]): Executed {
    const { keyspace, replica, client, originId, persistence } = this.process;
    const before = keyspace.context.get(keyspace.self);
    const loading = replica.loading;
    const reply = client.run(database, command);
    this.endTickSoon();
    const time = keyspace.context.get(keyspace.self);
    const mayRefuse = replica.cluster.forgotten || (persistence !== undefined && persistence.refusal !== "");
    const refused = loading || (mayRefuse && isRefusal(reply));
    if (refused && !loading) this.surroundings.observer.happened(refusalOf(replica.cluster.forgotten));
    const dot = !refused && time > before ? { origin: originId, time } : undefined;
    if (dot !== undefined) this.writtenTime = time;
    return { reply, dot, before, refused };
  }

  /** Tells a client what came of its command: at the end of the tick where there is a disk, unless the process dies before. */
  answer(changed: boolean, answer: () => void): void {
    if (this.process.persistence === undefined) answer();
    else this.unanswered.push({ changed, answer });
  }

  endTick(): void {
    this.tickIsDue = false;
    this.process.replica.endTick(this.wallMs);
    this.process.persistence?.endTurn(this.wallMs);
    this.answerAll();
  }

  /** What a process would be that starts with a copy of the disk and meets nobody. */
  replayed(): Process {
    const folder = new DiskFolder(this.disk.copy(), { mayDie: () => {}, later: () => {} });
    const life = this.newProcess(folder);
    life.recover(this.wallMs);
    return life;
  }

  // What the network does

  wants(peer: SimulatedNode): boolean {
    if (this.isPaused) return false;
    const { replica } = this.process;
    if (replica.linkedTo(peer.id) || replica.refuses(peer.id, peer.plan.region)) return false;
    const targets = replica.dialTargets();
    if (targets === undefined) return false;
    return this.seeds.includes(peer.id) || targets.some(({ address }) => address === peer.address);
  }

  opened(port: SimulatedPort): void {
    this.act(() => {
      if (port.isClosed) return;
      this.links.set(port, this.process.replica.connected(port, this.wallMs));
    });
  }

  receive(port: SimulatedPort, message: Uint8Array): void {
    if (this.isPaused) {
      this.act(() => this.receive(port, message));
      return;
    }
    const link = this.isUp ? this.links.get(port) : undefined;
    if (link === undefined) return;
    const { observer } = this.surroundings;
    observer.received(this, message);
    const survived = this.lastEffects.survives(() => {
      this.process.replica.receive(link, message, this.wallMs);
      this.process.persistence?.endTurn(this.wallMs);
    });
    if (survived) observer.changed(this);
  }

  closed(port: SimulatedPort): void {
    this.withLink(port, (link) => {
      this.links.delete(port);
      this.process.replica.closed(link, this.wallMs);
    });
  }

  drained(port: SimulatedPort): void {
    this.withLink(port, (link) => this.process.replica.drained(link, this.wallMs));
  }

  // What goes wrong

  pause(): () => void {
    this.pauses++;
    return () => {
      this.pauses--;
      while (this.pauses === 0 && this.waiting.length > 0) this.waiting.shift()?.();
    };
  }

  readonly mayDie = (): void => this.lastEffects.mayDie();

  /** Says goodbye and leaves the disk as a clean stop does; false when it has died in the middle of that. The caller kills it then. */
  stop(saves: boolean): boolean {
    return this.lastEffects.survives(() => {
      this.process.replica.goodbye(this.wallMs);
      this.answerAll();
      this.process.persistence?.stop(saves, this.wallMs);
    });
  }

  /** The caller tells the network. */
  kill(): void {
    this.isUp = false;
    this.life++;
    this.links.clear();
    this.waiting.length = 0;
    this.tickIsDue = false;
    this.unanswered = [];
    this.writtenTime = 0;
  }

  /** Starts a process with what the disk holds; again and again where the disk does not let it. */
  start(): void {
    const { clock, observer } = this.surroundings;
    const { life } = this;
    const survived = this.lastEffects.survives(() => {
      try {
        this.process = this.newProcess();
        this.begin(this.process);
      } catch (error) {
        if (error instanceof DamagedFile) {
          observer.damaged(this, error);
          this.disk.wipe();
        } else if (error instanceof StorageError) observer.happened("start refused by the disk");
        else throw error;
      }
    });
    if (!survived) return;
    if (this.isUp) observer.started(this);
    else
      clock.after(START_AGAIN_MS, () => (life === this.life && this.isWanted && !this.isUp ? this.start() : undefined));
  }

  /** Runs something in the process: at once, or when it goes on; never in a later life. */
  act(run: () => void): void {
    const { life } = this;
    if (!this.isUp) return;
    if (!this.isPaused) this.lastEffects.survives(run);
    else
      this.waiting.push(() => {
        if (this.isUp && life === this.life) this.lastEffects.survives(run);
      });
  }

  private newProcess(folder = this.folder()): Process {
    const { clock, scenario, observer, newOriginId } = this.surroundings;
    const { plan, random, durability } = this;
    const started = startProcess({
      scenario,
      plan,
      peersExpected: this.seeds.length,
      newOriginId: newOriginId(),
      random,
      clock: { wallMs: () => this.wallMs, microseconds: () => Math.floor(clock.nowMs * 1000) },
      log: (level, message) => observer.logged(this, level, message),
      kept: durability === "memory" ? undefined : { folder, sync: durability },
    });
    started.keyspace.observer = (before, time, keys) => observer.expired(this, before, time, keys);
    return started;
  }

  private folder(): DiskFolder {
    const { clock } = this.surroundings;
    const { life } = this;
    const later = (delayMs: number, run: () => void): void =>
      clock.after(delayMs, () => (life === this.life ? this.act(run) : undefined));
    return new DiskFolder(this.disk, { mayDie: this.mayDie, later });
  }

  private begin(started: Process): void {
    started.recover(this.wallMs);
    this.isUp = true;
    this.hasRun = true;
    this.startTimer(this.random.fraction() * this.surroundings.scenario.timerMs);
  }

  /** From now on and in this life only. */
  private startTimer(firstMs: number): void {
    const { clock, scenario, observer } = this.surroundings;
    const { life } = this;
    const turn = (): void => {
      if (life !== this.life) return;
      if (!this.isPaused && this.lastEffects.survives(() => this.timerTurn())) observer.changed(this);
      clock.after(scenario.timerMs, turn);
    };
    clock.after(firstMs, turn);
  }

  private timerTurn(): void {
    const { replica, keyspace, persistence } = this.process;
    replica.timer(this.wallMs);
    while (this.random.chance(WORK_CHANCE) && replica.work(this.wallMs));
    this.spareTime.turn(() => keyspace.upkeep());
    if (persistence === undefined) return;
    persistence.timer(this.wallMs);
    if (persistence.hasWork && this.random.chance(SNAPSHOT_STEP_CHANCE)) persistence.step(this.wallMs);
  }

  /** Commands of one moment share a tick. */
  private endTickSoon(): void {
    if (this.tickIsDue) return;
    this.tickIsDue = true;
    const { clock, observer } = this.surroundings;
    clock.after(this.random.chance(LATE_TICK_CHANCE) ? this.random.fraction() * LATE_TICK_MS_MAX : 0, () =>
      this.act(() => {
        this.endTick();
        observer.changed(this);
      }),
    );
  }

  /** Whoever wrote what is not as safe as was promised is told nothing: the connection ends. */
  private answerAll(): void {
    const { unanswered } = this;
    if (unanswered.length === 0) return;
    this.unanswered = [];
    const holdsBack = this.process.persistence?.holdsBack === true;
    const { observer } = this.surroundings;
    if (holdsBack) observer.happened("reply held back");
    else observer.acknowledged(this, this.writtenTime);
    for (const { changed, answer } of unanswered) if (!changed || !holdsBack) answer();
  }

  private withLink(port: SimulatedPort, run: (link: Link) => void): void {
    this.act(() => {
      const link = this.links.get(port);
      if (link === undefined) return;
      run(link);
      this.surroundings.observer.changed(this);
    });
  }
}

function refusalOf(isForgotten: boolean): Happening {
  return isForgotten ? "command refused by a forgotten replica" : "write refused for want of a disk";
}

function isRefusal(reply: Reply): boolean {
  return (
    typeof reply === "object" &&
    reply !== null &&
    "error" in reply &&
    /^(MISCONF|FORGOTTEN|CLUSTERDOWN|LOADING)/.test(reply.error)
  );
}
