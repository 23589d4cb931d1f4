/**
 * The rows of docs/SEMANTICS.md about the life and death of keys, as scenarios that run.
 */
import type { SemanticsScenario } from "./semantics-scenario.ts";

export const LIFE_SCENARIOS: readonly SemanticsScenario[] = [
  {
    row: "life-1",
    name: "begins a life without a deadline by SET",
    text: `
      replicas us eu
      us: SET k a EX 100
      us: SET k b
      expect all: TTL k -> -1
      us: SET k c EX 100
      us: SET k d KEEPTTL
      us: PERSIST k -> 1`,
  },
  {
    row: "life-2",
    name: "keeps the later of concurrent deadlines",
    text: `
      replicas us eu
      us: SET k v
      us: HSET h f v
      partition us|eu
      us: EXPIREAT k 4000000000
      eu: EXPIREAT k 3000000000
      us: EXPIREAT h 3000000000
      eu: EXPIREAT h 4000000000
      heal
      expect all: EXPIRETIME k -> 4000000000
      expect all: EXPIRETIME h -> 4000000000`,
  },
  {
    row: "life-3",
    name: "lets PERSIST beat a concurrent EXPIRE",
    text: `
      replicas us eu
      us: SET k v EX 100
      us: SADD s x
      us: EXPIRE s 100
      partition us|eu
      us: EXPIRE k 500
      eu: PERSIST k
      us: PERSIST s
      eu: EXPIRE s 500
      heal
      expect all: TTL k -> -1
      expect all: TTL s -> -1`,
  },
  {
    row: "life-4",
    name: "gives the value of a concurrent SET no deadline",
    text: `
      replicas us eu
      us: SET k old
      partition us|eu
      us: EXPIRE k 1
      eu: SET k new
      wait 3s
      heal
      expect k = new
      expect all: TTL k -> -1`,
  },
  {
    row: "life-5",
    name: "hides a key at once when its deadline has come",
    text: `
      replicas us eu
      us: SET k v PXAT 1780000002500
      partition us|eu
      wait 690ms
      expect k = v
      wait 10ms
      expect k is gone`,
  },
  {
    row: "life-5",
    name: "goes by the reader's own clock",
    text: `
      replicas us eu
      skew eu 400ms
      us: SET k v PXAT 1780000005000
      partition us|eu
      wait 2900ms
      expect us: EXISTS k -> 1
      expect eu: EXISTS k -> 0
      heal`,
  },
  {
    row: "life-6",
    name: "removes an expired key where its deadline was set, and elsewhere after a grace",
    text: `
      replicas us eu
      us: SET k v PX 2000
      partition us|eu
      wait 2s
      us: DBSIZE -> 0
      eu: EXISTS k -> 0
      eu: DBSIZE -> 1
      wait 10s
      eu: DBSIZE -> 0
      heal
      expect k is gone`,
  },
  {
    row: "life-7",
    name: "writes to an expired key as to a missing one",
    text: `
      replicas us eu
      us: HSET h f 1
      us: PEXPIRE h 1000
      us: SET n 5 PX 1000
      partition us|eu
      wait 1s
      eu: HSET h g 2 -> 1
      eu: INCR n -> 1
      heal
      expect h = {g:2}
      expect n = 1`,
  },
  {
    row: "life-8",
    name: "may extend a deadline too late, and then the key is gone everywhere",
    text: `
      replicas us eu
      us: SET k v PX 2000
      partition us|eu
      eu: PEXPIRE k 60000
      wait 3s
      eu: EXISTS k -> 1
      heal
      expect k is gone`,
  },
];
