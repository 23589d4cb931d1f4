/** The path of an element that an effect is about: one that is pointed anew for every effect, so that none makes objects. */
import { ByteRange } from "../byte-range.ts";
import type { CollectionType } from "./key-type.ts";

export class ElementTarget {
  db = 0;
  key = new ByteRange();
  type: CollectionType;
  element = new ByteRange();

  constructor(type: CollectionType) {
    this.type = type;
  }

  /** Points at an element; without one, at a key, whose element follows. */
  aim(db: number, key: ByteRange, element: ByteRange = this.element): this {
    this.db = db;
    this.key = key;
    this.element = element;
    return this;
  }
}
