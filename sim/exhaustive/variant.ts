/**
 * Variants: what else may happen to a program beside the order of things.
 *
 *   plain         every command travels by itself, every interval comes once
 *   coalesced     commands that ran one after the other leave in one interval
 *   redelivered   every interval comes twice at once, and all once more at the end
 *   skewed        one replica's clock is ahead, further than others follow
 *   repaired      one replica gets no intervals, but another's whole state
 */
import { coalescedUnits, singleUnits, type Program, type Unit } from "./program.ts";

/** Far beyond what honest clocks follow: what is written there is from the future for the others. */
export const SKEW_MS = 10_000;

export const VARIANTS = ["plain", "coalesced", "redelivered", "skewed", "repaired"] as const;
export type VariantName = (typeof VARIANTS)[number];

/** A repair: the source's state after so many of its steps, joined by the receiver after so many of its own. */
export interface Repair {
  readonly source: number;
  readonly sourceSteps: number;
  readonly receiver: number;
  readonly receiverSteps: number;
}

export interface Variant {
  readonly name: VariantName;
  readonly units: readonly Unit[];
  readonly redelivers: boolean;
  /** By replica, how far its clock is ahead. */
  readonly skewsMs: readonly number[];
  /** Who gets a whole state from whom. */
  readonly repair: Pick<Repair, "source" | "receiver"> | undefined;
}

/** All ways in which a program can be run under a variant. */
export function variantsOf(program: Program, replicas: number, name: VariantName): Variant[] {
  const units = singleUnits(program);
  const plain: Variant = { name, units, redelivers: false, skewsMs: [], repair: undefined };
  const places = Array.from({ length: replicas }, (_, replica) => replica);
  switch (name) {
    case "plain":
      return [plain];
    case "coalesced":
      return coalescedUnits(program).map((coalesced) => ({ ...plain, units: coalesced }));
    case "redelivered":
      return [{ ...plain, redelivers: true }];
    case "skewed":
      return places
        .filter((skewed) => program.some(({ replica }) => replica === skewed))
        .map((skewed) => ({ ...plain, skewsMs: places.map((replica) => (replica === skewed ? SKEW_MS : 0)) }));
    case "repaired":
      return places.flatMap((receiver) =>
        places.filter((source) => source !== receiver).map((source) => ({ ...plain, repair: { source, receiver } })),
      );
  }
}
