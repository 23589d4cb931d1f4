/**
 * What a reply promises, where that is not its every byte: for each command whose reply Redis leaves open in part, how
 * two replies are compared.
 *
 * Unordered replies are compared sorted, times within the tolerance of two clocks, decimals to the precision of Redis's
 * long double, distances to the last of the digits shown, encodings as far as both could be in that form: Redis does not
 * go back to a smaller one, Atoll names the one that Redis would choose for the value as it is.
 */
import { canonical, type ReplyNode } from "../commands/resp-reply.ts";
import { Difference, sameReply, sameText, unitsOf } from "./difference.ts";
import type { CommandLine } from "./line.ts";

type Promised = (line: CommandLine, ours: ReplyNode, theirs: ReplyNode) => void;

const CLOCK_TOLERANCE_MS = 5000;
const DISTANCE = /^\d+\.\d{4}$/;
const DISTANCE_TOLERANCE = 0.000_15;
/** Sines of another library may differ in the last place of a score that is a distance. */
const SCORE_TOLERANCE = 1e-13;
/** Keys whose members are at places of their own, so that no two are equally far. */
const PLACE_KEYS: ReadonlySet<string> = new Set(["g", "h"]);
const DISTANCE_KEYS: ReadonlySet<string> = new Set(["t", "u"]);
/** From small to large, by type. */
const ENCODINGS = [
  ["int", "embstr", "raw"],
  ["intset", "listpack", "hashtable"],
  ["listpack", "skiplist"],
  ["listpack", "quicklist"],
];

function unordered(group: number): Promised {
  return (line, ours, theirs) => sameReply(line, ours, theirs, group);
}

function times(toleranceMs: number): Promised {
  return (line, ours, theirs) => {
    const [a, b] = [Number(ours.text), Number(theirs.text)];
    const close = a > 0 && b > 0 && Math.abs(a - b) <= toleranceMs;
    if (!close) sameReply(line, ours, theirs);
  };
}

function encodings(line: CommandLine, ours: ReplyNode, theirs: ReplyNode): void {
  const [a, b] = [ours.text ?? "", theirs.text ?? ""];
  const isSmaller = ENCODINGS.some(
    (sizes) => sizes.includes(b) && sizes.indexOf(a) >= 0 && sizes.indexOf(a) <= sizes.indexOf(b),
  );
  if (!isSmaller) sameReply(line, ours, theirs);
}

/** Equal weights of bytes, and a set that is not sorted, come in an order of the server's own. */
function sorted(line: CommandLine, ours: ReplyNode, theirs: ReplyNode): void {
  const words = line.map((word) => word.toUpperCase());
  const by = line[words.lastIndexOf("BY") + 1] ?? "";
  const isOpen = words.includes("BY") && (words.includes("ALPHA") || !by.includes("*"));
  if (!isOpen || ours.type !== "*") sameReply(line, ours, theirs);
  else sameText(line, `*${ours.items.length}`, `*${theirs.items.length}`);
}

function positions(line: CommandLine, ours: ReplyNode, theirs: ReplyNode): void {
  if (areNear(ours, theirs)) return;
  if (PLACE_KEYS.has(line[1] ?? "") || ours.type !== "*") sameReply(line, ours, theirs);
  else sameText(line, `*${ours.items.length}`, `*${theirs.items.length}`);
}

/** The same, but for the fourth decimal of distances. */
function areNear(ours: ReplyNode, theirs: ReplyNode): boolean {
  if (ours.type !== theirs.type || ours.items.length !== theirs.items.length) return false;
  if (!ours.items.every((item, index) => areNear(item, theirs.items[index] ?? item))) return false;
  if (ours.text === theirs.text) return true;
  const [a, b] = [ours.text ?? "", theirs.text ?? ""];
  return DISTANCE.test(a) && DISTANCE.test(b) && Math.abs(Number(a) - Number(b)) < DISTANCE_TOLERANCE;
}

/** A range with its scores: those that are distances may differ in the last digit, and so may their order. */
function ranges(line: CommandLine, ours: ReplyNode, theirs: ReplyNode): void {
  if (!DISTANCE_KEYS.has(line[1] ?? "")) return sameReply(line, withoutNegativeZero(ours), withoutNegativeZero(theirs));
  const scores = [ours, theirs].map(
    (node) => new Map(unitsOf(node, 2).map((unit) => unit.split("\u2192") as [string, string])),
  );
  const [a, b] = scores as [Map<string, string>, Map<string, string>];
  for (const [member, score] of b) {
    const mine = Number(a.get(member) ?? Number.NaN);
    const isNear = Math.abs(mine - Number(score)) <= Math.abs(Number(score)) * SCORE_TOLERANCE;
    if (!isNear || a.size !== b.size) throw new Difference(line, canonical(ours), canonical(theirs));
  }
}

/** Redis keeps a score of -0 in some of its forms, Atoll never does. */
function scored(line: CommandLine, ours: ReplyNode, theirs: ReplyNode): void {
  sameReply(line, withoutNegativeZero(ours), withoutNegativeZero(theirs));
}

function withoutNegativeZero(node: ReplyNode): ReplyNode {
  return { ...node, text: node.text === "-0" ? "0" : node.text, items: node.items.map(withoutNegativeZero) };
}

/** Redis has two nulls for these: one for who has waited, and one for who may not. */
function waited(line: CommandLine, ours: ReplyNode, theirs: ReplyNode): void {
  if (isNull(ours) && isNull(theirs)) return;
  sameReply(line, ours, theirs);
}

function isNull(node: ReplyNode): boolean {
  return node.text === null || node.type === "_";
}

const PROMISES: Readonly<Record<string, Promised>> = {
  SMEMBERS: unordered(1),
  SINTER: unordered(1),
  SUNION: unordered(1),
  SDIFF: unordered(1),
  KEYS: unordered(1),
  HKEYS: unordered(1),
  HVALS: unordered(1),
  HGETALL: unordered(2),
  TTL: times(CLOCK_TOLERANCE_MS / 1000),
  EXPIRETIME: times(CLOCK_TOLERANCE_MS / 1000),
  PTTL: times(CLOCK_TOLERANCE_MS),
  PEXPIRETIME: times(CLOCK_TOLERANCE_MS),
  OBJECT: encodings,
  SORT: sorted,
  SORT_RO: sorted,
  ZRANGE: ranges,
  BLMOVE: waited,
  BRPOPLPUSH: waited,
};

/** Compares two replies, neither of which is an error, as far as the command promises anything. */
export function promised(line: CommandLine, ours: ReplyNode, theirs: ReplyNode): void {
  const name = (line[0] ?? "").toUpperCase();
  const own = PROMISES[name];
  if (own !== undefined) own(line, ours, theirs);
  else if (name.startsWith("GEO")) positions(line, ours, theirs);
  else if (/^B?Z/.test(name)) scored(line, ours, theirs);
  else sameReply(line, ours, theirs);
}
