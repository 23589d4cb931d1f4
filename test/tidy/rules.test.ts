/**
 * Holds the rules of the house over every file of the project, and shows of every rule that it can fail.
 */
import { describe, expect, test } from "vitest";
import { RULES } from "./rules.ts";
import { readSources, source } from "./sources.ts";

const files = readSources();

describe.each(RULES)("$name", ({ breaches, broken }) => {
  test("holds in every file", () => {
    expect(breaches(files)).toEqual([]);
  });

  test("is noticed when it is broken", () => {
    expect(breaches(broken.map(({ path, text }) => source(path, text)))).not.toEqual([]);
  });
});

test("the rules see the whole house", () => {
  const folders = new Set(files.map(({ path }) => path.split("/")[0]));
  for (const folder of ["bench", "bin", "chaos", "crdt", "docs", "sim", "src", "test", "transport"]) {
    expect(folders).toContain(folder);
  }
});
