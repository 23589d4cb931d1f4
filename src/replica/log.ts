/**
 * The log: encoded intervals, own and foreign, the bytes as they travel, in the
 * order in which they were cut or applied here. That order is causal. Every
 * link reads it from cursors of its own; the log knows no reader.
 *
 * It is capped in bytes. What falls out raises the floor of its origin:
 *
 * G1. For each origin the entries beyond `servesFrom(origin)` are contiguous
 *     up to V[origin]. Who has that much can be served; who has less needs
 *     another peer or a repair.
 */
import type { Time } from "../../crdt/clock.ts";
import type { Origin } from "../../crdt/origin.ts";
import { LOG_ENTRY_OVERHEAD_BYTES } from "../limits/replication.ts";
import { NumberedQueue } from "./numbered-queue.ts";

export interface LogEntry {
  readonly origin: Origin;
  readonly from: Time;
  readonly to: Time;
  readonly message: Uint8Array;
  /** Its number in the log: its place in causal order. */
  readonly number: number;
  /** When it entered the log, by the replica's stopwatch. */
  readonly arrivedMs: number;
  /** Bytes of this origin that entered the log before it. */
  readonly bytesBefore: number;
}

export interface OriginLog {
  readonly entries: NumberedQueue<LogEntry>;
  bytes: number;
  floor: Time;
  /** The `to` of the last interval seen, logged or not. */
  last: Time;
}

export class IntervalLog {
  readonly entries = new NumberedQueue<LogEntry>();
  bytes = 0;
  private readonly bytesMax: number;
  private readonly byOrigin: OriginLog[] = [];

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  /** False when the interval is larger than the log: it is not kept and laps everybody. */
  append(origin: Origin, from: Time, to: Time, message: Uint8Array, nowMs: number): boolean {
    const log = this.ofOrigin(origin);
    if (from !== log.last) throw new Error(`log: interval of origin ${origin} from ${from} after ${log.last}`);
    log.last = to;
    const cost = message.length + LOG_ENTRY_OVERHEAD_BYTES;
    if (cost > this.bytesMax) {
      log.floor = to;
      return false;
    }
    while (this.bytes + cost > this.bytesMax) this.evict();
    const number = this.entries.end;
    const entry: LogEntry = { origin, from, to, message, number, arrivedMs: nowMs, bytesBefore: log.bytes };
    log.bytes += message.length;
    this.bytes += cost;
    log.entries.push(entry);
    this.entries.push(entry);
    return true;
  }

  ofOrigin(origin: Origin): OriginLog {
    const known = this.byOrigin[origin];
    if (known !== undefined) return known;
    for (let o = this.byOrigin.length; o <= origin; o++) {
      this.byOrigin.push({ entries: new NumberedQueue(), bytes: 0, floor: 0, last: 0 });
    }
    return this.byOrigin[origin] as OriginLog;
  }

  /** Who has this much of an origin can be given the rest (G1). */
  servesFrom(origin: Origin): Time {
    return this.byOrigin[origin]?.floor ?? 0;
  }

  /** V[origin] rose without intervals, by a repair or at the start: what came before cannot be served. */
  raiseFloor(origin: Origin, time: Time): void {
    const log = this.ofOrigin(origin);
    if (time <= log.last) throw new Error(`log: floor of origin ${origin} to ${time}, but ${log.last} was logged`);
    log.floor = time;
    log.last = time;
  }

  /** The number, within its origin, of the first entry that ends after `time`. */
  numberAfter(origin: Origin, time: Time): number {
    const { entries } = this.ofOrigin(origin);
    let low = entries.first;
    let high = entries.end;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const entry = entries.at(middle);
      if (entry !== undefined && entry.to <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Bytes of an origin's intervals beyond `time`. */
  bytesAfter(origin: Origin, time: Time): number {
    const log = this.ofOrigin(origin);
    const entry = log.entries.at(this.numberAfter(origin, time));
    return entry === undefined ? 0 : log.bytes - entry.bytesBefore;
  }

  private evict(): void {
    const entry = this.entries.shift();
    if (entry === undefined) return;
    const log = this.ofOrigin(entry.origin);
    log.entries.shift();
    log.floor = Math.max(log.floor, entry.to);
    this.bytes -= entry.message.length + LOG_ENTRY_OVERHEAD_BYTES;
  }
}
