/**
 * What a user says of a scenario, as `scenario({...})` takes it.
 *
 * Everything here is public: it is what an editor shows. All times are
 * milliseconds of virtual time, counted from the beginning of the run.
 */
import type { ScenarioInput } from "../scenario/scenario.ts";
import type { NamedExpectation, RunView } from "../run/options.ts";
import type { Reply } from "../spec/reply.ts";
import type { Draw, WorkloadDraw } from "./draw.ts";

export interface ScenarioDescription<Replica extends string = string> {
  /** Up to 200 characters; reports begin with it. */
  readonly name: string;
  /** 1 to 16 replicas, each a name (letters, digits, underscores) or more than that. */
  readonly replicas: readonly (Replica | ReplicaDescription<Replica>)[];
  /** How long messages between replicas take, where `links` does not say. Default: 5 ms. */
  readonly delay?: number | DelayDescription;
  /**
   * Delays of single links, like a table of round trips halved: `{ "us-eu": 40, "us-ap": 90 }`. "us-eu" is both
   * directions, "us>eu" only the one from us to eu.
   */
  readonly links?: Readonly<Partial<Record<LinkName<NoInfer<Replica>>, number | DelayDescription>>>;
  /** When workload, clients and faults begin. Default: when all replicas have been connected for a while. */
  readonly startMs?: number;
  /** When workload, clients and faults end. Then everything mends, and all replicas must become equal. At most a day. */
  readonly endMs: number;
  /** How long after `endMs` it may take until all replicas are equal. Default: 60,000. */
  readonly convergeMs?: number;
  /** Afterwards delete every key, and demand that nothing is left anywhere. Default: false. */
  readonly clearsAtEnd?: boolean;
  /** Overrides of the replicas' own bounds, so that a small scenario reaches them: `{ logBytesMax: 40_000 }`. */
  readonly limits?: NonNullable<ScenarioInput["limits"]>;
  /**
   * What replicas keep on their disks: nothing ("memory", the default), or a log that is synced never ("no"), once a
   * second ("everysec"), or before every reply ("always").
   */
  readonly durability?: NonNullable<ScenarioInput["durability"]>;
  /**
   * Commands that are known beforehand: returns (or yields) operations, in any order. Called once for each seed. Use
   * `draw` for everything that is left to chance, never Math.random or the clock, so that a seed can be run again.
   */
  readonly workload?: (draw: WorkloadDraw<NoInfer<Replica>>) => Iterable<OperationDescription<NoInfer<Replica>>>;
  /** Clients that react to replies, by name. A bare program runs once at every replica. */
  readonly clients?: Readonly<Record<string, ClientProgram<NoInfer<Replica>> | ClientDescription<NoInfer<Replica>>>>;
  /**
   * What goes wrong: nothing; faults at given times; or whatever the seed draws, of all kinds or only of some.
   * Default: "swarm".
   */
  readonly faults?: "none" | "swarm" | SwarmDescription | readonly FaultDescription[];
  /**
   * What must hold, by name. A function is called once, when all replicas have become equal; one that is wrapped in
   * `always()` also after every command. It throws (or returns false) when what it demands does not hold.
   */
  readonly expectations?: Readonly<Record<string, Expectation>>;
}

export interface ReplicaDescription<Replica extends string = string> {
  readonly id: Replica;
  /** Default: the replica's name. */
  readonly region?: string;
  /** How far its wall clock is ahead of true time at the start, in milliseconds. Default: 0. */
  readonly skewMs?: number;
  /** How much faster its wall clock runs, in millionths. Default: 0. */
  readonly driftPpm?: number;
}

export interface DelayDescription {
  /** No message takes less, in milliseconds. */
  readonly baseMs: number;
  /** Mean of the random rest (exponentially distributed), in milliseconds. Default: 0. */
  readonly jitterMs?: number;
}

/** "us-eu": both directions; "us>eu": one. */
export type LinkName<Replica extends string> = `${Replica}-${Replica}` | `${Replica}>${Replica}`;

/** A command's name and its arguments. Numbers become text; one character is one byte (latin1). */
export type Command = readonly [name: string, ...words: (string | number)[]];

export interface OperationDescription<Replica extends string = string> {
  /** When it reaches the replica, in milliseconds of virtual time; between `startMs` and `endMs`. */
  readonly atMs: number;
  readonly replica: Replica;
  readonly command: Command;
  /** Default: 0. */
  readonly database?: number;
}

/** What a client program yields: a command (and is resumed with its reply), or `wait(ms)`. */
export type ClientStep = Command | { readonly command: Command; readonly database?: number } | Wait;

/** Made by `wait(ms)`. */
export interface Wait {
  readonly waitMs: number;
}

/**
 * A client as a generator function. It runs in virtual time at one replica:
 *
 *     function* ({ random }) {
 *       const hits = numberOf(yield ["INCR", "hits"]);
 *       if (hits > 10) return;
 *       yield wait(random.exponential(50));
 *     }
 *
 * A command takes about half a millisecond. While the replica is down, loads or stands still, the program waits for
 * it, as client libraries do. At `endMs` the program is not resumed any more. What it throws fails the run.
 */
export type ClientProgram<Replica extends string = string> = (
  client: ClientContext<Replica>,
) => Generator<ClientStep, void, Reply>;

/** What a client program is given. */
export interface ClientContext<Replica extends string = string> {
  /** Its name in reports: "shopper@us", or "shopper@us#2". */
  readonly name: string;
  /** The replica that it talks to. */
  readonly replica: Replica;
  /** All replicas. */
  readonly replicas: readonly Replica[];
  /** Its own stream of random choices. */
  readonly random: Draw;
  /** Virtual time, now. */
  readonly nowMs: number;
  readonly endMs: number;
}

export interface ClientDescription<Replica extends string = string> {
  readonly program: ClientProgram<Replica>;
  /** Where it runs: one replica or several, each with a client of its own. Default: all. */
  readonly at?: Replica | readonly Replica[];
  /** How many such clients there are at each replica. Default: 1. */
  readonly count?: number;
  /** When it begins. Default: the scenario's `startMs`. */
  readonly startMs?: number;
}

/** A fault at a given time; docs/SIMULATOR.md lists all kinds. */
export type FaultDescription = NonNullable<ScenarioInput["faults"]>[number];

/** Faults drawn by the seed. */
export interface SwarmDescription {
  /** Only these kinds; each seed uses some of them. Default: all kinds. */
  readonly kinds?: readonly FaultDescription["kind"][];
  /** Mean time between two faults, in milliseconds. Default: drawn by the seed. */
  readonly everyMs?: number;
  /** Mean time that a fault lasts, in milliseconds. Default: drawn by the seed. */
  readonly forMs?: number;
}

/** Looks at the run, and throws (or returns false) when what it demands does not hold. It must not be async. */
export type Check = (run: RunView) => unknown;

/** Made by `always(check)`. */
export interface AlwaysCheck {
  readonly when: NamedExpectation["when"];
  readonly check: Check;
}

export type Expectation = Check | AlwaysCheck;
