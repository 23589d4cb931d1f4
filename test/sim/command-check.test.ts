/** Commands that no run could judge are refused before anything runs; everything else passes. */
import { expect, test } from "vitest";
import { CommandCheck } from "../../sim/run/command-check.ts";
import { generateScenario } from "../../sim/search/generate.ts";

test("everything that the generator makes passes", () => {
  const check = new CommandCheck();
  for (let seed = 0; seed < 25; seed++) expect(() => check.demand(generateScenario(seed))).not.toThrow();
});

test("errors about what is not there are no mistakes, and what was tried before leaves no trace", () => {
  const check = new CommandCheck();
  const commands = ["SET k text", "INCR k", "RENAME none other", "SADD k x", "LCS k l", "PING", "OBJECT ENCODING k"];
  for (const command of commands) expect(check.problem(0, command.split(" "))).toBeUndefined();
});

test.each([
  ["SET k", "wrong number of arguments for 'set' command"],
  ["FROB", "unknown command 'FROB'"],
  ["SET k v SOON", "syntax error"],
  ["EXPIRE k soon", "not an integer"],
  ["GEORADIUSBYMEMBER k m 1 parsec", "unsupported unit"],
  ["OBJECT FROB k", "unknown subcommand 'FROB'"],
  ["CLIENT REPLY OFF", "cannot judge this command yet: client reply"],
  ["DEBUG SLEEP 1", "cannot judge this command yet: debug"],
  ["CONFIG SET maxmemory 1", "cannot judge this command yet: config set"],
])("%s is refused", (command, why) => {
  expect(new CommandCheck().problem(0, command.split(" "))).toContain(why);
});
