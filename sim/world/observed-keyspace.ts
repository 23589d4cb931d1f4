/**
 * The real keyspace, which also tells the simulator what it does of its own
 * accord: which keys it removes because their time has come, and by which event.
 * And it can be audited, and says which events it has seen, and whether something
 * of a repair is still to be joined.
 */
import { audit } from "../../src/store/audit.ts";
import { Keyspace } from "../../src/store/keyspace.ts";
import type { Seen } from "../spec/history.ts";

/** Stands where a command's name stands: the replica looks for keys whose time has come, and removes them. */
export const EXPIRY = "(expiry)";

export interface ExpiredKey {
  readonly database: number;
  readonly key: string;
  /** Those of its fields that have gone; none where the key itself has. */
  readonly fields: readonly string[];
}

/** The replica's own time before the event, the event's time, and the keys that it removed. */
export type ExpiryObserver = (before: number, time: number, keys: readonly ExpiredKey[]) => void;

export class ObservedKeyspace extends Keyspace {
  observer: ExpiryObserver = () => {};

  /** Has a repair been committed that is still to be joined, piece by piece? Whoever looks at everything joins all of it. */
  get isSettling(): boolean {
    return !this.repair.isSettled;
  }

  /** What this replica has seen, and of its own events those up to a time. */
  seen(ownUntil = Number.POSITIVE_INFINITY): Seen {
    const { context, origins, self } = this;
    const own = origins.id(self);
    // Runs of events of one origin are asked about one after the other.
    let latest = own;
    let seenUntil = ownUntil;
    return (origin, time) => {
      if (origin !== latest) {
        latest = origin;
        const index = origins.find(origin);
        seenUntil = origin === own ? ownUntil : index === undefined ? -1 : context.get(index);
      }
      return time <= seenUntil;
    };
  }

  /** Where running figures are not those of the entries: fingerprints, counts, memory. */
  audit(): string[] {
    return audit(this.core);
  }

  override expireSome(wallMs: number, boundMs: number, keysMax: number): number {
    const before = this.context.get(this.self);
    const keys: (ExpiredKey & { readonly fields: string[] })[] = [];
    this.onExpired = (database, key) => keys.push({ database, key: key.latin1(), fields: [] });
    this.fields.onExpired = (database, bytes, field) => {
      const key = bytes.latin1();
      const last = keys.at(-1);
      if (last?.database === database && last.key === key) last.fields.push(field.latin1());
      else keys.push({ database, key, fields: [field.latin1()] });
    };
    const removed = super.expireSome(wallMs, boundMs, keysMax);
    if (keys.length > 0) this.observer(before, this.context.get(this.self), keys);
    return removed;
  }
}
