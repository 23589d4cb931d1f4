/**
 * The types of what people and client libraries read about commands, and the
 * parsing of command-docs-lines.ts, done once and only when somebody asks.
 */
import { COMMAND_DOCS_LINES } from "./command-docs-lines.ts";

export interface ArgumentDocs {
  readonly name: string;
  readonly type: string;
  readonly keySpecIndex?: number;
  readonly token?: string;
  readonly since?: string;
  readonly deprecatedSince?: string;
  readonly flags?: readonly string[];
  readonly arguments?: readonly ArgumentDocs[];
}

export interface KeySpec {
  readonly flags: readonly string[];
  readonly index: number;
  /** The keys come after this word, looked for from `index` on. */
  readonly keyword?: string;
  /** Where they stand, only the keyspace tells. */
  readonly unknown?: true;
  /** Last key, step, limit. */
  readonly range?: readonly [number, number, number];
  /** Place of the count, place of the first key, step. */
  readonly keynum?: readonly [number, number, number];
  readonly notes?: string;
}

export interface CommandDocs {
  readonly name: string;
  readonly summary: string;
  readonly since: string;
  readonly group: string;
  readonly complexity?: string;
  readonly docFlags?: readonly string[];
  readonly deprecatedSince?: string;
  readonly replacedBy?: string;
  readonly history?: readonly (readonly [version: string, change: string])[];
  readonly arguments?: readonly ArgumentDocs[];
  readonly tips?: readonly string[];
  readonly keySpecs?: readonly KeySpec[];
}

/** "get", "client|kill". */
export type FindDocs = (fullName: string) => CommandDocs | undefined;

export function parseCommandDocs(): FindDocs {
  const byName = new Map<string, CommandDocs>();
  for (const line of COMMAND_DOCS_LINES.trim().split("\n")) {
    const docs = JSON.parse(line) as CommandDocs;
    byName.set(docs.name, docs);
  }
  return (fullName) => byName.get(fullName);
}
