/**
 * The layout of the message diagram: what is drawn, and where.
 *
 *   time | us          | eu          | ap
 *        | lane, labels| lane, labels| ...
 *
 * A lane is a vertical line at the left of its column; labels stand to the
 * right of it, above their instant, so that arrows leave below them.
 */
import { REPORT_DRAWN_COMMANDS_MAX, REPORT_DRAWN_READS_MAX } from "../limits.ts";
import type { FailureDetails } from "../oracles/failure.ts";
import { ailments } from "./fault-words.ts";
import { isExpiry } from "./history-in-words.ts";
import { replyText, words } from "./printable.ts";
import type { RecordedCommand, RecordedFault, Recording } from "./recording.ts";
import { timeAxis, type Mark, type TimeAxis } from "./time-axis.ts";

export const WIDTH = 1200;
const GUTTER = 86;
export const CHARACTER_WIDTH = 6.75;
const COMMAND_CHARACTERS_MIN = 8;

/** A dot on a lane with words beside it. */
export interface Label extends Mark {
  readonly lane: number;
  readonly text: string;
  readonly detail: string;
  readonly kind: "write" | "read" | "expectation" | "expiry" | "fault" | "mend";
  readonly paths: readonly string[];
}

export interface Shade {
  readonly lane: number;
  readonly kind: string;
  readonly detail: string;
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface Layout {
  readonly recording: Recording;
  readonly axis: TimeAxis;
  readonly labels: readonly Label[];
  /** The row of each label. */
  readonly rows: readonly number[];
  readonly shades: readonly Shade[];
  readonly fromMs: number;
  readonly columnWidth: number;
  readonly charactersMax: number;
  /** How many earlier commands are not drawn. */
  readonly leftOut: number;
  /** How many reads are not drawn, to make room. */
  readonly readsLeftOut: number;
  readonly laneOf: (replica: string) => number;
  readonly x: (lane: number) => number;
}

export function layoutOf(
  recording: Recording,
  failure: FailureDetails | undefined,
  concerned: ReadonlySet<string>,
): Layout {
  const lanes = new Map(recording.nodes.map((node, index) => [node.id, index]));
  const laneOf = (replica: string): number => lanes.get(replica) ?? 0;
  const all = recording.commands.filter(isDrawn);
  const isDense = all.length > REPORT_DRAWN_READS_MAX;
  const drawable = isDense ? all.filter((command) => matters(command, concerned)) : all;
  const drawn = drawable.slice(-REPORT_DRAWN_COMMANDS_MAX);
  const leftOut = drawable.length - drawn.length;
  const fromMs = leftOut > 0 ? (drawn[0]?.atMs ?? 0) : 0;
  const labels = labelsOf(recording, drawn, laneOf).filter(({ atMs }) => atMs >= fromMs);
  const shown = labels.toSorted((a, b) => a.atMs - b.atMs);
  const marks: Mark[] = [...shown, ...arrowMarks(recording, fromMs), ...edgeMarks(recording, fromMs, failure)];
  const order = marks.map((_, i) => i).toSorted((a, b) => (marks[a]?.atMs ?? 0) - (marks[b]?.atMs ?? 0));
  const axis = timeAxis(order.flatMap((i) => marks[i] ?? []));
  const rows: number[] = [];
  for (const [place, i] of order.entries()) if (i < shown.length) rows[i] = axis.rows[place] ?? 0;
  const columnWidth = (WIDTH - GUTTER) / recording.nodes.length;
  return {
    recording,
    axis,
    labels: shown,
    rows,
    shades: shadesOf(recording, laneOf).filter(({ untilMs }) => untilMs >= fromMs),
    fromMs,
    columnWidth,
    charactersMax: Math.max(COMMAND_CHARACTERS_MIN, Math.floor((columnWidth - 22) / CHARACTER_WIDTH)),
    leftOut,
    readsLeftOut: all.length - drawable.length,
    laneOf,
    x: (lane) => GUTTER + 10 + lane * columnWidth,
  };
}

/** Of the clearing only what removed something. */
function isDrawn({ cause, event }: RecordedCommand): boolean {
  return cause !== "clearing" || event !== undefined;
}

/** In a picture with many commands: writes, and the reads of the keys that a failure is about. */
function matters(command: RecordedCommand, concerned: ReadonlySet<string>): boolean {
  return (
    command.event !== undefined || command.reply === undefined || pathsOf(command).some((path) => concerned.has(path))
  );
}

function pathsOf({ event, words: texts, database }: RecordedCommand): string[] {
  return event === undefined ? texts.slice(1).map((text) => `${database}:${text}`) : [...event.steps.keys()];
}

function labelsOf(
  { events, faults, endMs }: Recording,
  drawn: readonly RecordedCommand[],
  laneOf: (replica: string) => number,
): Label[] {
  return [
    ...drawn.map((command) => commandLabel(command, laneOf)),
    ...events.filter(isExpiry).map((event) => ({
      atMs: event.atMs,
      lane: laneOf(event.replica),
      text: `expired: ${words(event.words.slice(1))}`,
      detail: `${event.replica} removes what is past its deadline: ${words(event.words.slice(1))}`,
      kind: "expiry" as const,
      paths: [...event.steps.keys()],
    })),
    ...faults.flatMap((fault) => faultLabels(fault, laneOf, endMs)),
  ];
}

function commandLabel(command: RecordedCommand, laneOf: (replica: string) => number): Label {
  const reply = command.reply === undefined ? "(no reply)" : replyText(command.reply);
  const { cause, event } = command;
  return {
    atMs: command.atMs,
    lane: laneOf(command.replica),
    // In front, where it is not cut off: the same key elsewhere is another key.
    text: `${command.database > 0 ? `db${command.database} ` : ""}${words(command.words, 24)} \u2192 ${reply}`,
    detail: `${command.replica}: ${words(command.words)} \u2192 ${reply}${command.database > 0 ? `, in database ${command.database}` : ""}`,
    kind: event !== undefined ? "write" : cause === "expectation" ? "expectation" : "read",
    paths: pathsOf(command),
  };
}

function faultLabels(
  { fault, fromMs, untilMs }: RecordedFault,
  laneOf: (replica: string) => number,
  endMs: number,
): Label[] {
  return afflicted(fault).flatMap(({ replica, words: text }): Label[] => {
    const common = { lane: laneOf(replica), paths: [] };
    const begun: Label = { ...common, atMs: fromMs, text, detail: `${replica}: ${text}`, kind: "fault" };
    if (untilMs === undefined || untilMs > endMs) return [begun];
    const over = MENDED[fault.kind] ?? "over";
    return [begun, { ...common, atMs: untilMs, text: over, detail: `${replica}: ${text}: ${over}`, kind: "mend" }];
  });
}

const MENDED: Readonly<Record<string, string>> = {
  partition: "healed",
  cut: "carries again",
  jam: "carries again",
  slow: "as fast as before",
  restart: "back, with nothing",
  pause: "goes on",
};

/** Of a partition those who are cut off from most; everybody when the sides are equal. */
function afflicted(fault: RecordedFault["fault"]): { replica: string; words: string }[] {
  const all = ailments(fault);
  if (fault.kind !== "partition" || fault.oneWay) return all;
  const most = Math.max(...fault.groups.map((group) => group.length));
  const large = fault.groups.filter((group) => group.length === most);
  return large.length > 1 ? all : all.filter(({ replica }) => large[0]?.includes(replica) !== true);
}

function shadesOf({ faults, endMs }: Recording, laneOf: (replica: string) => number): Shade[] {
  return faults
    .filter(({ fault }) => "forMs" in fault)
    .flatMap(({ fault, fromMs, untilMs = endMs }) =>
      afflicted(fault).map(({ replica, words: detail }) => ({
        lane: laneOf(replica),
        kind: fault.kind,
        detail: `${replica}: ${detail}`,
        fromMs,
        untilMs,
      })),
    );
}

/** Heartbeats and acks take no room: they are everywhere. */
export const QUIET_KINDS: ReadonlySet<string> = new Set(["heartbeat", "ack", "hello"]);

function arrowMarks({ messages }: Recording, fromMs: number): Mark[] {
  return messages
    .filter(({ kind }) => !QUIET_KINDS.has(kind))
    .flatMap(({ sentMs, arrivedMs, lostMs }) => [sentMs, arrivedMs, lostMs])
    .flatMap((atMs) => (atMs === undefined || atMs < fromMs ? [] : [{ atMs, lane: undefined }]));
}

function edgeMarks({ endMs }: Recording, fromMs: number, failure: FailureDetails | undefined): Mark[] {
  return [fromMs, failure?.atMs ?? endMs].map((atMs) => ({ atMs, lane: undefined }));
}
