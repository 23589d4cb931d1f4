/**
 * What must be true of the checkout as a whole before any other test means anything.
 */
import { accessSync, constants, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "./sources.ts";

function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

test("the tests run on Node.js 24 or newer", () => {
  expect(Number(process.versions.node.split(".")[0])).toBeGreaterThanOrEqual(24);
});

test("the licence is Apache-2.0 and lies in the root", () => {
  expect(read("LICENSE")).toContain("Apache License");
  expect(read("package.json")).toContain('"license": "Apache-2.0"');
});

test("the lock file names no place to download from, and checks what is downloaded", () => {
  const lock = read("package-lock.json");
  expect(lock).not.toMatch(/"resolved"|https?:\/\/[^"]*registry/);
  expect(lock).toContain('"integrity": "sha512-');
});

test("the lock file has every optional package that it mentions, or npm ci refuses it", () => {
  const { packages } = JSON.parse(read("package-lock.json")) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const mentioned = Object.values(packages).flatMap(({ optionalDependencies = {} }) =>
    Object.keys(optionalDependencies),
  );
  expect(mentioned.filter((name) => !(`node_modules/${name}` in packages))).toEqual([]);
});

test("every dependency is pinned to one version", () => {
  const manifest = JSON.parse(read("package.json")) as Record<string, Record<string, string> | undefined>;
  for (const kind of ["dependencies", "devDependencies", "optionalDependencies"]) {
    for (const version of Object.values(manifest[kind] ?? {})) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  }
});

test("continuous integration runs the test command that the README gives", () => {
  expect(read("README.md")).toMatch(/^npm ci && npm start$/m);
  expect(read("README.md")).toMatch(/^npm cit$/m);
  expect(read(".ci/run")).toMatch(/^npm cit$/m);
});

test.each(["bin/atoll", ".ci/run"])("%s can be run", (path) => {
  expect(() => accessSync(join(ROOT, path), constants.X_OK)).not.toThrow();
});
