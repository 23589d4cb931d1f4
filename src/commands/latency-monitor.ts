/**
 * Spikes by event ("command", "expire-cycle", "tick"...), remembered when they
 * reach `latency-monitor-threshold` milliseconds: what LATENCY LATEST, HISTORY
 * and GRAPH show. Two spikes within one second keep the worse, as in Redis.
 */
import { LATENCY_EVENTS_MAX, LATENCY_HISTORY_MAX } from "../limits/clients.ts";

export interface LatencySpike {
  readonly wallSeconds: number;
  readonly latencyMs: number;
}

export interface LatencyEvent {
  readonly name: string;
  readonly history: LatencySpike[];
  worstMs: number;
}

export class LatencyMonitor {
  private readonly byName = new Map<string, LatencyEvent>();

  /** The caller has compared with the threshold. */
  add(name: string, wallMs: number, latencyMs: number): void {
    const event = this.event(name);
    if (event === undefined) return;
    const wallSeconds = Math.floor(wallMs / 1000);
    if (latencyMs > event.worstMs) event.worstMs = latencyMs;
    const last = event.history.at(-1);
    if (last !== undefined && last.wallSeconds === wallSeconds) {
      if (latencyMs > last.latencyMs) event.history[event.history.length - 1] = { wallSeconds, latencyMs };
      return;
    }
    event.history.push({ wallSeconds, latencyMs });
    if (event.history.length > LATENCY_HISTORY_MAX) event.history.shift();
  }

  events(): readonly LatencyEvent[] {
    return [...this.byName.values()];
  }

  find(name: string): LatencyEvent | undefined {
    return this.byName.get(name);
  }

  reset(name: string): boolean {
    return this.byName.delete(name);
  }

  resetAll(): number {
    const count = this.byName.size;
    this.byName.clear();
    return count;
  }

  private event(name: string): LatencyEvent | undefined {
    const known = this.byName.get(name);
    if (known !== undefined || this.byName.size >= LATENCY_EVENTS_MAX) return known;
    const event: LatencyEvent = { name, history: [], worstMs: 0 };
    this.byName.set(name, event);
    return event;
  }
}
