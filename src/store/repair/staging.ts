/**
 * Staged parts of a repair. A receiver keeps what it gets aside and, when all of
 * it is there, commits: its context rises at once, and from then on the parts of
 * a slot are joined when somebody first looks at that slot, or when the shell has
 * time. So nobody sees half a repair, no local write meets a cell that its
 * context does not cover, and no command waits for more than the few parts that
 * touch its slot. What a repair does to the elements of a large collection waits
 * for that key alone, and is done in small steps where nobody looks at it.
 *
 * P1. What is staged is joined against the context from before the commit: the
 *     state that it meets is of that time.
 * P2. Nothing reads or writes a slot between the commit and the join of every
 *     part that touches it, nor a key before all is done that was left for it.
 */
import type { Context } from "../../../crdt/context.ts";
import { ByteRange } from "../../byte-range.ts";
import type { Core } from "../core.ts";
import { slotOf } from "../hash-node.ts";
import type { Pending } from "../keys.ts";
import { joinPart, type Part } from "./join-part.ts";
import type { KeyRange } from "./key-range.ts";
import { PartsOfSlots } from "./parts-of-slots.ts";
import { type KeyWork, RangeJoin } from "./range-join.ts";

/** The elements of a range of a collection, as a sender held them. */
export interface RangePart {
  readonly range: KeyRange;
  readonly context: Context;
  readonly bytes: Uint8Array;
}

type Work = RangePart | KeyWork;

function add(works: Map<number, Work[]>, hash: number, work: Work): void {
  const held = works.get(hash | 0);
  if (held === undefined) works.set(hash | 0, [work]);
  else held.push(work);
}

const NOTHING = new PartsOfSlots([]);

export class Staging implements Pending {
  stagedBytes = 0;
  private readonly core: Core;
  /** In the order in which they came. */
  private readonly parts = new Set<Part>();
  /** By the hashes of their keys. */
  private ranges = new Map<number, Work[]>();
  /** After the commit: what is left to be done to single keys, likewise. */
  private works = new Map<number, Work[]>();
  /** After the commit: the parts that touch each slot, those already joined among them. */
  private touching = NOTHING;
  private known: Context | undefined;
  private isJoining = false;

  constructor(core: Core) {
    this.core = core;
  }

  /** Is nothing left to be joined of what was committed? */
  get isSettled(): boolean {
    return this.known === undefined;
  }

  stage(part: Part): void {
    this.settleAll();
    this.parts.add(part);
    this.stagedBytes += part.bytes.length;
  }

  stageRange(part: RangePart): void {
    this.settleAll();
    add(this.ranges, this.core.memory.hash(new ByteRange(part.range.key)), part);
    this.stagedBytes += part.bytes.length;
  }

  /** Forgets what was staged; what was committed is part of the state and stays. */
  drop(): void {
    if (!this.isSettled) return;
    this.parts.clear();
    this.ranges.clear();
    this.stagedBytes = 0;
  }

  /** Raises the context; from now on the staged parts are joined as they are needed. */
  commit(context: Context): void {
    const { core } = this;
    this.settleAll();
    if (this.parts.size > 0 || this.ranges.size > 0) {
      this.known = core.context.copy();
      this.touching = new PartsOfSlots([...this.parts]);
      this.works = this.ranges;
      this.ranges = new Map();
      core.keys.pending = this;
    }
    core.context.merge(context);
  }

  settle(hash: number): void {
    if (this.isJoining) return;
    this.touching.take(slotOf(hash), (part) => this.join(part));
    while (this.workOn(hash | 0));
  }

  settleAll(): void {
    if (this.isJoining) return;
    while (this.settleSome());
  }

  /** Joins one part, or does a step of what is left for a key; false when nothing is left. */
  settleSome(): boolean {
    if (this.isSettled) return false;
    const [part] = this.parts;
    if (part !== undefined) {
      this.join(part);
    } else {
      const [hash] = this.works.keys();
      if (hash !== undefined) this.workOn(hash);
    }
    return !this.isSettled;
  }

  private join(part: Part): void {
    const { core, known } = this;
    if (known === undefined || !this.parts.delete(part)) return;
    this.stagedBytes -= part.bytes.length;
    // Its own look-ups must not join the other parts of a slot in the midst of it.
    this.isJoining = true;
    joinPart(core, part, known, (hash, work) => add(this.works, hash, work));
    this.isJoining = false;
    this.endWhenSettled();
  }

  /** Does one step of what is left for a key; false when nothing is. */
  private workOn(hash: number): boolean {
    const works = this.works.get(hash);
    if (works === undefined) return false;
    this.isJoining = true;
    const work = this.begun(works);
    const more = work.step(this.core.ranges.stepElements);
    this.isJoining = false;
    if (more) return true;
    this.stagedBytes -= work.bytes;
    works.pop();
    if (works.length > 0) return true;
    this.works.delete(hash);
    this.endWhenSettled();
    return false;
  }

  /** The work that is done next. */
  private begun(works: Work[]): KeyWork {
    const work = works.at(-1);
    const { core, known } = this;
    if (work === undefined || known === undefined) throw new Error("nothing is left to be done");
    if (!("range" in work)) return work;
    const join = new RangeJoin(core, work.range, work.context, known, work.bytes);
    works[works.length - 1] = join;
    return join;
  }

  private endWhenSettled(): void {
    if (this.parts.size > 0 || this.works.size > 0) return;
    this.touching = NOTHING;
    this.known = undefined;
    this.core.keys.pending = undefined;
  }
}
