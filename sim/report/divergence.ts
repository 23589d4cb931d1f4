/**
 * The first divergence: two replicas that have seen the same events and do not
 * hold the same. The oracle stops the run at the first such instant, so what
 * they hold at the end of it is what they held then.
 */
import { REPORT_DIFFERENCES_MAX } from "../limits.ts";
import type { FailureDetails } from "../oracles/failure.ts";
import { keyOf } from "../spec/history.ts";
import type { SimulatedNode } from "../world/node.ts";
import { markup, type Markup } from "./markup.ts";
import { plural, seconds, word } from "./printable.ts";
import type { Recording } from "./recording.ts";
import { contentText, hiddenText, viewText, type KeyContent } from "./replica-content.ts";
import type { RunEnd } from "./run-end.ts";

export interface Divergence {
  readonly nodes: readonly [SimulatedNode, SimulatedNode];
  /** Keys that readers, or those who ask for siblings, see differently; by `pathOf`. */
  readonly paths: readonly string[];
}

/** Oracles that find replicas unlike each other which should be alike. */
const FINDS_DIVERGENCE: ReadonlySet<string> = new Set(["equal contexts, equal digests", "agreement"]);

/** The failing replica beside one that has seen the same events and holds something else. */
export function divergenceOf(end: RunEnd, failure: FailureDetails | undefined): Divergence | undefined {
  if (failure === undefined || !FINDS_DIVERGENCE.has(failure.oracle)) return undefined;
  const { nodes } = end.recording;
  const firsts = failure.replica === undefined ? nodes : nodes.filter(({ id }) => id === failure.replica);
  for (const one of firsts) {
    const other = nodes.find((node) => node !== one && node.isUp && isUnlike(end.recording, one, node));
    if (other !== undefined) return { nodes: [one, other], paths: differingPaths(end, one, other) };
  }
  return undefined;
}

function isUnlike({ events }: Recording, one: SimulatedNode, other: SimulatedNode): boolean {
  return (
    events.every(({ seenAtMs }) => seenAtMs.has(one.id) === seenAtMs.has(other.id)) &&
    one.process.keyspace.digest() !== other.process.keyspace.digest()
  );
}

function differingPaths({ contents }: RunEnd, one: SimulatedNode, other: SimulatedNode): string[] {
  const [left, right] = [contents.get(one.id), contents.get(other.id)];
  const paths = [...new Set([...(left?.keys() ?? []), ...(right?.keys() ?? [])])].toSorted();
  return paths.filter((path) => JSON.stringify(left?.get(path)) !== JSON.stringify(right?.get(path)));
}

export function divergenceSection(divergence: Divergence, failure: FailureDetails, end: RunEnd): Markup {
  const { nodes, paths } = divergence;
  const [one, other] = nodes;
  const leftOut = paths.length - REPORT_DIFFERENCES_MAX;
  const where = paths.length > 0 ? ` in ${plural(paths.length, "visible key")}` : "";
  return markup`<section aria-labelledby="divergence"><h2 id="divergence">The first divergence</h2>
<p>At ${seconds(failure.atMs)} <b>${one.id}</b> and <b>${other.id}</b> have seen the same events, and their digests differ${where}.</p>
${paths.length === 0 ? INVISIBLE : differences(divergence, end)}
${leftOut > 0 ? markup`<p class="note">${plural(leftOut, "more key")} left out.</p>` : undefined}</section>`;
}

const INVISIBLE = markup`<p>What readers see is equal; the difference is in what is kept for later, such as lives, floors and residue.</p>`;

function differences({ nodes, paths }: Divergence, end: RunEnd): Markup {
  const rows = paths.slice(0, REPORT_DIFFERENCES_MAX).map((path) => {
    const view = end.viewAt(nodes[0], path);
    const demanded = view === undefined ? "" : viewText(view);
    const cells = nodes.map((node) => cell(end.contents.get(node.id)?.get(path), demanded, end.recording));
    return markup`<tr><th scope="row"><code>${word(keyOf(path))}</code></th>${cells}<td><code>${demanded}</code></td></tr>`;
  });
  return markup`<div class="wide" role="region" tabindex="0" aria-label="Differing keys"><table>
<thead><tr><th scope="col">key</th>${nodes.map(({ id }) => markup`<th scope="col">${id} shows</th>`)}<th scope="col">the specification demands</th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

function cell(content: KeyContent | undefined, demanded: string, recording: Recording): Markup {
  const shown = contentText(content);
  const hidden = content === undefined || content.hidden.length === 0 ? [] : content.hidden;
  const beside = markup`<br><span class="note">hidden: ${hidden.map((value) => hiddenText(value, recording)).join("; ")}</span>`;
  return markup`<td${shown === demanded ? undefined : markup` class="wrong"`}><code>${shown}</code>${hidden.length > 0 ? beside : undefined}</td>`;
}
