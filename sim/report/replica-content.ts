/**
 * What a replica holds, read from the real keyspace when the run is over: what
 * its readers see of a key, and what they do not see.
 */
import { ByteRange } from "../../src/byte-range.ts";
import { KeyType } from "../../src/store/key-type.ts";
import type { EntryRef } from "../../src/store/entry.ts";
import { REPORT_ELEMENTS_MAX } from "../limits.ts";
import { EPOCH_MS } from "../world/wall-clock.ts";
import type { SimulatedNode } from "../world/node.ts";
import { databaseOf, pathOf } from "../spec/history.ts";
import type { View } from "../spec/view.ts";
import { word, seconds } from "./printable.ts";
import type { Recording } from "./recording.ts";

export interface KeyContent {
  readonly type: "string" | "hash" | "set";
  /** In words: `7`, `{x y}`, `{f:1 g:2}`. */
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
    const words = [...(element.length > 0 ? [latin1(element)] : []), ...(type === "set" ? [] : [latin1(value)])];
    return { origin: keyspace.origins.id(origin), what: `${type} ${words.map((text) => word(text)).join(" ")}` };
  });
  return {
    type: keyspace.typeOf(ref) === KeyType.string ? "string" : keyspace.typeOf(ref) === KeyType.hash ? "hash" : "set",
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
  const isHash = keyspace.typeOf(ref) === KeyType.hash;
  const elements: [string, string][] = [];
  collection.forEach((at) => {
    collection.element(at, bytes);
    const element = bytes.latin1();
    if (isHash) collection.value(at, bytes);
    elements.push([element, isHash ? bytes.latin1() : ""]);
  });
  return collectionText(elements, isHash);
}

/** `{x y}`, `{f:1 g:2}`, in the order of their names. */
function collectionText(elements: readonly (readonly [string, string])[], isHash: boolean): string {
  const sorted = elements.toSorted(([a], [b]) => (a < b ? -1 : 1)).slice(0, REPORT_ELEMENTS_MAX);
  const shown = sorted.map(([element, value]) => (isHash ? `${word(element)}:${word(value)}` : word(element)));
  if (elements.length > REPORT_ELEMENTS_MAX) shown.push(`... (${elements.length})`);
  return `{${shown.join(" ")}}`;
}

export function contentText(content: KeyContent | undefined): string {
  if (content === undefined) return "nothing";
  return content.deadlineMs === undefined ? content.shown : `${content.shown}, until ${seconds(content.deadlineMs)}`;
}

/** What readers must see by the specification, in the same words. */
export function viewText({ type, elements, deadline }: View): string {
  if (type === undefined) return "nothing";
  const shown = type === "string" ? word(elements.get("") ?? "") : collectionText([...elements], type === "hash");
  return deadline === undefined ? shown : `${shown}, until ${seconds(deadline - EPOCH_MS)}`;
}

export function hiddenText({ origin, what }: HiddenValue, { origins }: Recording): string {
  return `${what} by ${origins.get(origin)?.replica ?? "an unknown origin"}`;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}
