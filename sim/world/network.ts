/**
 * The virtual network: who is connected to whom, and what is wrong in between.
 *
 * Every process dials every other one again and again until it has a link, as
 * the shell does. Each direction between two replicas is a lane with a delay of
 * its own; faults cut, jam or slow lanes, and break connections. Faults that
 * overlap add up: a lane carries again when the last of them has mended.
 *
 * T1. A lane's messages go only through its current connections: nothing is
 *     ever repeated but what replicas send again after a reconnect, and what a
 *     fault repeats on purpose.
 */
import type { VirtualClock } from "./clock.ts";
import { Connection, type Lane, type PortOwner, type SimulatedPort } from "./connection.ts";
import type { Random } from "./random.ts";
import { RecentIntervals } from "./recent-intervals.ts";
import type { Fault, Scenario } from "../scenario/scenario.ts";
import type { Wiretap } from "./wiretap.ts";

/** The longest pause between two attempts to connect. */
const RECONNECT_MS_MAX = 1000;

/** A process as the network sees it. */
export interface NetworkNode extends PortOwner {
  readonly isUp: boolean;
  /** Should it dial that replica now? */
  wants(peer: NetworkNode): boolean;
  opened(port: SimulatedPort): void;
}

type Partition = Pick<Extract<Fault, { kind: "partition" }>, "groups" | "silent" | "oneWay">;

interface Dialer {
  readonly from: NetworkNode;
  readonly to: NetworkNode;
  delayMs: number;
}

export class Network {
  private readonly clock: VirtualClock;
  private readonly random: Random;
  private readonly nodes: readonly NetworkNode[];
  private readonly reconnectMs: number;
  private readonly lanes = new Map<string, Lane>();
  private connections: Connection[] = [];
  /** By faults, for the marks. */
  intervalsRepeated = 0;

  constructor(clock: VirtualClock, random: Random, nodes: readonly NetworkNode[], scenario: Scenario, tap?: Wiretap) {
    this.clock = clock;
    this.random = random;
    this.nodes = nodes;
    this.reconnectMs = scenario.reconnectMs;
    for (const from of nodes) {
      for (const to of nodes) {
        if (from === to) continue;
        const plan = scenario.links.find((link) => link.from === from.id && link.to === to.id) ?? scenario.delay;
        const lane = {
          baseMs: plan.baseMs,
          jitterMs: plan.jitterMs,
          bytesPerMs: Number.POSITIVE_INFINITY,
          cuts: 0,
          jams: 0,
          recent: scenario.faults.some((f) => f.kind === "repeat" && f.from === from.id && f.to === to.id)
            ? new RecentIntervals()
            : undefined,
          tap,
        };
        this.lanes.set(laneName(from.id, to.id), lane);
      }
    }
  }

  /** Begins to dial. */
  start(): void {
    for (const from of this.nodes) {
      for (const to of this.nodes) if (from !== to) this.dialLater({ from, to, delayMs: this.reconnectMs }, 0);
    }
  }

  lane(from: string, to: string): Lane {
    const lane = this.lanes.get(laneName(from, to));
    if (lane === undefined) throw new RangeError(`no lane from ${from} to ${to}`);
    return lane;
  }

  /** The direction carries nothing; returns what mends it. */
  cut(from: string, to: string, jams: boolean): () => void {
    const lane = this.lane(from, to);
    lane.cuts++;
    if (jams) lane.jams++;
    return () => {
      lane.cuts--;
      if (jams) lane.jams--;
      this.resume();
    };
  }

  slow(from: string, to: string, bytesPerMs: number): () => void {
    const lane = this.lane(from, to);
    lane.bytesPerMs = bytesPerMs;
    return () => {
      lane.bytesPerMs = Number.POSITIVE_INFINITY;
    };
  }

  /** Cuts what goes from group to group, or only what comes from the first one; breaks the connections unless silent. */
  partition({ groups, silent, oneWay }: Partition): () => void {
    const mends: (() => void)[] = [];
    for (const group of oneWay ? groups.slice(0, 1) : groups) {
      for (const other of groups) {
        if (group === other) continue;
        for (const from of group) for (const to of other) mends.push(this.cut(from, to, false));
        if (!silent && !oneWay) for (const a of group) for (const b of other) this.breakBetween(a, b, "partition");
      }
    }
    return () => {
      for (const mend of mends) mend();
    };
  }

  breakBetween(a: string, b: string, cause: string): void {
    for (const connection of this.connections.filter((c) => joins(c, a, b))) connection.break(cause);
  }

  /** A new connection, whether or not there is one already. */
  open(from: NetworkNode, to: NetworkNode): boolean {
    const out = this.lane(from.id, to.id);
    const back = this.lane(to.id, from.id);
    if (!from.isUp || !to.isUp || out.cuts > 0 || back.cuts > 0) return false;
    const connection = new Connection(
      this.clock,
      this.random,
      { owner: from, lane: out },
      { owner: to, lane: back },
      (ended) => {
        this.connections = this.connections.filter((c) => c !== ended);
      },
    );
    this.connections.push(connection);
    // The dialing side first, so that it is open before the other's first message arrives.
    this.clock.after(out.baseMs, () => {
      this.clock.after(back.baseMs, () => this.tellOpen(connection, connection.near, from));
      this.tellOpen(connection, connection.far, to);
    });
    return true;
  }

  /** Bytes appear at the receiving side of a connection as if the sender had sent them. */
  inject(from: string, to: string, bytes: Uint8Array): void {
    this.portOf(from, to)?.post(bytes);
  }

  /** Intervals that went this way lately, on this connection or an earlier one, go once more; not before a hello. */
  repeat(from: string, to: string): void {
    const port = this.portOf(from, to);
    if (port === undefined || port.sent === 0) return;
    for (const interval of this.lane(from, to).recent?.all() ?? []) {
      port.post(interval);
      this.intervalsRepeated++;
    }
  }

  /** Breaks all connections of one. */
  breakOf(id: string, cause: string): void {
    const ended = this.connections.filter((c) => c.near.owner.id === id || c.far.owner.id === id);
    for (const connection of ended) connection.break(cause);
  }

  /** The process is gone; its peers notice in their own time. */
  abandon(node: NetworkNode): void {
    const ended = this.connections.filter((c) => c.near.owner === node || c.far.owner === node);
    for (const connection of ended) connection.abandon(node);
  }

  /** The sending end of a direction. */
  private portOf(from: string, to: string): SimulatedPort | undefined {
    const connection = this.connections.find((c) => joins(c, from, to));
    return connection?.near.owner.id === from ? connection.near : connection?.far;
  }

  private tellOpen(connection: Connection, port: SimulatedPort, node: NetworkNode): void {
    if (!port.isClosed && connection.ended === undefined) node.opened(port);
  }

  private resume(): void {
    for (const connection of this.connections) connection.resume();
  }

  private dialLater(dialer: Dialer, delayMs: number): void {
    this.clock.after(delayMs * (0.5 + this.random.fraction()), () => {
      const { from, to } = dialer;
      const reached = from.isUp && from.wants(to) && !this.isDialing(from, to) && this.open(from, to);
      dialer.delayMs = reached || !from.isUp ? this.reconnectMs : Math.min(dialer.delayMs * 2, RECONNECT_MS_MAX);
      this.dialLater(dialer, from.isUp && !from.wants(to) ? RECONNECT_MS_MAX / 4 : dialer.delayMs);
    });
  }

  private isDialing(from: NetworkNode, to: NetworkNode): boolean {
    return this.connections.some((c) => c.near.owner === from && c.far.owner === to);
  }
}

function laneName(from: string, to: string): string {
  return `${from}>${to}`;
}

function joins(connection: Connection, a: string, b: string): boolean {
  const near = connection.near.owner.id;
  const far = connection.far.owner.id;
  return (near === a && far === b) || (near === b && far === a);
}
