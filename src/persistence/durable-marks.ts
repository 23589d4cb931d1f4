/**
 * V as of the last sync. Records are noted as they are written down for the log;
 * a sync seals what was written before it began, and its end makes that durable.
 */
import type { Time } from "../../crdt/clock.ts";
import { Context } from "../../crdt/context.ts";
import type { OriginId, Origins } from "../../crdt/origin.ts";
import type { Times } from "../../transport/message.ts";

export class DurableMarks {
  readonly durable = new Context();
  private readonly origins: Origins;
  private open = new Map<OriginId, Time>();
  private sealed = new Map<OriginId, Time>();

  constructor(origins: Origins) {
    this.origins = origins;
  }

  note(originId: OriginId, to: Time): void {
    if (to > (this.open.get(originId) ?? 0)) this.open.set(originId, to);
  }

  noteAll(times: Times): void {
    for (let i = 0; i < times.length; i += 2) this.note(times[i] as OriginId, times[i + 1] as Time);
  }

  /** So much is durable by other means: a snapshot. */
  raise(times: Times): void {
    for (let i = 0; i < times.length; i += 2) {
      this.durable.raise(this.origins.intern(times[i] as OriginId), times[i + 1] as Time);
    }
  }

  /** Everything noted so far was written; a sync begins. */
  seal(): void {
    if (this.sealed.size === 0) {
      [this.sealed, this.open] = [this.open, this.sealed];
      return;
    }
    for (const [originId, time] of this.open) this.sealed.set(originId, time);
    this.open.clear();
  }

  /** The sync is over. */
  commit(): void {
    for (const [originId, time] of this.sealed) this.durable.raise(this.origins.intern(originId), time);
    this.sealed.clear();
  }

  /** The sync failed: what was sealed is as unsure as what came after it. */
  unseal(): void {
    for (const [originId, time] of this.sealed) this.note(originId, time);
    this.sealed.clear();
  }
}
