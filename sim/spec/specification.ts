/**
 * The specification: what every command must do and reply, at any replica, at
 * any time. This folder is all of it; it imports nothing, and it is slow.
 *
 * Only two things decide what a replica shows: which events it has seen, and
 * what its clock says. So there are no messages here, no merging and no state of
 * replicas, only a history of events and the question who had seen which.
 * Concurrency is what follows: an event that had not seen another changes
 * nothing about it.
 *
 * Read it in this order, a page or two each:
 *
 *   history.ts       events add items and kill items; which of them live
 *   view.ts          what live items show: type, elements, deadline
 *   event.ts         what a write adds and kills, rules E1 to E7
 *   position.ts      where the elements of lists stand
 *   strings.ts, bitmaps.ts, hyperloglogs.ts, hashes.ts, fields.ts, sets.ts,
 *   zsets.ts, zset-ranges.ts, zset-algebra.ts, geo.ts, lists.ts, sort.ts,
 *   keys.ts, dumps.ts
 *                    each command: a read of a view, writes of an event, a reply
 *   this file        a command that production ran, held against its rule
 *
 * The rest is spelling: counters.ts for increments, geo-grid.ts and geo-cells.ts
 * for positions and where they are looked for, expected.ts and reply.ts for
 * replies, number.ts for exact decimals, score.ts for exact doubles, sketch.ts
 * for bytes that are not known, interpreter.ts for arguments, open-replies.ts and
 * pattern.ts for draws and scans, subsequence.ts for LCS.
 *
 * Of production it is told what a command was replied, what its replica had
 * seen, what its clock said, and the dot of the event that it became, if any.
 * Whether that dot, and that sight, are honest is judged in sim/oracles.
 */
import type { Reply } from "./reply.ts";
import { RunningEvent } from "./event.ts";
import { mismatch, show } from "./expected.ts";
import { bitmapRules } from "./bitmaps.ts";
import { dumpRules } from "./dumps.ts";
import { fieldRules } from "./fields.ts";
import { geoRules } from "./geo.ts";
import { hashRules } from "./hashes.ts";
import type { Dot, History, Seen } from "./history.ts";
import { hyperLogLogRules } from "./hyperloglogs.ts";
import type { Rules } from "./interpreter.ts";
import { keyRules } from "./keys.ts";
import { listRules } from "./lists.ts";
import { setRules } from "./sets.ts";
import { sortRules } from "./sort.ts";
import { stringRules } from "./strings.ts";
import { zsetAlgebraRules } from "./zset-algebra.ts";
import { zsetRangeRules } from "./zset-ranges.ts";
import { zsetRules } from "./zsets.ts";

const RULES: Rules = {
  ...keyRules,
  ...stringRules,
  ...bitmapRules,
  ...hyperLogLogRules,
  ...hashRules,
  ...fieldRules,
  ...setRules,
  ...zsetRules,
  ...zsetRangeRules,
  ...zsetAlgebraRules,
  ...geoRules,
  ...listRules,
  ...sortRules,
  ...dumpRules,
};

export interface Execution {
  readonly command: readonly string[];
  readonly database: number;
  readonly reply: Reply;
  /** What the replica had seen before the command. */
  readonly seen: Seen;
  /** The event that the command became; undefined when it had no effect. */
  readonly dot: Dot | undefined;
  /** The clock that the command ran by. */
  readonly nowMs: number;
}

export interface Findings {
  /** What is wrong with what production did; undefined when nothing is. */
  readonly problem: string | undefined;
  /** The keys that the command changed. */
  readonly paths: readonly string[];
  /** What the command came across, for the marks. */
  readonly sawSiblings: boolean;
  readonly sawHiddenType: boolean;
  readonly sawOutlivedReset: boolean;
  readonly sawLostGrowth: boolean;
  /** Of an expiry: had the remover set the deadline itself? */
  readonly removedOwnDeadline: boolean;
}

/** Does the specification say what this command must do? */
export function isJudged(name: string): boolean {
  return Object.hasOwn(RULES, name.toUpperCase());
}

/** Takes note of a command, and says what is wrong with what production made of it. */
export function interpret(history: History, execution: Execution): Findings {
  const { command, dot, reply } = execution;
  const rule = RULES[(command[0] ?? "").toUpperCase()];
  if (rule === undefined) throw new RangeError(`the specification does not know ${command[0]}`);
  const event = new RunningEvent(history, execution.seen, dot ?? NO_DOT, execution.nowMs, execution.database);
  const demanded = mismatch(rule({ event, args: command, actual: reply }), reply);
  if (dot !== undefined) event.commit();
  return {
    problem:
      demanded !== undefined
        ? `expected ${demanded}, read ${show(reply)}`
        : event.hasEffect && dot === undefined
          ? "expected an event, but the replica made none"
          : event.paths.length === 0 && dot !== undefined && !event.mayBeEmpty
            ? "expected no event, but the replica made one"
            : undefined,
    paths: event.paths,
    ...event.came,
  };
}

const NO_DOT: Dot = { origin: 0, time: 0 };
