/** The search and the specification know every command that reads or writes data. */
import { describe, expect, it } from "vitest";
import { COMMAND_GENERATORS } from "../../sim/search/generate-commands.ts";
import { isJudged } from "../../sim/spec/specification.ts";
import { commandTable } from "../../src/commands/table.ts";

/** Subcommands, and those for operators, look at how things are stored (MEMORY USAGE, PFDEBUG), which is no promise. */
const DATA_COMMANDS = commandTable.all
  .filter(({ command, fullName }) => !fullName.includes("|") && isAboutData(command.flags))
  .map(({ fullName }) => fullName.toUpperCase());

function isAboutData(flags: readonly string[]): boolean {
  return !flags.includes("admin") && (flags.includes("write") || flags.includes("readonly"));
}

describe("every command that reads or writes data", () => {
  it("is one of many", () => {
    expect(DATA_COMMANDS.length).toBeGreaterThan(170);
  });

  it.each(DATA_COMMANDS)("%s has a rule in the specification", (name) => {
    expect(isJudged(name)).toBe(true);
  });

  it.each(DATA_COMMANDS)("%s is drawn by the search", (name) => {
    expect(Object.keys(COMMAND_GENERATORS)).toContain(name);
  });
});
