/**
 * How far this replica's own writes have come, for clients that wait for it:
 * which peers have them, which have them on disk, which regions. Times are this
 * replica's own. Only open links count: of a peer that is out of reach nobody
 * knows whether it still is what it was.
 *
 * An ack would come by itself, but up to ACK_MS_MIN later; so when somebody waits,
 * the peers that lack the write are asked, once a turn and behind the write itself,
 * to tell as soon as they have it (`Acknowledger.promise`).
 */
import type { Time } from "../../crdt/clock.ts";
import type { Context } from "../../crdt/context.ts";
import type { Cluster } from "./cluster.ts";
import type { Journal } from "./journal.ts";
import type { Link } from "./link.ts";
import type { Mesh } from "./mesh.ts";

/** V of what is on disk, by the origins of the replica; undefined where there is no log on disk. */
export type DurableContext = () => Context | undefined;

export class Reach {
  private readonly journal: Journal;
  private readonly mesh: Mesh;
  private readonly region: string;
  private readonly cluster: Pick<Cluster, "others">;
  private readonly durable: DurableContext;
  /** What somebody waits for since the last turn; 0: nobody does. */
  private wantedTime: Time = 0;
  private wantedDurableTime: Time = 0;
  /** The last durable time of this replica's own that was noticed. */
  private durableTime: Time = 0;

  constructor(journal: Journal, mesh: Mesh, region: string, cluster: Pick<Cluster, "others">, durable: DurableContext) {
    this.journal = journal;
    this.mesh = mesh;
    this.region = region;
    this.cluster = cluster;
    this.durable = durable;
  }

  /** Peers that have everything up to `time`. */
  peers(time: Time): number {
    let count = 0;
    for (const link of this.mesh.links) if (this.has(link, time)) count++;
    return count;
  }

  /** Peers that have everything up to `time` on disk. */
  durablePeers(time: Time): number {
    let count = 0;
    for (const link of this.mesh.links) if (link.state === "open" && link.durableTime >= time) count++;
    return count;
  }

  /** Is everything up to `time` on this replica's own disk? Undefined where there is no log on disk. */
  durableHere(time: Time): boolean | undefined {
    return this.durable()?.covers(this.journal.state.self, time);
  }

  /** Nodes of a region that have everything up to `time`, this one included; undefined when no member is of it. */
  nodesOf(region: string, time: Time): number | undefined {
    let isKnown = region === this.region;
    let count = isKnown ? 1 : 0;
    for (const member of this.cluster.others()) {
      if (member.region !== region) continue;
      isKnown = true;
      const link = this.mesh.members.get(member.nodeId)?.link;
      if (link !== undefined && this.has(link, time)) count++;
    }
    return isKnown ? count : undefined;
  }

  /** Somebody waits until peers have everything up to `time`, on disk if `durably`. */
  hurry(time: Time, durably: boolean): void {
    if (durably) this.wantedDurableTime = Math.max(this.wantedDurableTime, time);
    else this.wantedTime = Math.max(this.wantedTime, time);
  }

  /** At the end of a turn, when what is waited for has been sent: asks those that have not told of it. */
  ask(): void {
    const { wantedTime: time, wantedDurableTime: durableTime } = this;
    if (time === 0 && durableTime === 0) return;
    this.wantedTime = this.wantedDurableTime = 0;
    for (const link of this.mesh.open()) {
      if (!this.has(link, time) || link.durableTime < durableTime) {
        this.mesh.send(link, { kind: "ack-request", time, durableTime });
      }
    }
  }

  /** Has more of this replica's own become durable since the last look? */
  durableRose(): boolean {
    const time = this.durable()?.get(this.journal.state.self) ?? 0;
    if (time <= this.durableTime) return false;
    this.durableTime = time;
    return true;
  }

  private has(link: Link, time: Time): boolean {
    return link.state === "open" && link.acknowledged.covers(this.journal.state.self, time);
  }
}
