/** Marks about lives of processes: what they went through, how they began and how they ended. */
import type { Marks } from "../oracles/marks.ts";
import type { Fault } from "../scenario/scenario.ts";
import type { SimulatedNode } from "../world/node.ts";
import type { Process } from "../world/process.ts";

/** The first byte of the residue that a repair tells of, in docs/PROTOCOL.md; more bytes than its head name keys. */
const REPAIR_RESIDUE = 0x04;
const RESIDUE_HEAD_BYTES = 2;

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

  changed({ process }: SimulatedNode): void {
    const { keyspace, replica, hasRecovered } = process;
    const { intervalsHeld, repairsCommitted } = replica.counters;
    const { loading } = replica;
    const last = this.looks.get(process);
    if (last === undefined) {
      this.looks.set(process, { held: intervalsHeld, repairs: repairsCommitted, loading });
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
  }

  /** A process has started. */
  started({ process }: SimulatedNode): void {
    const { persistence, hasRecovered } = process;
    if (persistence === undefined || !hasRecovered) return;
    this.marks.add(persistence.resumed ? "same origin after a clean stop" : "new origin after a crash");
    const status = persistence.status();
    if (status !== undefined && status.snapshot.baseBytes > 0 && status.log.bytes > 0)
      this.marks.add("snapshot and log taken back");
  }

  /** A process is about to end. */
  died({ process }: SimulatedNode, wasAsked: boolean): void {
    const { replica, persistence } = process;
    this.marks.add("replica restarted");
    if (wasAsked) this.marks.add("replica asked to stop");
    else if (replica.repairing) this.marks.add("process died while it was repaired");
    const status = persistence?.status();
    if (status?.snapshot.running !== undefined) this.marks.add("process died during a snapshot");
    this.ended(process);
  }

  /** What a process has counted in its life, now that it is over. */
  ended({ replica, persistence }: Process): void {
    this.marks.addCounters(replica.counters);
    const snapshot = persistence?.status()?.snapshot;
    this.marks.add("snapshot complete", (snapshot?.saves ?? 0) + (snapshot?.rewrites ?? 0));
  }

  struck(fault: Fault): void {
    switch (fault.kind) {
      case "restore":
        return this.marks.add("backup restored");
      case "clone":
        return this.marks.add("clone started");
      case "join":
        return this.marks.add("member joined");
      case "leave":
        return this.marks.add("member left");
    }
  }
}
