/**
 * A mutant: the product with one mistake in it, as somebody might really have made it.
 *
 * It is a patch of source text, put in place while a module loads (preload.ts) and switched on by tests alone, so
 * that the product itself holds no trace of it. Assertions that would notice the mistake at once go with it: who
 * made the mistake would not have asserted the contrary.
 *
 * M1. What a patch looks for occurs exactly once in its file: whoever rewrites that code decides anew what the
 *     mistake would be there.
 */
import { fileURLToPath } from "node:url";

export interface Patch {
  /** Relative to the repository. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

export interface Mutant {
  readonly name: string;
  /** By which docs/SIMULATOR.md speaks of it. */
  readonly letter?: string;
  /** What it breaks, in a few words. */
  readonly rule: string;
  /** Within so many seeds from the first on the search must notice it. */
  readonly seedsMax: number;
  /** The first seed of the test's hunt, where one from 1 on would take long; the table in docs/SIMULATOR.md counts from 1. */
  readonly from?: number;
  readonly patches: readonly Patch[];
}

/** The environment variable that names the mutant to be. */
export const MUTANT_VARIABLE = "ATOLL_MUTANT";

export function pathOf(patch: Patch): string {
  return fileURLToPath(new URL(`../../../${patch.file}`, import.meta.url));
}

export function patched(source: string, { file, find, replace }: Patch): string {
  const places = source.split(find).length - 1;
  if (places !== 1) throw new Error(`${file} holds ${places} times what a mutant replaces: ${find}`);
  return source.replace(find, () => replace);
}
