/**
 * What goes out on a link, and when it must wait.
 *
 * A link sends what its peer lacks, from cursors into the log: first what the
 * peer has pulled, then own intervals at once, then others' intervals if the
 * peer still lacks them after a delay. So relaying around a broken link costs
 * nothing while no link is broken. The link stops at its cursors when the peer
 * has given no credit or the socket is full; nothing is queued for it.
 *
 * A cursor whose place has fallen out of the log makes the link `lapped`: the
 * peer is told, and own intervals wait until a repair has brought it forward.
 */
import type { Time } from "../../crdt/clock.ts";
import type { Context } from "../../crdt/context.ts";
import type { Origin, OriginId } from "../../crdt/origin.ts";
import type { Times } from "../../transport/message.ts";
import { RELAY_DELAY_MS_MIN, RELAY_PATIENCE_DELAYS } from "../limits/replication.ts";
import type { Environment } from "./environment.ts";
import type { Journal } from "./journal.ts";
import type { Link } from "./link.ts";
import type { LogEntry } from "./log.ts";
import type { Mesh } from "./mesh.ts";
import { raiseAll, type LocalTimes } from "./times.ts";

export class Outbound {
  /** Is the writer known to be away? Then nobody gets its intervals by itself. */
  isAbsent: (origin: Origin) => boolean = () => false;
  private readonly journal: Journal;
  private readonly mesh: Mesh;
  private readonly environment: Environment;

  constructor(journal: Journal, mesh: Mesh, environment: Environment) {
    this.journal = journal;
    this.mesh = mesh;
    this.environment = environment;
  }

  /** Sends everything that may go now. True when nothing is left that waits for room. */
  pump(link: Link): boolean {
    const { limits, counters } = this.environment;
    // What is not as safe as was promised does not leave.
    if (this.journal.follower.holdsBack) return false;
    while (link.state === "open") {
      if (!this.hasRoom(link, limits.bufferedBytesMax)) return false;
      const entry = this.nextEntry(link);
      if (entry === undefined) return true;
      link.known.raise(entry.origin, entry.to);
      this.mesh.sendBytes(link, entry.message);
      counters.intervalsSent++;
      if (entry.origin !== this.journal.state.self) counters.intervalsRelayed++;
    }
    return false;
  }

  /** May more go out? One message beyond the credit is allowed, so any message fits in the end. */
  hasRoom(link: Link, bufferedBytesMax: number): boolean {
    const underWay = link.creditSentBytes - link.creditAcknowledgedBytes;
    return underWay < link.peerCreditBytes && link.port.bufferedBytes < bufferedBytesMax;
  }

  /** Puts the cursors at the first entries beyond what the peer has. */
  place(link: Link, has: Context): void {
    const { log, state } = this.journal;
    link.known = has.copy();
    link.lapped = false;
    link.ownNext = log.numberAfter(state.self, has.get(state.self));
    link.relayNext = log.entries.first;
  }

  /** From here on everything that enters the log flows, and at once: a repair brings what came before. */
  placeAtEnd(link: Link): void {
    const { log, state } = this.journal;
    link.known = state.context.copy();
    link.lapped = false;
    link.ownNext = log.ofOrigin(state.self).entries.end;
    link.relayNext = log.entries.end;
    link.pulls.clear();
  }

  /** From here on everything after `has` flows, and at once. False, and nothing changed, when the log does not reach back so far. */
  placeForRepair(link: Link, has: Context): boolean {
    const known = has.copy();
    known.merge(link.acknowledged);
    if (!this.journal.state.context.includes(has) || !this.reachesBackTo(known, link.peerOrigin)) return false;
    this.place(link, known);
    link.pulls.clear();
    return true;
  }

  /** Can everything within V still go out on this link, or has it gone? */
  canSendAll(link: Link): boolean {
    return !link.lapped && this.reachesBackTo(link.known, link.peerOrigin);
  }

  private reachesBackTo(known: Context, peerOrigin: Origin): boolean {
    const { log, state } = this.journal;
    let reaches = true;
    state.context.each((origin, time) => {
      if (origin === peerOrigin || known.covers(origin, time)) return;
      if (log.servesFrom(origin) > known.get(origin)) reaches = false;
    });
    return reaches;
  }

  /** Has everything within V gone out on this link, but for what is the peer's own? */
  hasSentAll(link: Link): boolean {
    const { context } = this.journal.state;
    let all = true;
    context.each((origin, time) => {
      if (origin !== link.peerOrigin && !link.known.covers(origin, time)) all = false;
    });
    return all;
  }

  acknowledge(link: Link, times: LocalTimes): void {
    const { stopwatch } = this.environment;
    for (let i = 0; i < times.length; i += 2) link.progressMs[times[i] as Origin] = stopwatch.nowMs;
    raiseAll(link.acknowledged, times);
    raiseAll(link.known, times);
    const { log, state } = this.journal;
    const has = link.acknowledged.get(state.self);
    if (!link.lapped || has < log.servesFrom(state.self)) return;
    link.lapped = false;
    link.ownNext = log.numberAfter(state.self, has);
  }

  /** The peer wants these origins from these times on; answers what the log cannot serve. */
  pull(link: Link, have: Times): void {
    const { log, state } = this.journal;
    const floors: number[] = [];
    for (let i = 0; i < have.length; i += 2) {
      const origin = state.origins.find(have[i] as OriginId);
      const time = have[i + 1] as Time;
      if (origin === undefined || state.context.get(origin) <= time) continue;
      const floor = log.servesFrom(origin);
      if (floor > time) floors.push(have[i] as OriginId, floor);
      else link.pulls.set(origin, { next: log.numberAfter(origin, time), until: log.ofOrigin(origin).entries.end });
    }
    this.environment.counters.pullsServed++;
    if (floors.length > 0) this.tellLapped(link, floors);
  }

  private nextEntry(link: Link): LogEntry | undefined {
    return this.nextPulled(link) ?? this.nextOwn(link) ?? this.nextRelayed(link);
  }

  /** Of the pulled entries the one that entered the log first, so that the peer need not hold the others. */
  private nextPulled(link: Link): LogEntry | undefined {
    let first: LogEntry | undefined;
    for (const [origin, progress] of link.pulls) {
      const { entries } = this.journal.log.ofOrigin(origin);
      const entry = progress.next < progress.until ? entries.at(progress.next) : undefined;
      if (entry === undefined) link.pulls.delete(origin);
      else if (first === undefined || entry.number < first.number) first = entry;
    }
    const progress = first === undefined ? undefined : link.pulls.get(first.origin);
    if (progress !== undefined) progress.next++;
    return first;
  }

  private nextOwn(link: Link): LogEntry | undefined {
    if (link.lapped) return undefined;
    const { log, state } = this.journal;
    const { entries, floor } = log.ofOrigin(state.self);
    if (link.known.get(state.self) < floor) return this.lap(link, floor);
    if (link.ownNext < entries.first) link.ownNext = entries.first;
    let entry = entries.at(link.ownNext);
    while (entry !== undefined && entry.to <= link.known.get(state.self)) entry = entries.at(++link.ownNext);
    if (entry === undefined) return undefined;
    if (entry.message.length > link.peerMessageBytesMax) return this.lap(link, entry.to);
    link.ownNext++;
    return entry;
  }

  private nextRelayed(link: Link): LogEntry | undefined {
    const { log, state } = this.journal;
    if (link.relayNext < log.entries.first) {
      // During a repair nothing may be left out: it has to begin again.
      if (link.repairing) link.lapped = true;
      link.relayNext = log.entries.first;
    }
    for (let entry = log.entries.at(link.relayNext); entry !== undefined; entry = log.entries.at(++link.relayNext)) {
      if (entry.origin === state.self || entry.origin === link.peerOrigin) continue;
      const known = link.known.get(entry.origin);
      if (known >= entry.to) continue;
      if (!link.repairing && this.environment.stopwatch.nowMs < this.relayDueMs(link, entry)) return undefined;
      // What lies before is missing here too: the peer could only hold it. It pulls from somebody who has all.
      if (known < entry.from || entry.message.length > link.peerMessageBytesMax) continue;
      link.relayNext++;
      return entry;
    }
    return undefined;
  }

  /** When a foreign entry is relayed: a delay after the last sign that the peer gets this origin by itself. */
  private relayDueMs(link: Link, entry: LogEntry): number {
    if (this.isAbsent(entry.origin)) return entry.arrivedMs;
    const delayMs = Math.max(3 * link.rttMs, RELAY_DELAY_MS_MIN);
    const sinceMs = Math.max(entry.arrivedMs, link.openedMs);
    const progressMs = link.progressMs[entry.origin] ?? 0;
    return Math.min(Math.max(sinceMs, progressMs) + delayMs, sinceMs + RELAY_PATIENCE_DELAYS * delayMs);
  }

  private lap(link: Link, floor: Time): undefined {
    const { origins, self } = this.journal.state;
    link.lapped = true;
    this.tellLapped(link, [origins.id(self), floor]);
  }

  private tellLapped(link: Link, floors: number[]): void {
    this.environment.counters.lappedSent++;
    this.mesh.send(link, { kind: "lapped", floors });
  }
}
