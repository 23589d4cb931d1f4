/**
 * What a repair needs of the keyspace (repairable-state.ts), and what loading a
 * snapshot needs of it.
 */
import type { Context } from "../../../crdt/context.ts";
import { ByteRange } from "../../byte-range.ts";
import type { Core } from "../core.ts";
import { compareNodes, describeNodes } from "./description.ts";
import { exportNodes } from "./export.ts";
import { replaceNodes } from "./join-part.ts";
import type { CollectionName, KeyRange, PlaceRange } from "./key-range.ts";
import { checkPart, checkRangePart } from "./part-check.ts";
import { collectionAt, compareRange, describeRange } from "./range-description.ts";
import { exportRange } from "./range-export.ts";
import { replaceRange } from "./range-join.ts";
import type {
  Described,
  DescriptionBounds,
  Differences,
  Exported,
  RangeDescribed,
  RepairableState,
  Stub,
} from "./repairable-state.ts";
import { Staging } from "./staging.ts";

export class RepairState implements RepairableState {
  private readonly core: Core;
  private readonly staging: Staging;

  constructor(core: Core) {
    this.core = core;
    this.staging = new Staging(core);
  }

  get isSettled(): boolean {
    return this.staging.isSettled;
  }

  get changes(): number {
    return this.core.delta.operations + this.core.operationsJoined;
  }

  settle(): void {
    this.staging.settleAll();
  }

  get isEmpty(): boolean {
    return this.isSettled && this.core.keys.databases.every(({ table }) => table.size === 0);
  }

  residueHashes(): readonly number[] {
    const { memory, residue } = this.core;
    const hashes = new Set<number>();
    residue.eachKey((key) => hashes.add(memory.hash(new ByteRange(key)) >>> 0));
    return [...hashes];
  }

  describe(bits: number, nodes: readonly number[], from: number, salt: number, bounds: DescriptionBounds): Described {
    this.mustBeSettled();
    return describeNodes(this.core, bits, nodes, from, salt, bounds);
  }

  compare(bits: number, nodes: readonly number[], salt: number, bytes: Uint8Array): Differences {
    this.staging.settleAll();
    return compareNodes(this.core, bits, nodes, salt, bytes);
  }

  export(bits: number, nodes: readonly number[], from: number, bytesMax: number): Exported {
    this.mustBeSettled();
    return exportNodes(this.core, bits, nodes, from, bytesMax);
  }

  get stagedBytes(): number {
    return this.staging.stagedBytes;
  }

  stage(bits: number, nodes: readonly number[], context: Context, bytes: Uint8Array): readonly Stub[] {
    const stubs = checkPart(this.core.memory, bits, nodes, bytes);
    this.staging.stage({ bits, nodes, context, bytes });
    return stubs;
  }

  commit(context: Context): void {
    this.staging.commit(context);
  }

  drop(): void {
    this.staging.drop();
  }

  load(bits: number, nodes: readonly number[], bytes: Uint8Array): readonly Stub[] {
    const stubs = checkPart(this.core.memory, bits, nodes, bytes);
    this.staging.settleAll();
    replaceNodes(this.core, bits, nodes, bytes);
    return stubs;
  }

  elementCount(name: CollectionName): number {
    return collectionAt(this.core, name)?.members.size ?? 0;
  }

  describeRange(range: KeyRange, isFine: boolean, salt: number, bounds: DescriptionBounds): RangeDescribed {
    this.mustBeSettled();
    return describeRange(this.core, range, isFine, salt, bounds);
  }

  compareRange(range: KeyRange, salt: number, bytes: Uint8Array): readonly PlaceRange[] {
    this.staging.settleAll();
    return compareRange(this.core, range, salt, bytes);
  }

  exportRange(range: KeyRange, bytesMax: number): RangeDescribed {
    this.mustBeSettled();
    return exportRange(this.core, range, bytesMax);
  }

  stageRange(range: KeyRange, context: Context, bytes: Uint8Array): void {
    checkRangePart(this.core.memory, range, bytes);
    this.staging.stageRange({ range, context, bytes });
  }

  loadRange(range: KeyRange, bytes: Uint8Array): void {
    checkRangePart(this.core.memory, range, bytes);
    this.staging.settleAll();
    replaceRange(this.core, range, bytes);
  }

  /** Joins a piece of what was committed; false when nothing is left. */
  settleSome(): boolean {
    return this.staging.settleSome();
  }

  private mustBeSettled(): void {
    if (!this.isSettled) throw new Error("a repair that is still to be joined must not be told of");
  }
}
