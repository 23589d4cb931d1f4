/**
 * A hash table from keys to entries of the arena, of any size: a keyspace of
 * 50 million keys or a hash of three fields. It knows an entry by its address
 * and its key's hash; how a key is laid out, the `EntryKeys` port knows.
 *
 * The table is ordered by hash. Segments (`directory.ts`) and the buckets within
 * them (`segment.ts`) cut the 32-bit hash space into stretches, and a walk's
 * position is a hash: the start of the next bucket. That is why a walk survives
 * any growth and shrinking between its steps:
 *
 * T1. One step visits every entry whose hash lies from the position it is given
 *     up to the position it returns. So an entry that is there from the first
 *     step to the last is visited, whatever happens to others in between.
 *
 * Hashes may be given signed or unsigned. Visitors must not change the table.
 */
import type { Address } from "./address.ts";
import { Directory } from "./directory.ts";
import { sizeOf } from "./hash-node.ts";
import { RANDOM_PROBES_MAX, SCAN_EMPTY_BUCKETS_OF_ENTRY } from "../limits/keyspace.ts";
import type { EntryKeys, EntryVisitor, Segment, WalkBudget } from "./segment.ts";

const HASHES = 2 ** 32;
const OVERHEAD_BYTES = 200;

export class Table {
  /** Entries. */
  size = 0;
  /** Entries with a deadline. */
  deadlineCount = 0;
  private readonly keys: EntryKeys;
  private directory = new Directory();

  constructor(keys: EntryKeys) {
    this.keys = keys;
  }

  get tableBytes(): number {
    return OVERHEAD_BYTES + this.directory.byteLength;
  }

  /** The entry with this key, 0 when there is none. */
  find(hash: number, bytes: Uint8Array, start: number, end: number): Address {
    return this.directory.segmentOf(hash).find(hash, this.keys, bytes, start, end);
  }

  /** Has any entry this hash? Looks at no entry. */
  mayHave(hash: number): boolean {
    return this.directory.segmentOf(hash).hasHash(hash);
  }

  /** Adds an entry whose key is not in the table. */
  insert(hash: number, address: Address): void {
    const segment = this.directory.segmentWithRoom(hash, this.size);
    segment.add(hash, address, 0);
    this.size++;
  }

  /** Puts another entry of the same key in the place of one; its deadline stays. */
  replace(hash: number, oldAddress: Address, newAddress: Address): void {
    const segment = this.directory.segmentOf(hash);
    segment.setAddressAt(slotIn(segment, hash, oldAddress), newAddress);
  }

  remove(hash: number, address: Address): void {
    const segment = this.directory.segmentOf(hash);
    const slot = slotIn(segment, hash, address);
    if (segment.deadlineAt(slot) !== 0) this.deadlineCount--;
    segment.removeAt(slot);
    this.size--;
    this.directory.tighten(hash);
  }

  clear(): void {
    this.directory = new Directory();
    this.size = 0;
    this.deadlineCount = 0;
  }

  /** Notes when an entry is due, in whole seconds (32 bits) since an epoch of the caller's; 0 = never. */
  setDeadline(hash: number, address: Address, seconds: number): void {
    const segment = this.directory.segmentOf(hash);
    const slot = slotIn(segment, hash, address);
    const { deadlineCount, byteLength } = segment;
    segment.setDeadlineAt(slot, seconds);
    this.deadlineCount += segment.deadlineCount - deadlineCount;
    this.directory.segmentBytes += segment.byteLength - byteLength;
  }

  deadlineOf(hash: number, address: Address): number {
    const segment = this.directory.segmentOf(hash);
    return segment.deadlineAt(slotIn(segment, hash, address));
  }

  /**
   * Visits at least `count` entries, whole buckets at a time, from a cursor on; fewer at the end,
   * or where there is hardly anything. Returns the next cursor, 0 at the end (T1).
   */
  scan(cursor: number, count: number, visit: EntryVisitor): number {
    const budget = { entries: count, slots: count * SCAN_EMPTY_BUCKETS_OF_ENTRY, stopped: false };
    return this.walk(cursor, HASHES, budget, visit);
  }

  /** Visits all entries. */
  forEach(visit: EntryVisitor): void {
    this.walk(0, HASHES, unlimited(), visit);
  }

  /** Visits all entries of a node of the hash space, at the cost of that node alone. */
  forEachIn(bits: number, node: number, visit: EntryVisitor): void {
    const end = node + sizeOf(bits);
    const visitOwn = (address: Address, hash: number) => {
      const unsigned = hash >>> 0;
      return unsigned >= node && unsigned < end ? visit(address, hash) : true;
    };
    this.walk(node, end, unlimited(), visitOwn);
  }

  /** An entry, each with the same chance; 0 when the table is empty. `random` gives [0, 1). */
  random(random: () => number): Address {
    if (this.size === 0) return 0;
    const slotsMax = this.directory.slotsMax;
    for (let probe = 0; probe < RANDOM_PROBES_MAX; probe++) {
      // A random slot of an imaginary table of equal segments; where the real segment is smaller, there is none.
      const hash = Math.floor(random() * HASHES);
      const segment = this.directory.segmentOf(hash);
      const slot = Math.floor((random() * slotsMax) / (1 << segment.depth));
      if (slot < segment.capacity && segment.addressAt(slot) !== 0) return segment.addressAt(slot);
    }
    return this.firstFrom(Math.floor(random() * HASHES));
  }

  /**
   * Looks for entries whose deadline has come, in at most about `slotsMax` slots from a position on,
   * and returns the next position, 0 at the end. Entries that move meanwhile may wait for the next
   * round. The visitor must not change the table: it collects, and removes when the sweep has returned.
   */
  sweep(position: number, nowSeconds: number, slotsMax: number, visit: EntryVisitor): number {
    if (this.deadlineCount === 0) return 0;
    let hash = position;
    for (let slots = slotsMax; slots > 0 && hash < HASHES;) {
      const segment = this.directory.segmentOf(hash);
      const start = this.directory.startOf(hash);
      const segmentEnd = start + this.directory.spanOf(hash);
      if (segment.deadlineCount === 0) {
        slots--;
        hash = segmentEnd;
        continue;
      }
      let slot = segment.homeOf(hash);
      // Slots beyond the last bucket have no position of their own.
      for (; slot < segment.capacity && (slots > 0 || slot >= segment.buckets); slot++, slots--) {
        const deadline = segment.deadlineAt(slot);
        if (deadline !== 0 && deadline <= nowSeconds) visit(segment.addressAt(slot), segment.hashAt(slot));
      }
      hash = slot === segment.capacity ? segmentEnd : start + segment.bucketStart(slot);
    }
    return hash >= HASHES ? 0 : hash;
  }

  /** Visits the buckets from that of a hash up to that of another (exclusive); returns where it stopped. */
  private walk(from: number, end: number, budget: WalkBudget, visit: EntryVisitor): number {
    let hash = from;
    while (hash < end) {
      const segment = this.directory.segmentOf(hash);
      const start = this.directory.startOf(hash);
      const segmentEnd = start + this.directory.spanOf(hash);
      const bucketsEnd = segmentEnd <= end ? segment.buckets : segment.homeOf(end - 1) + 1;
      const bucket = segment.visitBuckets(segment.homeOf(hash), bucketsEnd, budget, visit);
      hash = bucket >= segment.buckets ? segmentEnd : start + segment.bucketStart(bucket);
      if (budget.stopped || budget.entries <= 0 || budget.slots <= 0) break;
    }
    return hash >= HASHES ? 0 : hash;
  }

  /** The first entry from a hash on, or else from the beginning. */
  private firstFrom(hash: number): Address {
    let found = 0;
    const take = (address: Address) => {
      found = address;
      return false;
    };
    this.walk(hash, HASHES, unlimited(), take);
    if (found === 0) this.walk(0, HASHES, unlimited(), take);
    return found;
  }
}

function slotIn(segment: Segment, hash: number, address: Address): number {
  const slot = segment.slotOf(hash, address);
  if (slot < 0) throw new Error(`entry ${address} is not in the table under hash ${hash >>> 0}`);
  return slot;
}

function unlimited(): WalkBudget {
  return { entries: Infinity, slots: Infinity, stopped: false };
}
