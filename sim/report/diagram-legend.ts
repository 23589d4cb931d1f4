/** What the signs of the message diagram mean. */
import { markup, type Markup } from "./markup.ts";

export function diagramLegend(): Markup {
  return markup`<ul class="legend">${[
    dot("write", "write"),
    dot("read", "read"),
    arrow("o0", "changes, in the colour of who wrote them"),
    arrow("o0 relayed", "passed on"),
    arrow("repair", "pull, repair"),
    arrow("o0 lost", "lost"),
    box("partition", "link trouble"),
    box("pause", "stands still"),
    box("restart", "dead"),
  ]}</ul>`;
}

function dot(name: string, words: string): Markup {
  return sign(markup`<g class="label o0 ${name}"><circle class="dot" cx="17" cy="7" r="4"/></g>`, words);
}

function arrow(name: string, words: string): Markup {
  return sign(markup`<g class="sign"><path class="arrow ${name}" d="M0 7H32"/></g>`, words);
}

function box(name: string, words: string): Markup {
  return sign(markup`<rect class="shade ${name}" width="34" height="14"/>`, words);
}

function sign(shape: Markup, words: string): Markup {
  return markup`<li><svg viewBox="0 0 34 14" aria-hidden="true">${shape}</svg>${words}</li>`;
}
