/**
 * Clients that wait for a key to have something: BLPOP and its like.
 *
 *   queue of (database, key, type)   first ─► second ─► ...     in the order in which they began to wait
 *
 * A client stands in the queue of each of its keys. When a key has changed (watched.ts), at the end of the turn those in
 * its queues are answered one by one, as long as the key has what they wait for. Whoever asks for a key at which others
 * wait already stands behind them.
 */
import type { ByteRange } from "../byte-range.ts";
import type { KeyTypeValue } from "../store/key-type.ts";
import type { Keyspace } from "../store/keyspace.ts";
import type { Client } from "./client.ts";

export interface KeyWaiter {
  readonly client: Client;
  readonly db: number;
  readonly type: KeyTypeValue;
  /** Copies, each once. */
  readonly keys: readonly ByteRange[];
  /** The key that has something, when it is the client's turn. */
  served: ByteRange | undefined;
}

interface Queue {
  readonly db: number;
  readonly key: ByteRange;
  readonly type: KeyTypeValue;
  readonly waiters: Set<KeyWaiter>;
}

export class KeyWaiters {
  private readonly byHash = new Map<number, Queue[]>();

  add({ watched }: Keyspace, waiter: KeyWaiter): void {
    const { db, type } = waiter;
    for (const key of waiter.keys) {
      const hash = watched.hashOf(key);
      const queues = this.byHash.get(hash) ?? [];
      if (queues.length === 0) this.byHash.set(hash, queues);
      let queue = queues.find((held) => isFor(held, db, key, type));
      if (queue === undefined) queues.push((queue = { db, key, type, waiters: new Set() }));
      queue.waiters.add(waiter);
      watched.add(hash);
    }
  }

  remove({ watched }: Keyspace, waiter: KeyWaiter): void {
    for (const key of waiter.keys) {
      const hash = watched.hashOf(key);
      const queues = this.byHash.get(hash) ?? [];
      for (const { waiters } of queues) if (waiters.delete(waiter)) watched.remove(hash);
      const left = queues.filter(({ waiters }) => waiters.size > 0);
      if (left.length === 0) this.byHash.delete(hash);
      else if (left.length < queues.length) this.byHash.set(hash, left);
    }
  }

  /** Does somebody wait at this key for such a thing? */
  has({ watched }: Keyspace, db: number, key: ByteRange, type: KeyTypeValue): boolean {
    if (this.byHash.size === 0) return false;
    const queues = this.byHash.get(watched.hashOf(key));
    return queues !== undefined && queues.some((queue) => isFor(queue, db, key, type));
  }

  /** The next who can be served with what has changed; undefined when nobody can. */
  next(keyspace: Keyspace): KeyWaiter | undefined {
    const { changed } = keyspace.watched;
    for (const hash of changed) {
      for (const { db, key, type, waiters } of this.byHash.get(hash) ?? []) {
        const ref = keyspace.peek(db, key);
        if (ref === 0 || keyspace.typeOf(ref) !== type) continue;
        for (const waiter of waiters) {
          if (waiter.client.waitEnd !== undefined) continue;
          waiter.served = key;
          return waiter;
        }
      }
      changed.delete(hash);
    }
    return undefined;
  }
}

function isFor(queue: Queue, db: number, key: ByteRange, type: KeyTypeValue): boolean {
  return queue.db === db && queue.type === type && queue.key.equals(key);
}
