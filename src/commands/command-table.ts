/**
 * Finds commands by the bytes of their names, in any case, without a string.
 *
 * An open-addressed array of small integers: hash of length and lowered bytes,
 * then linear probing, then a comparison. It is built once and is at most a
 * quarter full, so most look-ups end at the first probe. Container commands
 * have a look-up of their own for subcommands.
 */
import type { Command, CommandEntry, CommandLookup, CommandTable } from "./command.ts";

export function buildCommandTable(rows: readonly Command[]): CommandTable {
  const all: CommandEntry[] = [];
  const entries = rows.map((command) => addEntry(command, "", all));
  const names = new Map(all.map((entry) => [entry.fullName, entry]));
  if (names.size !== all.length) throw new Error("a command stands twice in the table");
  return Object.assign(new NameTable(entries), {
    all,
    findByName: (fullName: string) => names.get(fullName.toLowerCase()),
  });
}

function addEntry(command: Command, container: string, all: CommandEntry[]): CommandEntry {
  const fullName = container === "" ? command.name : `${container}|${command.name}`;
  const place = all.length;
  const entry: CommandEntry = {
    command,
    arity: command.arity,
    handler: command.handler,
    index: place,
    fullName,
    nameBytes: Buffer.from(command.name, "latin1"),
    subcommands: undefined,
    isSubcommand: container !== "",
    loading: command.flags.includes("loading"),
    noAuth: command.flags.includes("no_auth"),
    skipSlowlog: command.flags.includes("skip_slowlog"),
    write: command.flags.includes("write"),
    readonly: command.flags.includes("readonly"),
    fast: command.flags.includes("fast"),
  };
  all.push(entry);
  if (command.subcommands === undefined) return entry;
  const children = command.subcommands.map((row) => addEntry(row, fullName, all));
  const withSubcommands: CommandEntry = { ...entry, subcommands: new NameTable(children) };
  all[place] = withSubcommands;
  return withSubcommands;
}

class NameTable implements CommandLookup {
  readonly entries: readonly CommandEntry[];
  /** Position in `entries` plus one; 0 is free. */
  private readonly slots: Uint16Array;
  private readonly mask: number;

  constructor(entries: readonly CommandEntry[]) {
    this.entries = entries;
    let size = 8;
    while (size < entries.length * 4) size *= 2;
    this.slots = new Uint16Array(size);
    this.mask = size - 1;
    entries.forEach((entry, position) => {
      let slot = hashName(entry.nameBytes, 0, entry.nameBytes.length) & this.mask;
      while (this.slots[slot] !== 0) slot = (slot + 1) & this.mask;
      this.slots[slot] = position + 1;
    });
  }

  find(bytes: Uint8Array, start: number, end: number): CommandEntry | undefined {
    let slot = hashName(bytes, start, end) & this.mask;
    for (;;) {
      const position = this.slots[slot] as number;
      if (position === 0) return undefined;
      const entry = this.entries[position - 1] as CommandEntry;
      if (equalsIgnoringCase(entry.nameBytes, bytes, start, end)) return entry;
      slot = (slot + 1) & this.mask;
    }
  }
}

/** Setting bit 5 lowers ASCII letters; what it confuses besides, the comparison tells apart. */
function hashName(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  for (let i = start; i < end; i++) hash = Math.imul(hash, 31) + ((bytes[i] as number) | 0x20);
  return (hash ^ (hash >>> 7)) >>> 0;
}

function equalsIgnoringCase(name: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (name.length !== end - start) return false;
  for (let i = 0; i < name.length; i++) {
    let byte = bytes[start + i] as number;
    if (byte >= 0x41 && byte <= 0x5a) byte |= 0x20;
    if (byte !== name[i]) return false;
  }
  return true;
}
