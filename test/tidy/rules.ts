/**
 * The rules of the house, as data: each finds its breaches in a set of files. A rule brings an example that breaks it,
 * so that a test shows of every rule that it notices what it forbids.
 */
import { Visitor } from "oxc-parser";
import { layerOf } from "./layers.ts";
import { functionsOf, lineAt, namesUsed, parseSource, type Source, type TypeScriptSource } from "./sources.ts";

export interface Rule {
  readonly name: string;
  /** "path:line what" for every breach. */
  readonly breaches: (files: readonly Source[]) => string[];
  readonly broken: readonly Pick<Source, "path" | "text">[];
}

const FILE_LINES_MAX = 400;
const TEST_FILE_LINES_MAX = 500;
const FUNCTION_LINES_MAX = 70;

/** What reads a clock, rolls dice, waits, or reaches outside the process. */
const BANNED_IN_CORE = new Set(
  (
    "Date performance crypto process console globalThis fetch WebSocket Worker require " +
    "setTimeout setInterval setImmediate queueMicrotask Atomics"
  ).split(" "),
);

const BANNED_NAMES = /(^|[/-])(utils?|helpers?|managers?|commons?|misc|shared|index)(\.|\/|-|$)/i;
/** Brackets around a letter keep this file from breaking its own rule. */
const LEFT_OPEN = /\b(TO[D]O|FIX[M]E|XX[X]|HA[C]K)\b/;
const TYPES_OFF = /@ts-(?:ignore|nocheck|expect-error)/;
const MACHINE_PATH = /(^|[\s"'`(=:])\/(home|root|work|tmp|Users|mnt)\/[A-Za-z0-9._-]/;

export const RULES: readonly Rule[] = [
  {
    name: "a file imports only from its own layer and those below",
    breaches: (files) =>
      typeScript(files).flatMap((file) =>
        file.imports
          .filter(({ from, target }) => !mayImport(file.path, from, target))
          .map(({ from }) => `${file.path} imports ${from}`),
      ),
    broken: [{ path: "crdt/dot.ts", text: 'import { find } from "../../src/store/keyspace.ts";\nfind();\n' }],
  },
  {
    name: "files do not import each other in a circle",
    breaches: importCycles,
    broken: [
      { path: "crdt/a.ts", text: 'export { b } from "./b.ts";\n' },
      { path: "crdt/b.ts", text: 'import { a } from "./a.ts";\nexport const b = a;\n' },
    ],
  },
  {
    name: "the core reads no clock, rolls no dice, sets no timer and performs no I/O",
    breaches: (files) =>
      typeScript(files).flatMap((file) =>
        layerOf(file.path)?.core === true
          ? namesUsed(file)
              .filter(({ name, property }) => BANNED_IN_CORE.has(name) || (name === "Math" && property === "random"))
              .map(({ name, property, line }) => `${file.path}:${line} ${name}${property ? `.${property}` : ""}`)
          : [],
      ),
    broken: [{ path: "src/store/age.ts", text: "export const age = (then: number): number => Date.now() - then;\n" }],
  },
  {
    name: `a file has at most ${FILE_LINES_MAX} lines, a test ${TEST_FILE_LINES_MAX}`,
    breaches: (files) =>
      files
        .filter(({ path }) => path.endsWith(".ts"))
        .filter(({ path, lines }) => lines > (path.startsWith("test/") ? TEST_FILE_LINES_MAX : FILE_LINES_MAX))
        .map(({ path, lines }) => `${path} has ${lines} lines`),
    broken: [{ path: "src/long.ts", text: "\n".repeat(FILE_LINES_MAX + 1) }],
  },
  {
    name: `a function has at most ${FUNCTION_LINES_MAX} lines`,
    breaches: (files) =>
      typeScript(files).flatMap((file) =>
        functionsOf(file)
          .filter(({ lines }) => lines > FUNCTION_LINES_MAX)
          .map(({ name, line, lines }) => `${file.path}:${line} ${name} has ${lines} lines`),
      ),
    broken: [{ path: "src/long.ts", text: `export function long() {${"\n".repeat(FUNCTION_LINES_MAX)}}\n` }],
  },
  {
    name: "a TypeScript file opens with a comment that says what it is",
    breaches: (files) =>
      typeScript(files)
        .filter(({ comments, text }) => comments[0]?.type !== "Block" || comments[0].start !== text.search(/\S/))
        .map(({ path }) => path),
    broken: [{ path: "crdt/dot.ts", text: "export const dot = 1;\n" }],
  },
  {
    name: "nothing is exported as default, and no file only passes on what others export",
    breaches: (files) =>
      typeScript(files)
        .filter(({ path }) => path !== "vitest.config.ts" && path !== "test/summary-reporter.ts")
        .filter(({ path }) => !path.startsWith("sim/examples/"))
        .filter(({ program }) => program.body.some(isDefaultOrAll))
        .map(({ path }) => path),
    broken: [{ path: "src/all.ts", text: 'export * from "./limits.ts";\n' }],
  },
  {
    name: "files and folders are named by what they hold",
    breaches: (files) => files.map(({ path }) => path).filter((path) => BANNED_NAMES.test(path)),
    broken: [{ path: "src/store/string-utils.ts", text: "" }],
  },
  {
    name: "nothing is left open",
    breaches: (files) => linesMatching(files, LEFT_OPEN),
    broken: [{ path: "src/a.ts", text: `// ${"to do".toUpperCase().replace(" ", "")}: finish\n` }],
  },
  {
    name: "types are never switched off",
    breaches: (files) => [...linesMatching(typeScriptOnly(files), TYPES_OFF), ...typeScript(files).flatMap(anyTypes)],
    broken: [{ path: "src/a.ts", text: "export const a: any = 1;\n" }],
  },
  {
    name: "every test runs, or says on what its running depends",
    breaches: (files) =>
      typeScript(files).flatMap((file) =>
        namesUsed(file)
          .filter(
            ({ name, property }) => /^(test|it|describe)$/.test(name) && /^(only|skip|todo)$/.test(property ?? ""),
          )
          .map(({ name, property, line }) => `${file.path}:${line} ${name}.${property}`),
      ),
    broken: [{ path: "test/a.test.ts", text: 'it.only("works", () => {});\n' }],
  },
  {
    name: "no file names a place of somebody's machine",
    breaches: (files) => linesMatching(files, MACHINE_PATH),
    broken: [{ path: "docs/A.md", text: ["see ", "home", "me", "atoll"].join("/") }],
  },
  {
    name: "bounds of a replica that a person may want to know stand in src/limits/",
    breaches: (files) =>
      typeScript(files.filter(({ path }) => /^src\/(server|replica|persistence|cli)\//.test(path))).flatMap(bounds),
    broken: [{ path: "src/server/tcp.ts", text: "const QUEUE_BYTES_MAX = 64 * 1024;\n" }],
  },
];

function typeScriptOnly(files: readonly Source[]): Source[] {
  return files.filter(({ path }) => path.endsWith(".ts"));
}

const parsedSources = new WeakMap<Source, TypeScriptSource>();

function typeScript(files: readonly Source[]): TypeScriptSource[] {
  return typeScriptOnly(files).map((file) => {
    const parsed = parsedSources.get(file) ?? parseSource(file);
    parsedSources.set(file, parsed);
    return parsed;
  });
}

function mayImport(path: string, from: string, target: string | undefined): boolean {
  const layer = layerOf(path);
  if (layer === undefined) return path === "vitest.config.ts";
  const matches = (allowed: string): boolean =>
    allowed === "*" || (allowed.endsWith("*") ? from.startsWith(allowed.slice(0, -1)) : allowed === from);
  if (target === undefined) return layer.packages.some(matches);
  const place = layerOf(target)?.place;
  return place === layer.place || layer.may.includes("*") || (place !== undefined && layer.may.includes(place));
}

function importCycles(files: readonly Source[]): string[] {
  const targets = new Map(
    typeScript(files).map((file) => [file.path, file.imports.flatMap(({ target }) => (target ? [target] : []))]),
  );
  const finished = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(" -> "));
    if (trail.includes(path) || finished.has(path)) return;
    for (const target of targets.get(path) ?? []) visit(target, [...trail, path]);
    finished.add(path);
  };
  for (const path of targets.keys()) visit(path, []);
  return cycles;
}

function isDefaultOrAll(node: { type: string }): boolean {
  return node.type === "ExportAllDeclaration" || node.type === "ExportDefaultDeclaration";
}

function anyTypes(file: TypeScriptSource): string[] {
  const found: string[] = [];
  new Visitor({
    TSAnyKeyword: (node) => void found.push(`${file.path}:${lineAt(file.text, node.start)} any`),
  }).visit(file.program);
  return found;
}

/** Constants at the top of a file that are named as bounds and given as plain numbers. */
function bounds(file: TypeScriptSource): string[] {
  const found: string[] = [];
  for (const node of file.program.body) {
    const declaration = node.type === "ExportNamedDeclaration" ? node.declaration : node;
    if (declaration?.type !== "VariableDeclaration") continue;
    for (const { id, init } of declaration.declarations) {
      if (id.type !== "Identifier" || init === null || !/_(MAX|LIMIT)$/.test(id.name)) continue;
      if (/^[\d_\s*+-]+$/.test(file.text.slice(init.start, init.end))) {
        found.push(`${file.path}:${lineAt(file.text, id.start)} ${id.name}`);
      }
    }
  }
  return found;
}

function linesMatching(files: readonly Source[], pattern: RegExp): string[] {
  return files.flatMap(({ path, text }) =>
    text
      .split("\n")
      .flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1} ${line.trim().slice(0, 100)}`] : [])),
  );
}
