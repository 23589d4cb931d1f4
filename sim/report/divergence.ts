/**
 * The first divergence: two replicas that have seen the same events and do not
 * hold the same. The oracle stops the run at the first such instant, so what
 * they hold at the end of it is what they held then.
 */
import { REPORT_DIFFERENCES_MAX } from "../../src/limits.ts";
import type { FailureDetails } from "../oracles/failure.ts";
import type { SimulatedNode } from "../world/node.ts";
import { markup, type Markup } from "./markup.ts";
import { plural, seconds, word } from "./printable.ts";
import type { Recording } from "./recording.ts";
import type { RunEnd } from "./run-end.ts";
import { contentText, hiddenText, type Contents, type KeyContent } from "./replica-content.ts";

export interface Divergence {
  readonly replicas: readonly [string, string];
  readonly keys: readonly {
    /** `pathOf(database, key)` */ readonly path: string;
    readonly contents: readonly [KeyContent | undefined, KeyContent | undefined];
  }[];
}

/** Oracles that find replicas unlike each other which should be alike. */
const FINDS_DIVERGENCE: ReadonlySet<string> = new Set(["equal contexts, equal digests", "agreement"]);

/** The failing replica beside one that has seen the same events and holds something else. */
export function divergenceOf(
  { recording, contents }: RunEnd,
  failure: FailureDetails | undefined,
): Divergence | undefined {
  if (failure === undefined || !FINDS_DIVERGENCE.has(failure.oracle)) return undefined;
  const { nodes } = recording;
  const firsts = failure.replica === undefined ? nodes : nodes.filter(({ id }) => id === failure.replica);
  for (const one of firsts) {
    const other = nodes.find(
      (node) => node !== one && node.isUp && sawTheSame(recording, one, node) && differ(one, node),
    );
    if (other !== undefined) return between(contents, one.id, other.id);
  }
  return undefined;
}

function between(contents: Contents, one: string, other: string): Divergence {
  const [left, right] = [contents.get(one), contents.get(other)];
  const paths = [...new Set([...(left?.keys() ?? []), ...(right?.keys() ?? [])])].toSorted();
  const pairs = paths.map((path) => ({ path, contents: [left?.get(path), right?.get(path)] as const }));
  return {
    replicas: [one, other],
    keys: pairs.filter(({ contents: [a, b] }) => JSON.stringify(a) !== JSON.stringify(b)),
  };
}

function sawTheSame({ events }: Recording, one: SimulatedNode, other: SimulatedNode): boolean {
  return events.every(({ seenAtMs }) => seenAtMs.has(one.id) === seenAtMs.has(other.id));
}

function differ(one: SimulatedNode, other: SimulatedNode): boolean {
  return one.process.keyspace.digest() !== other.process.keyspace.digest();
}

export function divergenceSection(
  { replicas, keys }: Divergence,
  failure: FailureDetails,
  recording: Recording,
): Markup {
  const [one, other] = replicas;
  const told = keys.slice(0, REPORT_DIFFERENCES_MAX);
  const rows = told.map(
    ({ path, contents: [a, b] }) =>
      markup`<tr><th scope="row"><code>${word(path.slice(path.indexOf(":") + 1))}</code></th>${[a, b].map((content) => markup`<td><code>${content?.type ?? ""} ${contentText(content)}</code>${hiddenMarkup(content, recording)}</td>`)}</tr>`,
  );
  const nothing = markup`<p>What readers see is equal everywhere; the difference is in what is kept for later, such as lives, floors and residue.</p>`;
  return markup`<section aria-labelledby="divergence"><h2 id="divergence">The first divergence</h2>
<p>At ${seconds(failure.atMs)} <b>${one}</b> and <b>${other}</b> have seen the same events, and their digests differ${keys.length > 0 ? ` in ${plural(keys.length, "visible key")}` : ""}.</p>
${keys.length === 0 ? nothing : markup`<div class="wide" role="region" tabindex="0" aria-label="Differing keys"><table><thead><tr><th scope="col">key</th><th scope="col">${one}</th><th scope="col">${other}</th></tr></thead><tbody>${rows}</tbody></table></div>`}
${keys.length > told.length ? markup`<p class="note">${plural(keys.length - told.length, "more key")} left out.</p>` : undefined}</section>`;
}

function hiddenMarkup(content: KeyContent | undefined, recording: Recording): Markup | undefined {
  if (content === undefined || content.hidden.length === 0) return undefined;
  return markup`<br><span class="note">hidden: ${content.hidden.map((hidden) => hiddenText(hidden, recording)).join("; ")}</span>`;
}
