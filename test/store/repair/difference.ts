/**
 * A repair by difference between two peers of a test, a step at a time so that
 * things can happen between: the descent over descriptions, and the fetching of
 * what differs. It counts what would travel.
 */
import { ROOT_BITS, ROOTS } from "../../../src/store/hash-node.ts";
import { type KeyRange, partsToFill, wholeOf } from "../../../src/store/repair/key-range.ts";
import type { DescriptionBounds } from "../../../src/store/repair/repairable-state.ts";
import type { Peer, Times } from "../peer.ts";

/** A node is asked for by a word, a range by a few. */
const NODE_BYTES = 4;
const RANGE_BYTES = 16;

export interface Cost {
  asks: number;
  descriptions: number;
  cells: number;
  /** Nodes of which something was staged. */
  fetched: number;
  /** Ranges of large collections that were staged. */
  ranges: number;
}

interface NodeWork {
  readonly kind: "compare" | "fetch";
  readonly bits: number;
  readonly nodes: readonly number[];
}

interface RangeWork {
  readonly kind: "coarse" | "fine" | "fetch range";
  readonly range: KeyRange;
}

export interface RepairBounds extends DescriptionBounds {
  readonly partBytes: number;
}

const BOUNDS: RepairBounds = { entriesMax: 2000, bytesMax: 16_384, partBytes: 65_536 };

export class DifferenceRepair {
  readonly cost: Cost = { asks: 0, descriptions: 0, cells: 0, fetched: 0, ranges: 0 };
  private readonly receiver: Peer;
  private readonly sender: Peer;
  private readonly salt: number;
  private readonly bounds: RepairBounds;
  private readonly start: Times;
  /** Small collections are fetched in many parts, too. */
  private readonly filledFactor = 100;
  private readonly named = new Set<number>();
  private hasCompared = false;
  private readonly work: (NodeWork | RangeWork)[] = [{ kind: "compare", bits: ROOT_BITS, nodes: ROOTS }];

  constructor(receiver: Peer, sender: Peer, salt: number, bounds = BOUNDS) {
    this.receiver = receiver;
    this.sender = sender;
    this.salt = salt;
    this.bounds = bounds;
    receiver.cut();
    sender.cut();
    settle(receiver);
    settle(sender);
    this.start = sender.times();
    receiver.awaited = receiver.context(this.start);
    this.takeResidue();
  }

  /** False when nothing is left to be asked. */
  step(): boolean {
    const work = this.work.pop();
    if (work === undefined) return this.takeLateResidue();
    this.sender.cut();
    if ("range" in work) {
      this.takeRange(work);
      return true;
    }
    this.cost.asks += work.nodes.length * NODE_BYTES;
    if (work.kind === "compare") this.compare(work);
    else this.fetch(work);
    return true;
  }

  /** Commits, together with what the sender did meanwhile. */
  finish(nowMs: number): Cost {
    while (this.step());
    this.receiver.commit(this.sender, this.start);
    this.receiver.pull(this.sender, nowMs);
    return this.cost;
  }

  private compare({ bits, nodes }: NodeWork): void {
    const { bytes, done } = this.sender.keyspace.repair.describe(bits, nodes, 0, this.salt, this.bounds);
    this.cost.descriptions += bytes.length;
    this.cost.asks -= (nodes.length - done) * NODE_BYTES;
    this.add("compare", bits, nodes.slice(done));
    this.hasCompared = true;
    const found = this.receiver.keyspace.repair.compare(bits, nodes.slice(0, done), this.salt, bytes);
    this.add("compare", bits + 4, found.deeper);
    this.add("fetch", bits + 4, found.fetchNodes);
    this.add("fetch", 32, found.fetchHashes);
  }

  private fetch({ bits, nodes }: NodeWork): void {
    const { bytes, done } = this.sender.keyspace.repair.export(bits, nodes, 0, this.bounds.partBytes);
    this.cost.cells += bytes.length;
    this.cost.asks -= (nodes.length - done) * NODE_BYTES;
    this.cost.fetched += done;
    this.add("fetch", bits, nodes.slice(done));
    const context = this.receiver.context(this.sender.times());
    const stubs = this.receiver.keyspace.repair.stage(bits, nodes.slice(0, done), context, bytes);
    for (const stub of stubs) {
      const { db, key, type, elements } = stub;
      if (this.receiver.keyspace.repair.elementCount(stub) > 0) {
        this.work.push({ kind: "coarse", range: wholeOf(db, key, type) });
        continue;
      }
      for (const part of partsToFill(type, elements * this.filledFactor)) {
        this.work.push({ kind: "fetch range", range: { db, key, type, ...part } });
      }
    }
  }

  private takeRange({ kind, range }: RangeWork): void {
    this.cost.asks += RANGE_BYTES;
    const next = kind === "fetch range" ? this.fetchRange(range) : this.compareRange(range, kind === "fine");
    if (next.length > 0) this.work.push({ kind, range: { ...range, from: next } });
  }

  private compareRange(range: KeyRange, isFine: boolean): Uint8Array {
    const { bytes, next } = this.sender.keyspace.repair.describeRange(range, isFine, this.salt, this.bounds);
    this.cost.descriptions += bytes.length;
    const described = next.length === 0 ? range : { ...range, to: next };
    for (const part of this.receiver.keyspace.repair.compareRange(described, this.salt, bytes)) {
      this.work.push({ kind: isFine ? "fetch range" : "fine", range: { ...range, ...part } });
    }
    return next;
  }

  private fetchRange(range: KeyRange): Uint8Array {
    const { bytes, next } = this.sender.keyspace.repair.exportRange(range, this.bounds.partBytes);
    this.cost.cells += bytes.length;
    this.cost.ranges++;
    const context = this.receiver.context(this.sender.times());
    this.receiver.keyspace.repair.stageRange(next.length === 0 ? range : { ...range, to: next }, context, bytes);
    return next;
  }

  /** Asks for the keys that have come to hold residue since the sender named them. */
  private takeResidue(): boolean {
    const residue = this.sender.keyspace.repair.residueHashes().filter((hash) => !this.named.has(hash));
    for (const hash of residue) this.named.add(hash);
    this.hasCompared = false;
    this.add("fetch", 32, residue);
    return residue.length > 0;
  }

  /** Perhaps before they were described. */
  private takeLateResidue(): boolean {
    return this.hasCompared && this.takeResidue();
  }

  private add(kind: NodeWork["kind"], bits: number, nodes: readonly number[]): void {
    if (nodes.length > 0) this.work.push({ kind, bits, nodes });
  }
}

export function repairDifferences(receiver: Peer, sender: Peer, salt: number): Cost {
  const repair = new DifferenceRepair(receiver, sender, salt);
  return repair.finish(0);
}

function settle({ keyspace }: Peer): void {
  while (keyspace.upkeep());
}
