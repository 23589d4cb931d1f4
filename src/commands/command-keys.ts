/** Where the keys of a given call stand, and what the command does with each: COMMAND GETKEYS and GETKEYSANDFLAGS. */
import type { Arguments } from "../resp/arguments.ts";
import type { CommandDocs, KeySpec } from "./command-docs.ts";
import type { Command } from "./command.ts";

export function hasKeys(command: Command): boolean {
  return command.keys.first > 0 || command.keys.movable !== undefined;
}

/** Positions of all keys; undefined when the arguments make no sense. */
export function keyPositions(command: Command, args: Arguments): readonly number[] | undefined {
  const { first, last, step, movable } = command.keys;
  if (movable !== undefined) return movable(args);
  const end = last < 0 ? args.count + last : last;
  if (end >= args.count) return undefined;
  const positions: number[] = [];
  for (let i = first; i <= end; i += step) positions.push(i);
  return positions;
}

/** "RO access" and the like, lower case save for the first. */
export function keyFlags(docs: CommandDocs | undefined, position: number, args: Arguments): readonly string[] {
  const specs = docs?.keySpecs ?? [];
  const spec = specs.find((candidate) => covers(candidate, position, args)) ?? specs[0];
  if (spec === undefined) return [];
  if (!spec.flags.includes("variable_flags")) return spec.flags;
  return args.at(0).latin1().toLowerCase() === "bitfield" ? bitfieldFlags(args) : setFlags(args);
}

function covers(spec: KeySpec, position: number, args: Arguments): boolean {
  if (spec.keyword !== undefined) {
    return (
      position > spec.index &&
      args
        .at(position - 1)
        .latin1()
        .toUpperCase() === spec.keyword
    );
  }
  // Of such keys only those that are written stand among the arguments.
  if (spec.unknown === true) return spec.flags.includes("OW");
  if (spec.range === undefined) return position >= spec.index;
  const last = spec.range[0];
  const end = last < 0 ? args.count + last : spec.index + last;
  return position >= spec.index && position <= end;
}

/** SET reads the old value only with GET. */
function setFlags(args: Arguments): readonly string[] {
  for (let i = 3; i < args.count; i++) {
    if (args.at(i).latin1().toLowerCase() === "get") return ["RW", "access", "update"];
  }
  return ["OW", "update"];
}

/** How many words follow a subcommand of BITFIELD that only reads. */
const BITFIELD_READS: Readonly<Record<string, number>> = { get: 2, overflow: 1 };

/** BITFIELD writes unless all that it does is GET. */
function bitfieldFlags(args: Arguments): readonly string[] {
  for (let i = 2; i < args.count;) {
    const following = BITFIELD_READS[args.at(i).latin1().toLowerCase()];
    if (following === undefined || i + following >= args.count) return ["RW", "access", "update"];
    i += following + 1;
  }
  return ["RO", "access"];
}
