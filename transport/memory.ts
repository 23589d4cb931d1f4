/**
 * Links in memory, for tests and models: two ends, each a LinkPort, and
 * messages that wait until somebody delivers them. Like a real connection a
 * memory link is ordered, and breaking it loses what is on the way.
 */
import type { LinkPort } from "./link.ts";

export interface MemoryEvents {
  received(message: Uint8Array): void;
  closed(code: number, reason: string): void;
  drained(): void;
}

/** A connected pair; the first end is the one that dialed. */
export function memoryLink(): [MemoryPort, MemoryPort] {
  const dialing = new MemoryPort(true);
  const listening = new MemoryPort(false);
  dialing.join(listening);
  listening.join(dialing);
  return [dialing, listening];
}

export class MemoryPort implements LinkPort {
  readonly dialed: boolean;
  readonly remoteHost = "";
  bufferedBytes = 0;
  open = true;
  private events: MemoryEvents | undefined;
  private other: MemoryPort | undefined;
  /** Messages on the way from this end to the other. */
  private readonly outgoing: Uint8Array[] = [];
  private closing: { code: number; reason: string } | undefined;

  constructor(dialed: boolean) {
    this.dialed = dialed;
  }

  join(other: MemoryPort): void {
    this.other = other;
  }

  attach(events: MemoryEvents): void {
    this.events = events;
  }

  get pending(): number {
    return this.outgoing.length;
  }

  send(message: Uint8Array): void {
    if (!this.open || this.closing !== undefined) return;
    this.outgoing.push(message);
    this.bufferedBytes += message.length;
  }

  /** Takes effect at the other end after what was sent before has been delivered. */
  close(code: number, reason: string): void {
    this.closing ??= { code, reason };
  }

  /** Hands the oldest message, or the close, to the other end. False when nothing waits. */
  deliver(): boolean {
    if (!this.open) return false;
    const message = this.outgoing.shift();
    if (message !== undefined) {
      this.bufferedBytes -= message.length;
      this.other?.events?.received(message);
      if (this.open) this.events?.drained();
      return true;
    }
    if (this.closing === undefined) return false;
    this.sever(this.closing.code, this.closing.reason);
    return true;
  }

  /** The connection is gone: both ends hear of it, what is on the way is lost. */
  sever(code = 1006, reason = ""): void {
    if (!this.open) return;
    this.shut();
    this.other?.shut();
    this.events?.closed(code, reason);
    this.other?.events?.closed(code, reason);
  }

  private shut(): void {
    this.open = false;
    this.outgoing.length = 0;
    this.bufferedBytes = 0;
  }
}
