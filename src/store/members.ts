/**
 * Where the entries of a collection's elements stand: a hash table, or, for
 * lists, the sequence of their positions alone. Hashes are those of the elements'
 * bytes. Visitors must not change the members.
 */
import type { Address } from "./address.ts";
import type { ElementHashes } from "./elements.ts";
import type { EntryVisitor } from "./segment.ts";

export interface Members extends ElementHashes {
  /** Entries, visible or not. */
  readonly size: number;
  /** What it takes beside the entries. */
  readonly tableBytes: number;
  find(hash: number, bytes: Uint8Array, start: number, end: number): Address;
  /** Adds an entry whose element is not there. */
  insert(hash: number, address: Address): void;
  /** Puts another entry of the same element in the place of one. */
  replace(hash: number, oldAddress: Address, newAddress: Address): void;
  remove(hash: number, address: Address): void;
  forEach(visit: EntryVisitor): void;
  /** From a cursor on about `count` entries; returns the next cursor, 0 at the end. */
  scan(cursor: number, count: number, visit: EntryVisitor): number;
  /** An entry, each with the same chance; 0 when there is none. */
  random(random: () => number): Address;
}
