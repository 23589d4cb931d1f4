/** What a reader sees of a key, computed from its live items and the reader's clock. */
import type { Birth, Content, ContentType, Deadline, Dot, Item, Life } from "./history.ts";
import { decimalOf, formatDecimal, saturated } from "./number.ts";

export interface View {
  /** Undefined: the key does not exist. */
  readonly type: ContentType | undefined;
  /** Of each element what it shows; a string has the one element "". */
  readonly elements: ReadonlyMap<string, string>;
  /** Absolute milliseconds; undefined: none. */
  readonly deadline: number | undefined;
  /** The lives that the visible content belongs to. */
  readonly lives: readonly Life[];
  /** Everything that is live at the key, visible or not. */
  readonly items: readonly Item[];
  /** The deadline has passed, and took from sight what there was. */
  readonly expired: boolean;
  /** The deadline that has passed. */
  readonly endedAt: number | undefined;
  /** Who set the deadline that counts. */
  readonly deadlineOrigin: number | undefined;
  /** The lives that the deadline names. */
  readonly deadlineLives: readonly Life[] | undefined;

  // Rare sights, for the marks.
  readonly hasSiblings: boolean;
  readonly hasHiddenType: boolean;
  /** An increment that a reset had not seen. */
  readonly hasOutlivedReset: boolean;
}

const TYPES: readonly ContentType[] = ["string", "hash", "set"];

export function viewOf(items: readonly Item[], nowMs: number): View {
  const content = items.filter((item) => item.kind === "put" || item.kind === "count");
  const type = newestType(content);
  const visible = content.filter((item) => item.type === type);
  const lives = type === undefined ? [] : type === "string" ? livesOfString(visible) : livesOfCollection(items, type);
  const latest = latestDeadline(items, lives);
  const deadline = latest === undefined || latest.at === Number.POSITIVE_INFINITY ? undefined : latest.at;
  const expired = deadline !== undefined && deadline <= nowMs;
  const byElement = expired ? new Map<string, Content[]>() : grouped(visible);
  return {
    type: expired ? undefined : type,
    elements: new Map([...byElement].map(([element, there]) => [element, shown(there)])),
    deadline: expired ? undefined : deadline,
    lives,
    items,
    expired,
    endedAt: expired ? deadline : undefined,
    deadlineOrigin: latest?.origin,
    deadlineLives: latest?.lives,
    hasSiblings: [...byElement.values()].some((there) => there.filter((item) => item.kind === "put").length > 1),
    hasHiddenType: visible.length < content.length,
    hasOutlivedReset: [...byElement.values()].some(outlivesReset),
  };
}

function newestType(content: readonly Content[]): ContentType | undefined {
  let newest: Content | undefined;
  for (const type of TYPES) {
    for (const item of content)
      if (item.type === type && (newest === undefined || isNewer(item, newest))) newest = item;
  }
  return newest?.type;
}

function stampOf(item: Content): number {
  return item.kind === "put" ? item.stamp : item.time;
}

/** By (stamp, origin). */
function isNewer(a: Content, b: Content): boolean {
  if (stampOf(a) !== stampOf(b)) return stampOf(a) > stampOf(b);
  return (a as Dot).origin > (b as Dot).origin;
}

function newestPut(items: readonly Content[]): Extract<Item, { kind: "put" }> | undefined {
  let newest: Extract<Item, { kind: "put" }> | undefined;
  for (const item of items) if (item.kind === "put" && (newest === undefined || isNewer(item, newest))) newest = item;
  return newest;
}

/** A string's life is that of its newest value, or without one of its increments. */
function livesOfString(visible: readonly Content[]): Life[] {
  const value = newestPut(visible);
  return [...new Set((value === undefined ? visible : [value]).flatMap((item) => item.lives))];
}

function livesOfCollection(items: readonly Item[], type: ContentType): Life[] {
  return [
    ...new Set(items.filter((item) => item.kind === "birth" && item.type === type).map((item) => (item as Birth).life)),
  ];
}

/** The latest deadline that names one of these lives; of equal ones the newest. */
function latestDeadline(items: readonly Item[], lives: readonly Life[]): Deadline | undefined {
  let latest: Deadline | undefined;
  for (const item of items) {
    if (item.kind !== "deadline" || !item.lives.some((life) => lives.includes(life))) continue;
    if (latest === undefined || isLater(item, latest)) latest = item;
  }
  return latest;
}

function isLater(a: Deadline, b: Deadline): boolean {
  if (a.at !== b.at) return a.at > b.at;
  return a.time === b.time ? a.origin > b.origin : a.time > b.time;
}

function grouped(visible: readonly Content[]): Map<string, Content[]> {
  const byElement = new Map<string, Content[]>();
  for (const item of visible) {
    const known = byElement.get(item.element);
    if (known === undefined) byElement.set(item.element, [item]);
    else known.push(item);
  }
  return byElement;
}

function outlivesReset(items: readonly Content[]): boolean {
  const put = newestPut(items);
  return put !== undefined && items.some((item) => item.kind === "count" && item.time < put.time);
}

/** A register plus a counter: the newest value and all increments; a value that is no number hides them. */
function shown(items: readonly Content[]): string {
  const base = newestPut(items);
  const amounts = items.filter((item) => item.kind === "count").map((item) => item.amount);
  if (amounts.length === 0) return base?.value ?? "";
  const number = base === undefined ? 0n : decimalOf(base.value);
  if (number === undefined) return base?.value ?? "";
  return formatDecimal(saturated(amounts.reduce((sum, amount) => sum + amount, number)));
}
