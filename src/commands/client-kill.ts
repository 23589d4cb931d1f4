/** CLIENT KILL in its two forms, and the filters it shares with CLIENT LIST. */
import { clientLine } from "./client-attributes.ts";
import type { Client } from "./client.ts";
import type { Call } from "./command.ts";
import { SYNTAX_ERROR } from "./error-texts.ts";
import { parseInteger } from "./number.ts";

type Filter = (client: Client) => boolean;

/** "slave" is "replica" as it was called before. Only normal clients exist here. */
const CLIENT_TYPES = new Map([
  ["normal", "normal"],
  ["master", "master"],
  ["replica", "replica"],
  ["slave", "replica"],
  ["pubsub", "pubsub"],
]);

export function clientList(call: Call): void {
  const { args, reply, host } = call;
  let wanted: Filter = everybody;
  const option = args.count > 2 ? args.at(2).latin1().toLowerCase() : "";
  if (args.count === 4 && option === "type") {
    const type = clientType(call, 3);
    if (type === undefined) return;
    wanted = () => type === "normal";
  } else if (args.count > 3 && option === "id") {
    const ids = new Set<number>();
    for (let i = 3; i < args.count; i++) {
      const id = parseInteger(args.at(i));
      if (Number.isNaN(id)) {
        reply.error("ERR Invalid client ID");
        return;
      }
      ids.add(id);
    }
    wanted = (client) => ids.has(client.id);
  } else if (args.count > 2) {
    reply.error(SYNTAX_ERROR);
    return;
  }
  const wallMs = host.wallMs();
  let text = "";
  for (const client of host.clients()) if (wanted(client)) text += `${clientLine(client, wallMs)}\n`;
  reply.verbatim("txt", text);
}

function everybody(): boolean {
  return true;
}

export function clientKill(call: Call): void {
  const { args, reply } = call;
  if (args.count === 3) {
    const address = args.at(2).latin1();
    if (kill(call, (client) => client.address === address) > 0) reply.ok();
    else reply.error("ERR No such client");
    return;
  }
  const filters = killFilters(call);
  if (filters === undefined) return;
  reply.integer(kill(call, (client) => filters.every((filter) => filter(client))));
}

function kill(call: Call, wanted: Filter): number {
  const victims = [...call.host.clients()].filter((client) => client.state === "open" && wanted(client));
  for (const victim of victims) {
    // One's own reply still has to arrive.
    if (victim === call.client) victim.state = "closing";
    else call.host.closeClient(victim);
  }
  return victims.length;
}

/** All that must hold of a victim; undefined after the error reply. */
function killFilters(call: Call): Filter[] | undefined {
  const { args, reply } = call;
  const filters: Filter[] = [];
  let skipMe = true;
  for (let i = 2; i < args.count; i += 2) {
    const option = args.at(i).latin1().toLowerCase();
    if (i + 1 >= args.count) return fail(call, SYNTAX_ERROR);
    if (option === "skipme") {
      const value = args
        .at(i + 1)
        .latin1()
        .toLowerCase();
      if (value !== "yes" && value !== "no") return fail(call, SYNTAX_ERROR);
      skipMe = value === "yes";
      continue;
    }
    const errorsBefore = reply.errorCount;
    const filter = killFilter(call, option, i + 1);
    if (filter === undefined) return reply.errorCount === errorsBefore ? fail(call, SYNTAX_ERROR) : undefined;
    filters.push(filter);
  }
  if (skipMe) filters.push((client) => client !== call.client);
  return filters;
}

/** Undefined for an unknown option, or after the error reply. */
function killFilter(call: Call, option: string, at: number): Filter | undefined {
  const value = call.args.at(at);
  switch (option) {
    case "id": {
      const id = parseInteger(value);
      if (!(id > 0)) return fail(call, "ERR client-id should be greater than 0");
      return (client) => client.id === id;
    }
    case "type": {
      const type = clientType(call, at);
      return type === undefined ? undefined : () => type === "normal";
    }
    case "addr": {
      const address = value.latin1();
      return (client) => client.address === address;
    }
    case "laddr": {
      const address = value.latin1();
      return (client) => client.localAddress === address;
    }
    case "user": {
      const user = value.utf8();
      if (user !== "default") return fail(call, `ERR No such user '${user}'`);
      return (client) => client.user === user;
    }
    default:
      return undefined;
  }
}

function clientType(call: Call, at: number): string | undefined {
  const text = call.args.at(at).utf8();
  return CLIENT_TYPES.get(text.toLowerCase()) ?? fail(call, `ERR Unknown client type '${text}'`);
}

function fail(call: Call, error: string): undefined {
  call.reply.error(error);
  return undefined;
}
