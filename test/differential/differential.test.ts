/**
 * A little of the comparison with a real redis-server with every run of the tests; `npm run differential` looks for
 * longer.
 */
import { expect, it } from "vitest";
import { commandTable } from "../../src/commands/table.ts";
import { findRedisServer } from "../commands/redis-server.ts";
import { COMMANDS } from "./families.ts";
import { searchDifference } from "./search.ts";

/** A slow machine plays fewer of the same scenarios. */
const SECONDS = 6;
const SCENARIOS = 100;

it.skipIf(findRedisServer() === undefined)(
  "one replica answers random commands of every family as redis-server does (skipped where there is none on PATH)",
  async () => {
    const searched = await searchDifference({ seconds: SECONDS, scenarios: SCENARIOS });
    expect(searched?.difference).toBeUndefined();
    expect(searched?.scenarios).toBeGreaterThan(0);
  },
);

const GROUPS: ReadonlySet<string> = new Set([
  "string",
  "hash",
  "set",
  "sorted-set",
  "list",
  "bitmap",
  "hyperloglog",
  "geo",
  "generic",
]);
/** Newer than the Redis that is compared with: fields that expire. */
const NEWER = /^H(P?EXPIRE(AT|TIME)?|P?TTL|PERSIST|GETEX|SETEX|GETDEL)$/;
/** What is about peers and disks, about the implementation, and a part of TRANSFER. */
const OTHERS: ReadonlySet<string> = new Set(["WAIT", "WAITAOF", "PFSELFTEST", "DUMP"]);

it("has a line for every command that reads or writes data", () => {
  const data = commandTable.all
    .filter(({ command }) => GROUPS.has(command.group))
    .map(({ fullName }) => fullName.toUpperCase())
    .filter((name) => !name.includes("|") && !NEWER.test(name) && !OTHERS.has(name));
  expect(data.filter((name) => !COMMANDS.has(name))).toEqual([]);
});
