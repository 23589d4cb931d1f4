/**
 * CLUSTER: what clients and tools of Redis Cluster ask, answered by a cluster in
 * which every member holds everything (cluster-nodes.ts), and the two commands
 * that change who belongs to it.
 */
import { ByteRange } from "../byte-range.ts";
import { clusterNodes, findNode, nodeLine, shardId, usableNodes, type ClusterNode } from "./cluster-nodes.ts";
import { type AccessCategory, type Call, type Command, type CommandFlag, keylessRows } from "./command.ts";
import { replyHelp } from "./help.ts";
import { CLUSTER_SLOTS, keySlot } from "./key-slot.ts";
import { readInteger } from "./number.ts";

const HELP = [
  "COUNT-FAILURE-REPORTS <node-id>",
  "    Return number of failure reports for <node-id>.",
  "COUNTKEYSINSLOT <slot>",
  "    Return the number of keys in <slot>.",
  "FORGET <node-id>",
  "    Remove a node from the cluster.",
  "GETKEYSINSLOT <slot> <count>",
  "    Return key names stored by current node in a slot.",
  "INFO",
  "    Return information about the cluster.",
  "KEYSLOT <key>",
  "    Return the hash slot for <key>.",
  "MEET <ip> <port> [<bus-port>]",
  "    Connect nodes into a working cluster.",
  "MYID",
  "    Return the node id.",
  "MYSHARDID",
  "    Return the node's shard id.",
  "NODES",
  "    Return cluster configuration seen by node. Output format:",
  "    <id> <ip:port> <flags> <master> <pings> <pongs> <epoch> <link> <slot> ...",
  "REPLICAS <node-id>",
  "    Return <node-id> replicas.",
  "SLAVES <node-id>",
  "    The same.",
  "SLOTS",
  "    Return information about slots range mappings. Each range is made of:",
  "    start, end, master and replicas IP addresses, ports and ids",
  "SHARDS",
  "    Return information about slot range mappings and the nodes associated with them.",
  "LINKS",
  "    Return information about all network links between this node and its peers.",
  "    Output format is an array where each array element is a map containing attributes of a link",
];

const LAST_PORT = 65_535;

function info(call: Call): void {
  const known = clusterNodes(call);
  const [self] = known;
  const lines: readonly (readonly [string, string | number])[] = [
    ["cluster_state", call.host.replica.cluster.forgotten ? "fail" : "ok"],
    ["cluster_slots_assigned", CLUSTER_SLOTS],
    ["cluster_slots_ok", CLUSTER_SLOTS],
    ["cluster_slots_pfail", 0],
    ["cluster_slots_fail", 0],
    ["cluster_known_nodes", known.length],
    ["cluster_size", 1],
    ["cluster_current_epoch", Math.max(...known.map(({ member }) => member.incarnation))],
    ["cluster_my_epoch", self?.member.incarnation ?? 0],
    ["total_cluster_links_buffer_limit_exceeded", 0],
  ];
  call.reply.verbatim("txt", lines.map(([name, value]) => `${name}:${value}\r\n`).join(""));
}

function myId({ reply, host }: Call): void {
  reply.bulkText(host.nodeName(host.replica.nodeId));
}

function myShardId(call: Call): void {
  call.reply.bulkText(shardId(call));
}

function nodes(call: Call): void {
  const masterId = call.host.nodeName(call.host.replica.nodeId);
  const lines = clusterNodes(call).map((node) => `${nodeLine(call, node, masterId)}\n`);
  call.reply.verbatim("txt", lines.join(""));
}

function slots(call: Call): void {
  const { reply } = call;
  const usable = usableNodes(call);
  reply.array(1);
  reply.array(2 + usable.length);
  reply.integer(0);
  reply.integer(CLUSTER_SLOTS - 1);
  for (const { host, port, id } of usable) {
    reply.array(4);
    reply.bulkText(host);
    reply.integer(port);
    reply.bulkText(id);
    reply.map(0);
  }
}

function shards(call: Call): void {
  const { reply } = call;
  const all = clusterNodes(call);
  reply.array(1);
  reply.map(2);
  reply.bulkText("slots");
  reply.array(2);
  reply.integer(0);
  reply.integer(CLUSTER_SLOTS - 1);
  reply.bulkText("nodes");
  reply.array(all.length);
  for (const node of all) replyShardNode(call, node);
}

function replyShardNode({ reply, host: { replica } }: Call, { id, host, port, member, isUp }: ClusterNode): void {
  const health = member.isSelf && replica.loading ? "loading" : isUp ? "online" : "failed";
  reply.map(7);
  replyText(reply, "id", id);
  reply.bulkText("port");
  reply.integer(port);
  replyText(reply, "ip", host);
  replyText(reply, "endpoint", host);
  replyText(reply, "role", member.isSelf ? "master" : "replica");
  reply.bulkText("replication-offset");
  reply.integer(0);
  replyText(reply, "health", health);
}

function links(call: Call): void {
  const { reply } = call;
  const linked = clusterNodes(call).flatMap(({ id, member }) =>
    member.link === undefined ? [] : [{ id, ...member.link }],
  );
  reply.array(linked.length);
  for (const { id, dialed, openMs, bufferedBytes } of linked) {
    reply.map(6);
    replyText(reply, "direction", dialed ? "to" : "from");
    replyText(reply, "node", id);
    reply.bulkText("create-time");
    reply.integer(Math.round(call.host.wallMs() - openMs));
    replyText(reply, "events", bufferedBytes > 0 ? "rw" : "r");
    reply.bulkText("send-buffer-allocated");
    reply.integer(bufferedBytes);
    reply.bulkText("send-buffer-used");
    reply.integer(bufferedBytes);
  }
}

function meet({ args, reply, host }: Call): void {
  if (args.count > 5) {
    const name = args.at(1).utf8();
    return reply.error(`ERR unknown subcommand or wrong number of arguments for '${name}'. Try CLUSTER HELP.`);
  }
  const ip = args.at(2).utf8();
  const portText = args.at(3).utf8();
  const busText = args.count > 4 ? args.at(4).utf8() : portText;
  if (!isInteger(portText)) return reply.error(`ERR Invalid TCP base port specified: ${portText}`);
  if (!isInteger(busText)) return reply.error(`ERR Invalid TCP bus port specified: ${busText}`);
  if (!isIp(ip) || !isPort(portText) || !isPort(busText)) {
    return reply.error(`ERR Invalid node address specified: ${ip}:${portText}`);
  }
  host.replica.meet(`${ip.includes(":") ? `[${ip}]` : ip}:${Number(busText)}`, host.wallMs());
  reply.ok();
}

function forget(call: Call): void {
  const { args, reply, host } = call;
  const idOrName = args.at(2).utf8();
  const node = findNode(call, idOrName);
  if (node === undefined) return reply.error(`ERR Unknown node ${idOrName}`);
  if (node.member.isSelf) return reply.error("ERR I tried hard but I can't forget myself...");
  host.replica.forget(node.member.nodeId, host.wallMs());
  host.log("warn", `${node.member.nodeId} was forgotten by command`);
  reply.ok();
}

function keySlotOf({ args, reply }: Call): void {
  reply.integer(keySlot(args.at(2)));
}

function countKeysInSlot(call: Call): void {
  const slot = readInteger(call.reply, call.args.at(2));
  if (Number.isNaN(slot)) return;
  if (slot < 0 || slot >= CLUSTER_SLOTS) return call.reply.error("ERR Invalid slot");
  let count = 0;
  eachKeyInSlot(call, slot, () => {
    count++;
    return true;
  });
  call.reply.integer(count);
}

function getKeysInSlot(call: Call): void {
  const slot = readInteger(call.reply, call.args.at(2));
  if (Number.isNaN(slot)) return;
  const most = readInteger(call.reply, call.args.at(3));
  if (Number.isNaN(most)) return;
  if (slot < 0 || slot >= CLUSTER_SLOTS || most < 0) return call.reply.error("ERR Invalid slot or number of keys");
  const { reply } = call;
  const mark = reply.beginArray();
  let count = 0;
  if (most > 0) {
    eachKeyInSlot(call, slot, (key) => {
      reply.bulk(key);
      return ++count < most;
    });
  }
  reply.endArray(mark, count);
}

/** Walks all keys of the client's database: slots of this kind are no order that anything is kept in. */
function eachKeyInSlot({ keyspace, client }: Call, slot: number, visit: (key: ByteRange) => boolean): void {
  const key = new ByteRange();
  keyspace.forEachKey(client.db, (ref) => {
    keyspace.keyOf(ref, key);
    return keySlot(key) === slot ? visit(key) : true;
  });
}

function replicas(call: Call): void {
  const { args, reply } = call;
  const idOrName = args.at(2).utf8();
  const node = findNode(call, idOrName);
  if (node === undefined) return reply.error(`ERR Unknown node ${idOrName}`);
  if (!node.member.isSelf) return reply.error("ERR The specified node is not a master");
  const others = clusterNodes(call).filter(({ member }) => !member.isSelf);
  reply.array(others.length);
  for (const other of others) reply.bulkText(nodeLine(call, other, node.id));
}

function countFailureReports(call: Call): void {
  const idOrName = call.args.at(2).utf8();
  const node = findNode(call, idOrName);
  if (node === undefined) return call.reply.error(`ERR Unknown node ${idOrName}`);
  call.reply.integer(node.isUp && node.member.state === "alive" ? 0 : 1);
}

function help({ reply }: Call): void {
  replyHelp(reply, "CLUSTER", HELP);
}

function ok({ reply }: Call): void {
  reply.ok();
}

function replyText(reply: Call["reply"], label: string, text: string): void {
  reply.bulkText(label);
  reply.bulkText(text);
}

function isInteger(text: string): boolean {
  return /^-?\d{1,19}$/.test(text);
}

function isPort(text: string): boolean {
  return Number(text) >= 1 && Number(text) <= LAST_PORT;
}

function isIp(text: string): boolean {
  const parts = text.split(".");
  if (parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)) return true;
  return /^[0-9a-fA-F:]*:[0-9a-fA-F:.]*$/.test(text);
}

const STALE: readonly CommandFlag[] = ["stale"];
const ALWAYS: readonly CommandFlag[] = ["loading", "stale"];
const ADMIN: readonly CommandFlag[] = ["admin", "stale"];
const ADMIN_ALWAYS: readonly CommandFlag[] = ["admin", "loading", "stale"];
const FAST: readonly CommandFlag[] = ["loading", "stale", "fast"];
const CONNECTION: readonly AccessCategory[] = ["connection"];

const row = keylessRows("cluster");

export const clusterCommands: readonly Command[] = [
  {
    ...row("cluster", -2, [], help),
    subcommands: [
      row("count-failure-reports", 3, ADMIN, countFailureReports),
      row("countkeysinslot", 3, STALE, countKeysInSlot),
      row("forget", 3, ADMIN_ALWAYS, forget),
      row("getkeysinslot", 4, STALE, getKeysInSlot),
      row("help", 2, ALWAYS, help),
      row("info", 2, ALWAYS, info),
      row("keyslot", 3, STALE, keySlotOf),
      row("links", 2, ALWAYS, links),
      row("meet", -4, ADMIN_ALWAYS, meet),
      row("myid", 2, ALWAYS, myId),
      row("myshardid", 2, ALWAYS, myShardId),
      row("nodes", 2, ALWAYS, nodes),
      row("replicas", 3, ADMIN, replicas),
      row("shards", 2, ALWAYS, shards),
      row("slaves", 3, ADMIN, replicas),
      row("slots", 2, STALE, slots),
    ],
  },
  { ...row("asking", 1, ["fast"], ok), categories: CONNECTION },
  { ...row("readonly", 1, FAST, ok), categories: CONNECTION },
  { ...row("readwrite", 1, FAST, ok), categories: CONNECTION },
];
