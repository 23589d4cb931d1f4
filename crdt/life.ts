/**
 * Lives and deadlines: when a key dies.
 *
 * A life begins with the event that made the key (or with a SET, which begins a
 * new one). A deadline names the lives that its writer saw, so that it never
 * falls on a value that someone else has made anew.
 *
 * L1. Deadlines are an observed-remove register: an EXPIRE replaces the ones it
 *     saw; of concurrent ones the latest counts, and PERSIST (never) beats all.
 * L2. A deadline counts only while one of its lives is alive.
 * L3. Births of collections are kept by their latest support: an element
 *     written into a life that has a deadline supports it, so that a concurrent
 *     DEL, which has not seen that element, takes neither life nor deadline.
 * L4. A deadline or a birth left without content stays, showing nothing, until
 *     every replica has seen what took the content: content may still arrive.
 */
import { type Cell, type Dot, isLiveContribution, type JoinScope, newestSibling } from "./cell.ts";
import type { Origins } from "./origin.ts";

/** The deadline that PERSIST sets: greater than any other, so that it wins. */
export const NEVER = Number.POSITIVE_INFINITY;

export interface Deadline extends Dot {
  /** Absolute milliseconds, or {@link NEVER}. */
  readonly at: number;
  readonly births: readonly Dot[];
}

/** A life of a collection, and the latest event that supports it (L3). */
export interface Birth {
  readonly life: Dot;
  readonly support: Dot;
}

/** The lives of a collection, each once however many events support it. */
export function livesOf(births: readonly Birth[]): Dot[] {
  const lives: Dot[] = [];
  for (const { life } of births) if (!lives.some((known) => sameDot(known, life))) lives.push(life);
  return lives;
}

/** The lives that what a reader sees in a cell belongs to: that of its value, or else those of its counts. */
export function livesOfCell(cell: Cell, origins: Origins): readonly Dot[] {
  const base = newestSibling(cell, origins);
  if (base !== undefined) return [base.birth];
  return cell.contributions.filter(isLiveContribution).map((c) => ({ origin: c.origin, time: c.generation }));
}

/** Does something in the cell, shown or hidden, belong to this life? */
export function livesIn(cell: Cell, life: Dot): boolean {
  return (
    cell.siblings.some((s) => sameDot(s.birth, life)) ||
    cell.contributions.some((c) => isLiveContribution(c) && c.origin === life.origin && c.generation === life.time)
  );
}

/**
 * The life that a new value continues, where it replaces one that goes on: content of several lives has the one that
 * its deadline names, or else the oldest.
 */
export function continuedLife(
  births: readonly Dot[],
  deadline: Deadline | undefined,
  origins: Origins,
): Dot | undefined {
  const named = deadline?.births;
  const kept = named === undefined ? births : births.filter((birth) => named.some((name) => sameDot(name, birth)));
  return kept.toSorted((a, b) => a.time - b.time || origins.id(a.origin) - origins.id(b.origin))[0];
}

export function sameDot(a: Dot, b: Dot): boolean {
  return a.origin === b.origin && a.time === b.time;
}

/** The deadline that counts for a content with these births (L1, L2). */
export function effectiveDeadline(
  deadlines: readonly Deadline[],
  births: readonly Dot[],
  origins: Origins,
): Deadline | undefined {
  let latest: Deadline | undefined;
  for (const d of deadlines) {
    if (latest !== undefined && !later(d, latest, origins)) continue;
    if (d.births.some((b) => births.some((alive) => sameDot(alive, b)))) latest = d;
  }
  return latest;
}

/** Ties are broken by the dot so that all replicas name the same owner of the deadline. */
function later(a: Deadline, b: Deadline, origins: Origins): boolean {
  if (a.at !== b.at) return a.at > b.at;
  return a.time !== b.time ? a.time > b.time : origins.id(a.origin) > origins.id(b.origin);
}

export function joinDeadlines(local: readonly Deadline[], delta: readonly Deadline[], scope: JoinScope): Deadline[] {
  return joinDots(local, delta, scope);
}

/** The join of an observed-remove set of dots with payload. */
function joinDots<T extends Dot>(local: readonly T[], delta: readonly T[], { seen, known, replaces }: JoinScope): T[] {
  const joined = replaces
    ? local.filter((d) => delta.some((e) => sameDot(d, e)) || !seen.covers(d.origin, d.time))
    : [...local];
  for (const d of delta) {
    const at = joined.findIndex((e) => sameDot(d, e));
    if (at >= 0) joined[at] = d;
    else if (!known.covers(d.origin, d.time)) joined.push(d);
  }
  return joined;
}

/** Support only grows while a life lives; a removal that had seen the latest support ends it. */
export function joinBirths(
  local: readonly Birth[],
  delta: readonly Birth[],
  { seen, known, replaces }: JoinScope,
): Birth[] {
  const joined = local.filter((b) => !replaces || !seen.covers(b.support.origin, b.support.time));
  for (const d of delta) {
    const held = local.some((b) => sameDot(b.life, d.life) && sameDot(b.support, d.support));
    if (!held && known.covers(d.support.origin, d.support.time)) continue;
    if (!joined.some((b) => sameDot(b.life, d.life) && sameDot(b.support, d.support))) joined.push(d);
  }
  return joined;
}
