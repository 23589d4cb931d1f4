/**
 * The host that others are told to reach this replica at. Who listens on every
 * address and announces none tells none: peers then take the address that the
 * connection comes from, clients the one that they have connected to.
 */
import type { NodeOptions } from "./node-options.ts";

const EVERY_ADDRESS: ReadonlySet<string> = new Set(["0.0.0.0", "::", "0:0:0:0:0:0:0:0", "*"]);

export function announcedHost({ host, announceHost }: Pick<NodeOptions, "host" | "announceHost">): string {
  if (announceHost !== "") return announceHost;
  return EVERY_ADDRESS.has(host) ? "" : host;
}
