/**
 * Free ports of this machine, found by listening on them for a moment.
 */
import { once } from "node:events";
import { createServer, type AddressInfo, type Server } from "node:net";
import { explainListenError } from "../server/listen.ts";

/** Throws UsageError, with the remedy, when something else listens there. */
export async function assertFree(host: string, port: number, remedy: string): Promise<void> {
  try {
    await close(await listen(host, port));
  } catch (error) {
    throw explainListenError(error, { host, port }, remedy);
  }
}

/** Different ports that were free a moment ago. */
export async function freePorts(host: string, count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, async () => await listen(host, 0)));
  const ports = servers.map((server) => (server.address() as AddressInfo).port); // listening on TCP
  await Promise.all(servers.map(close));
  return ports;
}

async function listen(host: string, port: number): Promise<Server> {
  const server = createServer().listen(port, host);
  await once(server, "listening");
  return server;
}

async function close(server: Server): Promise<void> {
  server.close();
  await once(server, "close");
}
