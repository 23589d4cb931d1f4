/**
 * Replies and stored values in text scenarios.
 *
 *   OK  "a b"  x           a string           7         an integer ("7" is a string of one digit)
 *   (nil)                  nothing            -ERR      an error with that code; with words, exactly that error
 *   [a "1" (nil) [b]]      a list             {a b}     the same elements in any order
 *   {f:1 "a:b":2}          pairs in any order; a member with a colon needs quotes
 *
 * What a key holds (`expect k = ...`) is written alike: `{f:1}` is a hash, `{x y}`
 * a set, `[a b]` a list, `[x:1 y:2.5]` a sorted set in its order. There is no nil
 * and no list within it, and digits are the string that they are.
 */
import { TEXT_REPLY_DEPTH_MAX } from "../limits.ts";
import type { Reply } from "../spec/reply.ts";
import type { Expectation } from "./scenario.ts";
import { endOfWord, isSpace, LineProblem, quotedText, wordAt, wordText } from "./text-words.ts";

type Demand = Pick<Expectation, "reply" | "order">;

export function replyIn(text: string): Demand {
  if (text === "") throw new LineProblem("a reply is missing after the arrow");
  if (/^-[A-Z]+( .+)?$/.test(text)) return { reply: { error: text.slice(1) }, order: "given" };
  if (text.startsWith("{")) return gathered(text);
  const cursor = { text, at: 0 };
  const reply = element(cursor, "", 0);
  demandEnd(cursor);
  return { reply, order: "given" };
}

/** The inverse of `replyIn`, for replies whose order matters. */
export function replyText(reply: Reply): string {
  if (reply === null) return "(nil)";
  if (typeof reply === "number") return String(reply);
  // What looks like a number or an error is neither.
  if (typeof reply === "string") return /^[-\d]/.test(reply) ? quotedText(reply) : wordText(reply);
  if ("error" in reply) return `-${reply.error}`;
  return `[${reply.map(replyText).join(" ")}]`;
}

/** What reads a key, and what it must read. */
export function stateIn(key: string, text: string): Demand & Pick<Expectation, "command"> {
  if (text === "") throw new LineProblem("a value is missing after =");
  if (text.startsWith("{") || text.startsWith("[")) return collectionIn(key, text);
  const end = endOfWord(text, 0);
  demandEnd({ text, at: end });
  return { command: ["GET", key], reply: wordAt(text, 0, end), order: "given" };
}

/** In braces a hash or a set, in brackets a sorted set or a list. */
function collectionIn(key: string, text: string): Demand & Pick<Expectation, "command"> {
  const { reply, order } = gathered(text);
  if (Array.isArray(reply) && reply.length === 0) throw new LineProblem("what is empty does not exist: 'is gone'");
  if (text.startsWith("{")) return { reply, order, command: [order === "pairs" ? "HGETALL" : "SMEMBERS", key] };
  const command = order === "pairs" ? ["ZRANGE", key, "0", "-1", "WITHSCORES"] : ["LRANGE", key, "0", "-1"];
  return { reply, order: "given", command };
}

interface Cursor {
  readonly text: string;
  at: number;
}

/** One element of a list, up to a space or what closes the list. */
function element(cursor: Cursor, closing: string, depth: number): Reply {
  const { text, at } = cursor;
  if (text[at] === "[") {
    cursor.at++;
    return list(cursor, depth + 1);
  }
  cursor.at = endOfWord(text, at, closing);
  const word = wordAt(text, at, cursor.at);
  if (text[at] === '"') return word;
  if (word === "(nil)") return null;
  return /^(0|-?[1-9]\d*)$/.test(word) && Number.isSafeInteger(Number(word)) ? Number(word) : word;
}

function list(cursor: Cursor, depth: number): Reply[] {
  if (depth > TEXT_REPLY_DEPTH_MAX) throw new LineProblem(`lists are nested at most ${TEXT_REPLY_DEPTH_MAX} deep`);
  const elements: Reply[] = [];
  while (!atClosing(cursor, "]")) elements.push(element(cursor, "]", depth));
  return elements;
}

/** What stands in braces or brackets: elements, or pairs, all strings. */
function gathered(text: string): Demand {
  const closing = text.startsWith("{") ? "}" : "]";
  const cursor = { text, at: 1 };
  const elements: string[] = [];
  let pairs = 0;
  let members = 0;
  while (!atClosing(cursor, closing)) {
    elements.push(part(cursor, `:${closing}`));
    if (text[cursor.at] !== ":") members++;
    else {
      cursor.at++;
      pairs++;
      elements.push(part(cursor, closing));
    }
  }
  demandEnd(cursor);
  if (pairs > 0 && members > 0)
    throw new LineProblem("braces and brackets hold elements or pairs, not both; quote an element with a colon");
  return { reply: elements, order: pairs > 0 ? "pairs" : "any" };
}

function part(cursor: Cursor, closing: string): string {
  const from = cursor.at;
  cursor.at = endOfWord(cursor.text, from, closing);
  if (cursor.at === from) throw new LineProblem('an element is missing; the empty string is ""');
  return wordAt(cursor.text, from, cursor.at);
}

/** Passes over spaces, and over what closes the list when it has come. */
function atClosing(cursor: Cursor, closing: string): boolean {
  while (cursor.at < cursor.text.length && isSpace(cursor.text[cursor.at])) cursor.at++;
  if (cursor.at >= cursor.text.length) throw new LineProblem(`${closing} is missing`);
  if (cursor.text[cursor.at] !== closing) return false;
  cursor.at++;
  return true;
}

function demandEnd({ text, at }: Cursor): void {
  const rest = text.slice(at).trim();
  if (rest !== "") throw new LineProblem(`one value is enough: '${rest}' is too much; quotes keep spaces`);
}
