/**
 * The project's own files as the tidy rules see them: text for all, and for TypeScript a syntax tree with imports,
 * functions and the names that are used as variables.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync, Visitor, type Comment, type Program } from "oxc-parser";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** What git does not keep, or what others wrote. */
const PASSED_OVER = new Set([".git", "node_modules", "dist", "coverage", ".atoll"]);

export interface Source {
  /** From the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly lines: number;
}

export interface Import {
  /** As written. */
  readonly from: string;
  /** The path of the imported file from the root; undefined for packages. */
  readonly target: string | undefined;
  readonly typeOnly: boolean;
}

export interface FunctionSpan {
  readonly name: string;
  readonly line: number;
  readonly lines: number;
}

export interface TypeScriptSource extends Source {
  readonly program: Program;
  readonly comments: readonly Comment[];
  readonly imports: readonly Import[];
}

/** Every text file of the project. */
export function readSources(): Source[] {
  const paths: string[] = [];
  const walk = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (PASSED_OVER.has(entry.name)) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (entry.isFile() && !entry.name.endsWith(".log")) paths.push(path);
    }
  };
  walk(ROOT);
  return paths.toSorted().map((path) => source(relative(ROOT, path), readFileSync(path, "utf8")));
}

export function source(path: string, text: string): Source {
  return { path, text, lines: text.split("\n").length - (text.endsWith("\n") ? 1 : 0) };
}

export function parseSource(from: Source): TypeScriptSource {
  const { program, module, comments, errors } = parseSync(from.path, from.text);
  if (errors.length > 0) throw new Error(`${from.path}: ${errors[0]?.message}`);
  const imports: Import[] = [];
  const add = (name: string, typeOnly: boolean): void => {
    const target = name.startsWith(".") ? normalize(join(dirname(from.path), name)) : undefined;
    imports.push({ from: name, target, typeOnly });
  };
  for (const { moduleRequest, entries } of module.staticImports) {
    add(moduleRequest.value, entries.length > 0 && entries.every(({ isType }) => isType));
  }
  const exported = module.staticExports.flatMap(({ entries }) => entries);
  for (const { moduleRequest, isType } of exported) if (moduleRequest) add(moduleRequest.value, isType);
  for (const { moduleRequest } of module.dynamicImports) {
    const literal = /^["'](.*)["']$/.exec(from.text.slice(moduleRequest.start, moduleRequest.end))?.[1];
    if (literal !== undefined) add(literal, false);
  }
  return { ...from, program, comments, imports };
}

/** All functions and methods with their sizes in lines, the arguments of `describe` left out. */
export function functionsOf(parsed: TypeScriptSource): FunctionSpan[] {
  const spans: FunctionSpan[] = [];
  const suites = new Set<number>();
  const add = (name: string, node: { start: number; end: number }): void => {
    if (suites.has(node.start)) return;
    const line = lineAt(parsed.text, node.start);
    spans.push({ name, line, lines: lineAt(parsed.text, node.end) - line + 1 });
  };
  new Visitor({
    CallExpression(call) {
      const callee = parsed.text.slice(call.callee.start, call.callee.end);
      if (/^(describe|suite)\b/.test(callee)) for (const argument of call.arguments) suites.add(argument.start);
    },
    FunctionDeclaration: (node) => add(node.id?.name ?? "function", node),
    FunctionExpression: (node) => add(node.id?.name ?? "function", node),
    ArrowFunctionExpression: (node) => add("arrow function", node),
  }).visit(parsed.program);
  return spans;
}

/** The names that stand for variables (not for properties), with the property that is read from each where there is one. */
export function namesUsed(parsed: TypeScriptSource): { name: string; property: string | undefined; line: number }[] {
  const used: { name: string; property: string | undefined; line: number }[] = [];
  const propertyNames = new Set<number>();
  const propertyOf = new Map<number, string>();
  const key = (node: { computed: boolean; key: { start: number } }): void => {
    if (!node.computed) propertyNames.add(node.key.start);
  };
  new Visitor({
    MemberExpression(node) {
      if (node.computed) return;
      propertyNames.add(node.property.start);
      if (node.property.type === "Identifier") propertyOf.set(node.object.start, node.property.name);
    },
    Property: (node) => (node.shorthand ? undefined : key(node)),
    MethodDefinition: key,
    PropertyDefinition: key,
    AccessorProperty: key,
    TSPropertySignature: key,
    TSMethodSignature: key,
    Identifier(node) {
      if (propertyNames.has(node.start)) return;
      used.push({ name: node.name, property: propertyOf.get(node.start), line: lineAt(parsed.text, node.start) });
    },
  }).visit(parsed.program);
  return used;
}

export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) line++;
  return line;
}
