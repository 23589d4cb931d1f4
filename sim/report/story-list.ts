/** The history in words as markup: what led to a failure, and all of it. */
import type { FailureDetails } from "../oracles/failure.ts";
import { failureSentence, type Sentence, type Story } from "./history-in-words.ts";
import { ledToIt } from "./led-to-it.ts";
import { markup, type Markup } from "./markup.ts";
import { plural, seconds } from "./printable.ts";

/** Lines of what led to a failure; a history no longer than that is not folded. */
const SHORT_LINES_MAX = 25;

export function ledSection(story: Story, concerned: ReadonlySet<string>, failure: FailureDetails): Markup {
  const led = ledToIt(story, concerned, failure, SHORT_LINES_MAX);
  const whole = storyList({ ...led, sentences: [...led.sentences, failureSentence(failure)] }, new Set());
  return markup`<section aria-labelledby="led"><h2 id="led">What led to it</h2>
${whole}</section>`;
}

export function historySection(
  story: Story,
  concerned: ReadonlySet<string>,
  failure: FailureDetails | undefined,
): Markup {
  const sentences = failure === undefined ? story.sentences : [...story.sentences, failureSentence(failure)];
  const isShort = sentences.length <= SHORT_LINES_MAX;
  return markup`<section aria-labelledby="history"><h2 id="history">The history in words</h2>
<details${isShort ? markup` open` : undefined}><summary>${plural(sentences.length, "line")}</summary>
${storyList({ ...story, sentences }, concerned)}</details></section>`;
}

function storyList({ sentences, leftOut }: Story, concerned: ReadonlySet<string>): Markup {
  const note = markup`<li class="note"><time></time><span>${plural(leftOut, "earlier line")} left out</span></li>`;
  return markup`<ol class="story">${leftOut > 0 ? note : undefined}${sentences.map((one) => line(one, concerned))}</ol>`;
}

function line({ atMs, text, kind, paths }: Sentence, concerned: ReadonlySet<string>): Markup {
  const touches = paths.some((path) => concerned.has(path)) ? " concerned" : "";
  return markup`<li class="${kind}${touches}"><time>${seconds(atMs)}</time><span>${text}</span></li>
`;
}
