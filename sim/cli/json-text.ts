/**
 * JSON, and when it is none, the line and column where it stops being JSON.
 *
 * The runtime's own parser decides, but it names a place for some mistakes
 * only. So a text that it refuses is walked once more, token by token, through
 * the grammar as a table of what may come next.
 */

/** The text is no JSON; the message is one line: where, and what was expected. */
export class JsonError extends Error {}

/** Throws JsonError. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new JsonError(firstMistake(text) ?? (error as SyntaxError).message);
  }
}

type State = "value" | "first element" | "first name" | "name" | "colon" | "after";

const WANTED: Readonly<Record<State, string>> = {
  value: "a value",
  "first element": "a value or ']'",
  "first name": "a name in double quotes or '}'",
  name: "a name in double quotes",
  colon: "':'",
  after: "the end",
};

const TOKEN =
  /[{}[\],:]|"(?:[^"\\\p{Cc}]|[\x7f-\x9f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)\b/uy;

function firstMistake(text: string): string | undefined {
  const open: ("{" | "[")[] = [];
  let state: State = "value";
  let at = skipSpace(text, 0);
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.[0];
    const next: State | undefined = token === undefined ? undefined : step(state, token, open);
    if (next === undefined || token === undefined) return `${place(text, at)}: expected ${wanted(state, open)}`;
    state = next;
    at = skipSpace(text, at + token.length);
  }
  if (state === "after" && open.length === 0) return undefined;
  return `${place(text, at)}: the file ends where ${wanted(state, open)} is expected`;
}

/** What may come after a token; undefined when the token may not come. */
function step(state: State, token: string, open: ("{" | "[")[]): State | undefined {
  const inside = open.at(-1);
  if (state === "colon") return token === ":" ? "value" : undefined;
  if (state === "after") {
    if (token === "," && inside !== undefined) return inside === "{" ? "name" : "value";
    return closes(token, inside) ? close(open) : undefined;
  }
  if (state === "name" || state === "first name") {
    if (token.startsWith('"')) return "colon";
    return state === "first name" && token === "}" ? close(open) : undefined;
  }
  if (token === "]" && state === "first element") return close(open);
  if (token === "{" || token === "[") {
    open.push(token);
    return token === "{" ? "first name" : "first element";
  }
  return /^[}\],:]/.test(token) ? undefined : "after";
}

function closes(token: string, inside: "{" | "[" | undefined): boolean {
  return (token === "}" && inside === "{") || (token === "]" && inside === "[");
}

function close(open: ("{" | "[")[]): State {
  open.pop();
  return "after";
}

function wanted(state: State, open: readonly ("{" | "[")[]): string {
  const inside = open.at(-1);
  if (state !== "after" || inside === undefined) return WANTED[state];
  return inside === "{" ? "',' or '}'" : "',' or ']'";
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && " \t\n\r".includes(text.charAt(at))) at++;
  return at;
}

function place(text: string, at: number): string {
  const lines = text.slice(0, at).split("\n");
  return `line ${lines.length}, column ${(lines.at(-1) ?? "").length + 1}`;
}
