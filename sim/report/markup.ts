/**
 * Markup: text that is HTML already, apart from text that is not yet.
 *
 * Everything a page is made of goes through `markup`; what is put into it is
 * escaped unless it is markup itself. There is no other way in, so nothing that
 * a scenario says can become an element.
 */
export interface Markup {
  readonly html: string;
}

type Piece = string | number | Markup | undefined | readonly Piece[];

export function markup(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return { html: strings.map((text, i) => (i === 0 ? text : htmlOf(pieces[i - 1]) + text)).join("") };
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function htmlOf(piece: Piece): string {
  if (piece === undefined) return "";
  if (typeof piece === "number") return String(piece);
  if (typeof piece === "string") return escaped(piece);
  return "html" in piece ? piece.html : piece.map(htmlOf).join("");
}

/** Also what no page may contain: control characters, and halves of surrogate pairs. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, "\ufffd")
    .replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? "");
}
