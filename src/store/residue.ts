/**
 * Residue: what shows nothing any more and waits until every replica has seen
 * why, because something may still arrive that needs it to be read right.
 *
 * That is the floor of a counter that was reset, and a deadline or life whose
 * content was removed. It is not a tombstone: plain values, sets and hashes
 * leave none. Paths are noted as residue arises. `seal` closes the set noted so
 * far; once all replicas have seen everything that this one had seen then, and
 * this one has seen all that they had done meanwhile, `takeSealed` gives the
 * paths back to be pruned.
 *
 * Z1. A path noted again after the seal is left for the next round.
 */
import type { ByteRange } from "../byte-range.ts";
import { KeyType, type KeyTypeValue } from "./key-type.ts";

export interface ResiduePath {
  readonly db: number;
  readonly key: Uint8Array;
  /** The collection of an element; string for the key itself. */
  readonly type: KeyTypeValue;
  readonly element: Uint8Array;
}

const NO_ELEMENT = new Uint8Array(0);

export class Residue {
  private open = new Map<string, ResiduePath>();
  private sealed: Map<string, ResiduePath> | undefined;

  get count(): number {
    return this.open.size + (this.sealed?.size ?? 0);
  }

  /** Has the key itself been noted since the seal? */
  isOpen(db: number, key: ByteRange): boolean {
    return this.open.has(keyName(db, key));
  }

  noteKey(db: number, key: ByteRange): void {
    this.note(keyName(db, key), { db, key: key.copy(), type: KeyType.string, element: NO_ELEMENT });
  }

  noteElement(db: number, key: ByteRange, type: KeyTypeValue, element: Uint8Array): void {
    const name = `${db}/${type}/${key.length}:${key.latin1()}${Buffer.from(element).toString("latin1")}`;
    this.note(name, { db, key: key.copy(), type, element: element.slice() });
  }

  /** Visits the key of every path, sealed or not. */
  eachKey(visit: (key: Uint8Array) => void): void {
    for (const { key } of this.open.values()) visit(key);
    for (const { key } of this.sealed?.values() ?? []) visit(key);
  }

  /** Closes the set noted so far. False when there is nothing to wait for, or a set is sealed already. */
  seal(): boolean {
    if (this.sealed !== undefined || this.open.size === 0) return false;
    this.sealed = this.open;
    this.open = new Map();
    return true;
  }

  eachSealed(visit: (path: ResiduePath) => void): void {
    for (const path of this.sealed?.values() ?? []) visit(path);
  }

  /** The sealed paths, less those noted again since (Z1). */
  takeSealed(): ResiduePath[] {
    const paths: ResiduePath[] = [];
    for (const [name, path] of this.sealed ?? []) if (!this.open.has(name)) paths.push(path);
    this.sealed = undefined;
    return paths;
  }

  private note(name: string, path: ResiduePath): void {
    if (!this.open.has(name)) this.open.set(name, path);
  }
}

function keyName(db: number, key: ByteRange): string {
  return `${db}:${key.latin1()}`;
}
