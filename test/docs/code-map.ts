/**
 * The map at the end of docs/ARCHITECTURE.md: every source file with the first sentence of its opening.
 *
 * `npm run map` draws it anew; a test fails when the map and the files have drifted apart.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { readSources, type Source } from "../tidy/sources.ts";

export const ARCHITECTURE = fileURLToPath(new URL("../../docs/ARCHITECTURE.md", import.meta.url));

const MAP_HEADING = "\n## Map\n";

const FOLDERS: Readonly<Record<string, string>> = {
  crdt: "lattices, a library of its own",
  transport: "what replicas say, and how it travels",
  src: "entry and ground",
  "src/resp": "bytes to commands, replies to bytes",
  "src/store": "the keyspace",
  "src/limits": "every bound, with its reason",
  "src/store/small": "small collections, packed into their entries",
  "src/store/repair": "describes, compares and joins parts of the keyspace",
  "src/rdb": "values as Redis dumps them",
  "src/geo": "places on the map, as the scores of sorted sets",
  "src/commands": "what each command does",
  "src/replica": "the replication core",
  "src/persistence": "log, snapshots, recovery",
  "src/server": "the shell",
  "src/cli": "the command line",
  sim: "the simulator",
  "sim/spec": "the naive specification",
  "sim/scenario": "what a scenario says",
  "sim/world": "virtual time, network and processes",
  "sim/oracles": "what must hold",
  "sim/run": "one run of a scenario",
  "sim/search": "scenarios from seeds",
  "sim/search/ways": "how scenarios become simpler",
  "sim/search/commands": "how the commands of a workload are drawn",
  "sim/exhaustive": "every order of a few operations",
  "sim/report": "what a person sees",
  "sim/user": "workloads that people describe: `atoll/sim`",
  "sim/examples": "workloads to begin with",
  "sim/semantics": "what concurrent commands mean, each rule with scenarios that prove it",
  "sim/cli": "the simulator's command line",
  bench: "measurements",
  "bench/healing": "how replicas heal, and what durability costs",
  chaos: "real processes under faults",
};

const REST = `
### The rest

- \`bin/atoll\`: finds the Node.js that \`npm ci\` installed and becomes it.
- \`test/\`: mirrors the folders; \`test/tidy\` holds the rules of the house, \`test/end-to-end\` runs real processes.
- \`.ci/run\`: what continuous integration runs.
`;

/** The document with its map replaced by one of the files as they are. */
export function withCurrentMap(document: string): string {
  const end = document.indexOf(MAP_HEADING);
  return `${end < 0 ? document : document.slice(0, end)}${MAP_HEADING}${drawMap(readSources())}`;
}

function drawMap(files: readonly Source[]): string {
  const unnamed = files.find(({ path }) => isCode(path) && FOLDERS[dirname(path)] === undefined);
  if (unnamed !== undefined) throw new Error(`the map says nothing of the folder of ${unnamed.path}`);
  let map = "\nOne line for every file; each opens with more. `npm run map` draws this part anew.\n";
  for (const [folder, title] of Object.entries(FOLDERS)) {
    const inside = files.filter(({ path }) => isCode(path) && dirname(path) === folder);
    if (inside.length === 0) continue;
    map += `\n### \`${folder}/\`: ${title}\n\n`;
    for (const file of inside) map += `- \`${file.path.slice(folder.length + 1)}\`: ${firstSentence(file)}\n`;
  }
  return map + REST;
}

/** What the map shows; tests and settings are told of as a whole. */
function isCode(path: string): boolean {
  return path.endsWith(".ts") && path.includes("/") && !path.startsWith("test/");
}

function firstSentence({ path, text }: Source): string {
  const opening = /^\/\*\*(.*?)\*\//s.exec(text)?.[1];
  if (opening === undefined) throw new Error(`${path} does not open with a comment`);
  const lines = opening.split("\n").map((line) => line.replace(/^\s*\* ?/, "").trimEnd());
  const paragraph =
    lines
      .join("\n")
      .trim()
      .split(/\n\s*\n/)[0] ?? "";
  const words = paragraph.replaceAll(/\s+/g, " ");
  return (/^(.*?[.:])(?= [A-Z`]|$)/.exec(words)?.[1] ?? words).replace(/:$/, ".").replaceAll("|", "\\|");
}

if (import.meta.main) writeFileSync(ARCHITECTURE, withCurrentMap(readFileSync(ARCHITECTURE, "utf8")));
