/**
 * One simulated connection: two ports, each the sending end of one direction.
 *
 *   near port ──lane──► far side's receive
 *   far port  ──lane──► near side's receive
 *
 * Messages of a direction arrive whole, in order, each after a delay drawn
 * from its lane; a break loses a suffix of what is in flight in each direction,
 * and the two sides learn of it at different times. A lane that carries nothing
 * keeps messages; whether the sender sees them as buffered is the difference
 * between a jam and a cut.
 *
 * N1. What a side receives is a prefix of what the other side sent.
 * N2. After `closed` a side hears nothing more from the connection.
 */
import type { LinkPort } from "../../transport/link.ts";
import { usesCredit } from "../../transport/message-codec.ts";
import type { VirtualClock } from "./clock.ts";
import type { Dialect } from "./dialect.ts";
import type { Random } from "./random.ts";
import { INTERVAL, type RecentIntervals } from "./recent-intervals.ts";
import type { Wiretap } from "./wiretap.ts";

/** One direction between two replicas; its state outlives connections. */
export interface Lane {
  baseMs: number;
  jitterMs: number;
  /** Infinity: messages are handed to the network at once. */
  bytesPerMs: number;
  /** How many faults keep this direction from carrying anything. */
  cuts: number;
  /** How many of them the sender notices as a buffer that does not drain. */
  jams: number;
  /** What went this way lately, where a fault will ask for it. */
  readonly recent?: RecentIntervals | undefined;
  /** Who listens to this direction. */
  readonly tap?: Wiretap | undefined;
}

/** What a replica's process does with the happenings on its ports. */
export interface PortOwner {
  readonly id: string;
  readonly dialect?: Dialect | undefined;
  /** Called before each message that the process sends; throws when it dies there. */
  readonly mayDie?: (() => void) | undefined;
  receive(port: SimulatedPort, message: Uint8Array): void;
  closed(port: SimulatedPort): void;
  drained(port: SimulatedPort): void;
}

/** A message on its way: not yet handed to the network (`waiting`), or to arrive at `atMs`. */
interface Parcel {
  readonly message: Uint8Array;
  readonly sequence: number;
}

export class SimulatedPort implements LinkPort {
  readonly dialed: boolean;
  readonly remoteHost = "";
  readonly owner: PortOwner;
  readonly lane: Lane;
  readonly connection: Connection;
  bufferedBytes = 0;
  /** Of the messages that use credit, the largest. */
  creditMessageBytesMax = 0;
  /** The most that was waiting when an interval was sent, and when a piece of a repair was. */
  bufferedBeforeIntervalMax = 0;
  bufferedBeforePieceMax = 0;
  /** The owner has been told that it is closed. */
  isClosed = false;
  sent = 0;
  lastArrivalMs = 0;
  private readonly waiting: Parcel[] = [];
  private arrived = 0;
  private lastHandoverMs = 0;
  /** Sequence numbers from here on are lost. */
  private lostFrom = Number.POSITIVE_INFINITY;

  constructor(connection: Connection, owner: PortOwner, lane: Lane, dialed: boolean) {
    this.connection = connection;
    this.owner = owner;
    this.lane = lane;
    this.dialed = dialed;
  }

  send(message: Uint8Array): void {
    this.owner.mayDie?.();
    if (usesCredit(message)) this.measure(message);
    const { dialect } = this.owner;
    if (dialect === undefined) this.post(message);
    else for (const spoken of dialect(message)) this.post(spoken);
  }

  /** Sends bytes as they are. */
  post(message: Uint8Array): void {
    if (this.isClosed) return;
    this.lane.recent?.note(message);
    const parcel = { message, sequence: this.sent++ };
    this.lane.tap?.sent(parcel, this.owner.id, this.connection.farOf(this).owner.id);
    if (this.lane.cuts > 0 || this.waiting.length > 0 || this.lane.bytesPerMs !== Number.POSITIVE_INFINITY)
      this.queue(parcel);
    else this.launch(parcel);
  }

  close(code: number, reason: string): void {
    this.connection.closeFrom(this, code, reason);
  }

  /** Does nothing wait to be handed to the network? */
  get isIdle(): boolean {
    return this.waiting.length === 0;
  }

  private get inFlight(): number {
    return this.sent - this.arrived;
  }

  /** Loses a suffix of what is in flight; returns when the last of the rest arrives. */
  lose(random: Random): number {
    const kept = this.arrived + random.below(this.inFlight + 1);
    this.lostFrom = Math.min(this.lostFrom, kept, this.waiting[0]?.sequence ?? kept);
    this.dropWaiting();
    return this.lastArrivalMs;
  }

  /** The lane carries again: everything that waited goes on its way. */
  resume(): void {
    if (this.lane.cuts === 0 && this.waiting.length > 0) this.handOver();
  }

  /** N2: for both directions; called when this side learns of the end. */
  end(): void {
    this.isClosed = true;
    this.dropWaiting();
    this.bufferedBytes = 0;
  }

  private measure(message: Uint8Array): void {
    if (message.length > this.creditMessageBytesMax) this.creditMessageBytesMax = message.length;
    if (this.bufferedBytes === 0) return;
    if (message[0] !== INTERVAL)
      this.bufferedBeforePieceMax = Math.max(this.bufferedBeforePieceMax, this.bufferedBytes);
    else this.bufferedBeforeIntervalMax = Math.max(this.bufferedBeforeIntervalMax, this.bufferedBytes);
  }

  private dropWaiting(): void {
    if (this.lane.tap !== undefined) for (const parcel of this.waiting) this.lane.tap.lost(parcel);
    this.waiting.length = 0;
  }

  private queue(parcel: Parcel): void {
    this.waiting.push(parcel);
    if (this.lane.cuts === 0 || this.lane.jams > 0) this.bufferedBytes += parcel.message.length;
    if (this.lane.cuts === 0 && this.waiting.length === 1) this.handOver();
  }

  /** Gives the first waiting message to the network when the lane's rate allows, then the next. */
  private handOver(): void {
    const clock = this.connection.clock;
    const first = this.waiting[0];
    if (first === undefined) return;
    const takesMs = first.message.length / this.lane.bytesPerMs;
    this.lastHandoverMs = Math.max(this.lastHandoverMs, clock.nowMs) + takesMs;
    clock.at(this.lastHandoverMs, () => {
      if (this.waiting[0] !== first || this.lane.cuts > 0) return;
      this.waiting.shift();
      const buffered = this.bufferedBytes;
      this.bufferedBytes = this.waiting.length === 0 ? 0 : Math.max(0, buffered - first.message.length);
      this.launch(first);
      if (this.waiting.length > 0) this.handOver();
      else if (buffered > 0 && !this.isClosed) this.owner.drained(this);
    });
  }

  private launch(parcel: Parcel): void {
    const { clock, random } = this.connection;
    const delayMs = this.lane.baseMs + (this.lane.jitterMs > 0 ? random.exponential(this.lane.jitterMs) : 0);
    this.lastArrivalMs = Math.max(this.lastArrivalMs, clock.nowMs + delayMs);
    const far = this.connection.farOf(this);
    clock.at(this.lastArrivalMs, () => {
      if (parcel.sequence >= this.lostFrom) return this.lane.tap?.lost(parcel);
      this.arrived = parcel.sequence + 1;
      if (far.isClosed) this.lane.tap?.lost(parcel);
      else this.lane.tap?.arrived(parcel);
      // A copy: what a process does with received bytes must not reach the sender's.
      if (!far.isClosed) far.owner.receive(far, Buffer.from(parcel.message));
    });
  }
}

export class Connection {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly near: SimulatedPort;
  readonly far: SimulatedPort;
  /** Why it ended, for the report. */
  ended: string | undefined;
  private readonly onEnded: (connection: Connection) => void;

  constructor(
    clock: VirtualClock,
    random: Random,
    dialer: { owner: PortOwner; lane: Lane },
    acceptor: { owner: PortOwner; lane: Lane },
    onEnded: (connection: Connection) => void,
  ) {
    this.clock = clock;
    this.random = random;
    this.near = new SimulatedPort(this, dialer.owner, dialer.lane, true);
    this.far = new SimulatedPort(this, acceptor.owner, acceptor.lane, false);
    this.onEnded = onEnded;
  }

  farOf(port: SimulatedPort): SimulatedPort {
    return port === this.near ? this.far : this.near;
  }

  resume(): void {
    this.near.resume();
    this.far.resume();
  }

  /** The network drops it: each direction loses a suffix, and each side learns of it in its own time. */
  break(cause: string): void {
    if (this.ended !== undefined) return;
    this.ended = cause;
    for (const port of [this.near, this.far]) {
      const lastMs = port.lose(this.random);
      const far = this.farOf(port);
      this.tell(far, Math.max(lastMs, this.clock.nowMs) + this.random.exponential(port.lane.baseMs));
    }
    this.onEnded(this);
  }

  /** One process ends it: what it sent before still arrives unless the lane is cut, what comes in is dropped. */
  closeFrom(port: SimulatedPort, code: number, reason: string): void {
    if (this.ended !== undefined) return;
    this.ended = `closed with ${code} ${reason}`;
    const far = this.farOf(port);
    const lastMs = port.isIdle ? port.lastArrivalMs : port.lose(this.random);
    this.tell(port, this.clock.nowMs + 0.1);
    this.tell(far, Math.max(lastMs, this.clock.nowMs + port.lane.baseMs) + this.random.exponential(0.1));
    this.onEnded(this);
  }

  /** The process at one side is gone: that side hears nothing, not even that it is closed. */
  abandon(owner: PortOwner): void {
    for (const port of [this.near, this.far]) if (port.owner === owner) port.end();
    this.break("process died");
  }

  private tell(port: SimulatedPort, atMs: number): void {
    this.clock.at(atMs, () => {
      if (port.isClosed) return;
      port.end();
      port.owner.closed(port);
    });
  }
}
