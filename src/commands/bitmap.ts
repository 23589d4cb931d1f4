/** The bitmap commands: one row each. A bitmap is a string. */
import { getbit, setbit } from "./bitmap-bits.ts";
import { bitop } from "./bitmap-combination.ts";
import { bitfield, bitfieldRo } from "./bitmap-fields.ts";
import { bitcount, bitpos } from "./bitmap-search.ts";
import { type Command, type KeyRange, ONE_KEY } from "./command.ts";
import { GROWS, READS, READS_FAST } from "./command-flags.ts";

const group = "bitmap";

/** The operation comes first, then the destination and the sources. */
const AFTER_OPERATION: KeyRange = { first: 2, last: -1, step: 1 };

export const bitmapCommands: readonly Command[] = [
  { name: "setbit", arity: 4, flags: GROWS, keys: ONE_KEY, group, handler: setbit },
  { name: "getbit", arity: 3, flags: READS_FAST, keys: ONE_KEY, group, handler: getbit },
  { name: "bitcount", arity: -2, flags: READS, keys: ONE_KEY, group, handler: bitcount },
  { name: "bitpos", arity: -3, flags: READS, keys: ONE_KEY, group, handler: bitpos },
  { name: "bitop", arity: -4, flags: GROWS, keys: AFTER_OPERATION, group, handler: bitop },
  { name: "bitfield", arity: -2, flags: GROWS, keys: ONE_KEY, group, handler: bitfield },
  { name: "bitfield_ro", arity: -2, flags: READS_FAST, keys: ONE_KEY, group, handler: bitfieldRo },
];
