/**
 * Clients that wait: a command that cannot be answered yet suspends its client.
 *
 *   handler ─► suspend ─► (the session runs no further command) ─► release ─► takeReady ─► the session answers, goes on
 *                                                                    ▲ acknowledged, tick, CLIENT UNBLOCK, or whoever
 *                                                                      brings what the client waits for
 *
 * Nothing here sets a timer or writes to a socket. The shell says when peers have
 * acknowledged something and what time it is, takes those that need wait no more,
 * and has the dispatcher write their replies (`Dispatcher.finish`).
 *
 * B1. A suspension that is over is answered exactly once, unless its client leaves first.
 * B2. Replies are written between commands, never within another client's.
 * B3. A client that has no session to wait in is answered at once with what is true now.
 */
import type { ReplyWriter } from "../resp/reply.ts";
import type { Client } from "./client.ts";
import { KeyWaiters } from "./key-waiters.ts";
import type { Keyspace } from "../store/keyspace.ts";
import type { Suspension, WaitEnd } from "./suspension.ts";

export class BlockedClients {
  /** Called when there is somebody to take again. */
  onReady: () => void = () => {};
  /** Those that wait for a key to have something. */
  readonly atKeys = new KeyWaiters();
  private readonly waiting = new Set<Client>();
  private ready: Client[] = [];
  /** No deadline lies before it. */
  private nextDeadline = Infinity;

  get count(): number {
    return this.waiting.size;
  }

  /** Answers at once when there is nothing to wait for, or nowhere to wait (B3). */
  suspend(client: Client, reply: ReplyWriter, suspension: Suspension): void {
    if (suspension.isReached()) suspension.answer(reply, "reached");
    else if (!client.maySuspend) suspension.answer(reply, "timeout");
    else {
      client.suspension = suspension;
      client.waitEnd = undefined;
      this.waiting.add(client);
      this.nextDeadline = Math.min(this.nextDeadline, suspension.deadlineMicroseconds);
    }
  }

  /** The client need not wait any longer; its reply is written when the shell comes round (B1, B2). */
  release(client: Client, end: WaitEnd): void {
    if (client.suspension === undefined || client.waitEnd !== undefined) return;
    client.waitEnd = end;
    if (this.ready.push(client) === 1) this.onReady();
  }

  /** Peers have acknowledged something, or something has become durable. */
  acknowledged(): void {
    for (const client of this.waiting) {
      if (client.waitEnd === undefined && client.suspension?.isReached() === true) this.release(client, "reached");
    }
  }

  /** Releases those whose time is over. */
  tick(microseconds: number): void {
    if (microseconds < this.nextDeadline) return;
    this.nextDeadline = Infinity;
    for (const client of this.waiting) {
      const deadline = client.suspension?.deadlineMicroseconds ?? Infinity;
      if (deadline <= microseconds) this.release(client, "timeout");
      else this.nextDeadline = Math.min(this.nextDeadline, deadline);
    }
  }

  /** Those that were released, in that order; whoever takes them answers them. */
  takeReady(): readonly Client[] {
    const { ready } = this;
    if (ready.length === 0) return ready;
    this.ready = [];
    return ready.filter(({ suspension, waitEnd }) => suspension !== undefined && waitEnd !== undefined);
  }

  /**
   * The next of those whose keys have changed and have what it waits for; whoever takes it answers it before asking for
   * the next, for the answer may take what another waits for.
   */
  takeServed(keyspace: Keyspace): Client | undefined {
    const waiter = this.atKeys.next(keyspace);
    if (waiter === undefined) return undefined;
    waiter.client.waitEnd = "reached";
    return waiter.client;
  }

  /** The client was answered, or has left. */
  remove(client: Client): void {
    const { suspension } = client;
    if (suspension === undefined) return;
    client.suspension = undefined;
    client.waitEnd = undefined;
    this.waiting.delete(client);
    suspension.dropped?.();
  }
}
