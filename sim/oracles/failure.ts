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
    | "durability"
    | "origins"
    | "fences"
    | "replay"
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

export function failureOf(
  oracle: FailureDetails["oracle"],
  atMs: number,
  message: string,
  replica?: string,
  command?: readonly string[],
): SimulationFailure {
  return new SimulationFailure({
    oracle,
    atMs,
    message,
    ...(replica === undefined ? {} : { replica }),
    ...(command === undefined ? {} : { command }),
  });
}

/** An exception out of the product's code, or ours: the process would have died. */
export function crashOf(error: unknown, atMs: number): SimulationFailure {
  const message =
    error instanceof Error && error.cause !== undefined ? `${error.message}: ${stackOf(error.cause)}` : stackOf(error);
  return new SimulationFailure({ oracle: "no crash", atMs, message }, { cause: error });
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
