/** The arrows of the message diagram: what was sent, and what became of it. */
import { QUIET_KINDS, type Layout } from "./diagram-layout.ts";
import type { Drawn } from "./drawn.ts";
import { markup, type Markup } from "./markup.ts";
import { plural, seconds, words } from "./printable.ts";
import type { RecordedEvent, RecordedMessage, Recording } from "./recording.ts";

/** Quiet messages this close together on one direction are one line. */
const CLUSTER_HEIGHT = 7;
/** A kind of message is named again only after so much of nothing of the kind. */
const NAMED_AGAIN_HEIGHT = 60;
/** How far a lost message gets. */
const LOST_PART = 0.6;
const EVENTS_NAMED_MAX = 8;

export function drawArrows(layout: Layout): Drawn[] {
  const { recording, fromMs } = layout;
  const eventsBy = groupByOrigin(recording.events);
  const shown = recording.messages.filter(
    (message) => (message.arrivedMs ?? message.lostMs ?? recording.endMs) >= fromMs,
  );
  const busy = shown.filter(({ kind }) => !QUIET_KINDS.has(kind));
  const named = new Map<string, number>();
  return [
    ...quietArrows(
      layout,
      shown.filter(({ kind }) => QUIET_KINDS.has(kind)),
    ),
    ...busy.flatMap((message) => busyArrow(layout, message, titleOf(message, recording, eventsBy), named)),
  ];
}

interface Line {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

function lineOf(layout: Layout, message: RecordedMessage): Line {
  const { axis, recording } = layout;
  const x1 = layout.x(layout.laneOf(message.from));
  const x2 = layout.x(layout.laneOf(message.to));
  const y1 = axis.last(message.sentMs);
  const untilMs = message.arrivedMs ?? message.lostMs ?? recording.endMs;
  const y2 = Math.max(y1 + 1, axis.first(untilMs));
  if (message.arrivedMs !== undefined) return { x1, y1, x2, y2 };
  return { x1, y1, x2: x1 + LOST_PART * (x2 - x1), y2: message.lostMs === undefined ? y2 : y1 + LOST_PART * (y2 - y1) };
}

function busyArrow(layout: Layout, message: RecordedMessage, title: string, named: Map<string, number>): Drawn[] {
  const { x1, y1, x2, y2 } = lineOf(layout, message);
  const origin = layout.recording.origins.get(message.interval?.origin ?? 0)?.replica;
  const fate = message.arrivedMs !== undefined ? "" : message.lostMs !== undefined ? " lost" : " underway";
  const relayed = origin !== undefined && origin !== message.from ? " relayed" : "";
  const color = origin === undefined ? "" : ` o${layout.laneOf(origin) % 8}`;
  const shape = markup`<path class="arrow ${message.kind}${color}${relayed}${fate}" d="M${round(x1)} ${round(y1)}L${round(x2)} ${round(y2)}"/>`;
  const cross =
    fate === " lost" ? markup`<text class="cross" x="${round(x2)}" y="${round(y2 + 4)}">\u00d7</text>` : undefined;
  const drawn: Drawn = {
    fromY: y1 - 2,
    untilY: y2 + 8,
    depth: 2,
    markup: markup`<g><title>${title}</title>${shape}${cross}${nameOf(message, { x1, y1, x2, y2 }, named)}</g>`,
  };
  return [drawn];
}

/** Messages that carry no changes bear their kind, the first of a row of them. */
function nameOf(message: RecordedMessage, { x1, y1, x2, y2 }: Line, named: Map<string, number>): Markup | undefined {
  if (message.kind === "changes") return undefined;
  const group = `${message.kind} ${message.from} ${message.to}`;
  const last = named.get(group);
  named.set(group, y1);
  if (last !== undefined && y1 - last < NAMED_AGAIN_HEIGHT) return undefined;
  const [x, y] = [x1 + (x2 - x1) * 0.3, y1 + (y2 - y1) * 0.3];
  return markup`<text class="kind" x="${round(x)}" y="${round(y - 2)}">${message.kind}</text>`;
}

/** One line for each cluster of quiet messages of one kind and direction. */
function quietArrows(layout: Layout, messages: readonly RecordedMessage[]): Drawn[] {
  const clusters = new Map<string, RecordedMessage[]>();
  for (const message of messages) {
    const place = Math.floor(layout.axis.last(message.sentMs) / CLUSTER_HEIGHT);
    const fate = message.arrivedMs !== undefined ? "" : message.lostMs !== undefined ? "lost" : "underway";
    const name = `${message.kind} ${message.from} ${message.to} ${place} ${fate}`;
    const known = clusters.get(name);
    if (known === undefined) clusters.set(name, [message]);
    else known.push(message);
  }
  return [...clusters.values()].flatMap((cluster) => {
    const first = cluster[0];
    if (first === undefined) return [];
    const { x1, y1, x2, y2 } = lineOf(layout, first);
    const fate = first.arrivedMs !== undefined ? "" : " lost";
    const title = `${first.from} \u2192 ${first.to}: ${plural(cluster.length, first.kind)} from ${seconds(first.sentMs)} on`;
    const drawn: Drawn = {
      fromY: y1,
      untilY: y2,
      depth: 1,
      markup: markup`<g class="${first.kind}${fate}"><title>${title}</title><path class="quiet" d="M${round(x1)} ${round(y1)}L${round(x2)} ${round(y2)}"/></g>`,
    };
    return [drawn];
  });
}

function titleOf(
  message: RecordedMessage,
  recording: Recording,
  eventsBy: ReadonlyMap<number, readonly RecordedEvent[]>,
): string {
  const { from, to, sentMs, arrivedMs, lostMs, bytes } = message;
  const fate =
    arrivedMs !== undefined
      ? `arrived ${seconds(arrivedMs)}`
      : lostMs !== undefined
        ? "lost"
        : "still on its way at the end";
  return `${from} \u2192 ${to}: ${contents(message, recording, eventsBy)}; ${plural(bytes, "byte")}, sent ${seconds(sentMs)}, ${fate}`;
}

function contents(
  { kind, detail, interval }: RecordedMessage,
  { origins }: Recording,
  eventsBy: ReadonlyMap<number, readonly RecordedEvent[]>,
): string {
  if (interval === undefined) return `${kind}: ${detail}`;
  const { origin, from, to } = interval;
  const inside = (eventsBy.get(origin) ?? []).filter(({ dot }) => dot.time > from && dot.time <= to);
  const named = inside.slice(0, EVENTS_NAMED_MAX).map((event) => words(event.words, 24));
  if (inside.length > EVENTS_NAMED_MAX) named.push(`and ${inside.length - EVENTS_NAMED_MAX} more`);
  return `${kind} of ${origins.get(origin)?.replica ?? "an unknown origin"}: ${named.length > 0 ? named.join("; ") : detail}`;
}

function groupByOrigin(events: readonly RecordedEvent[]): Map<number, RecordedEvent[]> {
  const groups = new Map<number, RecordedEvent[]>();
  for (const event of events) {
    const known = groups.get(event.dot.origin);
    if (known === undefined) groups.set(event.dot.origin, [event]);
    else known.push(event);
  }
  return groups;
}

export function round(n: number): number {
  return Math.round(n * 10) / 10;
}
