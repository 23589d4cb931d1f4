/** The keys of the report: those that a failure concerns in full, then the most written ones, folded. */
import { REPORT_KEYS_MAX } from "../limits.ts";
import { keyInShort, keySection } from "./key-section.ts";
import { mostWritten, type KeyVersions } from "./key-versions.ts";
import { markup, type Markup } from "./markup.ts";
import { plural } from "./printable.ts";
import type { RunEnd } from "./run-end.ts";

/** So few keys are all told without a fold. */
const UNFOLDED_MAX = 3;

export function keyList(end: RunEnd, concerned: ReadonlySet<string>): Markup {
  const all = mostWritten(end.versions);
  const first = all.filter(({ path }) => concerned.has(path));
  const told = [...first, ...all.filter(({ path }) => !concerned.has(path))].slice(0, REPORT_KEYS_MAX);
  const isOpen = ({ path }: KeyVersions, place: number): boolean =>
    concerned.size > 0 ? concerned.has(path) : place === 0 || told.length <= UNFOLDED_MAX;
  const sections = told.map((key, place) => (isOpen(key, place) ? keySection(end, key) : folded(end, key)));
  const leftOut = all.length - told.length;
  return markup`<section aria-labelledby="keys"><h2 id="keys">Keys and their versions</h2>
<p class="note">What each replica shows at the end, why the rules say so, and every write there was.</p>
${all.length === 0 ? markup`<p>Nothing was written.</p>` : sections}
${leftOut > 0 ? markup`<p class="note">${plural(leftOut, "more key")} left out.</p>` : undefined}</section>`;
}

function folded(end: RunEnd, key: KeyVersions): Markup {
  return markup`<details><summary>${keyInShort(end, key)}</summary>${keySection(end, key)}</details>
`;
}
