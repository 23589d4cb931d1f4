/** The sorted set commands: one row each. */
import { scanSortedSet } from "./collection-scan.ts";
import type { Command } from "./command.ts";
import { countedKeys, countedSources, ONE_KEY, POPPED_KEYS, TWO_KEYS } from "./command.ts";
import { GROWS, GROWS_FAST, READS, READS_FAST, WRITES, WRITES_FAST } from "./command-flags.ts";
import { zadd, zincrby } from "./sorted-set-add.ts";
import { zdiff, zdiffstore, zinter, zintercard, zinterstore, zunion, zunionstore } from "./sorted-set-algebra.ts";
import { bzmpop, bzpopmax, bzpopmin } from "./sorted-set-blocking.ts";
import { zcard, zcount, zlexcount, zmscore, zrank, zrem, zrevrank, zscore } from "./sorted-set-members.ts";
import { zmpop, zpopmax, zpopmin } from "./sorted-set-pop.ts";
import { zrandmember } from "./sorted-set-random.ts";
import {
  zrange,
  zrangebylex,
  zrangebyscore,
  zrangestore,
  zrevrange,
  zrevrangebylex,
  zrevrangebyscore,
} from "./sorted-set-range.ts";
import { zremrangebylex, zremrangebyrank, zremrangebyscore } from "./sorted-set-remove.ts";

const group = "sorted-set";
const WAITS_FAST = ["write", "noscript", "blocking", "fast"] as const;

export const sortedSetCommands: readonly Command[] = [
  { name: "zadd", arity: -4, flags: GROWS_FAST, keys: ONE_KEY, group, handler: zadd },
  { name: "zincrby", arity: 4, flags: GROWS_FAST, keys: ONE_KEY, group, handler: zincrby },
  { name: "zrem", arity: -3, flags: WRITES_FAST, keys: ONE_KEY, group, handler: zrem },
  { name: "zcard", arity: 2, flags: READS_FAST, keys: ONE_KEY, group, handler: zcard },
  { name: "zscore", arity: 3, flags: READS_FAST, keys: ONE_KEY, group, handler: zscore },
  { name: "zmscore", arity: -3, flags: READS_FAST, keys: ONE_KEY, group, handler: zmscore },
  { name: "zrank", arity: -3, flags: READS_FAST, keys: ONE_KEY, group, handler: zrank },
  { name: "zrevrank", arity: -3, flags: READS_FAST, keys: ONE_KEY, group, handler: zrevrank },
  { name: "zcount", arity: 4, flags: READS_FAST, keys: ONE_KEY, group, handler: zcount },
  { name: "zlexcount", arity: 4, flags: READS_FAST, keys: ONE_KEY, group, handler: zlexcount },
  { name: "zrange", arity: -4, flags: READS, keys: ONE_KEY, group, handler: zrange },
  { name: "zrangestore", arity: -5, flags: GROWS, keys: TWO_KEYS, group, handler: zrangestore },
  { name: "zrevrange", arity: -4, flags: READS, keys: ONE_KEY, group, handler: zrevrange },
  { name: "zrangebyscore", arity: -4, flags: READS, keys: ONE_KEY, group, handler: zrangebyscore },
  { name: "zrevrangebyscore", arity: -4, flags: READS, keys: ONE_KEY, group, handler: zrevrangebyscore },
  { name: "zrangebylex", arity: -4, flags: READS, keys: ONE_KEY, group, handler: zrangebylex },
  { name: "zrevrangebylex", arity: -4, flags: READS, keys: ONE_KEY, group, handler: zrevrangebylex },
  { name: "zremrangebyrank", arity: 4, flags: WRITES, keys: ONE_KEY, group, handler: zremrangebyrank },
  { name: "zremrangebyscore", arity: 4, flags: WRITES, keys: ONE_KEY, group, handler: zremrangebyscore },
  { name: "zremrangebylex", arity: 4, flags: WRITES, keys: ONE_KEY, group, handler: zremrangebylex },
  { name: "zpopmin", arity: -2, flags: WRITES_FAST, keys: ONE_KEY, group, handler: zpopmin },
  { name: "zpopmax", arity: -2, flags: WRITES_FAST, keys: ONE_KEY, group, handler: zpopmax },
  { name: "zmpop", arity: -4, flags: WRITES, keys: countedKeys(1), group, handler: zmpop },
  { name: "bzpopmin", arity: -3, flags: WAITS_FAST, keys: POPPED_KEYS, group, handler: bzpopmin },
  { name: "bzpopmax", arity: -3, flags: WAITS_FAST, keys: POPPED_KEYS, group, handler: bzpopmax },
  { name: "bzmpop", arity: -5, flags: ["write", "blocking"], keys: countedKeys(2), group, handler: bzmpop },
  { name: "zrandmember", arity: -2, flags: READS, keys: ONE_KEY, group, handler: zrandmember },
  { name: "zunion", arity: -3, flags: READS, keys: countedKeys(1), group, handler: zunion },
  { name: "zunionstore", arity: -4, flags: GROWS, keys: countedSources(2), group, handler: zunionstore },
  { name: "zinter", arity: -3, flags: READS, keys: countedKeys(1), group, handler: zinter },
  { name: "zinterstore", arity: -4, flags: GROWS, keys: countedSources(2), group, handler: zinterstore },
  { name: "zintercard", arity: -3, flags: READS, keys: countedKeys(1), group, handler: zintercard },
  { name: "zdiff", arity: -3, flags: READS, keys: countedKeys(1), group, handler: zdiff },
  { name: "zdiffstore", arity: -4, flags: GROWS, keys: countedSources(2), group, handler: zdiffstore },
  { name: "zscan", arity: -3, flags: READS, keys: ONE_KEY, group, handler: scanSortedSet },
];
