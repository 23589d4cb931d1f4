/** Where the benches say that time goes. */
import { expect, test } from "vitest";
import { profileOf } from "../../bench/profile.ts";

const BUSY_STEPS = 200_000_000;

function keepBusy(): void {
  let mixed = 1;
  for (let i = 0; i < BUSY_STEPS; i++) mixed = Math.imul(mixed ^ i, 0x9e3779b1);
  expect(mixed).not.toBe(1);
}

test("a profile names the files and functions in which the time went, most of it first", () => {
  const { files, functions } = profileOf(keepBusy);
  expect(files[0]?.name).toBe("test/bench/profile.test.ts");
  expect(functions[0]?.name).toMatch(/^keepBusy test\/bench\/profile\.test\.ts:\d+$/);
  expect(files.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
});
