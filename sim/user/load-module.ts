/**
 * Loads a user's module from anywhere, with "atoll/sim" at hand.
 *
 * Inside the checkout, and in a project that has Atoll among its packages, the
 * name is found by Node itself; for a file anywhere else a hook finds it, for
 * as long as the module is loading. Both lead to the same api.ts. The same hook
 * lets files be modules in packages that `npm init` has called "commonjs".
 *
 * What is wrong with a module is one line (first the place, where there is
 * one); where its own code threw, the innermost calls follow on lines of their own.
 */
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { basename } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { reasonOf } from "../run/reason.ts";
import type { ScenarioSource } from "../run/source.ts";
import { ScenarioError } from "../scenario/checked-scenario.ts";
import { syntaxErrorPlace } from "./syntax-error-place.ts";

const API_NAME = "atoll/sim";
const API_URL = new URL("api.ts", import.meta.url).href;

/** Throws ScenarioError; its message does not name the module's own file, except as a place. */
export async function loadModule(path: string): Promise<ScenarioSource> {
  /** The last module whose text was read: the one that does not parse, if one does not. */
  let lastUrl = pathToFileURL(path).href;
  const hooks = registerHooks({
    resolve: (name, context, next) => (name === API_NAME ? { url: API_URL, shortCircuit: true } : next(name, context)),
    load: (url, context, next) => {
      lastUrl = url;
      return next(url, asModule(url, context));
    },
  });
  let loaded: { readonly default?: unknown };
  try {
    loaded = (await import(lastUrl)) as typeof loaded;
  } catch (error) {
    throw error instanceof ScenarioError ? error : new ScenarioError(problemOf(error, lastUrl), { cause: error });
  } finally {
    hooks.deregister();
  }
  return sourceOf(loaded);
}

/** Text with import or export statements is a module whatever the package calls it: it could be nothing else. */
function asModule<Context extends { readonly format?: string | null | undefined }>(
  url: string,
  context: Context,
): Context {
  const { format } = context;
  if (format?.startsWith("commonjs") !== true || !url.startsWith("file:") || url.includes("/node_modules/"))
    return context;
  const isModule = /^\s*(?:import\b\s*[^(.\s]|export\b)/m.test(readFileSync(fileURLToPath(url), "utf8"));
  return isModule ? { ...context, format: format.replace("commonjs", "module") } : context;
}

function sourceOf(loaded: { readonly default?: unknown }): ScenarioSource {
  if (!("default" in loaded)) throw new ScenarioError("there is no default export: export default scenario({...})");
  const source = loaded.default as Partial<ScenarioSource> | null | undefined;
  if (typeof source?.name !== "string" || typeof source.prepare !== "function")
    throw new ScenarioError("the default export is no scenario: export default scenario({...})");
  return { name: source.name, prepare: source.prepare };
}

function problemOf(error: unknown, lastUrl: string): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ERR_MODULE_NOT_FOUND") return missing(error as Error & { url?: string });
  if (error instanceof SyntaxError) {
    const place = placeIn(error.stack ?? "") ?? syntaxErrorPlace(fileURLToPath(lastUrl));
    return `${place === undefined ? "" : `${place}: `}${error.message}`;
  }
  const [first = "", ...rest] = reasonOf(error).split("\n");
  const innermost = /\(?(?:file:\/\/)?([^\s()]+:\d+):\d+\)?$/.exec(
    rest.find((line) => /^\s+at /.test(line)) ?? "",
  )?.[1];
  return [
    `it ${error instanceof Error ? "threw " : ""}${first}${innermost === undefined ? "" : ` (${basename(innermost)})`}`,
    ...rest,
  ].join("\n");
}

/** Node puts the place of a syntax error, where it knows one, at the top of the stack. */
function placeIn(stack: string): string | undefined {
  const [, path, line] = /^(?:file:\/\/)?(.+):(\d+)$/.exec(stack.split("\n", 1)[0] ?? "") ?? [];
  return path === undefined ? undefined : `${basename(path)}:${line}`;
}

function missing(error: Error & { url?: string }): string {
  const importer = /imported from (.+)$/.exec(error.message)?.[1];
  const wanted = error.url === undefined ? /'([^']+)'/.exec(error.message)?.[1] : basename(fileURLToPath(error.url));
  const own = new URL(import.meta.url).pathname;
  if (importer === undefined || importer === own) return "there is no such file";
  return `${basename(importer)}: cannot find '${wanted}'`;
}
