/**
 * Where a module does not parse, for the errors of which Node does not say so:
 * those of JavaScript itself in modules that are imported.
 *
 * Node's own syntax check says it, in a process of its own and of JavaScript
 * only; of TypeScript the types are blanked out first, which moves no line.
 * That is a process of its own, too, since it warns of being experimental.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

const STRIP = `
  const { readFileSync } = require("node:fs");
  const text = readFileSync(process.argv[1], "utf8");
  process.stdout.write(/ts$/.test(process.argv[1]) ? require("node:module").stripTypeScriptTypes(text) : text);
`;

/** "cart.ts:12"; undefined where it cannot be found out. */
export function syntaxErrorPlace(path: string): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "atoll-syntax-"));
  try {
    const copy = join(folder, "module.mjs");
    writeFileSync(copy, node("--no-warnings", "--eval", STRIP, path).stdout);
    const { stderr } = node("--check", copy);
    const line = /module\.mjs:(\d+)/.exec(stderr)?.[1];
    return line === undefined ? undefined : `${basename(path)}:${line}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function node(...args: readonly string[]): { readonly stdout: string; readonly stderr: string } {
  return spawnSync(process.execPath, args, { encoding: "utf8" });
}
