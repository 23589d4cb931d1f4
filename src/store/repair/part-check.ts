/**
 * Checks the content of nodes that came from outside, whole, before any of it is
 * kept: it is well formed, and its keys are those nodes', in the order of the
 * nodes.
 */
import { MalformedDelta } from "../byte-reader.ts";
import { ByteRange } from "../../byte-range.ts";
import { HASH_BITS, isNode, nodeOf } from "../hash-node.ts";
import type { Memory } from "../memory.ts";
import { SlotsReader, PlainKey } from "../slots-format.ts";

/** Throws MalformedDelta; RangeError when it names more origins than there is room for. */
export function checkPart(memory: Memory, bits: number, nodes: readonly number[], bytes: Uint8Array): void {
  if (!Number.isInteger(bits) || bits < 0 || bits > HASH_BITS) throw new MalformedDelta(`no nodes of ${bits} bits`);
  for (const node of nodes) if (!isNode(bits, node)) throw new MalformedDelta(`no node of ${bits} bits: ${node}`);
  const reader = new SlotsReader(bytes, memory.origins);
  const plain = new PlainKey();
  let at = 0;
  while (!reader.atEnd) {
    const key = reader.nextPlain(plain) ? plain.key : new ByteRange(reader.next().key);
    const node = nodeOf(memory.hash(key), bits);
    while (at < nodes.length && nodes[at] !== node) at++;
    if (at === nodes.length) throw new MalformedDelta("a key outside the nodes that were asked for");
  }
}
