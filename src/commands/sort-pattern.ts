/**
 * The patterns of SORT's BY and GET: the name of another key, with a `*` for the
 * element, and perhaps a field of the hash there.
 *
 *   weight_*          the string at weight_ELEMENT
 *   object_*->name    the field `name` of the hash at object_ELEMENT
 *   #                 the element itself
 *
 * Without a `*` there is nothing to look up. An arrow counts behind the star, and
 * where a field follows it.
 */
import { ByteRange } from "../byte-range.ts";
import { KeyType } from "../store/key-type.ts";
import type { Call } from "./command.ts";
import { findToRead } from "./lookup.ts";

const STAR = 0x2a;
const HASH_SIGN = 0x23;
const ARROW = Buffer.from("->", "latin1");

export class SortPattern {
  readonly isElement: boolean;
  readonly isConstant: boolean;
  private readonly before: Uint8Array;
  private readonly behind: Uint8Array;
  private readonly field: ByteRange | undefined;
  private key = new Uint8Array(0);
  private readonly keyRange = new ByteRange();

  constructor(pattern: ByteRange) {
    const bytes = Buffer.from(pattern.copy());
    const star = bytes.indexOf(STAR);
    const arrow = star < 0 ? -1 : bytes.indexOf(ARROW, star + 1);
    const hasField = arrow >= 0 && arrow + ARROW.length < bytes.length;
    this.isElement = bytes.length === 1 && bytes[0] === HASH_SIGN;
    this.isConstant = star < 0;
    this.before = bytes.subarray(0, Math.max(0, star));
    this.behind = bytes.subarray(star + 1, hasField ? arrow : bytes.length);
    this.field = hasField ? new ByteRange(bytes, arrow + ARROW.length, bytes.length) : undefined;
  }

  /** Points `out` at what the pattern means for an element; false when there is nothing. Good until the next look-up. */
  read(call: Call, element: ByteRange, out: ByteRange): boolean {
    if (this.isElement) {
      out.set(element.bytes, element.start, element.end);
      return true;
    }
    if (this.isConstant) return false;
    const { keyspace } = call;
    const ref = findToRead(call, this.keyFor(element));
    if (ref === 0) return false;
    const type = keyspace.typeOf(ref);
    if (this.field === undefined) {
      if (type !== KeyType.string) return false;
      keyspace.stringValue(ref, out);
      return true;
    }
    if (type !== KeyType.hash) return false;
    const hash = keyspace.collection(ref);
    const found = hash.find(this.field);
    if (found === 0) return false;
    hash.value(found, out);
    return true;
  }

  private keyFor(element: ByteRange): ByteRange {
    const { before, behind } = this;
    const end = before.length + element.length;
    const length = end + behind.length;
    if (length > this.key.length) this.key = new Uint8Array(length * 2);
    this.key.set(before);
    this.key.set(element.bytes.subarray(element.start, element.end), before.length);
    this.key.set(behind, end);
    return this.keyRange.set(this.key, 0, length);
  }
}
