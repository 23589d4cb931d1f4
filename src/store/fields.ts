/**
 * Fields of hashes as mortals: what commands do to their deadlines. The rest that
 * fields have in common with other elements is in the keyspace itself.
 */
import { NEVER } from "../../crdt/life.ts";
import type { ByteRange } from "../byte-range.ts";
import type { Core } from "./core.ts";
import { elementRemove } from "./element-effects.ts";
import { ElementTarget } from "./element-target.ts";
import type { Expiry } from "./expiry.ts";
import { fieldExpireAt, fieldPutKeepingLife } from "./field-effects.ts";
import { KeyType } from "./key-type.ts";

export class Fields {
  private readonly core: Core;
  private readonly expiry: Expiry;
  private readonly target = new ElementTarget(KeyType.hash);

  constructor(core: Core, expiry: Expiry) {
    this.core = core;
    this.expiry = expiry;
  }

  /** Gives a visible field its deadline; one that has come removes the field at once. False then. */
  expireAt(db: number, key: ByteRange, field: ByteRange, atMs: number): boolean {
    const target = this.target.aim(db, key, field);
    if (atMs > this.core.event.nowMs) {
      fieldExpireAt(this.core, target, atMs);
      return true;
    }
    elementRemove(this.core, target);
    this.expiry.expiredFieldCount++;
    return false;
  }

  /** A visible field lives for ever. */
  persist(db: number, key: ByteRange, field: ByteRange): void {
    fieldExpireAt(this.core, this.target.aim(db, key, field), NEVER);
  }

  /** Puts a value that has the deadline of the one it replaces. True when the field is new. */
  putKeepingLife(db: number, key: ByteRange, field: ByteRange, value: ByteRange): boolean {
    return fieldPutKeepingLife(this.core, this.target.aim(db, key, field), value);
  }

  /** Fields removed because their deadline had come. */
  get expiredFields(): number {
    return this.expiry.expiredFieldCount;
  }

  /** Hashes of a database that have fields with a deadline. */
  expiringHashes(db: number): number {
    return this.core.keys.database(db).expiringHashes;
  }

  /** Tells of every field that active expiry removes. */
  set onExpired(listener: (db: number, key: ByteRange, field: ByteRange) => void) {
    this.expiry.onFieldExpired = listener;
  }
}
