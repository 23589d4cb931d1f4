/**
 * Bytes meant for the state are checked by the state's own rules before a
 * replica holds, stages or applies them. Whatever a check throws means one
 * thing here: the peer's message is malformed.
 */
import type { Origins } from "../../crdt/origin.ts";
import { MalformedMessage } from "../../transport/message.ts";
import { validateDelta } from "../store/delta-format.ts";
import type { StateChecks } from "./state.ts";

export function keyspaceChecks(origins: Origins): StateChecks {
  return {
    delta: (body, from, to) => validateDelta(body, from, to, origins),
  };
}

export function malformedWhenRefused(checks: StateChecks): StateChecks {
  return {
    delta: (body, from, to) => malformedWhenThrown(() => checks.delta(body, from, to)),
  };
}

/** Runs what takes bytes from a peer; whatever it throws means that they are malformed. */
export function malformedWhenThrown<T>(take: () => T): T {
  try {
    return take();
  } catch (error) {
    throw new MalformedMessage(error instanceof Error ? error.message : String(error));
  }
}
