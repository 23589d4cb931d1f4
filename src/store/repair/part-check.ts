/**
 * Checks content that came from outside, whole, before any of it is kept: it is
 * well formed; the keys of nodes are those nodes', in the order of the nodes; the
 * elements of a range are within it.
 */
import { MalformedDelta } from "../byte-reader.ts";
import { ByteRange } from "../../byte-range.ts";
import { HASH_BITS, isNode, nodeOf } from "../hash-node.ts";
import type { Memory } from "../memory.ts";
import { type KeyDelta, PlainElement, PlainKey, SlotsReader } from "../slots-format.ts";
import { checkKeyRange, isWithinRange, type KeyRange } from "./key-range.ts";
import type { Stub } from "./repairable-state.ts";

/** Returns the stubs in it. Throws MalformedDelta; RangeError when it names more origins than there is room for. */
export function checkPart(memory: Memory, bits: number, nodes: readonly number[], bytes: Uint8Array): Stub[] {
  if (!Number.isInteger(bits) || bits < 0 || bits > HASH_BITS) throw new MalformedDelta(`no nodes of ${bits} bits`);
  for (const node of nodes) if (!isNode(bits, node)) throw new MalformedDelta(`no node of ${bits} bits: ${node}`);
  const reader = new SlotsReader(bytes, memory.origins);
  const plain = new PlainKey();
  const stubs: Stub[] = [];
  let at = 0;
  while (!reader.atEnd) {
    const key = reader.nextPlain(plain) ? plain.key : new ByteRange(noteStubs(reader.next(), stubs));
    const node = nodeOf(memory.hash(key), bits);
    while (at < nodes.length && nodes[at] !== node) at++;
    if (at === nodes.length) throw new MalformedDelta("a key outside the nodes that were asked for");
  }
  return stubs;
}

function noteStubs({ db, key, collections }: KeyDelta, stubs: Stub[]): Uint8Array {
  for (const { type, stubOf } of collections) if (stubOf !== undefined) stubs.push({ db, key, type, elements: stubOf });
  return key;
}

/** Throws as `checkPart`. */
export function checkRangePart(memory: Memory, range: KeyRange, bytes: Uint8Array): void {
  checkKeyRange(range);
  const { type } = range;
  const reader = new SlotsReader(bytes, memory.origins);
  const plain = new PlainElement();
  while (!reader.atEnd) {
    const isPlain = reader.nextPlainElement(plain, type);
    const element = isPlain ? plain.element : new ByteRange(reader.element(type).element);
    if (!isWithinRange(range, memory, element)) throw new MalformedDelta("an element outside the range");
  }
}
