/** Counters whose merged sum is beyond 64 bits: what they show is cut, what they know is not. */
import { expect, it } from "vitest";
import { runScenario } from "../../sim/run/run.ts";
import { parseScenario } from "../../sim/scenario/text-scenario.ts";

const TEXT = `
replicas us eu
partition us|eu
us: INCRBY k 9223372036854775807
eu: INCRBY k 10
us: HINCRBY h f 9223372036854775807
eu: HINCRBY h f 10
heal
us: INCRBY k -9223372036854775800 -> 17
eu: HINCRBY h f -9223372036854775800 -> 17
expect k = 17
expect h = {f:17}
`;

it("a decrement of a counter that shows no more than 64 bits replies what is left of the whole sum", () => {
  expect(runScenario(parseScenario("beyond 64 bits", TEXT)).failure?.message).toBeUndefined();
});
