/**
 * From a dumped value to its elements, whichever of Redis's forms it is in.
 *
 *   type (1)  what the type's row below reads
 *
 * The elements go to a sink as they come; when bytes turn out to be malformed it
 * is left with some of them, so a sink only collects. What the shape of the
 * bytes does not exclude is refused here all the same: no elements at all, one
 * twice, a score that is no number. Bytes behind the value are ignored, as Redis
 * does: relatives of it (KeyDB) put remarks there.
 */
import { ByteRange } from "../byte-range.ts";
import { parseDouble } from "../double-text.ts";
import { readListpack } from "./listpack.ts";
import { MalformedValue, type PayloadCursor } from "./payload-cursor.ts";
import { readIntset, readZipmap } from "./small-forms.ts";
import { ValueReader } from "./string-format.ts";
import { type ValueKind, ValueType } from "./value-type.ts";
import { readZiplist } from "./ziplist.ts";

/** Where a value goes, element by element. Ranges are valid for the call. */
export interface ValueSink {
  /** Comes first. */
  begin(kind: ValueKind): void;
  /** A set's member, or the field or member that the next calls say more about. False: the value has it already. */
  element(item: ByteRange): boolean;
  /** A string, a list's next element, or the value of the field before. */
  value(item: ByteRange): void;
  /** The score of the member before. */
  score(score: number): void;
  /** When the field before dies, in absolute milliseconds. */
  deadline(ms: number): void;
}

/** Reads the elements of a container that is a string within the value. */
type Unpack = (cursor: PayloadCursor, element: ByteRange, visit: () => void) => void;

interface Form {
  readonly kind: ValueKind;
  readonly read: (decoder: Decoder) => void;
}

/** As Redis bounds the deadlines of fields. */
const FIELD_DEADLINE_MS_MAX = 2 ** 48 - 1;
/** In the place of the length of a score's text. */
const SCORE_SENTINELS: Readonly<Record<number, number>> = {
  253: Number.NaN,
  254: Number.POSITIVE_INFINITY,
  255: Number.NEGATIVE_INFINITY,
};
const NODE_PLAIN = 1;
const NODE_PACKED = 2;

const FORMS: Readonly<Record<number, Form>> = {
  [ValueType.string]: { kind: "string", read: readString },
  [ValueType.list]: { kind: "list", read: (d) => readEach(d, readListElement) },
  [ValueType.set]: { kind: "set", read: (d) => readEach(d, readMember) },
  [ValueType.zsetOfTexts]: { kind: "zset", read: (d) => readEach(d, readMemberAndText) },
  [ValueType.zset]: { kind: "zset", read: (d) => readEach(d, readMemberAndScore) },
  [ValueType.hash]: { kind: "hash", read: (d) => readEach(d, readPair) },
  [ValueType.hashOfZipmap]: { kind: "hash", read: (d) => readPairs(d, readZipmap) },
  [ValueType.listOfZiplist]: { kind: "list", read: (d) => readElements(d, d.reader.blob(), readZiplist) },
  [ValueType.setOfIntset]: { kind: "set", read: (d) => readMembers(d, readIntset) },
  [ValueType.zsetOfZiplist]: { kind: "zset", read: (d) => readScored(d, readZiplist) },
  [ValueType.hashOfZiplist]: { kind: "hash", read: (d) => readPairs(d, readZiplist) },
  [ValueType.listOfZiplists]: { kind: "list", read: (d) => readEach(d, readZiplistNode) },
  [ValueType.hashOfListpack]: { kind: "hash", read: (d) => readPairs(d, readListpack) },
  [ValueType.zsetOfListpack]: { kind: "zset", read: (d) => readScored(d, readListpack) },
  [ValueType.listOfListpacks]: { kind: "list", read: (d) => readEach(d, readListpackNode) },
  [ValueType.setOfListpack]: { kind: "set", read: (d) => readMembers(d, readListpack) },
  [ValueType.hashWithDeadlines]: { kind: "hash", read: readHashWithDeadlines },
  [ValueType.hashOfListpackWithDeadlines]: { kind: "hash", read: readTriples },
};

interface Decoder {
  readonly reader: ValueReader;
  readonly sink: ValueSink;
  readonly item: ByteRange;
  elements: number;
}

/** Reads the value in `bytes[start .. end)` into the sink; throws {@link MalformedValue}. */
export function decodeValue(bytes: Uint8Array, start: number, end: number, sink: ValueSink): void {
  const reader = new ValueReader(bytes, start, end);
  const form = FORMS[reader.cursor.byte()];
  if (form === undefined) throw new MalformedValue("a type that cannot be read");
  const decoder: Decoder = { reader, sink, item: new ByteRange(), elements: 0 };
  sink.begin(form.kind);
  form.read(decoder);
  if (decoder.elements === 0) throw new MalformedValue("a collection without elements");
}

function takeElement(decoder: Decoder): void {
  if (!decoder.sink.element(decoder.item)) throw new MalformedValue("an element stands twice");
  decoder.elements++;
}

function takeValue(decoder: Decoder): void {
  decoder.sink.value(decoder.item);
  decoder.elements++;
}

function takeScore(decoder: Decoder, score: number): void {
  if (Number.isNaN(score)) throw new MalformedValue("a score is not a number");
  decoder.sink.score(score);
}

function takeDeadline(decoder: Decoder, ms: number): void {
  if (!(ms >= 0 && ms <= FIELD_DEADLINE_MS_MAX)) throw new MalformedValue("a field's deadline is out of range");
  if (ms > 0) decoder.sink.deadline(ms);
}

// Elements one after the other

function readEach(decoder: Decoder, read: (decoder: Decoder) => void): void {
  for (let left = decoder.reader.count(); left > 0; left--) read(decoder);
}

function readString(decoder: Decoder): void {
  decoder.reader.string(decoder.item);
  takeValue(decoder);
}

function readListElement(decoder: Decoder): void {
  decoder.reader.string(decoder.item);
  takeValue(decoder);
}

function readMember(decoder: Decoder): void {
  decoder.reader.string(decoder.item);
  takeElement(decoder);
}

function readMemberAndScore(decoder: Decoder): void {
  readMember(decoder);
  takeScore(decoder, decoder.reader.cursor.double());
}

function readMemberAndText(decoder: Decoder): void {
  readMember(decoder);
  const { cursor } = decoder.reader;
  const length = cursor.byte();
  const sentinel = SCORE_SENTINELS[length];
  if (sentinel !== undefined) return takeScore(decoder, sentinel);
  cursor.range(length, decoder.item);
  takeScore(decoder, parseDouble(decoder.item));
}

function readPair(decoder: Decoder): void {
  readMember(decoder);
  decoder.reader.string(decoder.item);
  decoder.sink.value(decoder.item);
}

/** The deadlines are told from the earliest one on, plus one; 0 is none. */
function readHashWithDeadlines(decoder: Decoder): void {
  const { reader } = decoder;
  const earliestMs = reader.cursor.long();
  readEach(decoder, () => {
    const delta = reader.length();
    readPair(decoder);
    if (delta > 0) takeDeadline(decoder, earliestMs + delta - 1);
  });
}

function readZiplistNode(decoder: Decoder): void {
  readElements(decoder, decoder.reader.blob(), readZiplist);
}

function readListpackNode(decoder: Decoder): void {
  const container = decoder.reader.length();
  if (container === NODE_PACKED) return readElements(decoder, decoder.reader.blob(), readListpack);
  if (container !== NODE_PLAIN) throw new MalformedValue("an unknown node of a list");
  decoder.reader.string(decoder.item);
  if (decoder.item.length === 0) throw new MalformedValue("a plain node of a list is empty");
  takeValue(decoder);
}

// Elements in a container of their own

function readElements(decoder: Decoder, blob: PayloadCursor, unpack: Unpack): void {
  unpack(blob, decoder.item, () => takeValue(decoder));
}

function readMembers(decoder: Decoder, unpack: Unpack): void {
  unpack(decoder.reader.blob(), decoder.item, () => takeElement(decoder));
}

function readPairs(decoder: Decoder, unpack: Unpack): void {
  readGroups(decoder, unpack, [() => decoder.sink.value(decoder.item)]);
}

function readScored(decoder: Decoder, unpack: Unpack): void {
  readGroups(decoder, unpack, [() => takeScore(decoder, parseDouble(decoder.item))]);
}

/** Field, value, deadline or 0; the earliest deadline stands before the listpack, for whoever does not read it. */
function readTriples(decoder: Decoder): void {
  decoder.reader.cursor.take(8);
  readGroups(decoder, readListpack, [
    () => decoder.sink.value(decoder.item),
    () => takeDeadline(decoder, Number(decoder.item.latin1())),
  ]);
}

/** Elements that are followed by what belongs to them. */
function readGroups(decoder: Decoder, unpack: Unpack, followers: readonly (() => void)[]): void {
  let place = 0;
  unpack(decoder.reader.blob(), decoder.item, () => {
    const follow = followers[place - 1];
    if (follow === undefined) takeElement(decoder);
    else follow();
    place = place === followers.length ? 0 : place + 1;
  });
  if (place !== 0) throw new MalformedValue("something lacks what belongs to it");
}
