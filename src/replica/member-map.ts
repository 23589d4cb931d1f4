/**
 * The gossip map: a record for every name, joined with whatever is told
 * (member-record.ts). Names are bounded: for a new one the record of a
 * forgotten one makes room, since its fences keep what matters.
 */
import { MEMBERS_MAX } from "../limits/replication.ts";
import { joinRecords, sameRecords, type MemberRecord } from "./member-record.ts";

export class MemberMap {
  /** Called after a record has changed. */
  onChange: (after: MemberRecord, before: MemberRecord | undefined) => void = () => {};
  private readonly records = new Map<string, MemberRecord>();

  get size(): number {
    return this.records.size;
  }

  get(nodeId: string): MemberRecord | undefined {
    return this.records.get(nodeId);
  }

  all(): IterableIterator<MemberRecord> {
    return this.records.values();
  }

  /** Is there room for this name? */
  takes(nodeId: string): boolean {
    return this.records.has(nodeId) || this.records.size < MEMBERS_MAX || this.forgotten() !== undefined;
  }

  /** What is known now; undefined when there is no room for another name. */
  join(record: MemberRecord): MemberRecord | undefined {
    const before = this.records.get(record.nodeId);
    if (before === undefined && !this.makeRoom()) return undefined;
    const after = before === undefined ? record : joinRecords(before, record);
    if (before !== undefined && sameRecords(before, after)) return before;
    this.records.set(record.nodeId, after);
    this.onChange(after, before);
    return after;
  }

  private makeRoom(): boolean {
    if (this.records.size < MEMBERS_MAX) return true;
    const forgotten = this.forgotten();
    return forgotten !== undefined && this.records.delete(forgotten.nodeId);
  }

  private forgotten(): MemberRecord | undefined {
    for (const record of this.records.values()) if (record.state === "forgotten") return record;
    return undefined;
  }
}
