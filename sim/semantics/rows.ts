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
    situation: "SET ∥ SADD ∥ HSET on one key (types differ)",
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
    situation: "RENAME, COPY, MOVE, SMOVE, GETDEL, SINTERSTORE…",
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
    situation: "EXPIRE ∥ APPEND, INCRBY, HSET or SADD",
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
  { name: "life", situations: "situation", rows: life },
  { name: "replica", situations: "situation", rows: replicas },
];
