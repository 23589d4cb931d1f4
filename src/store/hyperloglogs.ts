/**
 * HyperLogLogs as commands read and grow them. A HyperLogLog is a string whose
 * bytes are Redis's; what is asked most, a single register, is answered without
 * putting these bytes together.
 */
import { newestSibling, type Sibling } from "../../crdt/cell.ts";
import { isUsable, registerAt, type Rises } from "../../crdt/hyperloglog.ts";
import {
  cacheCardinality,
  cachedCardinality,
  forgetCardinality,
  isHyperLogLog,
} from "../../crdt/hyperloglog-format.ts";
import { ByteRange } from "../byte-range.ts";
import type { Core } from "./core.ts";
import { type EntryRef, Kind } from "./entry.ts";
import { grow } from "./hyperloglog-effects.ts";
import { shownSiblings } from "./hyperloglog-values.ts";

export class HyperLogLogs {
  private readonly core: Core;
  /** The bytes of the newest value of the key in hand. */
  private readonly value = new ByteRange();

  constructor(core: Core) {
    this.core = core;
  }

  /** Does a string look like one? */
  isOne(ref: EntryRef): boolean {
    const { bytes, start, end } = this.newest(ref);
    return isHyperLogLog(bytes, start, end);
  }

  /** Can all its registers be read? */
  isUsable(ref: EntryRef): boolean {
    const { keys, memory } = this.core;
    const isObject = memory.entries.kind(ref) === Kind.object;
    // What has grown was looked at before.
    if (isObject && newestSibling(keys.state(ref).cell, memory.origins)?.growth !== undefined) return true;
    const { bytes, start, end } = this.newest(ref);
    return isUsable(bytes, start, end);
  }

  /** What a register of one shows; -1 when it is too short. */
  registerAt(ref: EntryRef, index: number): number {
    const shown = this.concurrent(ref);
    if (shown === undefined) {
      const { bytes, start, end } = this.newest(ref);
      return registerAt(bytes, start, end, index);
    }
    let held = -1;
    for (const { value } of shown) held = Math.max(held, registerAt(value, 0, value.length, index));
    return held;
  }

  /** The cardinality that was counted last; -1 when something has changed since. */
  cachedCardinality(ref: EntryRef): number {
    const { bytes, start } = this.newest(ref);
    return cachedCardinality(bytes, start);
  }

  /** Remembers what was counted: on this replica, by no effect (hyperloglog-values.ts, C1). */
  cacheCardinality(ref: EntryRef, cardinality: number): void {
    const { bytes, start } = this.newest(ref);
    cacheCardinality(bytes, start, cardinality);
  }

  forgetCardinality(ref: EntryRef): void {
    const { bytes, start } = this.newest(ref);
    forgetCardinality(bytes, start);
  }

  /** Raises registers of a visible usable one, and perhaps makes it dense: an effect. */
  grow(db: number, key: ByteRange, rises: Rises, dense: boolean, sparseBytesMax: number): void {
    grow(this.core, db, key, rises, dense, sparseBytesMax);
  }

  private newest(ref: EntryRef): ByteRange {
    const { keys, memory } = this.core;
    const { value } = this;
    if (memory.entries.kind(ref) !== Kind.object) {
      memory.values.read(ref, undefined, value);
      return value;
    }
    const bytes = newestSibling(keys.state(ref).cell, memory.origins)?.value;
    return bytes === undefined ? value.clear() : value.set(bytes, 0, bytes.length);
  }

  /** Several lives that were begun at the same time and show together. */
  private concurrent(ref: EntryRef): readonly Sibling[] | undefined {
    const { keys, memory } = this.core;
    if (memory.entries.kind(ref) !== Kind.object) return undefined;
    const { cell } = keys.state(ref);
    return cell.siblings.length < 2 ? undefined : shownSiblings(cell, memory.origins);
  }
}
