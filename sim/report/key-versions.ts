/**
 * The versions of one key: every event that touched it, numbered in the order
 * in which they happened; what each did, what became of it, who saw it when.
 *
 * It is told from the specification's history, which shares no code with what
 * the replicas do.
 */
import { REPORT_KEY_EVENTS_MAX } from "../limits.ts";
import { EPOCH_MS } from "../world/wall-clock.ts";
import { databaseOf, keyOf, type Dot, type Item, type Step } from "../spec/history.ts";
import { formatDecimal } from "../spec/number.ts";
import { doubleOf } from "../spec/score.ts";
import { isKnown } from "../spec/sketch.ts";
import { list, seconds, word } from "./printable.ts";
import type { RecordedEvent, Recording } from "./recording.ts";

export interface Version {
  readonly number: number;
  readonly event: RecordedEvent;
  readonly step: Step;
}

export interface KeyVersions {
  /** `pathOf(database, key)` */
  readonly path: string;
  readonly database: number;
  readonly key: string;
  readonly versions: readonly Version[];
  readonly byDot: ReadonlyMap<string, Version>;
}

export function versionsByPath({ events }: Recording): Map<string, KeyVersions> {
  const found = new Map<string, Version[]>();
  for (const event of events) {
    for (const [path, step] of event.steps) {
      const versions = found.get(path);
      if (versions === undefined) found.set(path, [{ number: 1, event, step }]);
      else versions.push({ number: versions.length + 1, event, step });
    }
  }
  return new Map(
    [...found].map(([path, versions]) => [
      path,
      {
        path,
        database: databaseOf(path),
        key: keyOf(path),
        versions,
        byDot: new Map(versions.map((version) => [dotName(version.event.dot), version])),
      },
    ]),
  );
}

/** Keys with the most versions first. */
export function mostWritten(versions: ReadonlyMap<string, KeyVersions>): KeyVersions[] {
  return [...versions.values()].toSorted((a, b) => b.versions.length - a.versions.length);
}

/** The latest so many. */
export function toldVersions({ versions }: KeyVersions): readonly Version[] {
  return versions.slice(-REPORT_KEY_EVENTS_MAX);
}

export function dotName({ origin, time }: Dot): string {
  return `${origin}.${time}`;
}

/** `#3 (eu)`: an item by the event that it comes from. */
export function nameOf(key: KeyVersions, dot: Dot): string {
  const version = key.byDot.get(dotName(dot));
  return version === undefined ? "an earlier write" : `#${version.number} (${version.event.replica})`;
}

function numbersOf(key: KeyVersions, dots: readonly Dot[]): string {
  const versions = dots.flatMap((dot) => key.byDot.get(dotName(dot)) ?? []);
  const numbers = [...new Set(versions)].toSorted((a, b) => a.number - b.number).map(({ number }) => `#${number}`);
  return numbers.length === 0 ? "an earlier write" : list(numbers);
}

/** What an event did to the key: `x; replaces #1`. */
export function deedOf(key: KeyVersions, { step, event }: Version): string {
  const made = step.adds.flatMap((item) => addedText(item));
  const others = step.kills.filter((item) => isContent(item) && dotName(item) !== dotName(event.dot));
  const replaces = made.length > 0 && step.adds.some(isContent) ? "replaces" : "removes";
  const gone = others.length === 0 ? [] : [`${replaces} ${elementsOf(others)}${numbersOf(key, others)}`];
  const all = [...made, ...gone];
  return all.length > 0 ? all.join("; ") : "nothing that shows";
}

/** Which elements, when the key has elements: `x of `. */
function elementsOf(items: readonly Item[]): string {
  const names = [
    ...new Set(
      items.flatMap((item) =>
        isContent(item) && item.type !== "string" && item.type !== "list" ? [item.element] : [],
      ),
    ),
  ];
  return names.length === 0 ? "" : `${list(names.slice(0, 8).map((name) => word(name, 24)))} of `;
}

function addedText(item: Item): string[] {
  switch (item.kind) {
    case "put":
      if (item.type === "set") return [`adds ${word(item.element, 24)}`];
      if (item.type === "list") return [`puts ${word(item.value, 24)}`];
      if (item.type !== "string") return [`${word(item.element, 24)} = ${word(item.value, 24)}`];
      return [isKnown(item.value) ? `value ${word(item.value, 24)}` : "a HyperLogLog"];
    case "count":
      return [`${item.type === "string" ? "" : `${word(item.element, 24)} `}${amountText(item)}`];
    case "growth":
      return [`adds ${list(item.added.slice(0, 8).map((name) => word(name, 24)))}`];
    case "deadline": {
      const field = item.field === undefined ? "" : `${word(item.field, 24)} `;
      if (item.at === Number.POSITIVE_INFINITY) return [`${field}no deadline`];
      return [`${field}deadline ${seconds(item.at - EPOCH_MS)}`];
    }
    default:
      return [];
  }
}

/** What became of an event's content: still live, or gone by which events. */
export function fateOf(key: KeyVersions, version: Version): string {
  const content = version.step.adds.filter(isContent);
  if (content.length === 0) return "";
  const live = content.filter((item) => !killersOf(key, item).length);
  const killers = [...new Set(content.flatMap((item) => killersOf(key, item)))];
  const by = killers.length === 0 ? "" : `gone by ${list(killers.map(({ number }) => `#${number}`))}`;
  if (live.length === content.length) return "stands";
  return live.length === 0 ? by : `in part ${by}`;
}

function killersOf({ versions }: KeyVersions, item: Item): Version[] {
  return versions.filter(({ step }) => step.kills.includes(item));
}

export function isContent(item: Item): item is Extract<Item, { kind: "put" | "count" }> {
  return item.kind === "put" || item.kind === "count";
}

export function amountText({ type, amount }: Extract<Item, { kind: "count" }>): string {
  const text = type === "zset" ? String(doubleOf(amount)) : formatDecimal(amount);
  return amount < 0n ? text : `+${text}`;
}
