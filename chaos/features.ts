/**
 * What the replicas of this checkout can do: whether they keep data, what a client can wait for, and whether members
 * can be forgotten. What is missing is left out of a run, and said.
 */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { commandTable } from "../src/commands/table.ts";
import type { Mode } from "./client.ts";

const ATOLL = fileURLToPath(new URL("../bin/atoll", import.meta.url));

export interface Features {
  readonly data: boolean;
  readonly forgetting: boolean;
  readonly modes: readonly Mode[];
}

export async function knownFeatures(wantsData: boolean): Promise<Features> {
  const { stdout } = await promisify(execFile)(ATOLL, ["serve", "--help"]);
  const data = wantsData && stdout.includes("--data-dir");
  const names = new Set(commandTable.all.map(({ fullName }) => fullName));
  const modes: Mode[] = ["plain"];
  if (names.has("wait")) modes.push("WAIT");
  if (names.has("waitaof") && data) modes.push("WAITAOF");
  return { data, modes, forgetting: names.has("cluster|forget") };
}
