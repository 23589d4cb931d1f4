/**
 * Waiting until replicas show the same keyspace.
 */
import { setTimeout as pause } from "node:timers/promises";
import { Connection, encodeRequest } from "./connection.ts";
import type { Server } from "./fleet.ts";

const POLL_MS = 20;
const CONVERGED_MS_MAX = 120_000;

/** Resolves when all replicas show the same keyspace. */
export async function converged(servers: readonly Server[], pollMs = POLL_MS): Promise<void> {
  const connections = await Promise.all(servers.map(async ({ port }) => await Connection.open(port)));
  const digest = encodeRequest("ATOLL", "DIGEST");
  const endMs = performance.now() + CONVERGED_MS_MAX;
  try {
    for (;;) {
      const digests = await Promise.all(connections.map(async (connection) => await connection.ask(digest)));
      if (new Set(digests).size === 1) return;
      if (performance.now() > endMs) throw new Error("the replicas did not become equal");
      await pause(pollMs);
    }
  } finally {
    for (const connection of connections) connection.close();
  }
}
