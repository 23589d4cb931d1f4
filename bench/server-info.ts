/**
 * What a server says of itself by INFO, and other questions on a connection of their own.
 */
import { setTimeout as pause } from "node:timers/promises";
import { Connection, encodeRequest } from "./connection.ts";
import type { Server } from "./fleet.ts";

const POLL_MS = 20;

/** The reply's text. */
export async function askServer({ port }: Server, ...args: readonly string[]): Promise<string> {
  const connection = await Connection.open(port);
  try {
    return await connection.ask(encodeRequest(...args));
  } finally {
    connection.close();
  }
}

/** A number of INFO, by its name. */
export async function infoNumber(server: Server, name: string): Promise<number> {
  const value = parseInfo(await askServer(server, "INFO", "everything"), name);
  if (value === undefined) throw new Error(`INFO of ${server.name} has no ${name}`);
  return Number(value);
}

export function parseInfo(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:([^\\r\\n]*)`, "m").exec(info)?.[1];
}

/** Bytes that have come from peers over the links of now. */
export async function peerBytesIn(server: Server): Promise<number> {
  const info = await askServer(server, "INFO", "replication");
  return [...info.matchAll(/^peer\d+:.*\bbytes_in=(\d+)/gm)].reduce((sum, [, bytes]) => sum + Number(bytes), 0);
}

/** Resolves when a figure of INFO is 0: nothing of that kind is under way. */
export async function untilIdle(server: Server, name: string): Promise<void> {
  while ((await infoNumber(server, name)) !== 0) await pause(POLL_MS);
}
