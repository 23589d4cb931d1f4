/** Marks about lives of processes: what they went through, how they began and how they ended. */
import { PACKED_TIME_BYTES } from "../../transport/packed-times.ts";
import type { Mark, Marks } from "../oracles/marks.ts";
import type { Fault } from "../scenario/scenario.ts";
import type { SimulatedNode } from "../world/node.ts";
import type { Process } from "../world/process.ts";

/** The first byte of the residue that a repair tells of, in docs/PROTOCOL.md; more bytes than its head name keys. */
const REPAIR_RESIDUE = 0x04;
const RESIDUE_HEAD_BYTES = 2;
/** That of the elements of a range; content without any says only that it names no origins. */
const RANGE_CHUNK = 0x05;
const RANGE_HEAD_BYTES = 6;
const NO_CONTENT_BYTES = 1;

const FAULT_MARKS: Readonly<Partial<Record<Fault["kind"], Mark>>> = {
  restore: "backup restored",
  clone: "clone started",
  join: "member joined",
  leave: "member left",
};

/** What a process was when it was last looked at. */
interface Look {
  held: number;
  repairs: number;
  loading: boolean;
}

export class LifeMarks {
  private readonly marks: Marks;
  private readonly looks = new WeakMap<Process, Look>();

  constructor(marks: Marks) {
    this.marks = marks;
  }

  changed({ process: life }: SimulatedNode): void {
    const { keyspace, replica, hasRecovered } = life;
    const { intervalsHeld, repairsCommitted } = replica.counters;
    const { loading } = replica;
    const last = this.looks.get(life);
    if (last === undefined) {
      this.looks.set(life, { held: intervalsHeld, repairs: repairsCommitted, loading });
      return;
    }
    if (intervalsHeld > last.held && keyspace.stagedBytes > 0) this.marks.add("repair while an interval waited");
    if (repairsCommitted > last.repairs) {
      this.marks.add(last.loading ? "repair of an empty replica" : "repair of a replica that holds data");
      if (hasRecovered) this.marks.add("repair after a recovery");
    }
    last.held = intervalsHeld;
    last.repairs = repairsCommitted;
    last.loading = loading;
  }

  received(message: Uint8Array): void {
    if (message[0] === REPAIR_RESIDUE && message.length > RESIDUE_HEAD_BYTES)
      this.marks.add("residue told by a repair");
    if (message[0] === RANGE_CHUNK) this.receivedRange(message);
  }

  /** Was there nothing any more, to the end of what was asked for? The message may be garbage. */
  private receivedRange(message: Uint8Array): void {
    const [, , low = 0, high = 0, times = 0, more = 0] = message;
    const contentBytes = message.length - RANGE_HEAD_BYTES - (times + more * 256) * PACKED_TIME_BYTES;
    if (low === 0 && high === 0 && contentBytes === NO_CONTENT_BYTES)
      this.marks.add("range fetched of a collection that had gone");
  }

  /** A process has started. */
  started({ process: life }: SimulatedNode): void {
    const { persistence, hasRecovered } = life;
    if (persistence === undefined || !hasRecovered) return;
    this.marks.add(persistence.resumed ? "same origin after a clean stop" : "new origin after a crash");
    const status = persistence.status();
    if (status !== undefined && status.snapshot.baseBytes > 0 && status.log.bytes > 0)
      this.marks.add("snapshot and log taken back");
  }

  /** A process is about to end. */
  died({ process: life }: SimulatedNode, wasAsked: boolean): void {
    const { replica, persistence } = life;
    this.marks.add("replica restarted");
    if (wasAsked) this.marks.add("replica asked to stop");
    else if (replica.repairing) this.marks.add("process died while it was repaired");
    const status = persistence?.status();
    if (status?.snapshot.running !== undefined) this.marks.add("process died during a snapshot");
    this.ended(life);
  }

  /** What a process has counted in its life, now that it is over. */
  ended({ replica, persistence }: Process): void {
    this.marks.addCounters(replica.counters);
    const snapshot = persistence?.status()?.snapshot;
    this.marks.add("range of a collection in a snapshot", snapshot?.rangesWritten ?? 0);
    this.marks.add("snapshot complete", (snapshot?.saves ?? 0) + (snapshot?.rewrites ?? 0));
  }

  struck(fault: Fault): void {
    const mark = FAULT_MARKS[fault.kind];
    if (mark !== undefined) this.marks.add(mark);
  }
}
