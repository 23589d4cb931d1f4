/** DUMP: a key's value as the bytes that Redis would restore it from. */
import { ByteRange } from "../byte-range.ts";
import { VERSION_FIELD_DEADLINES, VERSION_PLAIN } from "../rdb/payload.ts";
import { ValueType } from "../rdb/value-type.ts";
import { ValueWriter } from "../rdb/value-writer.ts";
import type { Elements } from "../store/elements.ts";
import type { EntryRef } from "../store/entry.ts";
import { type CollectionType, KeyType } from "../store/key-type.ts";
import type { Keyspace } from "../store/keyspace.ts";
import type { Call } from "./command.ts";
import { findToRead } from "./lookup.ts";

const NEVER = Number.POSITIVE_INFINITY;

type WriteElement = (elements: Elements, ref: number, writer: ValueWriter, part: ByteRange) => void;

interface Form {
  readonly type: number;
  readonly write: WriteElement;
}

/** Plain forms, which every Redis reads; it packs what is small by itself. */
const FORMS: Readonly<Record<CollectionType, Form>> = {
  [KeyType.hash]: { type: ValueType.hash, write: writePair },
  [KeyType.set]: { type: ValueType.set, write: writeMember },
  [KeyType.zset]: { type: ValueType.zset, write: writeScored },
  [KeyType.list]: { type: ValueType.list, write: writeListElement },
};

export function dump(call: Call): void {
  const { args, keyspace, reply } = call;
  const ref = findToRead(call, args.at(1));
  if (ref === 0) return reply.nil();
  const payload = new ByteRange();
  dumpValue(keyspace, ref, payload);
  reply.bulk(payload);
}

function dumpValue(keyspace: Keyspace, ref: EntryRef, out: ByteRange): void {
  const writer = new ValueWriter();
  const part = new ByteRange();
  const type = keyspace.typeOf(ref);
  if (type === KeyType.none) throw new Error("a key that is not visible cannot be dumped");
  let version = VERSION_PLAIN;
  if (type === KeyType.string) {
    keyspace.stringValue(ref, part);
    writer.type(ValueType.string);
    writer.string(part);
  } else {
    const elements = keyspace.collection(ref);
    const earliest = type === KeyType.hash ? earliestDeadline(elements) : NEVER;
    if (earliest !== NEVER) {
      version = VERSION_FIELD_DEADLINES;
      writeMortalHash(elements, earliest, writer, part);
    } else {
      const form = FORMS[type];
      writer.type(form.type);
      writer.count(elements.size);
      elements.forEach((element) => form.write(elements, element, writer, part));
    }
  }
  writer.seal(version, out);
}

/** Of the fields of a hash. */
function earliestDeadline(elements: Elements): number {
  let earliest = NEVER;
  elements.forEach((ref) => {
    const deadline = elements.deadline(ref);
    if (deadline !== -1 && deadline < earliest) earliest = deadline;
  });
  return earliest;
}

/** Deadlines are told from the earliest one on, plus one; 0 is none. */
function writeMortalHash(elements: Elements, earliest: number, writer: ValueWriter, part: ByteRange): void {
  writer.type(ValueType.hashWithDeadlines);
  writer.milliseconds(earliest);
  writer.count(elements.size);
  elements.forEach((ref) => {
    const deadline = elements.deadline(ref);
    writer.count(deadline === -1 ? 0 : deadline - earliest + 1);
    writePair(elements, ref, writer, part);
  });
}

function writeMember(elements: Elements, ref: number, writer: ValueWriter, part: ByteRange): void {
  elements.element(ref, part);
  writer.string(part);
}

function writePair(elements: Elements, ref: number, writer: ValueWriter, part: ByteRange): void {
  writeMember(elements, ref, writer, part);
  elements.value(ref, part);
  writer.string(part);
}

function writeScored(elements: Elements, ref: number, writer: ValueWriter, part: ByteRange): void {
  writeMember(elements, ref, writer, part);
  writer.double(elements.score(ref));
}

function writeListElement(elements: Elements, ref: number, writer: ValueWriter, part: ByteRange): void {
  elements.value(ref, part);
  writer.string(part);
}
