/**
 * The rules of docs/SEMANTICS.md in words: every case of its tables, by its id.
 *
 * Each row is proved by the scenarios in this folder whose names begin with its
 * id. `npm run semantics` runs them and writes the tables from both.
 */

export interface SemanticsRow {
  readonly id: string;
  /** Commands that are concurrent, or whatever else is the case. */
  readonly situation: string;
  readonly result: string;
}

export interface SemanticsTable {
  /** What the ids of its rows begin with. */
  readonly name: string;
  /** The heading of the column of situations. */
  readonly situations: string;
  readonly rows: readonly SemanticsRow[];
}

const everyType: readonly SemanticsRow[] = [
  { id: "all-1", situation: "updates of different keys, fields or members", result: "both" },
  {
    id: "all-2",
    situation: "an update ∥ DEL, UNLINK, FLUSHDB, FLUSHALL, RENAME or expiry",
    result: "the update survives: a removal removes exactly what its replica had seen",
  },
  { id: "all-3", situation: "a removal ∥ a removal", result: "removed" },
  {
    id: "all-4",
    situation: "SET ∥ SADD ∥ HSET ∥ ZADD ∥ RPUSH on one key (types differ)",
    result:
      "the type that holds the newest write shows; the others are kept out of sight until a write that has seen them",
  },
  {
    id: "all-5",
    situation: "MSET and every other command with several effects",
    result: "the effects carry one dot: other replicas show all of them or none; each meets what is concurrent to it",
  },
  {
    id: "all-6",
    situation: "RENAME, COPY, MOVE, SMOVE, GETDEL, SINTERSTORE, RPOPLPUSH, SORT STORE, RESTORE…",
    result: "run where they were issued: what they read is local, what they write are ordinary puts and removals",
  },
  {
    id: "all-7",
    situation: "conditions: NX, XX, GT, LT, MSETNX, HSETNX, RENAMENX",
    result: "tested against the local replica alone. **`SET NX` is no lock across regions**",
  },
  {
    id: "all-8",
    situation: "a write ∥ a newer one and a removal that has seen only the newer",
    result: "the older shows again: a loser is kept until a write or a removal that has seen it",
  },
];

const strings: readonly SemanticsRow[] = [
  { id: "string-1", situation: "SET a ∥ SET b; also APPEND, SETRANGE, GETSET", result: "the newest, whole" },
  { id: "string-2", situation: "INCRBY 2 ∥ INCRBY 3", result: "both count: +5" },
  {
    id: "string-3",
    situation: "INCRBY 2 ∥ SET 5; also APPEND, SETRANGE, GETSET",
    result: "7: the SET resets the increments that it had seen, and the concurrent one counts",
  },
  {
    id: "string-4",
    situation: "INCRBY 2 ∥ DEL of a key that held 10",
    result: "2: only what the DEL had not seen",
  },
  {
    id: "string-5",
    situation: 'INCRBY 2 ∥ SET "abc"',
    result: '"abc"; the increment is out of sight until the next write, which drops it',
  },
  { id: "string-6", situation: "INCRBYFLOAT", result: "as INCRBY, and every replica prints the same digits" },
  {
    id: "string-7",
    situation: "increments that together leave 64 bits",
    result: "the same end of the range on every replica; what is counted back comes back from the true sum",
  },
];

const hashes: readonly SemanticsRow[] = [
  { id: "hash-1", situation: "HSET f ∥ HDEL f", result: "f stays" },
  { id: "hash-2", situation: "HSET f a ∥ HSET f b", result: "the newest" },
  {
    id: "hash-3",
    situation: "HINCRBY, HINCRBYFLOAT ∥ one another, HSET or HDEL",
    result: "as for strings",
  },
  {
    id: "hash-4",
    situation: "HSET of a field ∥ DEL of the hash",
    result: "the field stays, the fields that the DEL had seen go",
  },
];

const sets: readonly SemanticsRow[] = [
  {
    id: "set-1",
    situation: "SADD x ∥ SREM x",
    result: "x stays: an add wins over a removal that had not seen it",
  },
  {
    id: "set-2",
    situation: "SADD of a member that is there already",
    result: "counts as an add (and so beats a concurrent SREM); replies 0 as in Redis",
  },
  {
    id: "set-3",
    situation: "SPOP x ∥ SPOP x",
    result: "both may return x: across regions a pop happens at least once",
  },
];

const zsets: readonly SemanticsRow[] = [
  { id: "zset-1", situation: "ZADD x ∥ ZREM x", result: "x stays" },
  { id: "zset-2", situation: "ZADD 3 x ∥ ZADD 1 x", result: "the newest score" },
  { id: "zset-3", situation: "ZINCRBY 1 x ∥ ZINCRBY 2 x", result: "both count: +3" },
  {
    id: "zset-4",
    situation: "ZADD 10 x ∥ ZINCRBY 2 x",
    result: "12: the ZADD resets the increments that it had seen, and the concurrent one counts",
  },
  {
    id: "zset-5",
    situation: "ZREM x ∥ ZINCRBY 2 x, where x had 4.1",
    result: "x with 2: only what the ZREM had not seen",
  },
  {
    id: "zset-6",
    situation: "increments of fractions, and of what is infinite",
    result:
      "sums are exact and rounded once, so that every replica prints the same digits; an infinite score stays what it is",
  },
  {
    id: "zset-7",
    situation: "ZPOPMIN, ZPOPMAX, ZMPOP ∥ one another or ZADD",
    result: "across regions a pop happens at least once; a member whose score is set meanwhile stays",
  },
  {
    id: "zset-8",
    situation: "ZRANGESTORE, ZUNIONSTORE, GEOSEARCHSTORE… ∥ ZADD",
    result: "what they read is local; what is added to the target meanwhile stays beside what they store",
  },
  { id: "zset-9", situation: "GEOADD x ∥ GEOADD x", result: "the newest position, whole: it is a score" },
];

const lists: readonly SemanticsRow[] = [
  {
    id: "list-1",
    situation: "RPUSH a b ∥ RPUSH c d; LPUSH alike",
    result: "all four, in the same order everywhere; the values of one command stay together",
  },
  { id: "list-2", situation: "LPUSH ∥ RPUSH", result: "both, at their ends" },
  { id: "list-3", situation: "LSET ∥ LSET of one element", result: "the newest value, where the element stands" },
  {
    id: "list-4",
    situation: "LSET ∥ LREM, LTRIM or a pop of the element",
    result: "the element stays, with its new value",
  },
  {
    id: "list-5",
    situation: "LPOP ∥ LPOP, RPOP, LMPOP",
    result:
      "a pop removes the element that it has returned, whatever stands first elsewhere; two regions may pop the same one",
  },
  {
    id: "list-6",
    situation: "LINSERT ∥ LINSERT, LREM of the pivot",
    result: "each value stays between the neighbours that it was put between",
  },
  {
    id: "list-7",
    situation: "LREM, LTRIM, DEL ∥ RPUSH, LPUSH",
    result: "they remove the elements that they have seen; what is pushed meanwhile stays",
  },
  {
    id: "list-8",
    situation: "LMOVE, RPOPLPUSH ∥ the same or RPUSH",
    result: "a pop and a push: an element that two regions move leaves its list once, and arrives twice",
  },
];

const bitmaps: readonly SemanticsRow[] = [
  {
    id: "bitmap-1",
    situation: "SETBIT ∥ SETBIT, BITFIELD, BITOP, SET",
    result: "a bitmap is a string: the newest, whole",
  },
];

const hyperLogLogs: readonly SemanticsRow[] = [
  { id: "hll-1", situation: "PFADD ∥ PFADD, PFMERGE", result: "the union" },
  {
    id: "hll-2",
    situation: "PFADD ∥ DEL or SET of what it is added to",
    result: "the DEL or SET wins: registers cannot tell what had been seen",
  },
  {
    id: "hll-3",
    situation: "PFADD ∥ PFADD where there was nothing",
    result: "both begin a life of their own; the union shows, and each can be deleted alone",
  },
  { id: "hll-4", situation: "PFADD that changes no register", result: "is no update, and survives nothing" },
];

const fields: readonly SemanticsRow[] = [
  { id: "field-1", situation: "HEXPIRE f ∥ HEXPIRE f", result: "the later deadline" },
  { id: "field-2", situation: "HPERSIST f ∥ HEXPIRE f", result: "HPERSIST" },
  {
    id: "field-3",
    situation: "HEXPIRE f ∥ HSET f",
    result: "the new value has no deadline: it belongs to the life that its writer saw",
  },
  { id: "field-4", situation: "HEXPIRE f ∥ HINCRBY f, HSETEX KEEPTTL", result: "both: these go on with the life" },
  {
    id: "field-5",
    situation: "a field past its deadline",
    result:
      "invisible at once; removed by who set the deadline, by any other ten seconds later; a HSET that this had not " +
      "seen survives; the last field takes the hash with it",
  },
  {
    id: "field-6",
    situation: "HEXPIRE f ∥ HDEL f, EXPIRE of the hash",
    result: "a deadline alone is no value: HDEL removes; deadlines of a field and of its hash stand beside each other",
  },
];

const life: readonly SemanticsRow[] = [
  {
    id: "life-1",
    situation: "SET without KEEPTTL, and whatever else puts a new value",
    result: "begins a new life without a deadline",
  },
  { id: "life-2", situation: "EXPIRE ∥ EXPIRE", result: "the later deadline" },
  { id: "life-3", situation: "PERSIST ∥ EXPIRE", result: "PERSIST" },
  {
    id: "life-4",
    situation: "EXPIRE ∥ SET",
    result: "the new value has no deadline: a deadline belongs to the life that its writer saw",
  },
  { id: "life-5", situation: "a key past its deadline", result: "invisible at once, by the reader's hybrid clock" },
  {
    id: "life-6",
    situation: "removal of what has expired",
    result:
      "by the replica that set the winning deadline, as an ordinary removal; by any other ten seconds later, for the " +
      "case that it is away; by nobody as long as the deadline has passed by the removing replica's own clock alone",
  },
  {
    id: "life-7",
    situation: "a write to a key that has expired",
    result: "first removes what it sees, then writes",
  },
  {
    id: "life-8",
    situation: "one side extends a deadline while the other side's clock is past it",
    result: "may come too late; the key is then gone everywhere",
  },
  {
    id: "life-9",
    situation: "EXPIRE ∥ APPEND, INCRBY, HSET, SADD, ZADD, RPUSH or PFADD",
    result: "both: such a write continues the life that the deadline belongs to",
  },
  { id: "life-10", situation: "EXPIRE ∥ DEL", result: "removed: a deadline alone is no value" },
];

const replicas: readonly SemanticsRow[] = [
  {
    id: "replica-1",
    situation: "a region is cut off",
    result: "it goes on serving, reads and writes, and merges when it is joined again",
  },
  {
    id: "replica-2",
    situation: "a replica dies and comes back with nothing",
    result: "it gets everything from its peers before it serves again",
  },
  { id: "replica-3", situation: "a replica stands still for a while", result: "it catches up" },
  {
    id: "replica-4",
    situation: "a replica dies before it could send a write to any peer",
    result: "that write is lost, and nothing else",
  },
  {
    id: "replica-5",
    situation: "one direction between two regions carries nothing",
    result: "the other goes on; what could not be sent comes when it can",
  },
  {
    id: "replica-6",
    situation: "a clock runs ahead by more than `--max-clock-offset`",
    result:
      "its time is not followed; its writes are merged while it stays connected, and later writes win over them; a new " +
      "connection is refused until the clock is right",
  },
];

export const SEMANTICS: readonly SemanticsTable[] = [
  { name: "all", situations: "concurrent", rows: everyType },
  { name: "string", situations: "concurrent", rows: strings },
  { name: "hash", situations: "concurrent", rows: hashes },
  { name: "set", situations: "concurrent", rows: sets },
  { name: "zset", situations: "concurrent", rows: zsets },
  { name: "list", situations: "concurrent", rows: lists },
  { name: "bitmap", situations: "concurrent", rows: bitmaps },
  { name: "hll", situations: "concurrent", rows: hyperLogLogs },
  { name: "field", situations: "situation", rows: fields },
  { name: "life", situations: "situation", rows: life },
  { name: "replica", situations: "situation", rows: replicas },
];
