/**
 * What a seed leans towards: things that are dangerous only together.
 *
 * A PERSIST beside a concurrent EXPIRE, a repair into a replica that holds data, three writers over a value from the
 * future: each needs several commands, faults and sizes that an even draw rarely brings into one scenario. So some
 * seeds lean, each towards one row of this table. A leaning adds to what the seed draws and takes nothing away but
 * numbers of other commands; many seeds do not lean at all.
 */
import type { Fault } from "../scenario/scenario.ts";
import type { Random } from "../world/random.ts";

export interface Leaning {
  /** How many of a hundred seeds lean this way. */
  readonly percent: number;
  /** Rows of COMMAND_GENERATORS that are on for certain, and often run. */
  readonly commands: readonly string[];
  /** Kinds that are on for certain, and often strike. */
  readonly faults: readonly Fault["kind"][];
  /** How many faults there are in a run, and how many of their mean length would fill it; then as below. */
  readonly faultsInRun: readonly number[];
  readonly faultsLong: readonly number[];
  /** What is drawn from here instead of from the usual choices; empty leaves these as they are. */
  readonly durationMs: readonly number[];
  /** About how many commands there are in a run. */
  readonly commandsInRun: readonly number[];
  readonly delayMs: readonly number[];
  readonly deadlineMs: readonly number[];
  readonly keys: readonly number[];
  readonly limits: Readonly<Record<string, readonly number[]>>;
  /** Somebody keeps something on a disk, for certain. */
  readonly keeps: boolean;
  /** Members come and go, for certain. */
  readonly changesMembers: boolean;
}

const NONE: Leaning = {
  percent: 0,
  commands: [],
  faults: [],
  faultsInRun: [],
  faultsLong: [],
  durationMs: [],
  commandsInRun: [],
  delayMs: [],
  deadlineMs: [],
  keys: [],
  limits: {},
  keeps: false,
  changesMembers: false,
};

const LEANINGS: readonly Leaning[] = [
  // Credit so scarce that increments wait for it, while acks of the reset that they had not seen pass them.
  {
    ...NONE,
    percent: 10,
    commands: ["INCR", "INCRBY", "SET", "DEL", "HINCRBY", "HDEL"],
    durationMs: [1000, 3000],
    commandsInRun: [300],
    delayMs: [25],
    keys: [40],
    limits: { creditBytes: [150, 200] },
  },
  // Replicas that begin anew, while others are away that have counted what is reset meanwhile.
  {
    ...NONE,
    percent: 6,
    commands: ["INCR", "INCRBY", "SET", "DEL", "HINCRBY", "HDEL"],
    faults: ["partition", "restart"],
    faultsInRun: [12],
    faultsLong: [6],
    durationMs: [8000],
    commandsInRun: [200],
    delayMs: [1, 10],
    keys: [6, 20],
  },
  // Repairs by replicas that are being repaired themselves.
  {
    ...NONE,
    percent: 6,
    commands: ["SET", "INCR", "SADD", "SREM", "HSET", "DEL", "GET"],
    faults: ["partition"],
    faultsInRun: [16],
    faultsLong: [8],
    durationMs: [8000, 20_000],
    commandsInRun: [500],
    delayMs: [1],
    keys: [12, 30],
    limits: { logBytesMax: [6_000, 10_000, 15_000], repairChunkBytes: [20] },
  },
  // Deadlines that are changed while others let the key expire, and owners that are away when it does.
  {
    ...NONE,
    percent: 10,
    commands: ["SET", "PEXPIRE", "PERSIST", "GETEX", "INCR", "SADD", "HSET", "DEL"],
    faults: ["partition", "pause", "restart"],
    durationMs: [1000, 3000, 20_000],
    deadlineMs: [50, 300, 1000],
  },
  // Logs that forget during long cuts, so that replicas which hold data are repaired, and in many pieces.
  {
    ...NONE,
    percent: 13,
    commands: ["SET", "INCR", "SADD", "SREM", "HSET", "DEL", "GET"],
    faults: ["partition", "cut"],
    faultsInRun: [2, 4, 8],
    faultsLong: [1, 2, 4],
    durationMs: [8000, 20_000],
    delayMs: [0.2, 1, 10],
    keys: [3, 6, 12],
    limits: { logBytesMax: [6_000, 10_000, 15_000], repairChunkBytes: [20, 100, 500] },
  },
  // Values from the future, and who writes over them.
  {
    ...NONE,
    percent: 8,
    commands: ["SET", "SET again", "GETSET", "APPEND", "HSET", "GET"],
    faults: ["step"],
    durationMs: [1000, 3000],
  },
  // Counters reset while increments wait behind full buffers.
  {
    ...NONE,
    percent: 8,
    commands: ["INCR", "INCRBY", "INCRBY again", "SET", "GETDEL", "HINCRBY", "HDEL", "DEL"],
    faults: ["slow"],
    faultsLong: [1, 2, 4],
    limits: { creditBytes: [6_000], bufferedBytesMax: [200, 1_000] },
  },
  // Processes that die while others are away, and come back with what their disks have kept of it.
  {
    ...NONE,
    percent: 10,
    commands: ["INCR", "SET", "SADD", "SREM", "HSET", "DEL", "GET"],
    faults: ["partition", "restart", "save"],
    faultsInRun: [8, 16],
    faultsLong: [8],
    durationMs: [3000, 8000],
    commandsInRun: [200],
    delayMs: [1, 10, 60],
    limits: { logBytesMax: [10_000, 40_000], repairChunkBytes: [20, 500] },
    keeps: true,
  },
  // Disks that come back with the past, and clones of them.
  {
    ...NONE,
    percent: 6,
    commands: ["INCR", "SET", "SADD", "SREM", "DEL"],
    faults: ["restart", "restore", "partition"],
    faultsInRun: [6],
    faultsLong: [8],
    durationMs: [3000, 8000],
    delayMs: [1, 10],
    keeps: true,
    changesMembers: true,
  },
  // Lists that several push to, pop from and change in the middle, with few elements at a time.
  {
    ...NONE,
    percent: 3,
    commands: ["RPUSH", "LPUSH", "LPOP", "RPOP", "LSET", "LINSERT", "LREM", "LRANGE again"],
    faults: ["partition", "pause"],
    keys: [1, 2],
    commandsInRun: [60, 200],
  },
  // The same without what replaces or removes by value: each element is popped or present.
  {
    ...NONE,
    percent: 2,
    commands: ["RPUSH", "LPUSH", "LPOP", "RPOP", "LRANGE again"],
    faults: ["partition", "restart"],
    keys: [2],
    commandsInRun: [200],
  },
  // Scores that are counted, set and removed on several sides.
  {
    ...NONE,
    percent: 3,
    commands: ["ZINCRBY", "ZINCRBY again", "ZADD", "ZREM", "ZPOPMIN", "ZRANGE again"],
    faults: ["partition", "slow"],
    keys: [1, 2],
  },
  // HyperLogLogs that grow where others delete or replace them.
  {
    ...NONE,
    percent: 3,
    commands: ["PFADD", "PFADD again", "PFCOUNT", "PFMERGE", "DEL", "PEXPIRE"],
    faults: ["partition", "cut"],
    keys: [1, 2],
    limits: { repairChunkBytes: [100, 1_000] },
  },
  // Fields that expire here while they are set, counted or given other deadlines there.
  {
    ...NONE,
    percent: 3,
    commands: ["HSET", "HPEXPIRE", "HPERSIST", "HINCRBY", "HSETEX", "HGETEX", "HDEL", "HGETALL", "PEXPIRE"],
    faults: ["partition", "pause", "restart"],
    durationMs: [1000, 3000, 20_000],
    deadlineMs: [50, 300, 1000],
    keys: [1, 2],
  },
];

export function drawLeaning(random: Random): Leaning {
  const none = 100 - LEANINGS.reduce((sum, { percent }) => sum + percent, 0);
  return [NONE, ...LEANINGS][random.weighted([none, ...LEANINGS.map(({ percent }) => percent)])] ?? NONE;
}

/** One of a leaning's choices, or of the usual ones where it has none. */
export function pickFrom(random: Random, leaning: readonly number[], usual: readonly number[]): number {
  return random.pick(leaning.length > 0 ? leaning : usual);
}
