/** What a simulation found wrong: which promise, where and when, what was expected and what was read. */
export interface FailureDetails {
  /** Which oracle speaks. */
  readonly oracle:
    | "specification"
    | "expectation"
    /** A user's client program threw, or never ends. */
    | "client program"
    | "equal contexts, equal digests"
    | "digest from scratch"
    | "contexts rise"
    | "dots are unique"
    | "effects after causes"
    | "honest clocks"
    | "conservation"
    | "agreement"
    | "convergence"
    | "nothing left"
    | "bounds"
    | "no crash"
    | "determinism";
  readonly atMs: number;
  readonly replica?: string;
  readonly command?: readonly string[];
  readonly message: string;
}

export class SimulationFailure extends Error {
  readonly details: FailureDetails;

  constructor(details: FailureDetails, options?: ErrorOptions) {
    super(`${details.oracle}: ${details.message}`, options);
    this.details = details;
  }
}
