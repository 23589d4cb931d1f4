/**
 * SINTER, SUNION, SDIFF, their STORE forms, and SINTERCARD.
 *
 * Each operation visits the members of its result one by one:
 *
 *   intersection   the members of the smallest set that all others have
 *   difference     the members of the first set that no other has
 *   union          everything once; a ByteSet remembers what was seen
 *
 * The plain forms stream them into the reply, the STORE forms collect copies
 * first, because the destination may be one of the sources.
 */
import { ByteRange } from "../byte-range.ts";
import type { Elements } from "../store/elements.ts";
import { KeyType } from "../store/key-type.ts";
import { inScatteredOrder } from "../store/scatter.ts";
import { ByteList } from "./byte-list.ts";
import { ByteSet, seedOf } from "./byte-set.ts";
import type { Call } from "./command.ts";
import { SYNTAX_ERROR } from "./error-texts.ts";
import { findTyped, MISTYPED, readTyped } from "./lookup.ts";
import { readAtLeast } from "./number.ts";
import { isOption, LIMIT } from "./option.ts";

/** An operand; undefined: no such key, which is the empty set. */
type Operand = Elements | undefined;
/** False stops. The range is good until it returns. */
type MemberVisitor = (member: ByteRange) => boolean | void;
type Operation = (operands: readonly Operand[], seed: number, visit: MemberVisitor) => void;

export function sinter(call: Call): void {
  replyResult(call, intersect);
}

export function sunion(call: Call): void {
  replyResult(call, unite);
}

export function sdiff(call: Call): void {
  replyResult(call, subtract);
}

export function sinterstore(call: Call): void {
  storeResult(call, intersect);
}

export function sunionstore(call: Call): void {
  storeResult(call, unite);
}

export function sdiffstore(call: Call): void {
  storeResult(call, subtract);
}

export function sintercard(call: Call): void {
  const { args, reply } = call;
  const keys = readAtLeast(reply, args.at(1), 1, "ERR numkeys should be greater than 0");
  if (Number.isNaN(keys)) return;
  if (keys > args.count - 2) return reply.error("ERR Number of keys can't be greater than number of args");
  let limit = 0;
  for (let i = keys + 2; i < args.count; i += 2) {
    if (!isOption(args.at(i), LIMIT) || i + 1 === args.count) return reply.error(SYNTAX_ERROR);
    limit = readAtLeast(reply, args.at(i + 1), 0, "ERR LIMIT can't be negative");
    if (Number.isNaN(limit)) return;
  }
  const operands = readOperands(call, 2, keys + 2, readTyped);
  if (operands === undefined) return;
  let count = 0;
  intersect(operands, 0, () => ++count !== limit);
  reply.integer(count);
}

function replyResult(call: Call, operation: Operation): void {
  const { reply, host } = call;
  const operands = readOperands(call, 1, call.args.count, readTyped);
  if (operands === undefined) return;
  const mark = reply.beginSet();
  let count = 0;
  operation(operands, seedOf(host.random()), (member) => {
    reply.bulk(member);
    count++;
  });
  reply.endSet(mark, count);
}

function storeResult(call: Call, operation: Operation): void {
  const { args, keyspace, reply, host } = call;
  const db = call.client.db;
  const operands = readOperands(call, 2, args.count, findTyped);
  if (operands === undefined) return;
  const members = new ByteList();
  operation(operands, seedOf(host.random()), (member) => members.push(member));
  const target = args.at(1);
  const nothing = new ByteRange();
  const member = new ByteRange();
  keyspace.remove(db, target);
  inScatteredOrder(members.count, (at) => {
    keyspace.elementPut(db, target, KeyType.set, members.at(at, member), nothing);
  });
  reply.integer(members.count);
}

/** The sets named by arguments `from` to `end` (exclusive); undefined after the error reply. */
function readOperands(call: Call, from: number, end: number, find: typeof readTyped): Operand[] | undefined {
  const operands: Operand[] = [];
  for (let i = from; i < end; i++) {
    const ref = find(call, call.args.at(i), KeyType.set);
    if (ref === MISTYPED) return undefined;
    operands.push(ref === 0 ? undefined : call.keyspace.collection(ref));
  }
  return operands;
}

function intersect(operands: readonly Operand[], _seed: number, visit: MemberVisitor): void {
  const sets = operands.filter((operand) => operand !== undefined);
  if (sets.length < operands.length) return;
  sets.sort((a, b) => a.size - b.size);
  const [smallest, ...others] = sets;
  const member = new ByteRange();
  smallest?.forEach((ref, hash) => {
    for (const other of others) if (!mayHave(other, hash)) return true;
    smallest.element(ref, member);
    for (const other of others) if (other.find(member) === 0) return true;
    return visit(member);
  });
}

/** False where the hash alone tells that there is no such member. */
function mayHave(set: Elements, hash: number | undefined): boolean {
  return hash === undefined || set.members === undefined || set.members.mayHave(hash);
}

function subtract(operands: readonly Operand[], _seed: number, visit: MemberVisitor): void {
  const [first, ...rest] = operands;
  if (first === undefined) return;
  const others = rest.filter((operand) => operand !== undefined);
  // The largest is the likeliest to hold a member.
  others.sort((a, b) => b.size - a.size);
  const member = new ByteRange();
  first.forEach((ref, hash) => {
    first.element(ref, member);
    for (const other of others) if (mayHave(other, hash) && other.find(member) !== 0) return true;
    return visit(member);
  });
}

function unite(operands: readonly Operand[], seed: number, visit: MemberVisitor): void {
  const seen = new ByteSet(seed);
  const member = new ByteRange();
  for (const operand of operands) {
    operand?.forEach((ref) => {
      operand.element(ref, member);
      return seen.add(member) ? visit(member) : true;
    });
  }
}
