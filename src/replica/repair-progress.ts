/**
 * How far a repair has come at its receiver: everything that outlives the link
 * it came on, so that it can be resumed with the same peer or another.
 *
 * `told` is the maximum of V and of every context that a sender has told since
 * the start. What was staged shows changes up to there, so the repair may count
 * only in a step that goes on up to there, too (rule 6).
 *
 * From the first comparison on nothing is applied that the start covers: what
 * was equal when it was compared is not fetched, and the sender may have undone
 * long ago what such an interval does (src/store/repair/repairable-state.ts, R2).
 * So the first comparison waits a moment for what is on its way; an origin that
 * is not behind by then goes on all the time.
 *
 * A replica that has never had anything copies: the nodes it fetches are loaded
 * as they come, which costs no room. Nobody reads it, and nothing is applied to
 * it, until the repair is complete; if it never is, the copy is thrown away.
 */
import { Context } from "../../crdt/context.ts";
import type { Origin } from "../../crdt/origin.ts";
import { ROOT_BITS, ROOTS, scatteredSlots, SLOT_BITS } from "../store/hash-node.ts";
import type { CollectionName, KeyRange } from "../store/repair/key-range.ts";
import type { Stub } from "../store/repair/repairable-state.ts";
import type { Journal } from "./journal.ts";
import { RepairAsks } from "./repair-asks.ts";
import { timesOf } from "./times.ts";

export class RepairProgress {
  /** What V is raised to at the commit. */
  readonly start: Context;
  readonly told: Context;
  readonly vectors = new Map<Origin, Context>();
  readonly asks = new RepairAsks();
  readonly isCopy: boolean;
  /** Every vector has come. Without them it cannot be resumed. */
  hasVectors = false;
  /** Has anything been compared? */
  hasBegun = false;
  private readonly journal: Journal;
  private hasParts = false;
  /** The collections that come in ranges. */
  private readonly large = new Set<string>();
  /** The export of a state that holds nothing. */
  private readonly nothing: Uint8Array;

  constructor(journal: Journal, start: Context, mayCopy: boolean) {
    const { repair } = journal.state;
    this.journal = journal;
    this.start = start;
    this.told = start.copy();
    journal.raiseFences(start);
    // Neither content nor removals that it knows of.
    this.isCopy = mayCopy && repair.isEmpty && journal.effects.equals(new Context());
    this.nothing = this.isCopy ? repair.export(ROOT_BITS, ROOTS, 0, 1).bytes : NO_BYTES;
    if (repair.isEmpty) this.asks.add("fetch", SLOT_BITS, scatteredSlots());
    else this.asks.add("compare", ROOT_BITS, ROOTS);
    journal.holdsAll = this.isCopy;
  }

  /** Is there nothing more to wait for before the first comparison? */
  get isUpToStart(): boolean {
    return this.isCopy || this.journal.state.context.includes(this.start);
  }

  /** From now on what the start covers is held. */
  beginComparing(): void {
    this.hasBegun = true;
    this.journal.holdsUpTo = this.start;
  }

  /** Takes the whole content of some nodes. Throws what the state throws of bytes that are wrong. */
  take(bits: number, nodes: readonly number[], context: Context, taken: Uint8Array): readonly Stub[] {
    const { state, follower } = this.journal;
    const bytes = keepable(taken);
    const stubs = this.isCopy ? state.repair.load(bits, nodes, bytes) : state.repair.stage(bits, nodes, context, bytes);
    this.tell(context);
    this.hasParts = true;
    follower.repairPart({ bits, nodes, replaces: this.isCopy, context: timesOf(state.origins, context), bytes });
    return stubs;
  }

  /** Takes all elements of a range. Throws as `take`. */
  takeRange(range: KeyRange, context: Context, taken: Uint8Array): void {
    const { state, follower } = this.journal;
    const bytes = keepable(taken);
    if (this.isCopy) state.repair.loadRange(range, bytes);
    else state.repair.stageRange(range, context, bytes);
    this.tell(context);
    this.hasParts = true;
    follower.repairRange({ range, replaces: this.isCopy, context: timesOf(state.origins, context), bytes });
  }

  /** A collection comes in ranges. False when that was known. */
  noteLarge({ db, key, type }: CollectionName): boolean {
    const name = `${db}/${type}/${Buffer.from(key).toString("latin1")}`;
    if (this.large.has(name)) return false;
    this.large.add(name);
    return true;
  }

  /** The sender, a member, has told of all this by now. */
  tell(context: Context): void {
    this.told.merge(context);
    this.journal.raiseFences(context);
  }

  /** Is everything that the senders told of at hand? */
  get isComplete(): boolean {
    return this.journal.reaches(this.start, this.told);
  }

  commit(wallMs: number): void {
    this.letGo();
    this.journal.commitRepair(this.start, this.vectors, wallMs);
  }

  /** As if nothing of it had ever come. */
  drop(): void {
    const { state, follower } = this.journal;
    this.letGo();
    if (!this.hasParts) return;
    if (this.isCopy) {
      state.repair.load(ROOT_BITS, ROOTS, this.nothing);
      follower.repairPart({ bits: ROOT_BITS, nodes: ROOTS, replaces: true, context: [], bytes: this.nothing });
    } else state.repair.drop();
    follower.repairDropped();
  }

  private letGo(): void {
    this.journal.holdsAll = false;
    this.journal.holdsUpTo = undefined;
  }
}

/** A small part is a view into a large network buffer, which would stay alive as long as it is staged. */
function keepable(taken: Uint8Array): Uint8Array {
  return taken.length * 2 < taken.buffer.byteLength ? taken.slice() : taken;
}

const NO_BYTES = new Uint8Array(0);
