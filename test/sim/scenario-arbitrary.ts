/**
 * Scenarios for properties: drawn by the generator of the search, made smaller by the ways of the shrinker.
 *
 * Whatever a candidate came from goes on first: the way that has just helped is
 * likely to help again.
 */
import fc from "fast-check";
import type { Scenario } from "../../sim/scenario/scenario.ts";
import { scenarioSchema } from "../../sim/scenario/schema.ts";
import { generateScenario } from "../../sim/search/generate.ts";
import { simpler } from "../../sim/search/simpler.ts";

const SEED_MAX = 1_000_000_000;

class ScenarioArbitrary extends fc.Arbitrary<Scenario> {
  generate(random: fc.Random): fc.Value<Scenario> {
    return new fc.Value(generateScenario(random.nextInt(1, SEED_MAX)), 0);
  }

  canShrinkWithoutContext(value: unknown): value is Scenario {
    return scenarioSchema.safeParse(value).success;
  }

  /** The context is the way that made the scenario. */
  shrink(scenario: Scenario, context: unknown): fc.Stream<fc.Value<Scenario>> {
    return new fc.Stream(simplerValues(scenario, typeof context === "number" ? context : 0));
  }
}

function* simplerValues(scenario: Scenario, firstWay: number): Generator<fc.Value<Scenario>, void, undefined> {
  for (const proposal of simpler(scenario, firstWay)) yield new fc.Value(proposal.scenario, proposal.way);
}

export function anyScenario(): fc.Arbitrary<Scenario> {
  return new ScenarioArbitrary();
}
