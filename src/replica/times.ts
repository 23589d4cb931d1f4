/**
 * Between the wire's times by origin id and memory's contexts by origin index.
 */
import type { Context } from "../../crdt/context.ts";
import type { Time } from "../../crdt/clock.ts";
import type { Origin, OriginId, Origins } from "../../crdt/origin.ts";
import { MalformedMessage, type Times } from "../../transport/message.ts";

/** Flat pairs of origin index and time. */
export type LocalTimes = readonly number[];

/** Names every origin by its index, made on first sight. */
export function localTimes(origins: Origins, times: Times): LocalTimes {
  const local: number[] = [];
  for (let i = 0; i < times.length; i += 2) local.push(originOf(origins, times[i] as OriginId), times[i + 1] as Time);
  return local;
}

/** The index of a peer's origin. A full table is the peer's fault: nobody has had so many incarnations. */
export function originOf(origins: Origins, id: OriginId): Origin {
  try {
    return origins.intern(id);
  } catch (error) {
    throw new MalformedMessage(String(error));
  }
}

/** The origins of a context that lie beyond `base`. */
export function timesOf(origins: Origins, context: Context, base?: Context): number[] {
  const times: number[] = [];
  context.each((origin, time) => {
    if (base === undefined || base.get(origin) < time) times.push(origins.id(origin), time);
  });
  return times;
}

export function raiseAll(context: Context, times: LocalTimes): void {
  for (let i = 0; i < times.length; i += 2) {
    const time = times[i + 1] as Time;
    // A context that was raised to zero would seem to cover something.
    if (time > 0) context.raise(times[i] as Origin, time);
  }
}

export function coversAll(context: Context, times: LocalTimes): boolean {
  for (let i = 0; i < times.length; i += 2) {
    if (context.get(times[i] as Origin) < (times[i + 1] as Time)) return false;
  }
  return true;
}
