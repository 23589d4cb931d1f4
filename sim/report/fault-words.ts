/** Faults in words: what happens to whom, and what it is when it ends. */
import type { Fault } from "../scenario/scenario.ts";
import { duration, list, plural } from "./printable.ts";

/** `us and eu lose each other` */
export function faultWords(fault: Fault): string {
  switch (fault.kind) {
    case "break":
      return `the connection between ${list(fault.between)} breaks`;
    case "partition":
      return partitionWords(fault);
    case "cut":
      return `nothing gets from ${fault.from} to ${fault.to} any more`;
    case "jam":
      return `${fault.from} to ${fault.to} jams: what is sent waits in the buffer`;
    case "slow":
      return `${fault.from} to ${fault.to} carries only ${fault.bytesPerMs} bytes a millisecond`;
    case "double":
      return `${list(fault.between)} open a second connection`;
    case "garbage":
      return `${plural(fault.bytes.length, "byte")} of garbage reach ${fault.to} from ${fault.from}`;
    case "restart":
      return endingWords(fault);
    case "disk-full":
      return `the disk of ${fault.replica} is full`;
    case "disk-fails":
      return `${fault.what === "all" ? "writes and syncs" : fault.what} to the disk of ${fault.replica} fail`;
    case "disk-slow":
      return `a sync of the disk of ${fault.replica} takes ${duration(fault.syncMs)}`;
    case "bit-flip":
      return `a bit on the disk of ${fault.replica} flips`;
    case "restore":
      return `${fault.replica} dies, and its disk is replaced by a backup of ${duration(fault.backupMs)}`;
    case "save":
      return `${fault.replica} begins a snapshot`;
    case "join":
      return `${fault.replica} joins through ${fault.through}${fault.fresh ? ", with an empty disk" : ""}`;
    case "clone":
      return `${fault.replica} starts as a clone of ${fault.of}`;
    case "leave":
      return `${fault.replica} leaves`;
    case "forget":
      return `${fault.by} is told to forget ${fault.replica}`;
    case "pause":
      return `${fault.replica} stands still`;
    case "step":
      return `the clock of ${fault.replica} steps ${fault.byMs < 0 ? "back" : "ahead"} by ${duration(Math.abs(fault.byMs))}`;
    case "drill":
      return `${fault.replica} is told to cut off ${fault.target}`;
    case "repeat":
      return `what ${fault.from} has sent to ${fault.to} lately arrives once more`;
    case "dialect":
      return `${fault.replica} speaks ${fault.speaks === "newer" ? "a newer" : "another"} version of the wire`;
    case "drift":
      return `the clock of ${fault.replica} runs ${fault.ppm < 0 ? "slower" : "faster"} by ${Math.abs(fault.ppm)} millionths`;
  }
}

/** `the partition heals`: the end of a fault that lasts. */
export function mendWords(fault: Fault): string {
  switch (fault.kind) {
    case "partition":
      return "the partition heals";
    case "cut":
    case "jam":
    case "slow":
      return `${fault.from} to ${fault.to} carries everything again`;
    case "restart":
    case "restore":
      return `${fault.replica} comes back`;
    case "disk-full":
    case "disk-fails":
    case "disk-slow":
      return `the disk of ${fault.replica} is well again`;
    case "pause":
      return `${fault.replica} goes on`;
    case "drill":
      return `${fault.replica} is told to let ${fault.target} back in`;
    case "dialect":
      return `${fault.replica} speaks our version again`;
    case "drift":
      return `the clock of ${fault.replica} is right again`;
    default:
      return `over: ${faultWords(fault)}`;
  }
}

/** What each replica suffers from a fault while it lasts, in as few words as fit beside a lane. */
export function ailments(fault: Fault): { replica: string; words: string }[] {
  switch (fault.kind) {
    case "partition":
      return fault.groups.flatMap((group, index) => {
        const others = fault.groups.flatMap((other, at) => (at === index ? [] : other));
        const words = fault.oneWay
          ? index === 0
            ? `unheard by ${list(others)}`
            : `does not hear ${list(fault.groups[0] ?? [])}`
          : `cut off from ${list(others)}`;
        return group.map((replica) => ({ replica, words: fault.flapMs > 0 ? `${words}, off and on` : words }));
      });
    case "cut":
      return [{ replica: fault.from, words: `nothing gets to ${fault.to}` }];
    case "jam":
      return [{ replica: fault.from, words: `jammed to ${fault.to}` }];
    case "slow":
      return [{ replica: fault.from, words: `slow to ${fault.to}` }];
    case "restart":
    case "restore":
      return [{ replica: fault.replica, words: "dead" }];
    case "disk-full":
      return [{ replica: fault.replica, words: "disk full" }];
    case "disk-fails":
      return [{ replica: fault.replica, words: "disk fails" }];
    case "disk-slow":
      return [{ replica: fault.replica, words: "disk slow" }];
    case "bit-flip":
      return [{ replica: fault.replica, words: "bit flips" }];
    case "save":
      return [{ replica: fault.replica, words: "snapshot" }];
    case "join":
      return [{ replica: fault.replica, words: "joins" }];
    case "clone":
      return [{ replica: fault.replica, words: `clone of ${fault.of}` }];
    case "leave":
      return [{ replica: fault.replica, words: "leaves" }];
    case "forget":
      return [{ replica: fault.replica, words: "forgotten" }];
    case "pause":
      return [{ replica: fault.replica, words: "stands still" }];
    case "drill":
      return [{ replica: fault.replica, words: `drill: cuts off ${fault.target}` }];
    case "break":
      return mutual(fault.between, "connection to", "breaks");
    case "double":
      return mutual(fault.between, "second connection to", "");
    case "garbage":
      return [{ replica: fault.to, words: `garbage from ${fault.from}` }];
    case "repeat":
      return [{ replica: fault.to, words: `repeats from ${fault.from}` }];
    case "step":
      return [
        { replica: fault.replica, words: `clock ${fault.byMs < 0 ? "\u2212" : "+"}${duration(Math.abs(fault.byMs))}` },
      ];
    case "dialect":
      return [{ replica: fault.replica, words: "speaks another version" }];
    case "drift":
      return [{ replica: fault.replica, words: `clock ${fault.ppm < 0 ? "slow" : "fast"}` }];
  }
}

function endingWords({ replica, how, effects }: Extract<Fault, { kind: "restart" }>): string {
  const when = effects > 0 ? ` ${plural(effects, "effect")} later` : "";
  if (how === "stop") return `${replica} is stopped${when}`;
  return how === "kill" ? `${replica} is killed${when}` : `${replica} dies${when}, and loses what is not safe`;
}

function partitionWords({ groups, silent, oneWay, flapMs }: Extract<Fault, { kind: "partition" }>): string {
  const sides = groups.map((group) => list(group));
  const [first = "", ...others] = sides;
  const how = [
    ...(silent ? ["silently: connections stay up and carry nothing"] : []),
    ...(flapMs > 0 ? [`off and on, every ${duration(flapMs)}`] : []),
  ];
  const isPair = groups.every((group) => group.length === 1);
  const what = oneWay
    ? `${list(others)} no longer hear ${first}`
    : isPair
      ? `${list(sides)} lose each other`
      : `${list(sides.map((side) => `[${side}]`))} lose each other`;
  return how.length > 0 ? `${what} (${how.join("; ")})` : what;
}

function mutual(
  [one, other]: readonly [string, string],
  before: string,
  after: string,
): { replica: string; words: string }[] {
  const words = (peer: string): string => `${before} ${peer} ${after}`.trimEnd();
  return [
    { replica: one, words: words(other) },
    { replica: other, words: words(one) },
  ];
}
