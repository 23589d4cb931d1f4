/**
 * Words of a text scenario: how a line falls apart, and what quotes mean.
 *
 *   word     anything without spaces and quotes
 *   "a b"    quotes keep spaces; inside them \n \r \t \" \\ and \xHH, any byte
 *   # ...    a comment, at the start of a line or after a space
 *
 * In a scenario every character is one byte (latin1). Text beyond ASCII means
 * its bytes in UTF-8, as it would at a client.
 */

/** What is wrong with a line. */
export class LineProblem extends Error {}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\" };

export function withoutComment(line: string): string {
  for (const at of unquoted(line)) {
    if (line[at] === "#" && (at === 0 || isSpace(line[at - 1]))) return line.slice(0, at).trim();
  }
  return line.trim();
}

/** What stands before and after the first arrow; without an arrow nothing stands after it. */
export function splitAtArrow(line: string): { before: string; after: string | undefined } {
  for (const at of unquoted(line)) {
    if (line.startsWith("->", at) && isSpace(line[at - 1]) && isSpace(line[at + 2]))
      return { before: line.slice(0, at).trim(), after: line.slice(at + 2).trim() };
  }
  return { before: line, after: undefined };
}

export function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (let at = 0; at < text.length;) {
    const end = isSpace(text[at]) ? at + 1 : endOfWord(text, at);
    if (!isSpace(text[at])) words.push(wordAt(text, at, end));
    at = end;
  }
  return words;
}

/** Past a quoted word, or a bare one: that ends at a space or at one of some other characters. */
export function endOfWord(text: string, from: number, others = ""): number {
  let at = from;
  if (text[from] !== '"') {
    while (at < text.length && !isSpace(text[at]) && !others.includes(text.charAt(at))) at++;
    return at;
  }
  for (at++; text[at] !== '"'; at += text[at] === "\\" ? 2 : 1)
    if (at >= text.length) throw new LineProblem("a quote is not closed");
  const next = text[at + 1];
  if (!isSpace(next) && !others.includes(next ?? ""))
    throw new LineProblem('after a closing quote a space must follow; a quote inside quotes is \\"');
  return at + 1;
}

/** The bytes that a word stands for. */
export function wordAt(text: string, from: number, end: number): string {
  const written = text.slice(from, end);
  if (!written.startsWith('"')) {
    if (written.includes('"')) throw new LineProblem(`a quote inside a word: quote all of ${written}`);
    return bytesOf(written);
  }
  const parts = written.slice(1, -1).matchAll(/\\x([0-9a-f]{2})|\\(.?)|[^\\]+/gis);
  return Array.from(parts, ([part, hex, escaped]) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    if (escaped === undefined) return bytesOf(part);
    const meant = ESCAPES[escaped];
    if (meant === undefined) throw new LineProblem(`there is no escape ${part}; there are \\n \\r \\t \\" \\\\ \\xHH`);
    return meant;
  }).join("");
}

/** The inverse of `wordAt`: bytes as a word, bare where that is plain. */
export function wordText(bytes: string): string {
  return /^[\w.*+-]+$/.test(bytes) ? bytes : quotedText(bytes);
}

export function quotedText(bytes: string): string {
  const escaped = bytes.replaceAll(/[^ !#-[\]-~]/g, (character) => {
    const [letter] = Object.entries(ESCAPES).find(([, meant]) => meant === character) ?? [];
    return `\\${letter ?? `x${character.charCodeAt(0).toString(16).padStart(2, "0")}`}`;
  });
  return `"${escaped}"`;
}

export function isSpace(character: string | undefined): boolean {
  return character === undefined || /\s/.test(character);
}

function bytesOf(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

/** The places outside quotes. */
function* unquoted(line: string): Iterable<number> {
  let isInside = false;
  for (let at = 0; at < line.length; at++) {
    if (line[at] === '"') isInside = !isInside;
    else if (isInside && line[at] === "\\") at++;
    else if (!isInside) yield at;
  }
}
