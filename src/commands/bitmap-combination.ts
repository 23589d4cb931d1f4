/**
 * BITOP: combines whole strings bit by bit into one, which begins a new life.
 * Shorter sources go on in zeros.
 */
import { ByteRange } from "../byte-range.ts";
import { KeyType } from "../store/key-type.ts";
import { type Combination, combineBits, invertBits } from "./bitmap-words.ts";
import type { Call } from "./command.ts";
import { SYNTAX_ERROR } from "./error-texts.ts";
import { MISTYPED, readTyped } from "./lookup.ts";
import { isOption, type OptionWord, optionWord } from "./option.ts";

const NOT = optionWord("not");
const COMBINATIONS: readonly [OptionWord, Combination][] = [
  [optionWord("and"), "and"],
  [optionWord("or"), "or"],
  [optionWord("xor"), "xor"],
];

const FIRST_SOURCE = 3;

/** A cursor on the value in hand; it carries nothing from one command to the next. */
const value = new ByteRange();

export function bitop(call: Call): void {
  const { args, keyspace, reply } = call;
  const isNot = isOption(args.at(1), NOT);
  const how = COMBINATIONS.find(([word]) => isOption(args.at(1), word))?.[1];
  if (!isNot && how === undefined) return reply.error(SYNTAX_ERROR);
  if (isNot && args.count !== FIRST_SOURCE + 1)
    return reply.error("ERR BITOP NOT must be called with a single source key.");
  let length = 0;
  for (let i = FIRST_SOURCE; i < args.count; i++) {
    const ref = readTyped(call, args.at(i), KeyType.string);
    if (ref === MISTYPED) return;
    if (ref !== 0) length = Math.max(length, keyspace.stringLength(ref));
  }
  const { db } = call.client;
  if (length === 0) {
    keyspace.remove(db, args.at(2));
  } else {
    const result = new Uint8Array(length);
    copySource(call, FIRST_SOURCE, result);
    if (how === undefined) invertBits(result);
    else for (let i = FIRST_SOURCE + 1; i < args.count; i++) combineSource(call, i, result, how);
    keyspace.put(db, args.at(2), new ByteRange(result), -1);
  }
  reply.integer(length);
}

function copySource(call: Call, at: number, result: Uint8Array): void {
  const source = sourceAt(call, at);
  if (source !== undefined) result.set(source);
}

function combineSource(call: Call, at: number, result: Uint8Array, how: Combination): void {
  const source = sourceAt(call, at);
  if (source !== undefined) combineBits(result, source, how);
  if (how === "and") result.fill(0, source?.length ?? 0);
}

/** The bytes of a source, which was looked up and counted before; they are valid until the next one is read. */
function sourceAt({ args, client, keyspace }: Call, at: number): Uint8Array | undefined {
  const ref = keyspace.find(client.db, args.at(at));
  if (ref === 0) return undefined;
  keyspace.stringValue(ref, value);
  return value.bytes.subarray(value.start, value.end);
}
