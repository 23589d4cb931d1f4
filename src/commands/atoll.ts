/** ATOLL: what Redis has no word for. Replication between regions, seen and steered. */
import { formatOriginId } from "../../crdt/origin.ts";
import { formatDouble } from "../resp/double.ts";
import { readScore } from "../store/score.ts";
import { type Call, type Command, type CommandFlag, keylessRows, SUBCOMMAND_KEY } from "./command.ts";
import { replyHelp } from "./help.ts";
import { waitregions } from "./wait.ts";

const HELP = [
  "DIGEST",
  "    Return a fingerprint of the visible keyspace: equal on equal replicas.",
  "CONTEXT",
  "    Return the version vector: for each origin, up to which time its writes are here.",
  "PEERS",
  "    Return each peer's region, address, link, state as a member, and lag.",
  "SIBLINGS <key>",
  "    Return the values at <key> that concurrent writes have left and that no reader sees.",
  "WAITREGIONS <region[,region...]> <timeout>",
  "    Wait until some node of each region has this connection's last write, for <timeout> milliseconds at most (0: for",
  "    ever). Return how many nodes of each region have it, this one included.",
  "CUT <region|node>",
  "    Fault drill: drop and refuse the links with a region or a node.",
  "HEAL",
  "    End all cuts.",
];

function digest({ reply, keyspace }: Call): void {
  reply.bulkText(keyspace.digest());
}

function context({ reply, keyspace }: Call): void {
  const lines: [string, number][] = [];
  keyspace.context.each((origin, time) => lines.push([formatOriginId(keyspace.origins.id(origin)), time]));
  lines.sort(([a], [b]) => (a < b ? -1 : 1));
  reply.map(lines.length);
  for (const [origin, time] of lines) {
    reply.bulkText(origin);
    reply.integer(time);
  }
}

function peers({ reply, host }: Call): void {
  const all = host.replica.peers();
  reply.array(all.length);
  for (const peer of all) {
    reply.map(9);
    replyText(reply, "node", peer.nodeId);
    replyText(reply, "region", peer.region);
    replyText(reply, "address", peer.address);
    replyText(reply, "state", peer.state);
    replyText(reply, "member", peer.member);
    replyInteger(reply, "lag-ms", peer.lagMs);
    replyInteger(reply, "lag-bytes", peer.lagBytes);
    replyInteger(reply, "bytes-in", peer.bytesIn);
    replyInteger(reply, "bytes-out", peer.bytesOut);
  }
}

function siblings({ args, reply, client, keyspace }: Call): void {
  const all = keyspace.siblings(client.db, args.at(2));
  reply.array(all.length);
  for (const sibling of all) {
    reply.map(5);
    replyText(reply, "origin", formatOriginId(keyspace.origins.id(sibling.origin)));
    replyInteger(reply, "time", sibling.time);
    replyText(reply, "type", sibling.type);
    replyBytes(reply, "element", sibling.element);
    if (sibling.type === "zset") replyText(reply, "value", formatDouble(readScore(sibling.value, 0)));
    else replyBytes(reply, "value", sibling.value);
  }
}

function cut({ args, reply, host }: Call): void {
  const name = args.at(2).utf8();
  const { nodeId, region } = host.replica;
  if (name === nodeId || (name === region && !host.replica.peers().some((peer) => peer.region === region))) {
    reply.error("ERR a replica cannot be cut from itself");
    return;
  }
  const dropped = host.replica.cut(name);
  host.log("warn", `cut from ${name} by command: ${dropped} links dropped`);
  reply.integer(dropped);
}

function heal({ reply, host }: Call): void {
  const ended = host.replica.heal();
  host.log("warn", `healed by command: ${ended} cuts ended`);
  reply.integer(ended);
}

function help({ reply }: Call): void {
  replyHelp(reply, "ATOLL", HELP);
}

function replyText(reply: Call["reply"], label: string, text: string): void {
  reply.bulkText(label);
  reply.bulkText(text);
}

function replyBytes(reply: Call["reply"], label: string, bytes: Uint8Array): void {
  reply.bulkText(label);
  reply.bulkBytes(bytes, 0, bytes.length);
}

function replyInteger(reply: Call["reply"], label: string, value: number): void {
  reply.bulkText(label);
  reply.integer(Math.round(value));
}

const ALWAYS: readonly CommandFlag[] = ["loading", "stale"];
const ADMIN: readonly CommandFlag[] = ["admin", "noscript", "loading", "stale"];

const row = keylessRows("server");

export const atollCommands: readonly Command[] = [
  {
    ...row("atoll", -2, [], help),
    subcommands: [
      row("context", 2, ALWAYS, context),
      row("cut", 3, ADMIN, cut),
      row("digest", 2, ALWAYS, digest),
      row("heal", 2, ADMIN, heal),
      row("help", 2, ALWAYS, help),
      row("peers", 2, ALWAYS, peers),
      { ...row("siblings", 3, ["readonly"], siblings), keys: SUBCOMMAND_KEY },
      row("waitregions", 4, ["noscript"], waitregions),
    ],
  },
];
