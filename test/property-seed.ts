/**
 * One seed for all property tests, before each file of tests: code that has passed once passes again, so that whoever
 * breaks something is told, and nobody else. What this seed happens to miss is for hunts, which draw others:
 *
 *   PROPERTY_SEED=random npx vitest run test/resp        a new seed for each property; a failure names its own
 *   PROPERTY_SEED=-1234567 npx vitest run test/resp      that one again
 */
import fc from "fast-check";

const DEFAULT_SEED = 1;

const wanted = process.env["PROPERTY_SEED"] ?? String(DEFAULT_SEED);
if (wanted !== "random") {
  if (!Number.isSafeInteger(Number(wanted)))
    throw new Error(`PROPERTY_SEED is a whole number or random, not ${wanted}`);
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(wanted) });
}
