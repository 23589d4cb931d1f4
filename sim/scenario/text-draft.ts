/**
 * A text scenario while it is read: what has been said, and what time it is.
 *
 * Time passes with every line, enough for everything on the way to arrive and
 * settle. What lasts is open until a later line ends it, or the text does.
 */
import { SIMULATED_MS_MAX } from "../limits.ts";
import type { Fault, Scenario } from "./scenario.ts";
import { LineProblem } from "./text-words.ts";

/** The time that a line takes, while links are as quick as usual. */
export const PACE = {
  /** A command or a fault: several round trips and timers. */
  stepMs: 400,
  /** A reconnect, and what it has to catch up. */
  recoverMs: 3000,
  /** A question: only so that their order is that of the lines. */
  expectMs: 1,
} as const;
/** Round trips that are left for on links slower than the usual ones. */
const TRIPS = 8;

/** The first word of a line, and how the rest of it is read. */
export interface Verb {
  /** An example, for whoever wrote it otherwise. */
  readonly usage: string;
  /** What may follow the verb. */
  readonly shape: RegExp;
  readonly read: (draft: Draft, parts: readonly string[]) => void;
  /** Lets the time pass that it takes. */
  readonly takes?: (draft: Draft) => void;
}

export type LastingFault = Extract<Fault, { forMs: number }>;

/** Why a command cannot run; undefined when it can. */
export type CommandProblem = (database: number, command: readonly string[]) => string | undefined;

export interface Draft {
  readonly commandProblem: CommandProblem;
  replicas: Scenario["replicas"][number][];
  readonly settings: {
    seed?: number;
    delay?: Scenario["delay"];
    links: Scenario["links"];
    readonly limits: Record<string, number>;
    durability?: Scenario["durability"];
  };
  atMs: number;
  database: number;
  /** Has anything happened? Settings come before that. */
  hasBegun: boolean;
  readonly workload: Scenario["workload"][number][];
  readonly faults: Fault[];
  readonly expectations: Scenario["expectations"][number][];
  /** The places in `faults` of what has not ended yet. */
  readonly open: Set<number>;
  /** Who has left, and whom others have forgotten. */
  readonly left: Set<string>;
  readonly forgotten: Set<string>;
  /** When each disk was last copied. */
  readonly backups: Map<string, number>;
}

export function newDraft(commandProblem: CommandProblem): Draft {
  return {
    commandProblem,
    replicas: [],
    settings: { links: [], limits: {} },
    atMs: 1000,
    database: 0,
    hasBegun: false,
    workload: [],
    faults: [],
    expectations: [],
    open: new Set(),
    left: new Set(),
    forgotten: new Set(),
    backups: new Map(),
  };
}

export function pass(draft: Draft, ms: number): void {
  draft.atMs += ms;
  if (draft.atMs > SIMULATED_MS_MAX) throw new LineProblem("a scenario is over after a day of virtual time");
}

/** Settings are over: everybody has met everybody before something happens. */
export function happens(draft: Draft): void {
  if (!draft.hasBegun) pass(draft, TRIPS * slownessMs(draft));
  draft.hasBegun = true;
}

/** Everything that can be delivered is delivered. */
export function settle(draft: Draft): void {
  pass(draft, PACE.stepMs + TRIPS * slownessMs(draft));
}

/** Whoever can reach each other again is connected again, and has caught up. */
export function recover(draft: Draft): void {
  pass(draft, PACE.recoverMs + 2 * TRIPS * slownessMs(draft));
}

export function strikeNow(draft: Draft, fault: Fault): void {
  draft.faults.push({ ...fault, atMs: draft.atMs });
}

export function begin(draft: Draft, fault: LastingFault): void {
  strikeNow(draft, fault);
  draft.open.add(draft.faults.length - 1);
}

/** Ends what is open and as described; the number of what that was. */
export function end(draft: Draft, isMeant: (fault: LastingFault) => boolean): number {
  const meant = openFaults(draft).filter(([, fault]) => isMeant(fault));
  for (const [place, fault] of meant) {
    draft.faults[place] = { ...fault, forMs: draft.atMs - fault.atMs };
    draft.open.delete(place);
  }
  return meant.length;
}

/** Is this replica paused or stopped, or has it left? */
export function absence(draft: Draft, id: string): "paused" | "stopped" | "gone" | undefined {
  if (draft.left.has(id)) return "gone";
  for (const [, fault] of openFaults(draft)) {
    if (fault.kind === "restart" && fault.replica === id) return "stopped";
    if (fault.kind === "pause" && fault.replica === id) return "paused";
  }
  return undefined;
}

/** The name, when there is a replica of that name. */
export function known(draft: Draft, id: string): string {
  if (draft.replicas.some((plan) => plan.id === id)) return id;
  const names = draft.replicas.map((plan) => plan.id).join(", ");
  throw new LineProblem(
    `there is no replica '${id}'${names === "" ? "; 'replicas us eu' comes first" : ` (${names})`}`,
  );
}

/** A replica that is neither paused nor stopped. */
export function present(draft: Draft, id: string): string {
  const state = absence(draft, known(draft, id));
  if (state !== undefined) throw new LineProblem(`${id} is ${state}`);
  return id;
}

export function different(draft: Draft, a: string, b: string): [string, string] {
  if (a === b) throw new LineProblem(`${a} stands on both sides`);
  return [known(draft, a), known(draft, b)];
}

export function durationMs(text: string): number {
  const match = /^(\d{1,9}(?:\.\d{1,6})?)(ms|s|m|h)$/.exec(text);
  if (match === null) throw new LineProblem(`'${text}' is not a duration; write it as 80ms, 1.5s, 2m or 1h`);
  return Number(match[1]) * ({ ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[match[2] ?? ""] ?? 0);
}

function openFaults(draft: Draft): (readonly [place: number, fault: LastingFault])[] {
  return Array.from(draft.open, (place) => [place, draft.faults[place] as LastingFault] as const); // `begin` put it there
}

/** How much longer than usual a message takes on the slowest link. */
function slownessMs({ settings }: Draft): number {
  const links = [...settings.links, ...(settings.delay === undefined ? [] : [settings.delay])];
  return Math.max(0, ...links.map(({ baseMs, jitterMs }) => baseMs + 5 * jitterMs - 5));
}
