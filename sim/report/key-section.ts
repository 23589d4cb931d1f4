/** One key of the report: what each replica shows, why, and every version there was. */
import type { View } from "../spec/view.ts";
import type { SimulatedNode } from "../world/node.ts";
import { deedOf, fateOf, toldVersions, type KeyVersions, type Version } from "./key-versions.ts";
import { markup, type Markup } from "./markup.ts";
import { duration, list, plural, seconds, word, words } from "./printable.ts";
import type { Recording } from "./recording.ts";
import type { RunEnd } from "./run-end.ts";
import { contentText, hiddenText, viewText } from "./replica-content.ts";
import { whyShown, type Sight } from "./why-shown.ts";

/** A sight later than this is pointed out. */
const LATE_MS = 1000;

interface Group {
  readonly replicas: string[];
  readonly shown: string;
  readonly demanded: string;
  readonly hidden: readonly string[];
  readonly why: readonly string[];
}

export function keySection(end: RunEnd, key: KeyVersions): Markup {
  return markup`<h3><code>${word(key.key)}</code>${key.database > 0 ? ` in database ${key.database}` : ""}</h3>
${groupsOf(end, key).map(groupMarkup)}
${versionTable(end.recording, key)}`;
}

/** `k: {x y}` or what differs, for the fold of a key that is not told in full. */
export function keyInShort(end: RunEnd, key: KeyVersions): Markup {
  const shown = new Set(groupsOf(end, key).map((group) => group.shown));
  const what = shown.size === 1 ? [...shown].join("") : `${shown.size} different views`;
  return markup`<code>${word(key.key)}</code>${key.database > 0 ? ` (database ${key.database})` : ""}: ${what}, ${plural(key.versions.length, "version")}`;
}

/** Replicas that show the same for the same reasons stand together. */
function groupsOf({ recording, contents, viewAt }: RunEnd, key: KeyVersions): Group[] {
  const groups = new Map<string, Group>();
  for (const node of recording.nodes) {
    const view = viewAt(node, key.path);
    const content = contents.get(node.id);
    const mine = content?.get(key.path);
    const shown = !node.isUp ? "not running" : content === undefined ? "not readable" : contentText(mine);
    const group: Group = {
      replicas: [node.id],
      shown,
      demanded: node.isUp && view !== undefined ? viewText(view) : shown,
      hidden: (mine?.hidden ?? []).map((hidden) => hiddenText(hidden, recording)),
      why: view === undefined ? [] : whyShown(key, sightOf(node, key, view)),
    };
    const name = JSON.stringify([group.shown, group.demanded, group.hidden, group.why]);
    const known = groups.get(name);
    if (known === undefined) groups.set(name, group);
    else known.replicas.push(node.id);
  }
  return [...groups.values()];
}

function sightOf({ id }: SimulatedNode, { versions }: KeyVersions, view: View): Sight {
  const [seen, unseen] = [true, false].map((has) => versions.filter(({ event }) => event.seenAtMs.has(id) === has));
  return { view, seen: seen ?? [], unseen: unseen ?? [] };
}

function groupMarkup({ replicas, shown, demanded, hidden, why }: Group): Markup {
  const wrong =
    shown === demanded ? undefined : markup`<p class="wrong">The specification demands <code>${demanded}</code>.</p>`;
  const beside = hidden.length === 0 ? undefined : markup`<p class="note">Hidden beside it: ${hidden.join("; ")}.</p>`;
  return markup`<div class="group"><p class="shows"><b>${list(replicas)}</b> ${replicas.length > 1 ? "show" : "shows"} <code>${shown}</code></p>
${wrong}${why.length > 0 ? markup`<ul>${why.map((reason) => markup`<li>${reason}</li>`)}</ul>` : undefined}${beside}</div>`;
}

function versionTable(recording: Recording, key: KeyVersions): Markup {
  const told = toldVersions(key);
  const leftOut = key.versions.length - told.length;
  const names = recording.nodes.map((node) => node.id);
  return markup`<div class="wide" role="region" tabindex="0" aria-label="Versions of ${word(key.key)}"><table>
<thead><tr><th scope="col">#</th><th scope="col">time</th><th scope="col">at</th><th scope="col">command</th><th scope="col">what it did here</th><th scope="col">since then</th>${names.map((name) => markup`<th scope="col" class="sight">${name} saw it</th>`)}</tr></thead>
<tbody>${leftOut > 0 ? markup`<tr><td colspan="${6 + names.length}" class="note">${plural(leftOut, "earlier version")} left out</td></tr>` : undefined}
${told.map((version) => versionRow(recording, key, version))}</tbody></table></div>`;
}

function versionRow({ nodes }: Recording, key: KeyVersions, version: Version): Markup {
  const { event, number } = version;
  const fate = fateOf(key, version);
  const lane = nodes.findIndex((node) => node.id === event.replica);
  return markup`<tr><th scope="row">#${number}</th><td class="number">${seconds(event.atMs)}</td><td class="o${lane % 8} who">${event.replica}</td><td><code>${words(event.words, 24)}</code></td><td>${deedOf(key, version)}</td><td${fate === "stands" ? markup` class="stands"` : undefined}>${fate}</td>${nodes.map((node) => sightCell(node, version))}</tr>
`;
}

function sightCell(node: SimulatedNode, { event }: Version): Markup {
  if (node.id === event.replica) return markup`<td class="sight own">wrote it</td>`;
  const atMs = event.seenAtMs.get(node.id);
  if (atMs === undefined) return markup`<td class="sight never">never</td>`;
  const lateMs = atMs - event.atMs;
  return markup`<td class="sight ${lateMs > LATE_MS ? "late" : "soon"}" title="${seconds(atMs)}">+${duration(lateMs)}</td>`;
}
