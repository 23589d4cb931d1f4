/**
 * A scenario is data: everything a run depends on, as JSON.
 *
 * Replicas, the links between them, what clients do and when, what goes wrong
 * and when, and what is expected. A seed only generates a scenario; whatever
 * fails can be saved, edited by hand and run again. Text in commands is one
 * character a byte (latin1). Times are milliseconds of virtual time.
 */
export interface ReplicaPlan {
  readonly id: string;
  readonly region: string;
  /** How far this replica's wall clock is ahead of true time at the start. */
  readonly skewMs: number;
  /** How much faster than true time its wall clock runs, in parts per million. */
  readonly driftPpm: number;
}

export interface DelayPlan {
  /** No message takes less. */
  readonly baseMs: number;
  /** Mean of the exponentially distributed rest. */
  readonly jitterMs: number;
}

export interface LinkPlan extends DelayPlan {
  readonly from: string;
  readonly to: string;
}

export interface Operation {
  readonly atMs: number;
  readonly replica: string;
  readonly database: number;
  readonly command: readonly string[];
}

/** What can go wrong. Whatever lasts, lasts `forMs` and then mends by itself. */
export type Fault =
  /** The connection breaks; each direction loses a suffix of what is in flight. */
  | { readonly kind: "break"; readonly atMs: number; readonly between: readonly [string, string] }
  /** Groups cannot reach each other. `silent`: connections stay up and carry nothing; else they break. */
  | {
      readonly kind: "partition";
      readonly atMs: number;
      readonly forMs: number;
      readonly groups: readonly (readonly string[])[];
      readonly silent: boolean;
    }
  /** One direction carries nothing; the sender does not notice. */
  | { readonly kind: "cut"; readonly atMs: number; readonly forMs: number; readonly from: string; readonly to: string }
  /** One direction carries nothing and the sender's buffer fills. */
  | { readonly kind: "jam"; readonly atMs: number; readonly forMs: number; readonly from: string; readonly to: string }
  /** One direction carries only so many bytes a millisecond. */
  | {
      readonly kind: "slow";
      readonly atMs: number;
      readonly forMs: number;
      readonly from: string;
      readonly to: string;
      readonly bytesPerMs: number;
    }
  /** A second connection between two that already have one. */
  | { readonly kind: "double"; readonly atMs: number; readonly between: readonly [string, string] }
  /** Random bytes arrive as if the peer had sent them. */
  | {
      readonly kind: "garbage";
      readonly atMs: number;
      readonly from: string;
      readonly to: string;
      readonly bytes: string;
    }
  /** The process dies and comes back, as a new origin, with nothing. */
  | { readonly kind: "restart"; readonly atMs: number; readonly forMs: number; readonly replica: string }
  /** The process stands still. */
  | { readonly kind: "pause"; readonly atMs: number; readonly forMs: number; readonly replica: string }
  /** The wall clock steps. */
  | { readonly kind: "step"; readonly atMs: number; readonly replica: string; readonly byMs: number }
  /** A fault drill: ATOLL CUT at this replica. */
  | {
      readonly kind: "drill";
      readonly atMs: number;
      readonly forMs: number;
      readonly replica: string;
      readonly target: string;
    };

/** A reply as a client sees it, in RESP2. */
export type Reply = null | number | string | { readonly error: string } | readonly Reply[];

export interface Expectation {
  readonly atMs: number;
  /** Asked at each of these. */
  readonly replicas: readonly string[];
  readonly database: number;
  readonly command: readonly string[];
  /** An error without words stands for any error with that code. */
  readonly reply: Reply;
  /** The order of the reply's elements (`any`) or of its pairs (`pairs`) does not matter. */
  readonly order?: "any" | "pairs";
  /** Where it was written, for the report. */
  readonly label?: string;
}

export interface Scenario {
  readonly name: string;
  /** Feeds the random streams of network, clocks and replicas. */
  readonly seed: number;
  readonly replicas: readonly ReplicaPlan[];
  readonly delay: DelayPlan;
  /** Directions that differ from `delay`. */
  readonly links: readonly LinkPlan[];
  /** How long a closed connection stays away: a delay, doubled at each failure up to a second. */
  readonly reconnectMs: number;
  /** How often each replica's timer runs. */
  readonly timerMs: number;
  /** Overrides of the replicas' own bounds, so that small scenarios reach them. */
  readonly limits: Readonly<Record<string, number>>;
  /** When the safety phase ends: faults mend and the demand for convergence begins. */
  readonly endMs: number;
  /** Virtual time within which everything must be equal after that. */
  readonly convergeMs: number;
  /** Delete everything after that, and demand that nothing is left of it anywhere. */
  readonly clearsAtEnd: boolean;
  readonly workload: readonly Operation[];
  readonly faults: readonly Fault[];
  readonly expectations: readonly Expectation[];
}
