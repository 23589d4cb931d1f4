/**
 * Marks: how often interesting situations were reached.
 *
 * A search that never reaches a situation proves nothing about it; a mark that
 * stays at zero over a run is reported.
 */
import type { ReplicaCounters } from "../../src/replica/counters.ts";

export const MARKS = [
  "interval held",
  "held interval dropped",
  "duplicate interval",
  "pull",
  "pull served",
  "relay used",
  "log lapped",
  "repair ran",
  "repair aborted",
  "repair resumed",
  "repair by comparing",
  "range of a collection compared",
  "range of a collection fetched",
  "range fetched of a collection that had gone",
  "range of a collection in a snapshot",
  "repair put off",
  "digests compared",
  "repair without room",
  "repair while an interval waited",
  "repair of an empty replica",
  "repair of a replica that holds data",
  "residue told by a repair",
  "clock alarm",
  "link of a silent peer closed",
  "malformed message refused",
  "second link closed",
  "other wire version refused",
  "unknown message ignored",
  "interval repeated",
  "clock far ahead refused",
  "replica restarted",
  "replica asked to stop",
  "process died in the middle",
  "process died while it was repaired",
  "process died during a snapshot",
  "same origin after a clean stop",
  "new origin after a crash",
  "torn tail cut",
  "snapshot and log taken back",
  "snapshot complete",
  "damaged file refused",
  "start refused by the disk",
  "write refused for want of a disk",
  "command refused by a forgotten replica",
  "reply held back",
  "repair after a recovery",
  "backup restored",
  "clone started",
  "member joined",
  "member left",
  "member forgotten",
  "forgotten member refused",
  "forgotten member back as a new one",
  "fence raised",
  "interval beyond a fence dropped",
  "member suspected",
  "suspicion refuted",
  "concurrent values seen",
  "type conflict seen",
  "reset concurrent with an increment",
  "key expired by its owner",
  "key expired by another",
  "field expired by its owner",
  "field expired by another",
  "growth of a dead HyperLogLog",
  "command refused while loading",
  "key restored from a dump",
  "everything deleted at the end",
] as const;

export type Mark = (typeof MARKS)[number];

export class Marks {
  private readonly counts = new Map<Mark, number>();

  add(mark: Mark, times = 1): void {
    if (times > 0) this.counts.set(mark, this.get(mark) + times);
  }

  get(mark: Mark): number {
    return this.counts.get(mark) ?? 0;
  }

  merge(other: Marks): void {
    for (const mark of MARKS) this.add(mark, other.get(mark));
  }

  /** Takes over what a replica has counted in its life. */
  addCounters(counters: ReplicaCounters): void {
    this.add("interval held", counters.intervalsHeld);
    this.add("held interval dropped", counters.heldDropped);
    this.add("duplicate interval", counters.intervalsDuplicate);
    this.add("pull", counters.pullsSent);
    this.add("pull served", counters.pullsServed);
    this.add("relay used", counters.intervalsRelayed);
    this.add("log lapped", counters.lappedSent);
    this.add("repair ran", counters.repairsCommitted);
    this.add("repair aborted", counters.repairsAborted);
    this.add("repair without room", counters.repairsTooLarge);
    this.add("forgotten member refused", counters.closed.forgotten);
    this.add("interval beyond a fence dropped", counters.intervalsFenced);
    this.add("member suspected", counters.suspicions);
    this.add("suspicion refuted", counters.refutations);
    this.add("repair resumed", counters.repairsResumed);
    this.add("repair by comparing", counters.repairDescriptionsSent);
    this.add("range of a collection compared", counters.repairRangesCompared);
    this.add("range of a collection fetched", counters.repairRangesReceived);
    this.add("repair put off", counters.repairsPutOff);
    this.add("digests compared", counters.digestsCompared);
    this.add("clock alarm", counters.clockAlarms);
    this.add("link of a silent peer closed", counters.closed.silent);
    this.add("malformed message refused", counters.closed.malformed);
    this.add("second link closed", counters.closed.duplicateLink);
    this.add("other wire version refused", counters.closed.protocolVersion);
    this.add("unknown message ignored", counters.unknownMessages);
    this.add("clock far ahead refused", counters.closed.clockAhead);
  }

  neverReached(): Mark[] {
    return MARKS.filter((mark) => this.get(mark) === 0);
  }
}
