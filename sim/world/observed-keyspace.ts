/**
 * The real keyspace, which also tells the simulator what it does of its own
 * accord: which keys it removes because their time has come, and by which event.
 */
import { Keyspace } from "../../src/store/keyspace.ts";

export interface ExpiredKey {
  readonly database: number;
  readonly key: string;
}

/** The replica's own time before the event, the event's time, and the keys that it removed. */
export type ExpiryObserver = (before: number, time: number, keys: readonly ExpiredKey[]) => void;

export class ObservedKeyspace extends Keyspace {
  observer: ExpiryObserver = () => {};

  override expireSome(wallMs: number, keysMax: number): number {
    const before = this.context.get(this.self);
    const keys: ExpiredKey[] = [];
    this.onExpired = (database, key) => keys.push({ database, key: key.latin1() });
    const removed = super.expireSome(wallMs, keysMax);
    if (keys.length > 0) this.observer(before, this.context.get(this.self), keys);
    return removed;
  }
}
