/**
 * Documents that list what the code has must list all of it, and nothing that is gone.
 */
import { readFileSync } from "node:fs";
import { Command } from "commander";
import { describe, expect, test } from "vitest";
import { addServeOptions } from "../../src/cli/serve-options.ts";
import { HISTOGRAM_ROWS, METRIC_ROWS } from "../../src/server/metrics.ts";
import { faultSchema } from "../../sim/scenario/fault-schema.ts";
import { CloseCode } from "../../transport/link.ts";
import { withCurrentMap } from "./code-map.ts";

function document(name: string): string {
  return readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), "utf8");
}

describe("docs/OPERATIONS.md", () => {
  const text = document("OPERATIONS");

  test("has every flag of atoll serve with its environment variable", () => {
    const { options } = addServeOptions(new Command());
    for (const { long, envVar } of options) expect(text).toContain(`| \`${long}\` | \`${envVar}\` |`);
  });

  test("has every metric, and no other", () => {
    const shown = [...METRIC_ROWS, ...HISTOGRAM_ROWS].map(({ name }) => name);
    const named = new Set([...text.matchAll(/`(atoll_\w+)/g)].map(([, name]) => String(name)));
    expect([...named].toSorted()).toEqual(shown.toSorted());
  });
});

test("docs/SIMULATOR.md has every kind of fault with its own fields", () => {
  const rows = document("SIMULATOR").split("\n");
  for (const { shape } of faultSchema.options) {
    const { kind, atMs: _, ...fields } = shape;
    const row = rows.find((line) => line.startsWith(`| \`${kind.value}\` |`));
    for (const field of Object.keys(fields)) if (field !== "forMs") expect(row).toContain(`\`${field}\``);
  }
});

test("docs/PROTOCOL.md has every close code by its number", () => {
  for (const [name, code] of Object.entries(CloseCode)) {
    expect(document("PROTOCOL")).toContain(`| ${code} | ${name} |`);
  }
});

test("the map in docs/ARCHITECTURE.md is that of the files; `npm run map` draws it anew", () => {
  const text = document("ARCHITECTURE");
  expect(text).toBe(withCurrentMap(text));
});
