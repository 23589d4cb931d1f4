/**
 * PFADD, PFCOUNT, PFMERGE.
 *
 * A key that holds a HyperLogLog is not written anew: what rises of it grows it
 * where it stands, and concurrent growth adds up. Nothing that rises is no
 * effect. What PFCOUNT has counted it leaves in the header, as Redis does, but
 * as this replica's own note, of which the others hear nothing.
 */
import { ElementHash } from "../../crdt/element-hash.ts";
import { isUsable, mergeRegisters, raise, Rises, toDense } from "../../crdt/hyperloglog.ts";
import { estimate, estimateRegisters } from "../../crdt/hyperloglog-estimate.ts";
import {
  emptyHyperLogLog,
  forgetCardinality,
  isDense,
  REGISTER_BITS,
  REGISTER_MAX,
  REGISTERS,
} from "../../crdt/hyperloglog-format.ts";
import { ByteRange } from "../byte-range.ts";
import type { EntryRef } from "../store/entry.ts";
import { KeyType } from "../store/key-type.ts";
import type { Call } from "./command.ts";
import { CORRUPTED_HYPERLOGLOG, NOT_A_HYPERLOGLOG } from "./error-texts.ts";
import { findTyped, MISTYPED, readTyped } from "./lookup.ts";

/** Elements of one command for which registers are read one by one, each of which may take a walk over all runs. */
const SINGLE_READS_MAX = 32;

/** What is in hand; it carries nothing from one command to the next. */
const value = new ByteRange();
const element = new ElementHash();
const rises = new Rises();

export function pfadd(call: Call): void {
  const { args, keyspace, reply } = call;
  const ref = findHyperLogLog(call, args.at(1));
  if (ref === MISTYPED) return;
  if (!findRises(call, ref)) return reply.error(CORRUPTED_HYPERLOGLOG);
  const bytesMax = call.host.config.settings.sparseBytesMax;
  if (ref === 0) {
    keyspace.put(call.client.db, args.at(1), new ByteRange(begun(bytesMax)), -1);
  } else if (rises.count > 0) {
    if (!keyspace.hyperLogLogs.isUsable(ref)) return reply.error(CORRUPTED_HYPERLOGLOG);
    keyspace.hyperLogLogs.grow(call.client.db, args.at(1), rises, false, bytesMax);
  }
  reply.integer(ref === 0 || rises.count > 0 ? 1 : 0);
}

/** What the elements raise. False when a register cannot be read. */
function findRises(call: Call, ref: EntryRef): boolean {
  const { args, keyspace } = call;
  rises.clear();
  const registers = args.count > SINGLE_READS_MAX ? registersOf(call, ref) : undefined;
  for (let i = 2; i < args.count; i++) {
    const { bytes, start, end } = args.at(i);
    const place = element.of(bytes, start, end);
    const index = place >>> REGISTER_BITS;
    const most = place & REGISTER_MAX;
    const held = registers?.[index] ?? (ref === 0 ? 0 : keyspace.hyperLogLogs.registerAt(ref, index));
    if (held < 0) return false;
    if (most <= held) continue;
    rises.add(index, most);
    if (registers !== undefined) registers[index] = most;
  }
  return true;
}

/** A copy of all registers, zeros for a key that is not there; undefined when they cannot be read. */
function registersOf({ keyspace }: Call, ref: EntryRef): Uint8Array | undefined {
  const registers = new Uint8Array(REGISTERS);
  if (ref === 0) return registers;
  if (!keyspace.hyperLogLogs.isUsable(ref)) return undefined;
  keyspace.stringValue(ref, value);
  mergeRegisters(registers, value.bytes, value.start, value.end);
  return registers;
}

/** A new one with the registers that have risen. */
function begun(sparseBytesMax: number): Uint8Array {
  const bytes = raise(emptyHyperLogLog(), rises, sparseBytesMax);
  forgetCardinality(bytes, 0);
  return bytes;
}

export function pfcount(call: Call): void {
  const { args, keyspace, reply } = call;
  if (args.count > 2) return countTogether(call);
  const ref = readTyped(call, args.at(1), KeyType.string);
  if (ref === MISTYPED) return;
  if (ref === 0) return reply.integer(0);
  if (!keyspace.hyperLogLogs.isOne(ref)) return reply.error(NOT_A_HYPERLOGLOG);
  let count = keyspace.hyperLogLogs.cachedCardinality(ref);
  if (count < 0) {
    keyspace.stringValue(ref, value);
    count = estimate(value.bytes, value.start, value.end);
    if (Number.isNaN(count)) return reply.error(CORRUPTED_HYPERLOGLOG);
    keyspace.hyperLogLogs.cacheCardinality(ref, count);
  }
  reply.integer(count);
}

function countTogether(call: Call): void {
  const registers = new Uint8Array(REGISTERS);
  if (mergeKeys(call, registers) !== undefined) call.reply.integer(estimateRegisters(registers));
}

/** Merges all keys that there are. Is one of them dense? Undefined after the error reply. */
function mergeKeys(call: Call, registers: Uint8Array): boolean | undefined {
  const { args, keyspace, reply } = call;
  let dense = false;
  for (let i = 1; i < args.count; i++) {
    const ref = readTyped(call, args.at(i), KeyType.string);
    if (ref === MISTYPED) return undefined;
    if (ref === 0) continue;
    const isOne = keyspace.hyperLogLogs.isOne(ref);
    if (isOne) keyspace.stringValue(ref, value);
    if (!isOne || !isUsable(value.bytes, value.start, value.end)) {
      reply.error(isOne ? CORRUPTED_HYPERLOGLOG : NOT_A_HYPERLOGLOG);
      return undefined;
    }
    dense ||= isDense(value.bytes, value.start);
    mergeRegisters(registers, value.bytes, value.start, value.end);
  }
  return dense;
}

export function pfmerge(call: Call): void {
  const { args, client, keyspace, reply } = call;
  const registers = new Uint8Array(REGISTERS);
  const dense = mergeKeys(call, registers);
  if (dense === undefined) return;
  const key = args.at(1);
  const ref = keyspace.find(client.db, key);
  const old = new Uint8Array(REGISTERS);
  let wasDense = false;
  if (ref !== 0) {
    keyspace.stringValue(ref, value);
    mergeRegisters(old, value.bytes, value.start, value.end);
    wasDense = isDense(value.bytes, value.start);
  }
  rises.clear();
  for (let i = 0; i < REGISTERS; i++)
    if ((registers[i] as number) > (old[i] as number)) rises.add(i, registers[i] as number);
  const bytesMax = call.host.config.settings.sparseBytesMax;
  if (ref === 0) {
    const bytes = begun(bytesMax);
    keyspace.put(client.db, key, new ByteRange(dense ? toDense(bytes) : bytes), -1);
  } else {
    if (rises.count > 0 || (dense && !wasDense)) keyspace.hyperLogLogs.grow(client.db, key, rises, dense, bytesMax);
    // Redis counts anew after every merge, also where nothing rose.
    keyspace.hyperLogLogs.forgetCardinality(keyspace.peek(client.db, key));
  }
  reply.ok();
}

/** A key that a command changes: of the right type, and looking like a HyperLogLog if it is there at all. */
function findHyperLogLog(call: Call, key: ByteRange): EntryRef {
  const ref = findTyped(call, key, KeyType.string);
  if (ref <= 0 || call.keyspace.hyperLogLogs.isOne(ref)) return ref;
  call.reply.error(NOT_A_HYPERLOGLOG);
  return MISTYPED;
}
