/** Which words of a command are keys: the command table says. Of what is no command none are. */
import { hasKeys, keyPositions } from "../../src/commands/command-keys.ts";
import { commandTable } from "../../src/commands/table.ts";
import { Arguments } from "../../src/resp/arguments.ts";

export function keysOf(command: readonly string[]): string[] {
  const entry = commandTable.findByName(command[0] ?? "");
  if (entry === undefined || !hasKeys(entry.command)) return [];
  return (keyPositions(entry.command, Arguments.ofTexts(...command)) ?? []).map((place) => command[place] ?? "");
}
