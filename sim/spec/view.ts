/** What a reader sees of a key, computed from its live items and the reader's clock. */
import type { Birth, Content, ContentType, Deadline, Dot, Growth, Item, Life } from "./history.ts";
import { decimalOf, formatDecimal, saturated } from "./number.ts";
import { doubleOf, exactOf, scoreOf, scoreText } from "./score.ts";
import { addedTo, isKnown, sketchOf, UNKNOWN } from "./sketch.ts";

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
  /** What of it was written as content, of whatever type; growth as long as what has grown. */
  readonly writes: readonly (Content | Growth)[];
  /** A deadline has passed, or those of all fields, and took from sight what there was. */
  readonly expired: boolean;
  /** The key's deadline that has passed. */
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
  readonly hasLostGrowth: boolean;
}

type Put = Extract<Item, { kind: "put" }>;

/** The life of a string or of a field, and the deadline that counts there. */
export interface Lifetime {
  readonly lives: readonly Life[];
  readonly latest: Deadline | undefined;
}

const TYPES: readonly ContentType[] = ["string", "hash", "set", "zset", "list"];

export function viewOf(items: readonly Item[], nowMs: number): View {
  const content = items.filter(isContent);
  const isAlive = ({ of }: Growth): boolean => content.some((item) => isSame(item, of));
  const grown = items.filter((item) => item.kind === "growth");
  const growths = grown.filter(isAlive);
  const writes = [...content, ...growths];
  const type = newestType(writes);
  const visible = content.filter((item) => item.type === type);
  const lives = type === undefined ? [] : type === "string" ? livesOfValue(visible) : livesOfCollection(items, type);
  const latest = latestDeadline(items, undefined, lives);
  const deadline = endOf(latest);
  const isOver = deadline !== undefined && deadline <= nowMs;
  const byElement = isOver ? new Map<string, Content[]>() : grouped(visible);
  if (type === "hash") for (const field of endedFields(items, nowMs)) byElement.delete(field);
  const expired = type !== undefined && byElement.size === 0;
  return {
    type: expired ? undefined : type,
    elements: new Map([...byElement].map(([element, there]) => [element, shown(type, there, growths)])),
    deadline: expired ? undefined : deadline,
    lives,
    items,
    writes,
    expired,
    endedAt: isOver ? deadline : undefined,
    deadlineOrigin: latest?.origin,
    deadlineLives: latest?.lives,
    hasSiblings: [...byElement.values()].some((there) => there.filter((item) => item.kind === "put").length > 1),
    hasHiddenType: visible.length < content.length,
    hasOutlivedReset: [...byElement.values()].some(outlivesReset),
    hasLostGrowth: growths.length < grown.length,
  };
}

export function isContent(item: Item): item is Content {
  return item.kind === "put" || item.kind === "count";
}

/** What is live of one element, visible or not. */
export function contentAt(items: readonly Item[], type: ContentType, element: string): Content[] {
  return items.filter((item) => isContent(item) && item.type === type && item.element === element) as Content[];
}

/** A field has a life of its own, as a string has. */
export function lifetimeOf(items: readonly Item[], field: string): Lifetime {
  const lives = livesOfValue(contentAt(items, "hash", field));
  return { lives, latest: latestDeadline(items, field, lives) };
}

/** Undefined when it never ends. */
export function endOf(deadline: Deadline | undefined): number | undefined {
  return deadline === undefined || deadline.at === Number.POSITIVE_INFINITY ? undefined : deadline.at;
}

/** The newest value: by (stamp, origin). */
export function newestPut(items: readonly Content[]): Put | undefined {
  let newest: Put | undefined;
  for (const item of items) if (item.kind === "put" && (newest === undefined || isNewer(item, newest))) newest = item;
  return newest;
}

/** The fields whose deadlines have passed. */
function endedFields(items: readonly Item[], nowMs: number): string[] {
  const fields = new Set(items.flatMap((item) => (item.kind === "deadline" ? (item.field ?? []) : [])));
  return [...fields].filter((field) => (endOf(lifetimeOf(items, field).latest) ?? Infinity) <= nowMs);
}

/** Of whatever was written last. */
function newestType(writes: readonly (Content | Growth)[]): ContentType | undefined {
  let newest: Content | Growth | undefined;
  for (const type of TYPES) {
    for (const item of writes) if (item.type === type && (newest === undefined || isNewer(item, newest))) newest = item;
  }
  return newest?.type;
}

function stampOf(item: Content | Growth): number {
  return item.kind === "put" ? item.stamp : item.time;
}

function isNewer(a: Content | Growth, b: Content | Growth): boolean {
  if (stampOf(a) !== stampOf(b)) return stampOf(a) > stampOf(b);
  return a.origin > b.origin;
}

/** A value's life is that of the newest one, or without one of its increments. */
function livesOfValue(visible: readonly Content[]): Life[] {
  const value = newestPut(visible);
  return [...new Set((value === undefined ? visible : [value]).flatMap((item) => item.lives))];
}

function livesOfCollection(items: readonly Item[], type: ContentType): Life[] {
  return [
    ...new Set(items.filter((item) => item.kind === "birth" && item.type === type).map((item) => (item as Birth).life)),
  ];
}

/** The latest deadline, of the key or of a field, that names one of these lives; of equal ones the newest. */
function latestDeadline(
  items: readonly Item[],
  field: string | undefined,
  lives: readonly Life[],
): Deadline | undefined {
  let latest: Deadline | undefined;
  for (const item of items) {
    if (item.kind !== "deadline" || item.field !== field || !item.lives.some((life) => lives.includes(life))) continue;
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

function shown(type: ContentType | undefined, items: readonly Content[], growths: readonly Growth[]): string {
  const base = newestPut(items)?.value;
  const amounts = items.flatMap((item) => (item.kind === "count" ? [item.amount] : []));
  if (type === "zset") return shownScore(base ?? "0", amounts);
  if (type === "string" && base !== undefined && !isKnown(base)) return shownSketch(base, items, growths);
  return shownNumber(base, amounts);
}

/** A register plus a counter: the newest value and all increments; a value that is no number hides them. */
function shownNumber(base: string | undefined, amounts: readonly bigint[]): string {
  if (amounts.length === 0) return base ?? "";
  const number = base === undefined ? 0n : decimalOf(base);
  if (number === undefined) return base ?? "";
  return formatDecimal(saturated(amounts.reduce((sum, amount) => sum + amount, number)));
}

/** Nothing can be added to what is infinite. */
function shownScore(base: string, amounts: readonly bigint[]): string {
  const score = scoreOf(base);
  if (amounts.length === 0 || !Number.isFinite(score)) return base;
  return scoreText(doubleOf(amounts.reduce((sum, amount) => sum + amount, exactOf(score))));
}

/** Beside the newest value show all other sketches, each with what was added to it. */
function shownSketch(newest: string, items: readonly Content[], growths: readonly Growth[]): string {
  const sketches = items.filter((item) => item.kind === "put" && !isKnown(item.value)) as Put[];
  const grown = growths.filter(({ of }) => sketches.some((sketch) => isSame(sketch, of)));
  if (sketches.length === 1 && grown.length === 0) return newest;
  const begun = sketches.map(({ value }) => addedTo(value));
  if (begun.includes(undefined)) return UNKNOWN;
  return sketchOf([...begun.flatMap((added) => added ?? []), ...grown.flatMap(({ added }) => added)]);
}

function isSame(a: Dot, b: Dot): boolean {
  return a.origin === b.origin && a.time === b.time;
}
