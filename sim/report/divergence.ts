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
import { contentText, type Contents, type KeyContent } from "./replica-content.ts";

export interface Divergence {
  readonly replicas: readonly [string, string];
  readonly keys: readonly {
    /** `pathOf(database, key)` */ readonly path: string;
    readonly contents: readonly [KeyContent | undefined, KeyContent | undefined];
  }[];
}

/** The failing replica beside one that has seen the same events and has another digest. */
export function divergenceOf(
  recording: Recording,
  failure: FailureDetails | undefined,
  contents: Contents,
): Divergence | undefined {
  if (failure?.oracle !== "equal contexts, equal digests") return undefined;
  const one = recording.nodes.find((node) => node.id === failure.replica);
  const other = recording.nodes.find((node) => one !== undefined && differs(recording, one, node));
  if (one === undefined || other === undefined) return undefined;
  const [left, right] = [contents.get(one.id), contents.get(other.id)];
  const paths = [...new Set([...(left?.keys() ?? []), ...(right?.keys() ?? [])])].toSorted();
  const pairs = paths.map((path) => ({ path, contents: [left?.get(path), right?.get(path)] as const }));
  return {
    replicas: [one.id, other.id],
    keys: pairs.filter(({ contents: [a, b] }) => JSON.stringify(a) !== JSON.stringify(b)),
  };
}

function differs({ events }: Recording, one: SimulatedNode, other: SimulatedNode): boolean {
  if (one === other || !other.isUp) return false;
  if (events.some(({ seenAtMs }) => seenAtMs.has(one.id) !== seenAtMs.has(other.id))) return false;
  return one.process.keyspace.digest() !== other.process.keyspace.digest();
}

export function divergenceSection({ replicas, keys }: Divergence, failure: FailureDetails): Markup {
  const [one, other] = replicas;
  const told = keys.slice(0, REPORT_DIFFERENCES_MAX);
  const rows = told.map(
    ({ path, contents: [a, b] }) =>
      markup`<tr><th scope="row"><code>${word(path.slice(path.indexOf(":") + 1))}</code></th>${[a, b].map((content) => markup`<td><code>${content?.type ?? ""} ${contentText(content)}</code>${hiddenMarkup(content)}</td>`)}</tr>`,
  );
  const nothing = markup`<p>What readers see is equal everywhere; the difference is in what is kept for later, such as lives, floors and residue.</p>`;
  return markup`<section aria-labelledby="divergence"><h2 id="divergence">The first divergence</h2>
<p>At ${seconds(failure.atMs)} <b>${one}</b> and <b>${other}</b> have seen the same events, and their digests differ${keys.length > 0 ? ` in ${plural(keys.length, "visible key")}` : ""}.</p>
${keys.length === 0 ? nothing : markup`<div class="wide" role="region" tabindex="0" aria-label="Differing keys"><table><thead><tr><th scope="col">key</th><th scope="col">${one}</th><th scope="col">${other}</th></tr></thead><tbody>${rows}</tbody></table></div>`}
${keys.length > told.length ? markup`<p class="note">${plural(keys.length - told.length, "more key")} left out.</p>` : undefined}</section>`;
}

function hiddenMarkup(content: KeyContent | undefined): Markup | undefined {
  if (content === undefined || content.hidden.length === 0) return undefined;
  return markup`<br><span class="note">hidden: ${content.hidden.join("; ")}</span>`;
}
