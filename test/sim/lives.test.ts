/** Replicas that die, come back from what they have kept, join, leave and are forgotten, as clients see it. */
import { describe, expect, it } from "vitest";
import { describeFailure } from "../../sim/report/screen.ts";
import { runScenario, type Outcome } from "../../sim/run/run.ts";
import { parseScenario } from "../../sim/scenario/text-scenario.ts";

function outcomeOf(text: string): Outcome {
  const outcome = runScenario(parseScenario("lives", text), { records: true });
  expect(describeFailure(outcome)).toBe("");
  return outcome;
}

describe("a replica with a disk", () => {
  it("alone has everything that it has acknowledged when its power fails, with always", () => {
    const { marks } = outcomeOf(`
      replicas us
      durability always
      us: SET k 1
      us: INCR k
      stop us
      start us
      us: GET k -> "2"
      restart us in order
      expect k = 2`);
    expect(marks.get("new origin after a crash")).toBe(1);
    expect(marks.get("same origin after a clean stop")).toBe(1);
  });

  it("serves what it has at once, and hears of the rest", () => {
    outcomeOf(`
      replicas us eu
      durability everysec
      us: SET before 1
      wait 2s
      stop us kill
      eu: SET meanwhile 1
      start us
      expect before = 1
      expect meanwhile = 1`);
  });

  it("brings back what all others have lost", () => {
    outcomeOf(`
      replicas us eu
      durability us always
      us: SET k us
      stop us kill
      restart eu
      eu: GET k -> (nil)
      start us
      expect k = us`);
  });

  it("takes a snapshot and the log behind it back", () => {
    const { marks } = outcomeOf(`
      replicas us eu
      durability always
      us: SET a 1
      save us
      us: SET b 1
      wait 1s
      us: DEL a
      stop us
      start us
      expect a is gone
      expect b = 1`);
    expect(marks.get("snapshot complete")).toBeGreaterThan(0);
    expect(marks.get("snapshot and log taken back")).toBeGreaterThan(0);
  });

  it("that is restored from a backup takes nothing back from others", () => {
    outcomeOf(`
      replicas us eu
      durability always
      us: INCR n
      us: SADD s old
      backup us
      us: INCR n
      us: SREM s old
      us: SADD s new
      restore us
      us: INCR n
      expect n = 3
      expect s = {new}`);
  });

  it("that is cloned is two replicas from then on", () => {
    const { marks } = outcomeOf(`
      replicas us eu
      durability always
      us: INCR n
      clone ap of us
      us: INCR n
      ap: INCR n
      expect n = 3`);
    expect(marks.get("clone started")).toBe(1);
  });

  it("refuses a file in which a bit has flipped, and fills itself from its peers instead", () => {
    const { marks } = outcomeOf(`
      replicas us eu
      durability always
      us: SET k v
      flip us
      restart us
      wait 2s
      expect k = v`);
    expect(marks.get("damaged file refused") + marks.get("torn tail cut")).toBeGreaterThan(0);
  });

  it("goes on when its disk is well again after it was full, and has lost nothing", () => {
    outcomeOf(`
      replicas us eu
      durability always
      us: SET k 1
      disk-full us
      us: GET k -> "1"
      heal
      us: SET k 2
      restart us
      expect k = 2`);
  });

  it("dies anywhere in the middle without harm", () => {
    for (let effects = 1; effects <= 40; effects += 3) {
      outcomeOf(`
        replicas us eu
        durability always
        us: SADD s a
        save us
        stop us after ${effects} effects
        wait 1s
        eu: SADD s b
        start us
        expect s = {a b}`);
    }
  });
});

describe("members", () => {
  it("that join learn of all the others through one", () => {
    outcomeOf(`
      replicas us eu
      us: SET k 1
      join ap through eu
      partition eu|us ap
      us: INCR k
      expect ap: k = 2
      ap: INCR k
      expect us: k = 3
      heal
      expect k = 3`);
  });

  it("that leave are not missed once they are forgotten, and what they wrote stays", () => {
    outcomeOf(`
      replicas us eu ap
      ap: SET k ap
      leave ap
      forget ap by us
      expect k = ap
      us: DEL k
      expect k is gone`);
  });

  it("that were forgotten are heard no more, and come back as new ones", () => {
    const { marks } = outcomeOf(`
      replicas us eu ap
      durability always
      partition us eu|ap
      forget ap by us
      ap: SET k ap
      heal
      expect k is gone
      join ap through us fresh
      ap: SET k back
      expect k = back`);
    expect(marks.get("forgotten member refused")).toBeGreaterThan(0);
    expect(marks.get("forgotten member back as a new one")).toBe(1);
  });

  it("that begin anew are let in with what members gave them, by those who knew less of their past, too", () => {
    const { marks } = outcomeOf(`
      replicas us eu ap
      us: SET k 0
      partition eu|us ap
      ap: INCR k
      stop ap
      forget ap by eu
      start ap
      join ap through us fresh
      expect ap: k = 1
      heal
      ap: INCR k
      expect k = 2`);
    expect(marks.get("forgotten member back as a new one")).toBe(1);
  });

  it("that were forgotten stay forgotten, although they say that they live", () => {
    const { marks } = outcomeOf(`
      replicas us eu ap
      us: SADD s a
      partition us eu|ap silent
      wait 5s
      forget ap by us
      heal
      wait 5s
      us: SREM s a
      expect s is gone`);
    expect(marks.get("command refused by a forgotten replica") + marks.get("member forgotten")).toBeGreaterThan(0);
  });

  it("that were forgotten stay out when they come back with what they had", () => {
    outcomeOf(`
      replicas us eu ap
      durability always
      partition us eu|ap
      ap: SET mine 1
      stop ap
      us: SET k 1
      forget ap by eu
      heal
      start ap
      us: INCR k
      expect k = 2
      expect mine is gone`);
  });
});
