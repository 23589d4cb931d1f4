/**
 * The (stamp, origin id) of the newest element of a collection, by which types
 * compete for a key. It is known as long as that element stays, and again once
 * one comes that is newer than any before.
 */
import { greatestIdOf, newestStamp } from "../../crdt/cell.ts";
import type { Time } from "../../crdt/clock.ts";
import type { Origin, OriginId } from "../../crdt/origin.ts";
import type { ElementState } from "./element-state.ts";
import { type EntryRef, Kind } from "./entry.ts";
import type { Members } from "./members.ts";
import type { Memory } from "./memory.ts";

export class Newest {
  /** No element has had a greater stamp. */
  stampMax: Time = 0;
  private isKnown = true;
  private stamp: Time = 0;
  private id: OriginId = 0;
  private readonly memory: Memory;

  constructor(memory: Memory) {
    this.memory = memory;
  }

  /** It is asked for at every look at a key that holds several types. */
  of(members: Members): { stamp: Time; id: OriginId } {
    if (!this.isKnown) {
      this.isKnown = true;
      this.stamp = 0;
      this.id = 0;
      members.forEach((ref) => this.add(ref));
    }
    return { stamp: this.stamp, id: this.id };
  }

  /** An element is there, and may be the newest; that it is for certain if none was ever as new. */
  add(ref: EntryRef): void {
    const { entries, origins } = this.memory;
    const object = this.objectAt(ref);
    const stamp = object === undefined ? entries.time(ref) : newestStamp(object);
    if (this.isOlder(stamp)) return;
    this.keepNewer(
      stamp,
      object === undefined ? origins.id(entries.origin(ref)) : greatestIdOf(object, stamp, origins),
    );
  }

  /** A plain element of this dot comes or goes. */
  noteDot(origin: Origin, time: Time, by: 1 | -1): void {
    if (by < 0) return this.forgetStamp(time);
    if (this.isOlder(time)) return;
    this.keepNewer(time, this.memory.origins.id(origin));
  }

  /** A packed element is there, by this dot; it stands for one of an earlier time, or for none (0). */
  replace(before: Time, origin: Origin, time: Time): void {
    if (before !== 0) this.forgetStamp(before);
    this.noteDot(origin, time, 1);
  }

  /** An element goes, or changes: if it was the newest, another is. */
  forget(ref: EntryRef): void {
    if (!this.isKnown) return;
    const object = this.objectAt(ref);
    this.forgetStamp(object === undefined ? this.memory.entries.time(ref) : newestStamp(object));
  }

  /** An element of this stamp goes. */
  private forgetStamp(stamp: Time): void {
    if (stamp === this.stamp) this.isKnown = false;
  }

  /** Is a stamp less than that of the newest, or does nobody know? One that is greater than any before is for certain the newest. */
  private isOlder(stamp: Time): boolean {
    if (stamp <= this.stampMax) return !this.isKnown || stamp < this.stamp;
    this.stampMax = stamp;
    this.isKnown = true;
    return false;
  }

  private keepNewer(stamp: Time, id: OriginId): void {
    if (stamp === this.stamp && id <= this.id) return;
    this.stamp = stamp;
    this.id = id;
  }

  private objectAt(ref: EntryRef): ElementState | undefined {
    const { entries } = this.memory;
    return entries.kind(ref) === Kind.object ? (entries.object(ref) as ElementState) : undefined;
  }
}
