/**
 * A scenario as the text of a JSON file: short, readable, and always the same.
 *
 * What is assumed anyway is left out; every replica, link, operation, fault and
 * expectation stands on a line of its own. Reading the text back gives the very
 * scenario, so it replays event for event.
 */
import type { Scenario } from "./scenario.ts";
import { withoutDefaults } from "./without-defaults.ts";

export function scenarioJson(scenario: Scenario): string {
  const fields = Object.entries(withoutDefaults(scenario)).map(([name, value]) => `  ${inLine(name)}: ${field(value)}`);
  return `{\n${fields.join(",\n")}\n}\n`;
}

/** A list of rows is spread over lines; everything else stays in one. */
function field(value: unknown): string {
  if (!Array.isArray(value) || value.length === 0) return inLine(value);
  return `[\n${value.map((row) => `    ${inLine(row)}`).join(",\n")}\n  ]`;
}

function inLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inLine).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const pairs = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return `{${pairs.map(([name, inner]) => `${JSON.stringify(name)}: ${inLine(inner)}`).join(", ")}}`;
}
