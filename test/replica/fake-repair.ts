/**
 * What a repair asks of a state, for the fake state: as simple as it can be,
 * and strict about what the replica has promised.
 */
import type { Context } from "../../crdt/context.ts";
import type { Origins } from "../../crdt/origin.ts";
import {
  CHILD_BITS,
  childIndex,
  childOf,
  CHILDREN,
  DEEPEST_BITS,
  nodeOf,
  SLOT_BITS,
} from "../../src/store/hash-node.ts";
import type { PlaceRange } from "../../src/store/repair/key-range.ts";
import type {
  Described,
  DescriptionBounds,
  Differences,
  Exported,
  RangeDescribed,
  RepairableState,
  Stub,
} from "../../src/store/repair/repairable-state.ts";
import { decodeEvents, encodeEvents, type FakeEvent, hashOf, mixed, nameOf } from "./fake-event.ts";

const LISTED_MAX = 3;

interface Part {
  readonly bits: number;
  readonly nodes: ReadonlySet<number>;
  readonly context: Context;
  readonly events: readonly FakeEvent[];
}

/** The fingerprints of a node's children, or its hashes each with a fingerprint. */
type Description = { children: number[] } | { list: [number, number][] };

export class FakeRepair implements RepairableState {
  stagedBytes = 0;
  /** What was loaded is not covered by V yet. */
  isCopying = false;
  isSettled = true;
  changes = 0;
  residue: number[] = [];
  /** How many events were walked, staged or loaded, for tests of what a repair costs. */
  eventsTaken = 0;
  private readonly origins: Origins;
  private readonly context: Context;
  private readonly events: Map<string, FakeEvent>;
  private parts: Part[] = [];

  constructor(origins: Origins, context: Context, events: Map<string, FakeEvent>) {
    this.origins = origins;
    this.context = context;
    this.events = events;
  }

  settle(): void {}

  get isEmpty(): boolean {
    return this.events.size === 0;
  }

  residueHashes(): readonly number[] {
    return this.residue;
  }

  describe(bits: number, nodes: readonly number[], from: number, salt: number, bounds: DescriptionBounds): Described {
    const described: Description[] = [];
    let bytes = 0;
    for (let n = from; n < nodes.length && bytes < bounds.bytesMax; n++) {
      const description = this.describeNode(bits, nodes[n] as number, salt);
      bytes += JSON.stringify(description).length;
      described.push(description);
    }
    return { bytes: Buffer.from(JSON.stringify(described)), done: described.length };
  }

  compare(bits: number, nodes: readonly number[], salt: number, bytes: Uint8Array): Differences {
    const theirs = JSON.parse(Buffer.from(bytes).toString()) as Description[];
    assert(theirs.length === nodes.length, "a description of other nodes");
    const deeper: number[] = [];
    const fetchNodes: number[] = [];
    const fetchHashes: number[] = [];
    nodes.forEach((node, n) => {
      const description = theirs[n] as Description;
      const own = this.inNodes(bits, new Set([node]));
      if ("list" in description) {
        const prints = new Map(description.list);
        for (const event of own) prints.set(hashOf(event), (prints.get(hashOf(event)) ?? 0) ^ printOf(event, salt));
        for (const [hash, print] of prints) if (print !== 0) fetchHashes.push(hash);
        return;
      }
      childrenOf(own, bits, salt).forEach((print, index) => {
        if (print === description.children[index]) return;
        const isWhole = print === 0 && bits + CHILD_BITS >= SLOT_BITS;
        (isWhole ? fetchNodes : deeper).push(childOf(node, bits, index));
      });
    });
    return { deeper, fetchNodes, fetchHashes };
  }

  export(bits: number, nodes: readonly number[], from: number, bytesMax: number): Exported {
    const taken: FakeEvent[] = [];
    let bytes = 0;
    let done = 0;
    for (; from + done < nodes.length && (done === 0 || bytes < bytesMax); done++) {
      for (const event of this.inNodes(bits, new Set([nodes[from + done] as number]))) {
        taken.push(event);
        bytes += 40 + event.text.length;
      }
    }
    return { bytes: encodeEvents(taken), done, stubs: [] };
  }

  stage(bits: number, nodes: readonly number[], context: Context, bytes: Uint8Array): readonly Stub[] {
    const events = this.read(bits, nodes, bytes);
    for (const event of events) {
      assert(context.covers(this.origins.intern(event.originId), event.time), "a part beyond its own context");
    }
    this.stagedBytes += bytes.length;
    this.parts.push({ bits, nodes: new Set(nodes), context: context.copy(), events });
    return [];
  }

  commit(context: Context): void {
    for (const part of this.parts) this.join(part);
    this.drop();
    this.isCopying = false;
    this.context.merge(context);
  }

  drop(): void {
    this.parts = [];
    this.stagedBytes = 0;
  }

  load(bits: number, nodes: readonly number[], bytes: Uint8Array): readonly Stub[] {
    const events = this.read(bits, nodes, bytes);
    for (const event of this.inNodes(bits, new Set(nodes))) this.events.delete(nameOf(event));
    for (const event of events) this.events.set(nameOf(event), event);
    this.isCopying = this.events.size > 0;
    return [];
  }

  // Events make no collections.

  elementCount(): number {
    return 0;
  }

  describeRange(): RangeDescribed {
    throw new Error("a range of an event");
  }

  compareRange(): readonly PlaceRange[] {
    throw new Error("a range of an event");
  }

  exportRange(): RangeDescribed {
    throw new Error("a range of an event");
  }

  stageRange(): void {
    throw new Error("a range of an event");
  }

  loadRange(): void {
    throw new Error("a range of an event");
  }

  private join({ bits, nodes, context, events }: Part): void {
    const named = new Set(events.map(nameOf));
    for (const event of this.inNodes(bits, nodes)) {
      if (!named.has(nameOf(event)) && covers(context, this.origins, event)) this.events.delete(nameOf(event));
    }
    for (const event of events) if (!covers(this.context, this.origins, event)) this.events.set(nameOf(event), event);
  }

  private read(bits: number, nodes: readonly number[], bytes: Uint8Array): FakeEvent[] {
    const within = new Set(nodes);
    const events = decodeEvents(bytes);
    for (const event of events) assert(within.has(nodeOf(hashOf(event), bits)), "an event of another node");
    this.eventsTaken += events.length;
    return events;
  }

  private inNodes(bits: number, nodes: ReadonlySet<number>): FakeEvent[] {
    return [...this.events.values()].filter((event) => nodes.has(nodeOf(hashOf(event), bits)));
  }

  private describeNode(bits: number, node: number, salt: number): Description {
    const events = this.inNodes(bits, new Set([node]));
    if (events.length > LISTED_MAX && bits < DEEPEST_BITS) return { children: childrenOf(events, bits, salt) };
    const prints = new Map<number, number>();
    for (const event of events) {
      prints.set(hashOf(event), (prints.get(hashOf(event)) ?? 0) ^ printOf(event, salt));
    }
    return { list: [...prints] };
  }
}

function childrenOf(events: readonly FakeEvent[], bits: number, salt: number): number[] {
  const children = Array.from<number>({ length: CHILDREN }).fill(0);
  for (const event of events) {
    const index = childIndex(hashOf(event), bits);
    children[index] = (children[index] as number) ^ printOf(event, bits + CHILD_BITS > 14 ? salt : 0);
  }
  return children;
}

const printOf = (event: FakeEvent, salt: number): number => mixed(hashOf(event), salt) | 1;

function covers(context: Context, origins: Origins, { originId, time }: FakeEvent): boolean {
  return context.covers(origins.intern(originId), time);
}

function assert(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}
