/** How each command of the workload is drawn: one row per command, by families that a seed switches on and off. */
import { FIELD_DRAWS, HASH_DRAWS, SET_DRAWS } from "./commands/hashes.ts";
import { KEY_DRAWS } from "./commands/keys.ts";
import { LIST_DRAWS, SORT_DRAWS } from "./commands/lists.ts";
import { GEO_DRAWS, ZSET_DRAWS } from "./commands/sorted-sets.ts";
import { BITMAP_DRAWS, SKETCH_DRAWS, STRING_DRAWS } from "./commands/strings.ts";
import type { Draws } from "./commands/words.ts";

/** What is often on together with others weighs more. */
export const FAMILIES: readonly { readonly draws: Draws; readonly weight: number }[] = [
  { draws: STRING_DRAWS, weight: 4 },
  { draws: HASH_DRAWS, weight: 4 },
  { draws: SET_DRAWS, weight: 4 },
  { draws: ZSET_DRAWS, weight: 4 },
  { draws: LIST_DRAWS, weight: 4 },
  { draws: KEY_DRAWS, weight: 4 },
  { draws: FIELD_DRAWS, weight: 3 },
  { draws: SKETCH_DRAWS, weight: 2 },
  { draws: BITMAP_DRAWS, weight: 1 },
  { draws: GEO_DRAWS, weight: 1 },
  { draws: SORT_DRAWS, weight: 1 },
];

export const COMMAND_GENERATORS: Draws = Object.assign({}, ...FAMILIES.map(({ draws }) => draws)) as Draws;
