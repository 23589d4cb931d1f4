/** The HyperLogLog commands: one row each. A HyperLogLog is a string in Redis's own format. */
import { ALL_KEYS, type Command, NO_KEYS, ONE_KEY, SUBCOMMAND_KEY } from "./command.ts";
import { GROWS, GROWS_FAST, READS } from "./command-flags.ts";
import { pfdebug, pfselftest } from "./hyperloglog-debug.ts";
import { pfadd, pfcount, pfmerge } from "./hyperloglog-values.ts";

const group = "hyperloglog";

export const hyperLogLogCommands: readonly Command[] = [
  { name: "pfadd", arity: -2, flags: GROWS_FAST, keys: ONE_KEY, group, handler: pfadd },
  { name: "pfcount", arity: -2, flags: READS, keys: ALL_KEYS, group, handler: pfcount },
  { name: "pfmerge", arity: -2, flags: GROWS, keys: ALL_KEYS, group, handler: pfmerge },
  { name: "pfdebug", arity: 3, flags: [...GROWS, "admin"], keys: SUBCOMMAND_KEY, group, handler: pfdebug },
  { name: "pfselftest", arity: 1, flags: ["admin"], keys: NO_KEYS, group, handler: pfselftest },
];
