/**
 * What can go wrong, as lines of a text scenario.
 *
 *   partition us|eu ap       groups cannot reach each other; with `silent`, nobody notices; with `flap 100ms`, on and off
 *   partition us>eu ap       only what us sends is lost
 *   cut us>eu                one direction carries nothing; `jam` fills the sender's buffer, too
 *   slow us>eu 10B/ms        one direction carries only so much
 *   drill us>eu              ATOLL CUT at us
 *   dialect us newer         another version of the wire; `dialect us other` is one that nobody takes
 *   drift us 1000ppm         the wall clock runs at another speed (as a setting: from the start)
 *   disk-full us             nothing can be written; `disk-fails us` (or `us writes`, `us syncs`), `disk-slow us 2s`
 *   heal                     ends all of these; a new partition ends the old one
 *   pause us, resume us      the process stands still, and goes on
 *   stop us, start us        the process dies, and comes back with what its disk holds; `restart us` is both.
 *                            Last words: `kill`, `in order`, `after 3 effects`; without them the power fails
 *   backup us, restore us    the process dies, and comes back with its disk as it was then
 *   flip us, save us         a bit on the disk flips; a snapshot takes the place of the log
 *   join ap through us       ap was not there before; with `fresh` at the end its disk is empty. `leave ap`: for good
 *   clone ap of us           ap begins with a copy of the disk of us; `forget ap by us`: CLUSTER FORGET
 *   break us eu              the connection breaks; `double us eu` opens another one
 *   garbage us>eu "\x00"     arrives at eu as if us had sent it; `repeat us>eu`: what us has sent comes once more
 *   step us -500ms           the wall clock steps
 */
import { FAULT_DRIFT_PPM_MAX } from "../limits.ts";
import {
  begin,
  different,
  durationMs,
  end,
  known,
  present,
  recover,
  settle,
  strikeNow,
  type Draft,
  type LastingFault,
  type Verb,
} from "./text-draft.ts";
import { DISK_VERBS } from "./text-disks.ts";
import { MEMBER_VERBS } from "./text-members.ts";
import type { Fault } from "./scenario.ts";
import { LineProblem, wordsOf } from "./text-words.ts";

/** How long `restart` keeps a process away. */
const RESTART_MS = 100;

const DIRECTION = /^(\w+)\s*>\s*(\w+)$/;
const PAIR = /^(\w+)\s+(\w+)$/;
const REPLICA = /^(\w+)$/;
const ENDING = /^(\w+)(?:\s+(kill|in order))?(?:\s+after\s+(\d{1,6})\s+effects?)?$/;
const LASTING = { atMs: 0, forMs: 0 };

type Ending = Extract<Fault, { kind: "restart" }>["how"];

export const FAULT_VERBS: Readonly<Record<string, Verb>> = {
  partition: {
    usage: "partition us|eu ap",
    shape: /^([\w\s]+)([|>])([\w\s|]+?)(?:\s+(silent))?(?:\s+flap\s+(\S+))?$/,
    read: partition,
    takes: settle,
  },
  cut: {
    usage: "cut us>eu",
    shape: DIRECTION,
    read: direction((ends) => ({ kind: "cut", ...LASTING, ...ends })),
    takes: settle,
  },
  jam: {
    usage: "jam us>eu",
    shape: DIRECTION,
    read: direction((ends) => ({ kind: "jam", ...LASTING, ...ends })),
    takes: settle,
  },
  slow: {
    usage: "slow us>eu 10B/ms",
    shape: /^(\w+)\s*>\s*(\w+)\s+(\d{1,9}(?:\.\d{1,6})?)B\/ms$/,
    read: direction((ends, amount) => ({ kind: "slow", ...LASTING, ...ends, bytesPerMs: positive(amount) })),
    takes: settle,
  },
  drill: {
    usage: "drill us>eu",
    shape: DIRECTION,
    read: direction(({ from, to }) => ({ kind: "drill", ...LASTING, replica: from, target: to })),
    takes: settle,
  },
  dialect: {
    usage: "dialect us newer",
    shape: /^(\w+)\s+(other|newer)$/,
    read: (draft, [id = "", speaks]) =>
      begin(draft, {
        kind: "dialect",
        ...LASTING,
        replica: known(draft, id),
        speaks: speaks === "other" ? speaks : "newer",
      }),
    takes: recover,
  },
  drift: {
    usage: "drift us 1000ppm",
    shape: /^(\w+)\s+(-?\d{1,7})ppm$/,
    read: (draft, [id = "", amount = ""]) => {
      if (Math.abs(Number(amount)) > FAULT_DRIFT_PPM_MAX)
        throw new LineProblem(`a drift is at most ${FAULT_DRIFT_PPM_MAX}ppm`);
      begin(draft, { kind: "drift", ...LASTING, replica: known(draft, id), ppm: Number(amount) });
    },
    takes: settle,
  },
  ...DISK_VERBS,
  ...MEMBER_VERBS,
  heal: { usage: "heal", shape: /^$/, read: heal, takes: recover },
  pause: {
    usage: "pause us",
    shape: REPLICA,
    read: leave((replica) => ({ kind: "pause", ...LASTING, replica })),
    takes: settle,
  },
  resume: { usage: "resume us", shape: REPLICA, read: comeBack("pause", "paused"), takes: recover },
  stop: {
    usage: "stop us in order",
    shape: ENDING,
    read: (draft, [id = "", ...how]) =>
      begin(draft, { kind: "restart", ...LASTING, replica: present(draft, id), ...ending(how) }),
    takes: settle,
  },
  start: { usage: "start us", shape: REPLICA, read: comeBack("restart", "stopped"), takes: recover },
  restart: {
    usage: "restart us",
    shape: ENDING,
    read: (draft, [id = "", ...how]) =>
      strikeNow(draft, { kind: "restart", atMs: 0, forMs: RESTART_MS, replica: present(draft, id), ...ending(how) }),
    takes: recover,
  },
  break: {
    usage: "break us eu",
    shape: PAIR,
    read: (draft, [a = "", b = ""]) => strikeNow(draft, { kind: "break", atMs: 0, between: different(draft, a, b) }),
    takes: settle,
  },
  double: {
    usage: "double us eu",
    shape: PAIR,
    read: (draft, [a = "", b = ""]) => strikeNow(draft, { kind: "double", atMs: 0, between: different(draft, a, b) }),
    takes: settle,
  },
  garbage: {
    usage: 'garbage us>eu "\\x00"',
    shape: /^(\w+)\s*>\s*(\w+)\s+(.+)$/,
    read: (draft, [a = "", b = "", text = ""]) => {
      const [from, to] = different(draft, a, b);
      strikeNow(draft, { kind: "garbage", atMs: 0, from, to, bytes: wordsOf(text).join("") });
    },
    takes: settle,
  },
  repeat: {
    usage: "repeat us>eu",
    shape: DIRECTION,
    read: (draft, [a = "", b = ""]) => {
      const [from, to] = different(draft, a, b);
      strikeNow(draft, { kind: "repeat", atMs: 0, from, to });
    },
    takes: settle,
  },
  step: {
    usage: "step us -500ms",
    shape: /^(\w+)\s+(-?)(\S+)$/,
    read: (draft, [id = "", sign, amount = ""]) => {
      const byMs = (sign === "-" ? -1 : 1) * durationMs(amount);
      strikeNow(draft, { kind: "step", atMs: 0, replica: known(draft, id), byMs });
    },
    takes: settle,
  },
};

function ending([how, effects = "0"]: readonly (string | undefined)[]): { how: Ending; effects: number } {
  return { how: how === "kill" ? "kill" : how === "in order" ? "stop" : "crash", effects: Number(effects) };
}

function partition(draft: Draft, [first = "", sign, others = "", silent, flap]: readonly string[]): void {
  const groups = [first, ...others.split("|")].map((group) => wordsOf(group).map((id) => known(draft, id)));
  if (groups.some((group) => group.length === 0)) throw new LineProblem("a group is empty");
  for (const { id } of draft.replicas) {
    const count = groups.flat().filter((name) => name === id).length;
    if (count !== 1)
      throw new LineProblem(
        `a partition names every replica once; ${id} ${count === 0 ? "is missing" : "stands twice"}`,
      );
  }
  const flapMs = flap === undefined ? 0 : positive(String(durationMs(flap)));
  // The new one strikes before the old one ends: nobody meets in between.
  end(draft, (fault) => fault.kind === "partition");
  const oneWay = sign === ">";
  begin(draft, { kind: "partition", ...LASTING, groups, silent: silent !== undefined, oneWay, flapMs });
}

function heal(draft: Draft): void {
  if (end(draft, ({ kind }) => kind !== "pause" && kind !== "restart") === 0) throw new LineProblem("nothing to heal");
}

function direction(make: (ends: { from: string; to: string }, amount: string) => LastingFault): Verb["read"] {
  return (draft, [a = "", b = "", amount = ""]) => {
    const [from, to] = different(draft, a, b);
    begin(draft, make({ from, to }, amount));
  };
}

function leave(make: (id: string) => LastingFault): Verb["read"] {
  return (draft, [id = ""]) => begin(draft, make(present(draft, id)));
}

function comeBack(kind: LastingFault["kind"], state: string): Verb["read"] {
  return (draft, [id = ""]) => {
    known(draft, id);
    if (end(draft, (fault) => fault.kind === kind && "replica" in fault && fault.replica === id) === 0)
      throw new LineProblem(`${id} is not ${state}`);
  };
}

function positive(amount: string): number {
  if (!(Number(amount) > 0)) throw new LineProblem(`${amount} is too small`);
  return Number(amount);
}
