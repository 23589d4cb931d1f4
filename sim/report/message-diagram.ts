/**
 * The message diagram: a lane for each replica, time downwards, an arrow for
 * each message.
 *
 * It is cut into pieces that follow each other without a seam, so that paper can
 * break between them; what crosses a seam is in both. Names of the lanes stay in
 * sight while one scrolls. What the picture shows is also told in words below
 * it, which is its text alternative.
 */
import type { FailureDetails } from "../oracles/failure.ts";
import { drawArrows, round } from "./diagram-arrows.ts";
import { CHARACTER_WIDTH, layoutOf, WIDTH, type Layout } from "./diagram-layout.ts";
import { diagramLegend } from "./diagram-legend.ts";
import type { Drawn } from "./drawn.ts";
import { failureSentence } from "./history-in-words.ts";
import { markup, type Markup } from "./markup.ts";
import { duration, plural, seconds } from "./printable.ts";
import type { MessageKind, Recording } from "./recording.ts";

const PIECE_HEIGHT = 900;
const TICK_HEIGHT = 14;
const HEAD_HEIGHT = 40;
const FAILURE_CHARACTERS_MAX = 140;

export function diagramSection(
  recording: Recording,
  failure: FailureDetails | undefined,
  concerned: ReadonlySet<string>,
): Markup {
  const layout = layoutOf(recording, failure, concerned);
  const drawn = [
    ...drawShades(layout),
    ...drawQuiet(layout),
    ...drawTicks(layout, failure),
    ...drawArrows(layout),
    ...drawLabels(layout, concerned),
    ...drawFailure(layout, failure),
  ].toSorted((a, b) => a.depth - b.depth);
  const pieces = Array.from({ length: Math.ceil(layout.axis.height / PIECE_HEIGHT) }, (_, i) =>
    piece(layout, drawn, i * PIECE_HEIGHT),
  );
  return markup`<section aria-labelledby="messages"><h2 id="messages">Messages over virtual time</h2>
<p class="note">Time runs downwards and not to scale: quiet stretches are short. Point at anything for details; the <a href="#history">history in words</a> tells the same.${leftOutNote(layout)}</p>
${diagramLegend()}
${switches(recording)}
<div class="diagram">${head(layout)}
${pieces}</div></section>`;
}

function leftOutNote({ leftOut, readsLeftOut, fromMs }: Layout): string {
  const reads = readsLeftOut > 0 ? ` To make room, ${plural(readsLeftOut, "read")} are left out.` : "";
  return leftOut > 0
    ? `${reads} It begins at ${seconds(fromMs)}: ${plural(leftOut, "earlier write")} left out.`
    : reads;
}

/** What is hidden until wanted: plain checkboxes before the diagram, which the style sheet looks at. */
function switches({ messages }: Recording): Markup {
  const count = (kind: MessageKind): number => messages.filter((message) => message.kind === kind).length;
  const box = (kind: MessageKind, label: string): Markup =>
    markup`<input type="checkbox" id="show-${kind}"><label for="show-${kind}">${label} (${count(kind)})</label>`;
  return markup`<span class="switches">Show also:</span> ${box("heartbeat", "heartbeats")}${box("ack", "acks")}${box("hello", "hellos")}`;
}

function head({ recording, x }: Layout): Markup {
  const names = recording.nodes.map((node, lane) => {
    const skew =
      node.plan.skewMs === 0
        ? ""
        : `clock ${node.plan.skewMs > 0 ? "+" : "\u2212"}${duration(Math.abs(node.plan.skewMs))}`;
    return markup`<text class="lane-name o${lane % 8}" x="${round(x(lane) - 5)}" y="20">${node.id}</text>
<text class="lane-note" x="${round(x(lane) - 5)}" y="34">${skew}</text>`;
  });
  const heads = Array.from(
    { length: 9 },
    (_, i) =>
      markup`<marker id="tip-${i === 8 ? "x" : `o${i}`}" class="${i === 8 ? "ox" : `o${i}`}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path class="tip" d="M0 1L8 4L0 7z"/></marker>`,
  );
  return markup`<svg class="head" viewBox="0 0 ${WIDTH} ${HEAD_HEIGHT}" aria-hidden="true"><defs>${heads}<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="hatch" d="M0 0V6"/></pattern></defs>${names}</svg>`;
}

function piece(layout: Layout, drawn: readonly Drawn[], fromY: number): Markup {
  const untilY = Math.min(layout.axis.height, fromY + PIECE_HEIGHT);
  const inside = drawn.filter((one) => one.untilY >= fromY && one.fromY <= untilY);
  const lanes = layout.recording.nodes.map(
    (_, lane) => markup`<path class="lane o${lane % 8}" d="M${round(layout.x(lane))} ${fromY}V${round(untilY)}"/>`,
  );
  return markup`<svg viewBox="0 ${fromY} ${WIDTH} ${round(untilY - fromY)}" role="img" aria-label="Messages between the replicas, part ${fromY / PIECE_HEIGHT + 1}; the history in words tells the same">
${lanes}${inside.map((one) => one.markup)}
</svg>`;
}

function drawShades({ shades, axis, x, columnWidth, fromMs }: Layout): Drawn[] {
  return shades.map(({ lane, kind, detail, fromMs: begunMs, untilMs }) => {
    const fromY = axis.first(Math.max(fromMs, begunMs));
    const untilY = Math.max(fromY + 4, axis.last(untilMs));
    const what = `${detail}, ${seconds(begunMs)} to ${seconds(untilMs)}`;
    return {
      fromY,
      untilY,
      depth: 0,
      markup: markup`<rect class="shade ${kind}" x="${round(x(lane) - 7)}" y="${round(fromY)}" width="${round(columnWidth - 4)}" height="${round(untilY - fromY)}"><title>${what}</title></rect>`,
    };
  });
}

function drawQuiet({ axis }: Layout): Drawn[] {
  return axis.quiet.map(({ y, fromY, untilY, forMs }) => ({
    fromY,
    untilY,
    depth: 1,
    markup: markup`<text class="pause" x="4" y="${round(y)}">\u22ee ${duration(forMs)}</text>`,
  }));
}

/** The time of every instant that has room for it. */
function drawTicks({ axis, recording }: Layout, failure: FailureDetails | undefined): Drawn[] {
  const ticks: Drawn[] = [];
  let last = Number.NEGATIVE_INFINITY;
  let before = "";
  for (const { atMs, y } of axis.instants) {
    const told = seconds(atMs);
    if (told === before || y - last < TICK_HEIGHT || atMs === (failure?.atMs ?? recording.endMs)) continue;
    const text = markup`<text class="tick" x="4" y="${round(y - 3)}">${told}</text>`;
    ticks.push({ fromY: y - 12, untilY: y, depth: 1, markup: text });
    last = y;
    before = told;
  }
  return ticks;
}

function drawLabels({ labels, rows, x, charactersMax }: Layout, concerned: ReadonlySet<string>): Drawn[] {
  return labels.map((label, i) => {
    const y = rows[i] ?? 0;
    const left = x(label.lane);
    const text = label.text.length > charactersMax ? `${label.text.slice(0, charactersMax - 1)}\u2026` : label.text;
    const touches = label.paths.some((path) => concerned.has(path)) ? " concerned" : "";
    const hasDot = label.kind !== "fault" && label.kind !== "mend";
    const dot = markup`<circle class="dot" cx="${round(left)}" cy="${round(y)}" r="4"/>`;
    const paper = markup`<rect class="paper" x="${round(left + 7)}" y="${round(y - 12)}" width="${round(text.length * CHARACTER_WIDTH + 3)}" height="12"/>`;
    return {
      fromY: y - 14,
      untilY: y + 5,
      depth: 3,
      markup: markup`<g class="label ${label.kind} o${label.lane % 8}${touches}"><title>${seconds(label.atMs)} ${label.detail}</title>${paper}${hasDot ? dot : undefined}<text x="${round(left + 8)}" y="${round(y - 3)}">${text}</text></g>`,
    };
  });
}

function drawFailure({ axis, x, laneOf }: Layout, failure: FailureDetails | undefined): Drawn[] {
  if (failure === undefined) return [];
  const y = axis.last(failure.atMs) + 4;
  const ring =
    failure.replica === undefined
      ? undefined
      : markup`<circle class="ring" cx="${round(x(laneOf(failure.replica)))}" cy="${round(y)}" r="7"/>`;
  const { text } = failureSentence(failure);
  const told = text.length > FAILURE_CHARACTERS_MAX ? `${text.slice(0, FAILURE_CHARACTERS_MAX)}\u2026` : text;
  return [
    {
      fromY: y - 20,
      untilY: y + 20,
      depth: 4,
      markup: markup`<g class="failed"><title>The failure: ${failure.oracle} at ${seconds(failure.atMs)}</title><path d="M0 ${round(y)}H${WIDTH}"/>${ring}<text x="4" y="${round(y + 17)}">${seconds(failure.atMs)}  ${told}</text></g>`,
    },
  ];
}
