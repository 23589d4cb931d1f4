/** What a client says about itself (name, library), checked, and the line that CLIENT LIST prints of it. */
import type { ByteRange } from "../byte-range.ts";
import type { ReplyWriter } from "../resp/reply.ts";
import type { Client } from "./client.ts";

/** False after the error reply. An empty name takes the name away. */
export function setClientName(client: Client, name: ByteRange, reply: ReplyWriter): boolean {
  if (!isPlain(name)) {
    reply.error("ERR Client names cannot contain spaces, newlines or special characters.");
    return false;
  }
  client.name = name.latin1();
  return true;
}

/** `option` is "lib-name" or "lib-ver", in the case the client wrote it. */
export function setClientInfo(client: Client, option: string, value: ByteRange, reply: ReplyWriter): void {
  const attribute = option.toLowerCase();
  if (attribute !== "lib-name" && attribute !== "lib-ver") {
    reply.error(`ERR Unrecognized option '${option}'`);
    return;
  }
  if (!isPlain(value)) {
    reply.error(`ERR ${option} cannot contain spaces, newlines or special characters.`);
    return;
  }
  if (attribute === "lib-name") client.libraryName = value.latin1();
  else client.libraryVersion = value.latin1();
  reply.ok();
}

/** Printable ASCII without space: what cannot break the lines of CLIENT LIST. */
function isPlain(range: ByteRange): boolean {
  for (let i = range.start; i < range.end; i++) {
    const byte = range.bytes[i] as number; // i < end
    if (byte < 0x21 || byte > 0x7e) return false;
  }
  return true;
}

export function clientLine(client: Client, wallMs: number): string {
  const fields = {
    id: client.id,
    addr: client.address,
    laddr: client.localAddress,
    fd: client.descriptor,
    name: client.name,
    age: seconds(wallMs - client.createdAtMs),
    idle: seconds(wallMs - client.lastActiveMs),
    flags: clientFlags(client),
    db: client.db,
    sub: 0,
    psub: 0,
    ssub: 0,
    multi: -1,
    qbuf: client.queryBytes,
    "qbuf-free": Math.max(0, client.queryBufferBytes - client.queryBytes),
    "argv-mem": 0,
    "multi-mem": 0,
    rbs: 0,
    rbp: 0,
    obl: 0,
    oll: client.outputBytes > 0 ? 1 : 0,
    omem: client.outputBytes,
    "tot-mem": client.queryBufferBytes + client.outputBytes,
    events: client.outputBytes > 0 ? "rw" : "r",
    cmd: client.lastCommand === "" ? "NULL" : client.lastCommand,
    user: client.user,
    redir: -1,
    resp: client.protocol,
    "lib-name": client.libraryName,
    "lib-ver": client.libraryVersion,
  };
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");
}

function clientFlags(client: Client): string {
  const flags = `${client.suspension === undefined ? "" : "b"}${client.state === "closing" ? "c" : ""}${client.noEvict ? "e" : ""}${client.noTouch ? "T" : ""}`;
  return flags === "" ? "N" : flags;
}

function seconds(ms: number): number {
  return Math.max(0, Math.floor(ms / 1000));
}
