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
import { layoutOf, WIDTH, type Layout } from "./diagram-layout.ts";
import type { Drawn } from "./drawn.ts";
import { markup, type Markup } from "./markup.ts";
import { duration, plural, seconds } from "./printable.ts";
import type { MessageKind, Recording } from "./recording.ts";

const PIECE_HEIGHT = 900;
const TICK_HEIGHT = 14;
const HEAD_HEIGHT = 40;

export function messageDiagram(
  recording: Recording,
  failure: FailureDetails | undefined,
  concernedPaths: ReadonlySet<string>,
): Markup {
  const layout = layoutOf(recording, failure);
  const drawn = [
    ...drawShades(layout),
    ...drawQuiet(layout),
    ...drawTicks(layout, failure),
    ...drawArrows(layout),
    ...drawLabels(layout, concernedPaths),
    ...drawFailure(layout, failure),
  ].toSorted((a, b) => a.depth - b.depth);
  const pieces = Array.from({ length: Math.ceil(layout.axis.height / PIECE_HEIGHT) }, (_, i) =>
    piece(layout, drawn, i * PIECE_HEIGHT),
  );
  return markup`${switches(recording)}
<div class="diagram">${head(layout)}
${pieces}</div>
${layout.leftOut > 0 ? markup`<p class="note">The picture begins at ${seconds(layout.fromMs)}: ${plural(layout.leftOut, "earlier command")} left out.</p>` : undefined}`;
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
    markup: markup`<text class="pause" x="4" y="${round(y + 4)}">\u22ee ${duration(forMs)}</text>`,
  }));
}

/** The time of every label that has room for it. */
function drawTicks({ labels, rows }: Layout, failure: FailureDetails | undefined): Drawn[] {
  const ticks: Drawn[] = [];
  let last = Number.NEGATIVE_INFINITY;
  let lastMs = Number.NaN;
  const sorted = labels.map((label, i) => ({ atMs: label.atMs, y: rows[i] ?? 0 })).toSorted((a, b) => a.y - b.y);
  for (const { atMs, y } of sorted) {
    if (atMs === lastMs || y - last < TICK_HEIGHT || atMs === failure?.atMs) continue;
    ticks.push({
      fromY: y - 12,
      untilY: y,
      depth: 1,
      markup: markup`<text class="tick" x="4" y="${round(y - 3)}">${seconds(atMs)}</text>`,
    });
    last = y;
    lastMs = atMs;
  }
  return ticks;
}

function drawLabels({ labels, rows, x, charactersMax }: Layout, concerned: ReadonlySet<string>): Drawn[] {
  return labels.map((label, i) => {
    const y = rows[i] ?? 0;
    const left = x(label.lane);
    const text = label.text.length > charactersMax ? `${label.text.slice(0, charactersMax - 1)}\u2026` : label.text;
    const touches = label.paths.some((path) => concerned.has(path)) ? " concerned" : "";
    const dot =
      label.kind === "fault" || label.kind === "mend"
        ? undefined
        : markup`<circle class="dot" cx="${round(left)}" cy="${round(y)}" r="4"/>`;
    return {
      fromY: y - 14,
      untilY: y + 5,
      depth: 3,
      markup: markup`<g class="label ${label.kind} o${label.lane % 8}${touches}"><title>${seconds(label.atMs)} ${label.detail}</title>${dot}<text x="${round(left + 8)}" y="${round(y - 3)}">${text}</text></g>`,
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
  return [
    {
      fromY: y - 20,
      untilY: y + 20,
      depth: 4,
      markup: markup`<g class="failed"><title>The failure: ${failure.oracle} at ${seconds(failure.atMs)}</title><path d="M0 ${round(y)}H${WIDTH}"/>${ring}<text x="4" y="${round(y + 15)}">\u2717 ${seconds(failure.atMs)} \u2014 ${failure.oracle}${failure.replica === undefined ? "" : ` at ${failure.replica}`}</text></g>`,
    },
  ];
}
