/**
 * One simulated node: a process that lives, stands still, dies and comes back,
 * with a wall clock of its own and ports into the virtual network.
 *
 * Whatever the outside does to the process goes through `act`: while the
 * process stands still it waits, and once it is dead it is lost.
 */
import type { Link } from "../../src/replica/link.ts";
import type { VirtualClock } from "./clock.ts";
import type { SimulatedPort } from "./connection.ts";
import type { Dialect } from "./dialect.ts";
import type { NetworkNode } from "./network.ts";
import { startProcess, type Process } from "./process.ts";
import { Random } from "./random.ts";
import type { ExpiredKey } from "./observed-keyspace.ts";
import type { ReplicaPlan, Scenario } from "../scenario/scenario.ts";
import type { Dot } from "../spec/history.ts";
import type { Reply } from "../spec/reply.ts";
import { WallClock } from "./wall-clock.ts";

/** A busy process finds time for deferred work only now and then. */
const UPKEEP_CHANCE = 0.2;
/** How often a tick ends late, and by how much: messages of peers get in between. */
const LATE_TICK_CHANCE = 0.2;
const LATE_TICK_MS_MAX = 2;

/** What came of a command that has run. */
export interface Executed {
  readonly reply: Reply;
  /** The event that it became; undefined when it became none. */
  readonly dot: Dot | undefined;
  /** The replica's own time before it. */
  readonly before: number;
  /** The replica loaded from its peers, and refused it. */
  readonly refused: boolean;
}

/** Told after everything that may have changed what a node has seen. */
export interface NodeObserver {
  changed(node: SimulatedNode): void;
  /** The replica has removed keys whose time had come. */
  expired(node: SimulatedNode, before: number, time: number, keys: readonly ExpiredKey[]): void;
  received(node: SimulatedNode, message: Uint8Array): void;
  logged(node: SimulatedNode, level: string, message: string): void;
}

export class SimulatedNode implements NetworkNode {
  readonly id: string;
  readonly plan: ReplicaPlan;
  readonly wall: WallClock;
  process: Process;
  isUp = true;
  /** How faults alter what it sends; the latest that lasts counts. */
  readonly dialects: Dialect[] = [];
  readonly links = new Map<SimulatedPort, Link>();
  private readonly clock: VirtualClock;
  private readonly scenario: Scenario;
  private readonly random: Random;
  private readonly observer: NodeObserver;
  private pauses = 0;
  private readonly waiting: (() => void)[] = [];
  private tickIsDue = false;
  /** Counts the lives of the process; what was meant for an earlier one is dropped. */
  private life = 0;

  constructor(clock: VirtualClock, scenario: Scenario, plan: ReplicaPlan, originId: number, observer: NodeObserver) {
    this.id = plan.id;
    this.plan = plan;
    this.clock = clock;
    this.scenario = scenario;
    this.observer = observer;
    this.wall = new WallClock(plan);
    this.random = new Random(scenario.seed, `replica ${plan.id}`);
    this.process = this.boot(originId);
  }

  get wallMs(): number {
    return this.wall.at(this.clock.nowMs);
  }

  get isPaused(): boolean {
    return this.pauses > 0;
  }

  get dialect(): Dialect | undefined {
    return this.dialects.length === 0 ? undefined : this.dialects.at(-1);
  }

  // What clients do

  execute(database: number, command: readonly string[]): Executed {
    const { keyspace, replica, client, originId } = this.process;
    const before = keyspace.context.get(keyspace.self);
    const refused = replica.loading;
    const reply = client.run(database, command);
    this.endTickSoon();
    const time = keyspace.context.get(keyspace.self);
    const dot = !refused && time > before ? { origin: originId, time } : undefined;
    return { reply, dot, before, refused };
  }

  // What the network does

  wants(peer: SimulatedNode): boolean {
    if (this.isPaused) return false;
    const { replica } = this.process;
    return !replica.linkedTo(peer.id) && !replica.refuses(peer.id, peer.plan.region);
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
    this.observer.received(this, message);
    this.process.replica.receive(link, message, this.wallMs);
    this.observer.changed(this);
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

  /** The caller tells the network. */
  kill(): void {
    this.isUp = false;
    this.life++;
    this.links.clear();
    this.waiting.length = 0;
    this.tickIsDue = false;
  }

  restart(originId: number): void {
    this.isUp = true;
    this.process = this.boot(originId);
    this.observer.changed(this);
  }

  /** Runs something in the process: at once, or when it goes on; never in a later life. */
  act(run: () => void): void {
    const { life } = this;
    if (!this.isUp) return;
    if (!this.isPaused) run();
    else
      this.waiting.push(() => {
        if (this.isUp && life === this.life) run();
      });
  }

  private boot(originId: number): Process {
    const { clock, scenario, plan, random } = this;
    const started = startProcess({
      scenario,
      plan,
      originId,
      random,
      clock: { wallMs: () => this.wallMs, microseconds: () => Math.floor(clock.nowMs * 1000) },
      log: (level, message) => this.observer.logged(this, level, message),
    });
    started.keyspace.observer = (before, time, keys) => this.observer.expired(this, before, time, keys);
    this.startTimer(random.fraction() * scenario.timerMs);
    return started;
  }

  /** From now on and in this life only. */
  private startTimer(firstMs: number): void {
    const { life } = this;
    const turn = (): void => {
      if (life !== this.life) return;
      if (!this.isPaused) {
        this.process.replica.timer(this.wallMs);
        if (this.random.chance(UPKEEP_CHANCE)) this.process.keyspace.upkeep();
        this.observer.changed(this);
      }
      this.clock.after(this.scenario.timerMs, turn);
    };
    this.clock.after(firstMs, turn);
  }

  /** Commands of one moment share a tick. */
  private endTickSoon(): void {
    if (this.tickIsDue) return;
    this.tickIsDue = true;
    this.clock.after(this.random.chance(LATE_TICK_CHANCE) ? this.random.fraction() * LATE_TICK_MS_MAX : 0, () =>
      this.act(() => {
        this.tickIsDue = false;
        this.process.replica.endTick(this.wallMs);
        this.observer.changed(this);
      }),
    );
  }

  private withLink(port: SimulatedPort, run: (link: Link) => void): void {
    this.act(() => {
      const link = this.links.get(port);
      if (link === undefined) return;
      run(link);
      this.observer.changed(this);
    });
  }
}
