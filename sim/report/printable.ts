/**
 * Bytes, replies, times: as a person reads them.
 *
 * Text from keys, values and commands is one character a byte. It comes out as
 * printable ASCII, as redis-cli prints it, and never longer than a bound that
 * says how much is missing: what is shown can be trusted to be harmless and short.
 */
import { REPORT_ELEMENTS_MAX, REPORT_WORD_BYTES_MAX } from "../limits.ts";
import type { Reply } from "../spec/reply.ts";

const NAMED: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\" };

/** One word: bare when that is unmistakable, else in quotes. */
export function word(text: string, bytesMax = REPORT_WORD_BYTES_MAX): string {
  const shown = text.length > bytesMax ? text.slice(0, bytesMax) : text;
  const rest = text.length > bytesMax ? `... (${text.length} bytes)` : "";
  return (/^[\w.:*/+=@%-]+$/.test(shown) ? shown : quoted(shown)) + rest;
}

export function words(texts: readonly string[], bytesMax = REPORT_WORD_BYTES_MAX): string {
  const shown = texts.slice(0, REPORT_ELEMENTS_MAX).map((text) => word(text, bytesMax));
  if (texts.length > REPORT_ELEMENTS_MAX) shown.push(`... (${texts.length} words)`);
  return shown.join(" ");
}

function quoted(text: string): string {
  const escaped = text.replaceAll(
    /[^\x20\x21\x23-\x5b\x5d-\x7e]/g,
    (character) => NAMED[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
  return `"${escaped}"`;
}

/** A reply as text scenarios write it: `(nil)`, `7`, `"a b"`, `[x y]`, `-WRONGTYPE`. */
export function replyText(reply: Reply): string {
  if (reply === null) return "(nil)";
  if (typeof reply === "number") return String(reply);
  if (typeof reply === "string") return /^-?\d+$/.test(reply) ? quoted(reply) : word(reply);
  if ("error" in reply) return `-${/^\w*/.exec(reply.error)?.[0] ?? ""}`;
  const shown = reply.slice(0, REPORT_ELEMENTS_MAX).map(replyText);
  if (reply.length > REPORT_ELEMENTS_MAX) shown.push(`... (${reply.length})`);
  return `[${shown.join(" ")}]`;
}

/** `1.204 s`: virtual time. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`;
}

/** How long, in the unit that reads best: `12 ms`, `1.5 s`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Number(ms.toFixed(ms < 10 ? 1 : 0))} ms`;
  return `${Number((ms / 1000).toFixed(ms < 10_000 ? 2 : 1))} s`;
}

/** `a`, `a and b`, `a, b and c`. */
export function list(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** Words of ours that may hold bytes of a client's: printable ASCII and line ends, no longer than asked. */
export function plainText(text: string, charactersMax: number): string {
  const clean = text.replaceAll(
    /[^\x20-\x7e\n]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
  return clean.length > charactersMax ? `${clean.slice(0, charactersMax)}... (${clean.length} characters)` : clean;
}
