/**
 * Descriptions of nodes of the hash space, by which two replicas find where they
 * differ without sending what they hold.
 *
 *   description  for each node: children or list
 *   children     varint 0, u16 which children show anything, then for each of
 *                those its fingerprint: two words down to the slots, one below
 *   list         varint n + 1, n x (u32 hash, u32 salted fingerprint)
 *
 * Down to the slots they are the running fingerprints, and cost nothing. Below,
 * the keys of the node are walked, and where they are few they are listed. What
 * several keys contribute adds up, so that neither their order nor the database
 * in which they are counts, and a hash that several keys share is one unit.
 *
 * Y1. What shows nothing takes no part (fingerprint.ts).
 * Y2. Bytes are checked whole before anything is made of them, and nothing here
 *     changes the state.
 */
import { DESCRIBED_KEYS_LISTED_MAX } from "../../limits/keyspace.ts";
import { ByteReader, MalformedDelta } from "../byte-reader.ts";
import { ByteWriter } from "../byte-writer.ts";
import type { Core } from "../core.ts";
import { Fingerprint, saltedPrint } from "../fingerprint.ts";
import {
  CHILD_BITS,
  childIndex,
  childOf,
  CHILDREN,
  DEEPEST_BITS,
  isDescribable,
  nodeOf,
  SLOT_BITS,
  sizeOf,
  slotOf,
} from "../hash-node.ts";
import type { Described, DescriptionBounds, Differences } from "./repairable-state.ts";

/** Fingerprints of a node's children; two words each, of which below the slots only the first is used. */
type ChildPrints = Int32Array;

/** The keys of a node below or at the slots: their hashes, and their salted fingerprints. */
interface NodeKeys {
  readonly hashes: number[];
  readonly prints: number[];
}

export function describeNodes(
  core: Core,
  bits: number,
  nodes: readonly number[],
  from: number,
  salt: number,
  bounds: DescriptionBounds,
): Described {
  checkBits(bits);
  const writer = new ByteWriter();
  let done = 0;
  let walked = 0;
  do {
    const node = nodes[from + done];
    if (node === undefined) break;
    walked += describeNode(core, writer, bits, node, salt);
    done++;
  } while (walked < bounds.entriesMax && writer.length < bounds.bytesMax);
  return { bytes: writer.take(), done };
}

/** Returns how many entries were walked for it. */
function describeNode(core: Core, writer: ByteWriter, bits: number, node: number, salt: number): number {
  if (bits < SLOT_BITS) {
    writeChildren(writer, runningPrints(core, bits, node), 2);
    return 0;
  }
  const keys = keysIn(core, bits, node, salt);
  if (keys.hashes.length > DESCRIBED_KEYS_LISTED_MAX && bits < DEEPEST_BITS) {
    writeChildren(writer, foldedPrints(keys, bits), 1);
  } else {
    const list = byHash(keys);
    writer.varint(list.size + 1);
    for (const [hash, print] of list) {
      writer.word(hash);
      writer.word(print);
    }
  }
  return keys.hashes.length;
}

function writeChildren(writer: ByteWriter, prints: ChildPrints, words: 1 | 2): void {
  let shown = 0;
  for (let i = 0; i < CHILDREN; i++) if (!isNothing(prints, i)) shown |= 1 << i;
  writer.varint(0);
  writer.byte(shown & 0xff);
  writer.byte(shown >>> 8);
  for (let i = 0; i < CHILDREN; i++) {
    if (isNothing(prints, i)) continue;
    writer.word(prints[2 * i] as number);
    if (words === 2) writer.word(prints[2 * i + 1] as number);
  }
}

export function compareNodes(
  core: Core,
  bits: number,
  nodes: readonly number[],
  salt: number,
  bytes: Uint8Array,
): Differences {
  checkBits(bits);
  const differences: Found = { deeper: [], fetchNodes: [], fetchHashes: [] };
  const reader = new ByteReader(bytes);
  for (const node of nodes) {
    const count = reader.varint();
    if (count === 0) compareChildren(core, bits, node, salt, readChildren(reader, bits), differences);
    else compareList(core, bits, node, salt, readList(reader, bits, node, count - 1), differences);
  }
  if (!reader.atEnd) throw new MalformedDelta("a description goes on after its last node");
  return differences;
}

interface Found extends Differences {
  readonly deeper: number[];
  readonly fetchNodes: number[];
  readonly fetchHashes: number[];
}

function readChildren(reader: ByteReader, bits: number): ChildPrints {
  if (bits === DEEPEST_BITS) throw new MalformedDelta("children below the deepest nodes");
  const prints = new Int32Array(2 * CHILDREN);
  const shown = reader.byte() | (reader.byte() << 8);
  for (let i = 0; i < CHILDREN; i++) {
    if ((shown & (1 << i)) === 0) continue;
    prints[2 * i] = reader.word();
    if (bits < SLOT_BITS) prints[2 * i + 1] = reader.word();
    if (isNothing(prints, i)) throw new MalformedDelta("a child that shows something and has no fingerprint");
  }
  return prints;
}

function readList(reader: ByteReader, bits: number, node: number, count: number): Map<number, number> {
  if (bits < SLOT_BITS) throw new MalformedDelta("a list of keys above the slots");
  if (count > DESCRIBED_KEYS_LISTED_MAX) throw new MalformedDelta(`a list of ${count} keys`);
  const list = new Map<number, number>();
  for (let n = count; n > 0; n--) {
    const hash = reader.word();
    if (nodeOf(hash, bits) !== node || list.has(hash)) throw new MalformedDelta("a list names what is not its node's");
    list.set(hash, reader.word());
  }
  return list;
}

function compareChildren(
  core: Core,
  bits: number,
  node: number,
  salt: number,
  theirs: ChildPrints,
  differences: Found,
): void {
  const below = bits >= SLOT_BITS;
  const ours = below ? foldedPrints(keysIn(core, bits, node, salt), bits) : runningPrints(core, bits, node);
  for (let i = 0; i < CHILDREN; i++) {
    if (ours[2 * i] === theirs[2 * i] && ours[2 * i + 1] === theirs[2 * i + 1]) continue;
    const whole = bits + CHILD_BITS >= SLOT_BITS && (isNothing(ours, i) || isNothing(theirs, i));
    (whole ? differences.fetchNodes : differences.deeper).push(childOf(node, bits, i));
  }
}

function compareList(
  core: Core,
  bits: number,
  node: number,
  salt: number,
  theirs: ReadonlyMap<number, number>,
  differences: Found,
): void {
  const ours = byHash(keysIn(core, bits, node, salt));
  for (const [hash, print] of theirs) if (ours.get(hash) !== print) differences.fetchHashes.push(hash);
  for (const hash of ours.keys()) if (!theirs.has(hash)) differences.fetchHashes.push(hash);
}

/** The fingerprints of a node's children from those that run along. */
function runningPrints(core: Core, bits: number, node: number): ChildPrints {
  const prints = new Int32Array(2 * CHILDREN);
  const print = new Fingerprint();
  const slots = sizeOf(bits + CHILD_BITS) / sizeOf(SLOT_BITS);
  for (let i = 0; i < CHILDREN; i++) {
    const first = slotOf(childOf(node, bits, i));
    print.clear();
    for (const { table, slotPrints } of core.keys.databases) {
      if (table.size > 0) slotPrints.addTo(print, first, first + slots);
    }
    prints[2 * i] = print.low;
    prints[2 * i + 1] = print.high;
  }
  return prints;
}

function foldedPrints({ hashes, prints }: NodeKeys, bits: number): ChildPrints {
  const folded = new Int32Array(2 * CHILDREN);
  for (const [i, hash] of hashes.entries()) {
    const child = 2 * childIndex(hash, bits);
    folded[child] = (folded[child] as number) + (prints[i] as number);
  }
  return folded;
}

function byHash({ hashes, prints }: NodeKeys): Map<number, number> {
  const list = new Map<number, number>();
  for (const [i, hash] of hashes.entries()) list.set(hash, ((list.get(hash) ?? 0) + (prints[i] as number)) >>> 0);
  return list;
}

/** The keys of a node that show anything (Y1). */
function keysIn(core: Core, bits: number, node: number, salt: number): NodeKeys {
  const keys: NodeKeys = { hashes: [], prints: [] };
  const share = new Fingerprint();
  for (const database of core.keys.databases) {
    if (database.table.size === 0) continue;
    database.table.forEachIn(bits, node, (ref, hash) => {
      share.clear();
      core.keys.addShare(share, database, hash, ref);
      if (share.low === 0 && share.high === 0) return;
      keys.hashes.push(hash >>> 0);
      keys.prints.push(saltedPrint(share, salt) >>> 0);
    });
  }
  return keys;
}

function isNothing(prints: ChildPrints, child: number): boolean {
  return prints[2 * child] === 0 && prints[2 * child + 1] === 0;
}

function checkBits(bits: number): void {
  if (!isDescribable(bits)) throw new RangeError(`nodes of ${bits} bits are not described`);
}
