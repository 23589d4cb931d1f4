/**
 * Network addresses as people write them: `host:port`, with an IPv6 host in brackets (`[::1]:7946`).
 */
import { UsageError } from "./usage-error.ts";

export interface Address {
  readonly host: string;
  readonly port: number;
}

const ADDRESS = /^(?:\[(?<v6>[0-9a-fA-F:.%]+)\]|(?<name>[A-Za-z0-9._-]+)):(?<port>\d{1,5})$/;
const LAST_PORT = 65_535;

/** Reads one address. Throws UsageError when it is none; `port` 0 is not an address that one can connect to. */
export function parseAddress(text: string): Address {
  const groups = ADDRESS.exec(text)?.groups;
  const host = groups?.["v6"] ?? groups?.["name"];
  const port = Number(groups?.["port"]);
  if (host === undefined || port < 1 || port > LAST_PORT) throw new UsageError(`'${text}' is not an address host:port`);
  return { host, port };
}

/** Reads a list separated by commas; the empty text is the empty list. */
export function parseAddresses(text: string): Address[] {
  return text === "" ? [] : text.split(",").map((part) => parseAddress(part.trim()));
}

/** Reads a port to listen on; 0 means any free one. */
export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : LAST_PORT + 1;
  if (port > LAST_PORT) throw new UsageError(`'${text}' is not a port (0 to ${LAST_PORT})`);
  return port;
}

export function formatAddress({ host, port }: Address): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
