/**
 * Replies as the values that a program wants.
 *
 * Replies are those of RESP2: null, a number, text, an error, or a list of
 * replies. Each reader throws when a reply is something else, so that a program
 * that misunderstands a reply fails at once and says where.
 */
import type { Reply } from "../spec/reply.ts";

/** An error reply: `{ error: "WRONGTYPE Operation against ..." }`. */
export interface ErrorReply {
  readonly error: string;
}

/** Is the reply an error? */
export function isError(reply: Reply): reply is ErrorReply {
  return typeof reply === "object" && reply !== null && "error" in reply;
}

/** A whole or decimal number, also as text: the replies of INCR, SCARD, TTL, and GET of a counter. No key (null) is 0. */
export function numberOf(reply: Reply): number {
  if (reply === null) return 0;
  const number =
    typeof reply === "number" ? reply : typeof reply === "string" && reply !== "" ? Number(reply) : Number.NaN;
  if (Number.isNaN(number)) throw notA("number", reply);
  return number;
}

/** Text: the replies of SET, GET and HGET. No key (null) throws: compare with null first where it may be missing. */
export function textOf(reply: Reply): string {
  if (typeof reply === "number") return String(reply);
  if (typeof reply !== "string") throw notA("text", reply);
  return reply;
}

/** A list of texts, in the order of the reply: SMEMBERS, HKEYS, MGET (where a missing value is ""). No key (null) is []. */
export function listOf(reply: Reply): string[] {
  if (reply === null) return [];
  if (!Array.isArray(reply)) throw notA("list", reply);
  return (reply as readonly Reply[]).map((element) => (element === null ? "" : textOf(element)));
}

/** A hash: the reply of HGETALL as fields and values. */
export function pairsOf(reply: Reply): Map<string, string> {
  const list = listOf(reply);
  if (list.length % 2 !== 0) throw notA("list of pairs", reply);
  return new Map(Array.from({ length: list.length / 2 }, (_, i) => [list[2 * i] ?? "", list[2 * i + 1] ?? ""]));
}

function notA(what: string, reply: Reply): TypeError {
  return new TypeError(`the reply is not a ${what}: ${JSON.stringify(reply)}`);
}
