/**
 * Values that go as bytes from one server to the other. TRANSFER is this test's own: each server DUMPs a key, the other
 * RESTOREs that, so that both read what the other has written.
 */
import fc from "fast-check";
import { anyCase, type Family, join, salad, words } from "../line.ts";
import { key, twoKeys } from "../vocabulary.ts";

const lifetimeMs = fc.constantFrom("0", "0", "0", "200000", "-1", "x");
const options = salad(
  anyCase("REPLACE"),
  anyCase("REPLACE"),
  anyCase("ABSTTL"),
  words("IDLETIME", fc.constantFrom("10", "-1", "x")),
  words("FREQ", fc.constantFrom("10", "256", "x")),
  words("bogus"),
);
const noDump = fc.constantFrom("", "x", "\x00\x03abc\x0a\x00\x00\x00\x00\x00\x00\x00\x00\x01", "0".repeat(30));

export const transfers: Family = {
  TRANSFER: join(twoKeys, words(lifetimeMs), options),
  transfer: join(twoKeys, words("0", "REPLACE")),
  RESTORE: join(words(key, lifetimeMs, noDump), options),
};
