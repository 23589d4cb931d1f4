/**
 * Clocks: a peer whose clock is far ahead takes no honest clock with it.
 *
 * What a replica judges deadlines by is never behind its own wall clock, and
 * never further ahead of the latest that its wall clock ever said than it may
 * follow others. The specification takes that time from the replica and cannot
 * tell; here it is held against the clock on the wall.
 */
import { msOfTime } from "../../crdt/clock.ts";
import type { Process } from "../world/process.ts";

/** So many milliseconds a replica may lie ahead because it minted thousands of events within one. */
const BURST_MS_MAX = 1;

export class Clocks {
  /** The latest that each process has read from the wall. */
  private readonly latest = new WeakMap<Process, { ms: number }>();

  /** What is wrong with a process's time; undefined when nothing is. */
  problem(life: Process, wallMs: number): string | undefined {
    const { clock } = life.keyspace;
    const latest = this.latestOf(life);
    if (wallMs > latest.ms) latest.ms = wallMs;
    const nowMs = clock.nowMs(wallMs);
    if (nowMs < wallMs) return `its time is ${nowMs}, its wall clock says ${wallMs}`;
    if (nowMs <= latest.ms + clock.maxOffsetMs + BURST_MS_MAX) return undefined;
    return `its time is ${nowMs}, ${nowMs - latest.ms} ms ahead of its wall clock`;
  }

  private latestOf(life: Process): { ms: number } {
    const known = this.latest.get(life);
    if (known !== undefined) return known;
    // Whoever goes on as the origin that he was before goes on above its times, whatever the clock says now.
    const { context, self } = life.keyspace;
    const made = { ms: life.persistence?.resumed === true ? msOfTime(context.get(self)) : 0 };
    this.latest.set(life, made);
    return made;
  }
}
