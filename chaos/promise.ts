/**
 * Which acknowledged writes must still be there, given what was lost since: judged conservatively, so that a write that
 * is called lost was promised for certain.
 *
 * A write is held by the replica that acknowledged it, in its memory or on its disk, and by as many others as WAIT or
 * WAITAOF said, nobody knows which. It must survive as long as the first has lost nothing that held it, or fewer others
 * than hold it have lost anything since. What a replica gets back from others after a loss is not counted.
 */
import type { Loss } from "./fault-kinds.ts";

/** Where a write stood when it was acknowledged; `disk` outlives a kill, `memory` does not. */
export interface Held {
  readonly own: Loss;
  readonly others: number;
  readonly byOthers: Loss;
}

export interface LossEvent {
  readonly replica: number;
  /** The process that ended with it, counted from 1 at each replica; all before it are concerned as well. */
  readonly incarnation: number;
  /** When it was over: nothing issued later was lost by it. */
  readonly atMs: number;
  readonly what: Loss;
}

export interface Acknowledged {
  readonly replica: number;
  readonly incarnation: number;
  readonly issuedMs: number;
  readonly held: Held;
}

export function mustSurvive(write: Acknowledged, losses: readonly LossEvent[]): boolean {
  const { held } = write;
  const ownLost = losses.some(
    ({ replica, incarnation, what }) =>
      replica === write.replica && write.incarnation <= incarnation && destroys(what, held.own),
  );
  if (!ownLost) return true;
  const others = new Set(
    losses
      .filter(
        ({ replica, atMs, what }) =>
          replica !== write.replica && write.issuedMs <= atMs && destroys(what, held.byOthers),
      )
      .map(({ replica }) => replica),
  );
  return others.size < held.others;
}

/** Whether a replica may have come up between two of its processes without what the first one knew. */
export function forgotBetween(replica: number, earlier: number, later: number, losses: readonly LossEvent[]): boolean {
  return losses.some((loss) => loss.replica === replica && earlier <= loss.incarnation && loss.incarnation < later);
}

function destroys(what: Loss, heldOn: Loss): boolean {
  return what === "disk" || heldOn === "memory";
}
