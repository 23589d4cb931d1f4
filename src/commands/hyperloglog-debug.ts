/**
 * PFDEBUG and PFSELFTEST: what a HyperLogLog is made of, and whether this
 * implementation of them keeps its promises.
 */
import { ElementHash } from "../../crdt/element-hash.ts";
import { isUsable, mergeRegisters, raise, registerAt, Rises, toDense } from "../../crdt/hyperloglog.ts";
import { estimate } from "../../crdt/hyperloglog-estimate.ts";
import { emptyHyperLogLog, isDense, REGISTER_BITS, REGISTER_MAX, REGISTERS } from "../../crdt/hyperloglog-format.ts";
import { describeSparse } from "../../crdt/hyperloglog-sparse.ts";
import { ByteRange } from "../byte-range.ts";
import { HYPERLOGLOG_TEST_ELEMENTS } from "../limits/clients.ts";
import { KeyType } from "../store/key-type.ts";
import type { Call } from "./command.ts";
import { CORRUPTED_HYPERLOGLOG, NOT_A_HYPERLOGLOG } from "./error-texts.ts";
import { findTyped, MISTYPED } from "./lookup.ts";
import { isOption, type OptionWord, optionWord } from "./option.ts";

/** The sparse form is tested up to this size, which takes a thousand elements. */
const TESTED_SPARSE_BYTES = 3000;

type Action = (call: Call) => void;

const ACTIONS: readonly [OptionWord, Action][] = [
  [optionWord("getreg"), replyRegisters],
  [optionWord("decode"), replyRuns],
  [optionWord("encoding"), replyEncoding],
  [optionWord("todense"), convert],
];

/** What is in hand; it carries nothing from one command to the next. */
const value = new ByteRange();

export function pfdebug(call: Call): void {
  const { args, keyspace, reply } = call;
  const ref = findTyped(call, args.at(2), KeyType.string);
  if (ref === MISTYPED) return;
  if (ref === 0) return reply.error("ERR The specified key does not exist");
  if (!keyspace.hyperLogLogs.isOne(ref)) return reply.error(NOT_A_HYPERLOGLOG);
  const action = ACTIONS.find(([word]) => isOption(args.at(1), word))?.[1];
  if (action === undefined) return reply.error(`ERR Unknown PFDEBUG subcommand '${args.at(1).latin1()}'`);
  keyspace.stringValue(ref, value);
  action(call);
}

/** As in Redis, looking at the registers makes them dense. */
function replyRegisters(call: Call): void {
  const { reply } = call;
  if (!isUsable(value.bytes, value.start, value.end)) return reply.error(CORRUPTED_HYPERLOGLOG);
  const registers = new Uint8Array(REGISTERS);
  mergeRegisters(registers, value.bytes, value.start, value.end);
  makeDense(call);
  reply.array(REGISTERS);
  for (const held of registers) reply.integer(held);
}

function replyRuns({ reply }: Call): void {
  if (isDense(value.bytes, value.start)) return reply.error("ERR HLL encoding is not sparse");
  reply.bulkText(describeSparse(value.bytes.subarray(value.start, value.end)));
}

function replyEncoding({ reply }: Call): void {
  reply.simple(isDense(value.bytes, value.start) ? "dense" : "sparse");
}

function convert(call: Call): void {
  const { reply } = call;
  if (!isUsable(value.bytes, value.start, value.end)) return reply.error(CORRUPTED_HYPERLOGLOG);
  reply.integer(makeDense(call) ? 1 : 0);
}

/** False when it was dense already. */
function makeDense({ args, client, keyspace }: Call): boolean {
  if (isDense(value.bytes, value.start)) return false;
  keyspace.hyperLogLogs.grow(client.db, args.at(2), new Rises(), true, 0);
  return true;
}

/** Counts made-up elements, sparse and dense, and compares both forms with plain registers and the estimates with the truth. */
export function pfselftest({ reply }: Call): void {
  const element = new ElementHash();
  const digits = new Uint8Array(4);
  const view = new DataView(digits.buffer);
  const plain = new Uint8Array(REGISTERS);
  const rises = new Rises();
  let tested = emptyHyperLogLog();
  for (let n = 1; n <= HYPERLOGLOG_TEST_ELEMENTS; n++) {
    view.setUint32(0, n);
    const place = element.of(digits, 0, digits.length);
    const index = place >>> REGISTER_BITS;
    plain[index] = Math.max(plain[index] as number, place & REGISTER_MAX);
    rises.clear();
    rises.add(index, place & REGISTER_MAX);
    tested = raise(tested, rises, TESTED_SPARSE_BYTES);
    const isPower = (n & (n - 1)) === 0;
    if (isPower && !holds(tested, plain, n)) return reply.error(`ERR TESTFAILED after ${n} elements`);
  }
  reply.ok();
}

/** The standard error is 1.04 / sqrt(16384); six of them are never seen, nor are a few elements on top. */
function holds(tested: Uint8Array, plain: Uint8Array, elements: number): boolean {
  const dense = toDense(tested);
  for (const bytes of [tested, dense]) {
    for (let index = 0; index < REGISTERS; index++) {
      if (registerAt(bytes, 0, bytes.length, index) !== plain[index]) return false;
    }
    const error = Math.abs(estimate(bytes, 0, bytes.length) - elements);
    if (error > 6 * (1.04 / Math.sqrt(REGISTERS)) * elements + 2) return false;
  }
  return true;
}
