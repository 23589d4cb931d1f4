/**
 * The rules of docs/SEMANTICS.md as scenarios that run, by the ids of its rows.
 * The language is described in sim/text-scenario.ts.
 */
import { LIFE_SCENARIOS } from "./life-scenarios.ts";
import type { SemanticsScenario } from "./semantics-scenario.ts";

const everyType: SemanticsScenario[] = [
  {
    row: "all-1",
    name: "keeps concurrent updates of different keys, fields and members",
    text: `
      replicas us eu
      partition us|eu
      us: SET a 1
      eu: SET b 2
      us: HSET h f 1
      eu: HSET h g 2
      us: SADD s x
      eu: SADD s y
      heal
      expect a = 1
      expect b = 2
      expect h = {f:1 g:2}
      expect s = {x y}`,
  },
  ...["DEL k", "UNLINK k", "FLUSHDB", "FLUSHALL"].map((removal) => ({
    row: "all-2",
    name: `lets an update survive a concurrent ${removal.split(" ")[0]}`,
    text: `
      replicas us eu
      us: SET k old
      us: SADD s old
      partition us|eu
      us: SET k new
      us: SADD s new
      eu: ${removal}
      eu: DEL s
      heal
      expect k = new
      expect s = {new}`,
  })),
  {
    row: "all-2",
    name: "lets an update survive a concurrent expiry",
    text: `
      replicas us eu
      us: SET k old PX 2000
      partition us|eu
      eu: SET k new
      wait 3s
      us: EXISTS k -> 0
      heal
      expect k = new`,
  },
  {
    row: "all-3",
    name: "removes what both sides have removed",
    text: `
      replicas us eu
      us: SET k v
      us: SADD s x y
      partition us|eu
      us: DEL k
      eu: DEL k
      us: SREM s x
      eu: SREM s x
      heal
      expect k is gone
      expect s = {y}`,
  },
  {
    row: "all-4",
    name: "shows the type that holds the newest write",
    text: `
      replicas us eu
      partition us|eu
      us: SADD k x
      eu: SET k v
      heal
      expect k = v
      expect all: TYPE k -> string
      expect all: SADD k y -> -WRONGTYPE`,
  },
  {
    row: "all-4",
    name: "brings the hidden type back when the visible one alone is removed",
    text: `
      replicas us eu ap
      partition us|eu ap
      us: SADD k x
      eu: SET k v
      ap: DEL k
      heal
      expect k = {x}`,
  },
  {
    row: "all-4",
    name: "destroys the hidden type with the first write that has seen both",
    text: `
      replicas us eu ap
      partition us|eu ap
      us: SADD k x
      eu: SET k v
      heal
      partition us|eu ap
      eu: APPEND k w
      heal
      us: GETDEL k -> vw
      expect k is gone`,
  },
  {
    row: "all-5",
    name: "shows all effects of one command together",
    text: `
      replicas us eu
      partition us|eu
      us: MSET a 1 b 1 c 1
      eu: MSET a 2 b 2
      heal
      expect all: MGET a b c -> [2 2 1]`,
  },
  {
    row: "all-6",
    name: "renames what was there where the command ran",
    text: `
      replicas us eu
      us: SET a 1
      partition us|eu
      us: RENAME a b
      eu: SET a 2
      heal
      expect a = 2
      expect b = 1`,
  },
  {
    row: "all-6",
    name: "moves a member by an ordinary removal and an ordinary put",
    text: `
      replicas us eu
      us: SADD a x
      partition us|eu
      us: SMOVE a b x
      eu: SADD a x
      heal
      expect a = {x}
      expect b = {x}`,
  },
  {
    row: "all-7",
    name: "tests conditions against the local replica alone",
    text: `
      replicas us eu
      partition us|eu
      us: SET lock us NX -> OK
      eu: SET lock eu NX -> OK
      heal
      expect lock = eu`,
  },
];

const strings: SemanticsScenario[] = [
  ...[
    ["SET k a", "SET k b", "b"],
    ["SET k a", "APPEND k b", "oldb"],
    ["APPEND k a", "SETRANGE k 0 b", "bld"],
    ["SET k a", "GETSET k b", "b"],
  ].map(([first = "", second = "", result = ""]) => ({
    row: "string-1",
    name: `keeps the newest of ${first} and ${second}, whole`,
    text: `
      replicas us eu
      us: SET k old
      partition us|eu
      us: ${first}
      eu: ${second}
      heal
      expect k = ${result}`,
  })),
  {
    row: "string-2",
    name: "counts concurrent increments together",
    text: `
      replicas us eu ap
      us: SET k 10
      partition us|eu|ap
      us: INCRBY k 2
      eu: INCRBY k 3
      ap: DECR k
      heal
      expect k = 14`,
  },
  {
    row: "string-3",
    name: "adds an increment to a concurrent SET, which resets what it had seen",
    text: `
      replicas us eu
      us: INCRBY k 100
      partition us|eu
      us: INCRBY k 2
      eu: SET k 5
      heal
      expect k = 7`,
  },
  {
    row: "string-4",
    name: "leaves what a DEL had not seen",
    text: `
      replicas us eu
      us: SET k 10
      partition us|eu
      us: INCRBY k 2
      eu: DEL k
      heal
      expect k = 2`,
  },
  {
    row: "string-5",
    name: "hides an increment beneath a value that is no number",
    text: `
      replicas us eu
      partition us|eu
      us: INCRBY k 2
      eu: SET k abc
      heal
      expect k = abc
      us: INCR k -> -ERR`,
  },
  {
    row: "string-6",
    name: "prints the same digits of a decimal sum everywhere",
    text: `
      replicas us eu ap
      partition us|eu|ap
      us: INCRBYFLOAT k 0.1
      eu: INCRBYFLOAT k 0.2
      ap: INCRBYFLOAT k 10.5
      heal
      expect k = 10.8`,
  },
  {
    row: "string-7",
    name: "stops at the same end of 64 bits everywhere",
    text: `
      replicas us eu
      us: SET k 9223372036854775800
      partition us|eu
      us: INCRBY k 5
      eu: INCRBY k 6
      heal
      expect k = 9223372036854775807`,
  },
];

const collections: SemanticsScenario[] = [
  {
    row: "hash-1",
    name: "keeps a field that is set while another region deletes it",
    text: `
      replicas us eu
      us: HSET h f old g 1
      partition us|eu
      us: HSET h f new
      eu: HDEL h f
      heal
      expect h = {f:new g:1}`,
  },
  {
    row: "hash-2",
    name: "keeps the newest value of a field",
    text: `
      replicas us eu
      partition us|eu
      us: HSET h f a
      eu: HSET h f b
      heal
      expect h = {f:b}`,
  },
  {
    row: "hash-3",
    name: "counts in fields as in strings",
    text: `
      replicas us eu
      us: HSET h n 10 m 1
      partition us|eu
      us: HINCRBY h n 2
      eu: HINCRBYFLOAT h n 0.5
      us: HINCRBY h m 2
      eu: HSET h m 5
      heal
      expect h = {n:12.5 m:7}`,
  },
  {
    row: "hash-4",
    name: "keeps a field that is set while another region deletes the hash",
    text: `
      replicas us eu
      us: HSET h f 1 g 2
      partition us|eu
      us: HSET h n 3
      eu: DEL h
      heal
      expect h = {n:3}`,
  },
  {
    row: "set-1",
    name: "keeps a member that is added while another region removes it",
    text: `
      replicas us eu
      us: SADD s x
      partition us|eu
      us: SADD s x
      eu: SREM s x
      heal
      expect s = {x}`,
  },
  {
    row: "set-2",
    name: "counts adding a member that is there already as an add, and replies 0",
    text: `
      replicas us eu
      us: SADD s x y
      partition us|eu
      us: SADD s x -> 0
      eu: DEL s
      heal
      expect s = {x}`,
  },
  {
    row: "set-3",
    name: "may pop a member in both regions",
    text: `
      replicas us eu
      us: SADD s x
      partition us|eu
      us: SPOP s -> x
      eu: SPOP s -> x
      heal
      expect s is gone`,
  },
];

/** Nobody's rule in particular, and easy to get wrong. */
const corners: SemanticsScenario[] = [
  {
    row: "life-4",
    name: "gives a deadline to a hash that has outlived its first life",
    text: `
      replicas us eu
      us: HSET h f 1
      partition us|eu
      us: HSET h g 2
      eu: DEL h
      heal
      us: EXPIRE h 100 -> 1
      expect all: EXPIREAT h 4000000000 GT -> 1
      expect all: EXPIRETIME h -> 4000000000`,
  },
  {
    row: "string-1",
    name: "keeps a losing value until a write has seen it",
    text: `
      replicas us eu ap
      partition us|eu ap
      us: SET k a
      eu: SET k b
      ap: DEL k
      heal
      expect k = a`,
  },
  {
    row: "string-3",
    name: "counts again after a reset without the old total",
    text: `
      replicas us eu
      us: INCRBY k 7
      eu: SET k 0
      us: INCR k -> 1
      eu: DEL k
      us: INCR k -> 1
      expect k = 1`,
  },
];

export const SEMANTICS_SCENARIOS: readonly SemanticsScenario[] = [
  ...everyType,
  ...strings,
  ...collections,
  ...LIFE_SCENARIOS,
  ...corners,
];
