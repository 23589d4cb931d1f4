/**
 * docs/COMMANDS.md says of every Redis command whether Atoll has it. Here it is compared with the command table, so that
 * it cannot lie, and with the list of a real Redis server, so that it forgets none.
 */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { freePorts } from "../../src/cli/ports.ts";
import { commandTable } from "../../src/commands/table.ts";
import { eventually } from "../eventually.ts";

const ROW = /^\| `([A-Z0-9_ -]+)` \| (yes|differs|not yet|own) \| ?(.*?) ?\|$/;

const ledger = new Map<string, { state: string; note: string }>();
for (const line of readFileSync(new URL("../../docs/COMMANDS.md", import.meta.url), "utf8").split("\n")) {
  const [, name, state, note] = ROW.exec(line) ?? [];
  if (name !== undefined && state !== undefined && note !== undefined) {
    ledger.set(name.toLowerCase().replace(" ", "|"), { state, note });
  }
}

function namesThat(are: (row: { state: string; note: string }) => boolean): string[] {
  return [...ledger].filter(([, row]) => are(row)).map(([name]) => name);
}

test("the ledger says of exactly the commands in the table that they are there", () => {
  const there = namesThat(({ state }) => state !== "not yet");
  expect(there.toSorted()).toEqual(commandTable.all.map(({ fullName }) => fullName).toSorted());
});

test("whatever differs says how, and nothing else needs to", () => {
  expect(namesThat(({ state, note }) => state === "differs" && note === "")).toEqual([]);
  expect(namesThat(({ state, note }) => /yes|not yet/.test(state) && note !== "")).toEqual([]);
});

test("only ATOLL is Atoll's own", () => {
  expect(namesThat(({ state }) => state === "own").every((name) => name.startsWith("atoll"))).toBe(true);
});

test.skipIf(spawnSync("redis-server", ["--version"]).error !== undefined)(
  "the ledger has every command of a real Redis server",
  async () => {
    const [port] = await freePorts("127.0.0.1", 1);
    const redis = spawn("redis-server", ["--port", String(port), "--bind", "127.0.0.1", "--save", ""], {
      stdio: "ignore",
    });
    try {
      const names = await eventually(() => {
        const listed = execFileSync("redis-cli", ["-p", String(port), "COMMAND", "LIST"], {
          encoding: "utf8",
          stdio: "pipe",
        });
        return listed.trim().split("\n");
      });
      expect(names.filter((name) => !ledger.has(name))).toEqual([]);
    } finally {
      redis.kill();
    }
  },
);
