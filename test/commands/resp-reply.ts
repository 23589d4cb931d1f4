/**
 * Reads RESP2 and RESP3 replies, for tests.
 *
 * `readReply` keeps everything that travels: each node has its type byte, so that
 * two replies print alike (`canonical`) only if their bytes were alike, up to the
 * order of elements where the caller says that order means nothing.
 */
export interface ReplyNode {
  /** "+", "-", ":", "$", "*", "%", "~", "_", ",", "#", "(", "=" */
  readonly type: string;
  /** Bytes as latin1; null for the RESP2 nils. */
  readonly text: string | null;
  /** Elements; keys and values in turn for a map. */
  readonly items: readonly ReplyNode[];
}

const AGGREGATES = "*%~>";
const BLOBS = "$=!";

/** The reply that starts at `at`, and where it ends; undefined while it is incomplete. */
export function readReply(bytes: Buffer, at = 0): { node: ReplyNode; end: number } | undefined {
  const lineEnd = bytes.indexOf("\r\n", at, "latin1");
  if (lineEnd < 0) return undefined;
  const type = String.fromCharCode(bytes[at] ?? 0);
  const line = bytes.toString("latin1", at + 1, lineEnd);
  const next = lineEnd + 2;
  if (BLOBS.includes(type)) {
    const length = Number(line);
    if (length < 0) return { node: { type, text: null, items: [] }, end: next };
    if (bytes.length < next + length + 2) return undefined;
    return { node: { type, text: bytes.toString("latin1", next, next + length), items: [] }, end: next + length + 2 };
  }
  if (!AGGREGATES.includes(type)) return { node: { type, text: line, items: [] }, end: next };
  const items: ReplyNode[] = [];
  let end = next;
  const count = Number(line) * (type === "%" ? 2 : 1);
  for (let i = 0; i < count; i++) {
    const item = readReply(bytes, end);
    if (item === undefined) return undefined;
    items.push(item.node);
    end = item.end;
  }
  return { node: { type, text: count < 0 ? null : "", items }, end };
}

/** One text for one reply. `group` > 0: the elements, in groups of so many, are sorted. */
export function canonical(node: ReplyNode, group = 0): string {
  if (node.text === null) return `${node.type}nil`;
  if (!AGGREGATES.includes(node.type)) return node.type + JSON.stringify(node.text);
  const items = node.items.map((item) => canonical(item));
  if (group === 0) return `${node.type}[${items.join(" ")}]`;
  const groups: string[] = [];
  for (let i = 0; i < items.length; i += group) groups.push(items.slice(i, i + group).join("="));
  return `${node.type}{${groups.toSorted().join(" ")}}`;
}

export type Plain =
  | string
  | number
  | null
  | readonly Plain[]
  | { readonly set: readonly Plain[] }
  | { readonly map: readonly Plain[] };

/** For literal comparisons: strings, numbers, null, arrays; "(error) ..." as people see it. */
export function plain(node: ReplyNode): Plain {
  const { type, text, items } = node;
  if (text === null || type === "_") return null;
  if (type === "-") return `(error) ${text}`;
  if (type === ":") return Number.isSafeInteger(Number(text)) ? Number(text) : text;
  if (type === "~") return { set: items.map(plain) };
  if (type === "%") return { map: items.map(plain) };
  return AGGREGATES.includes(type) ? items.map(plain) : text;
}
