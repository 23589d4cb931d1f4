/**
 * What a replica holds, read from the real keyspace when the run is over: what
 * its readers see of a key, and what they do not see.
 */
import { ByteRange } from "../../src/byte-range.ts";
import { KeyType, type KeyTypeValue } from "../../src/store/key-type.ts";
import type { EntryRef } from "../../src/store/entry.ts";
import { readScore } from "../../src/store/score.ts";
import { REPORT_ELEMENTS_MAX } from "../limits.ts";
import { EPOCH_MS } from "../world/wall-clock.ts";
import type { SimulatedNode } from "../world/node.ts";
import { databaseOf, pathOf, type ContentType } from "../spec/history.ts";
import { asRead, isKnown } from "../spec/sketch.ts";
import { valuesOf } from "../spec/lists.ts";
import { ordered } from "../spec/zsets.ts";
import type { View } from "../spec/view.ts";
import { word, seconds } from "./printable.ts";
import type { Recording } from "./recording.ts";

const TYPE_NAMES: ReadonlyMap<KeyTypeValue, ContentType> = new Map([
  [KeyType.string, "string"],
  [KeyType.hash, "hash"],
  [KeyType.set, "set"],
  [KeyType.zset, "zset"],
  [KeyType.list, "list"],
]);

export interface KeyContent {
  readonly type: ContentType;
  /** In words: `7`, `{x y}`, `{f:1 g:2}`, `[a b]`. */
  readonly shown: string;
  /** Milliseconds of virtual time, by the clocks; undefined: none. */
  readonly deadlineMs: number | undefined;
  /** Values that concurrent writes have left and no reader sees. */
  readonly hidden: readonly HiddenValue[];
}

export interface HiddenValue {
  readonly origin: number;
  /** `hash f 1` */
  readonly what: string;
}

/** By replica and path (`pathOf`); undefined where the state is so broken that it cannot be read. */
export type Contents = ReadonlyMap<string, ReadonlyMap<string, KeyContent> | undefined>;

/** Call it only when the run is over: it begins an event at each replica, to have a time. */
export function contentsOfAll({ nodes, events }: Recording): Contents {
  const databases = [...new Set(events.flatMap(({ steps }) => Array.from(steps.keys(), databaseOf)))];
  return new Map(nodes.map((node) => [node.id, contentOfNode(node, databases)]));
}

function contentOfNode(node: SimulatedNode, databases: readonly number[]): Map<string, KeyContent> | undefined {
  try {
    const content = new Map<string, KeyContent>();
    for (const database of databases) readDatabase(node, database, content);
    return content;
  } catch {
    return undefined;
  }
}

function readDatabase(node: SimulatedNode, database: number, content: Map<string, KeyContent>): void {
  const { keyspace } = node.process;
  const refs: EntryRef[] = [];
  keyspace.beginEvent(node.wallMs);
  keyspace.forEachKey(database, (ref) => void refs.push(ref));
  const key = new ByteRange();
  for (const ref of refs) {
    keyspace.keyOf(ref, key);
    content.set(pathOf(database, key.latin1()), keyContent(node, database, ref, key));
  }
}

function keyContent(node: SimulatedNode, database: number, ref: EntryRef, key: ByteRange): KeyContent {
  const { keyspace } = node.process;
  const deadline = keyspace.deadline(ref);
  const hidden = keyspace.siblings(database, key).map(({ origin, type, element, value }) => {
    const words = hiddenWords(type, element, value);
    return { origin: keyspace.origins.id(origin), what: `${type} ${words.map((text) => word(text)).join(" ")}` };
  });
  return {
    type: TYPE_NAMES.get(keyspace.typeOf(ref)) ?? "string",
    shown: shownAt(node, ref),
    deadlineMs: deadline < 0 ? undefined : deadline - EPOCH_MS,
    hidden: hidden.toSorted((a, b) => (a.what < b.what ? -1 : a.what > b.what ? 1 : a.origin - b.origin)),
  };
}

function shownAt({ process: { keyspace } }: SimulatedNode, ref: EntryRef): string {
  const bytes = new ByteRange();
  if (keyspace.typeOf(ref) === KeyType.string) {
    keyspace.stringValue(ref, bytes);
    return word(bytes.latin1());
  }
  const collection = keyspace.collection(ref);
  const type = TYPE_NAMES.get(keyspace.typeOf(ref)) ?? "set";
  const elements: [string, string][] = [];
  collection.forEach((at) => {
    collection.element(at, bytes);
    const element = type === "list" ? "" : bytes.latin1();
    if (type === "hash" || type === "list") collection.value(at, bytes);
    elements.push([element, type === "zset" ? String(collection.score(at)) : bytes.latin1()]);
  });
  return collectionText(elements, type);
}

/** `{x y}`, `{f:1 g:2}`, in the order of their names; sorted sets and lists in their own. */
function collectionText(elements: readonly (readonly [string, string])[], type: ContentType): string {
  const isOrdered = type === "zset" || type === "list";
  const sorted = isOrdered ? elements : elements.toSorted(([a], [b]) => (a < b ? -1 : 1));
  const shown = sorted.slice(0, REPORT_ELEMENTS_MAX).map(([element, value]) => {
    if (type === "list") return word(value);
    return type === "set" ? word(element) : `${word(element)}:${word(value)}`;
  });
  if (elements.length > REPORT_ELEMENTS_MAX) shown.push(`... (${elements.length})`);
  return type === "list" ? `[${shown.join(" ")}]` : `{${shown.join(" ")}}`;
}

export function contentText(content: KeyContent | undefined): string {
  if (content === undefined) return "nothing";
  return content.deadlineMs === undefined ? content.shown : `${content.shown}, until ${seconds(content.deadlineMs)}`;
}

/** What readers must see by the specification, in the same words. */
export function viewText(view: View): string {
  const { type, deadline } = view;
  if (type === undefined) return "nothing";
  const shown = type === "string" ? stringText(view) : collectionText(elementsOf(view), type);
  return deadline === undefined ? shown : `${shown}, until ${seconds(deadline - EPOCH_MS)}`;
}

function stringText({ elements }: View): string {
  const value = elements.get("") ?? "";
  const read = asRead(value);
  return isKnown(value) || typeof read !== "object" || read === null ? word(value) : "a HyperLogLog";
}

function elementsOf(view: View): (readonly [string, string])[] {
  if (view.type === "list") return valuesOf(view).map((value) => ["", value]);
  return view.type === "zset" ? ordered(view).map(([member, score]) => [member, String(score)]) : [...view.elements];
}

export function hiddenText({ origin, what }: HiddenValue, { origins }: Recording): string {
  return `${what} by ${origins.get(origin)?.replica ?? "an unknown origin"}`;
}

/** Where a list's element stands says nothing to anybody. */
function hiddenWords(type: ContentType, element: Uint8Array, value: Uint8Array): string[] {
  const name = element.length > 0 && type !== "list" ? [latin1(element)] : [];
  if (type === "set") return name;
  return [...name, type === "zset" ? String(readScore(value, 0)) : latin1(value)];
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}
