/**
 * Alphabets: for each lattice type the few commands that its programs are made
 * of, one for each thing that can happen to it.
 *
 * Some names stand for any name (a value p or q, an element x or y): programs
 * that differ only in which of them is which are the same.
 */
import { type Program } from "./program.ts";
import { EXPIRY } from "../world/observed-keyspace.ts";

export interface Alphabet {
  readonly commands: readonly string[];
  /** In each list the names that may be exchanged for one another. */
  readonly alike: readonly (readonly string[])[];
  /** How each key is read in the end; what is of the type that TYPE says is read, too. */
  readonly reads: readonly string[];
  /** Between one operation and the next. */
  readonly everyMs: number;
}

/** Within the bound up to which clocks follow each other. */
const CLOSE_MS = 50;
/** Deadlines are looked for by whole seconds. */
const SECOND_MS = 1000;

const VALUES = ["p", "q"];
const ELEMENTS = ["x", "y"];

export const ALPHABETS = {
  string: {
    commands: ["SET k p", "SET k q", "APPEND k p", "SETNX k p", "GETDEL k", "DEL k"],
    alike: [VALUES],
    reads: ["GET"],
    everyMs: CLOSE_MS,
  },
  counter: {
    commands: ["INCRBY k 2", "INCRBY k -3", "INCRBYFLOAT k 0.5", "SET k 5", "SET k p", "DEL k"],
    alike: [],
    reads: ["GET"],
    everyMs: CLOSE_MS,
  },
  hash: {
    commands: ["HSET k x p", "HSET k x q", "HSET k y p", "HINCRBY k x 2", "HDEL k x", "HDEL k y", "DEL k"],
    alike: [VALUES, ELEMENTS],
    reads: ["HGETALL"],
    everyMs: CLOSE_MS,
  },
  set: {
    commands: ["SADD k x", "SADD k y", "SADD k x y", "SREM k x", "SREM k y", "DEL k"],
    alike: [ELEMENTS],
    reads: ["SMEMBERS"],
    everyMs: CLOSE_MS,
  },
  zset: {
    commands: ["ZADD k 1 x", "ZADD k 2 x", "ZADD k 1 y", "ZINCRBY k 0.1 x", "ZREM k x", "DEL k"],
    alike: [],
    reads: ["TYPE"],
    everyMs: CLOSE_MS,
  },
  list: {
    commands: ["RPUSH k p q", "LPUSH k p", "LINSERT k BEFORE q p", "LSET k 0 q", "LPOP k", "LTRIM k 1 -1"],
    alike: [],
    reads: ["TYPE"],
    everyMs: CLOSE_MS,
  },
  sketch: {
    commands: ["PFADD k x", "PFADD k y", "PFMERGE k j", "PFADD j y", "SET k p", "DEL k"],
    alike: [],
    reads: ["TYPE"],
    everyMs: CLOSE_MS,
  },
  field: {
    commands: [
      "HSET k x 1",
      "HINCRBY k x 2",
      "HPEXPIRE k 1500 FIELDS 1 x",
      "HPERSIST k FIELDS 1 x",
      "HSETEX k KEEPTTL FIELDS 1 x 5",
      "HDEL k x",
      EXPIRY,
    ],
    alike: [],
    reads: ["TYPE"],
    everyMs: SECOND_MS,
  },
  life: {
    commands: [
      "SET k p",
      "SET k p PX 1500",
      "INCR k",
      "SADD k x",
      "PEXPIRE k 1500",
      "PEXPIRE k 2500",
      "PERSIST k",
      "DEL k",
      EXPIRY,
    ],
    alike: [],
    reads: ["TYPE", "PEXPIRETIME"],
    everyMs: SECOND_MS,
  },
  mixed: {
    commands: ["SET k p", "INCR k", "HSET k x p", "HINCRBY k x 2", "HDEL k x", "SADD k x", "SREM k x", "DEL k"],
    alike: [],
    reads: ["TYPE"],
    everyMs: CLOSE_MS,
  },
  keys: {
    commands: [
      "SET k p",
      "SADD k x",
      "SADD j y",
      "SMOVE k j x",
      "RENAME k j",
      "COPY k j REPLACE",
      "MSET k p j q",
      "DEL k j",
      "FLUSHDB",
    ],
    alike: [],
    reads: ["TYPE"],
    everyMs: CLOSE_MS,
  },
} as const satisfies Readonly<Record<string, Alphabet>>;

export type LatticeType = keyof typeof ALPHABETS;

export const LATTICE_TYPES = Object.keys(ALPHABETS) as LatticeType[];

/** How programs that are not of an alphabet are read, and how their operations are spaced. */
export const EVERYTHING: Pick<Alphabet, "reads" | "everyMs"> = {
  reads: ["TYPE", "PEXPIRETIME"],
  everyMs: CLOSE_MS,
};

/**
 * Visits every program of so many operations on at most so many replicas, up to
 * symmetry, until the visitor says false: replicas come in the order of their
 * first operations, and names that are alike in the order in which they stand.
 */
export function eachProgram(
  alphabet: Pick<Alphabet, "commands" | "alike">,
  operations: number,
  replicas: number,
  visit: (program: Program) => boolean,
): boolean {
  const commands = alphabet.commands.map((line) => line.split(" "));
  const program: { replica: number; command: string[] }[] = [];
  const extend = (replicasUsed: number): boolean => {
    if (program.length === operations) return visit(program.slice());
    for (const command of commands) {
      for (let replica = 0; replica < Math.min(replicas, replicasUsed + 1); replica++) {
        program.push({ replica, command });
        const goesOn = !isInOrder(program, alphabet.alike) || extend(Math.max(replicasUsed, replica + 1));
        program.pop();
        if (!goesOn) return false;
      }
    }
    return true;
  };
  return extend(0);
}

/** Do the names that are alike first appear in the order of their list? */
function isInOrder(program: Program, alike: Alphabet["alike"]): boolean {
  return alike.every((names) => {
    let known = 0;
    for (const { command } of program) {
      for (const word of command) {
        const place = names.indexOf(word);
        if (place > known) return false;
        if (place === known) known++;
      }
    }
    return true;
  });
}
