/** The sets of flags that nearly all data commands carry, under the names that the rows use. */
import type { CommandFlag } from "./command.ts";

type Flags = readonly CommandFlag[];

export const READS: Flags = ["readonly"];
export const READS_FAST: Flags = ["readonly", "fast"];
/** Writes that cannot make the keyspace larger. */
export const WRITES: Flags = ["write"];
export const WRITES_FAST: Flags = ["write", "fast"];
/** Writes that may need memory. */
export const GROWS: Flags = ["write", "denyoom"];
export const GROWS_FAST: Flags = ["write", "denyoom", "fast"];
