/**
 * Agreement: replicas that have converged show the same, key by key.
 *
 * It compares what the replicas reply, with each other and not with the
 * specification: type, content and deadline. Clocks differ, so a key, or a field
 * of a hash, that one replica shows may have come to its end by another's clock.
 */
import { show } from "../spec/expected.ts";
import type { Reply } from "../spec/reply.ts";

const CONTENT_COMMANDS: ReadonlyMap<Reply, (key: string) => readonly string[]> = new Map([
  ["string", (key: string) => ["GET", key]],
  ["hash", (key: string) => ["HGETALL", key]],
  ["set", (key: string) => ["SMEMBERS", key]],
  ["zset", (key: string) => ["ZRANGE", key, "0", "-1", "WITHSCORES"]],
  ["list", (key: string) => ["LRANGE", key, "0", "-1"]],
]);

/** By what TYPE replied, the command that shows all that a key holds; undefined when it holds nothing. */
export function contentCommand(type: Reply, key: string): readonly string[] | undefined {
  return CONTENT_COMMANDS.get(type)?.(key);
}

/** One key as one replica shows it. */
export interface Shown {
  readonly replica: string;
  readonly type: Reply;
  readonly content: Reply;
  /** Absolute milliseconds; negative for none. */
  readonly deadline: Reply;
  /** Those of a hash's fields, the same. */
  readonly fieldDeadlines: ReadonlyMap<string, number>;
  /** The replica's clock when it was asked. */
  readonly nowMs: number;
}

/** Undefined when all show the same; else who shows what. */
export function disagreement(all: readonly Shown[]): string | undefined {
  const latestMs = Math.max(...all.map(({ nowMs }) => nowMs));
  const shown = all.map((one) => withoutFieldsDueBy(one, latestMs));
  const [first, ...others] = shown.filter(({ type }) => type !== "none");
  if (first === undefined) return undefined;
  const other = others.find((one) => look(one) !== look(first));
  if (other !== undefined) return `${first.replica} shows ${look(first)}, ${other.replica} ${look(other)}`;
  const blind = shown.find(({ type, nowMs }) => type === "none" && !isOver(first.deadline, nowMs));
  return blind === undefined ? undefined : `${first.replica} shows ${look(first)}, ${blind.replica} nothing`;
}

/** A hash as the clock that is ahead of the others shows it. */
function withoutFieldsDueBy(one: Shown, latestMs: number): Shown {
  const { content, fieldDeadlines } = one;
  if (!Array.isArray(content) || ![...fieldDeadlines.values()].some((at) => isOver(at, latestMs))) return one;
  const list = (content as readonly Reply[]).map(String);
  const left = list.filter((_, i) => !isOver(fieldDeadlines.get(list[i - (i % 2)] ?? "") ?? -1, latestMs));
  return { ...one, content: left, type: left.length === 0 ? "none" : one.type };
}

function look({ type, content, deadline }: Shown): string {
  return `${show(type)} ${show(inOrder(type, withoutCache(content)))} until ${show(deadline)}`;
}

/** A HyperLogLog remembers the latest estimate in its bytes, as in Redis: each replica its own. */
function withoutCache(content: Reply): Reply {
  if (typeof content !== "string" || !content.startsWith("HYLL")) return content;
  return content.slice(0, 8) + content.slice(16);
}

/** Hashes and sets come in any order; the order of the others is a promise. */
function inOrder(type: Reply, content: Reply): Reply {
  if (!Array.isArray(content) || type === "zset" || type === "list") return content;
  const list = (content as readonly Reply[]).map(String);
  if (type === "set") return list.toSorted();
  const fields = list.flatMap((field, i) => (i % 2 === 0 ? [[field, list[i + 1] ?? ""]] : []));
  return fields.toSorted(([a = ""], [b = ""]) => (a < b ? -1 : 1)).flat();
}

function isOver(deadline: Reply, nowMs: number): boolean {
  return typeof deadline === "number" && deadline >= 0 && deadline <= nowMs;
}
