/**
 * WAIT, WAITAOF, ATOLL WAITREGIONS: how far the writes of this connection have come.
 *
 * All three count who has everything up to the client's last write; while that is
 * too few, the client waits. The peers are asked to acknowledge without delay.
 * A client that has written nothing waits for nothing.
 */
import type { ByteRange } from "../byte-range.ts";
import type { ReplyWriter } from "../resp/reply.ts";
import type { Call, Command } from "./command.ts";
import { NO_KEYS } from "./command.ts";
import {
  NOT_AN_INTEGER,
  NOT_POSITIVE,
  OUT_OF_RANGE,
  TIMEOUT_NEGATIVE,
  TIMEOUT_NOT_AN_INTEGER,
  TIMEOUT_OUT_OF_RANGE,
} from "./error-texts.ts";
import { parseInteger, readInteger } from "./number.ts";

const INT64_MAX = 2 ** 63;
const NO_LOCAL_LOG = "ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.";

/** What a command of this family asks for: when it is satisfied, and what it replies, satisfied or not. */
interface Wish {
  readonly timeoutMs: number;
  readonly durably: boolean;
  isReached(): boolean;
  answer(reply: ReplyWriter): void;
}

function wait(call: Call): void {
  const { args, reply, client, host } = call;
  const wanted = readInteger(reply, args.at(1));
  if (Number.isNaN(wanted)) return;
  const timeoutMs = readTimeoutMs(call, args.at(2));
  if (Number.isNaN(timeoutMs)) return;
  const { reach } = host.replica;
  const time = client.lastWrite;
  waitFor(call, {
    timeoutMs,
    durably: false,
    isReached: () => reach.peers(time) >= wanted,
    answer: (writer) => writer.integer(reach.peers(time)),
  });
}

function waitaof(call: Call): void {
  const { args, reply, client, host } = call;
  const { reach } = host.replica;
  const wantedHere = readInteger(reply, args.at(1));
  if (Number.isNaN(wantedHere)) return;
  if (wantedHere < 0 || wantedHere > 1) return reply.error(`${OUT_OF_RANGE}, value must between 0 and 1`);
  const wanted = parseInteger(args.at(2));
  if (Number.isNaN(wanted)) return reply.error(NOT_AN_INTEGER);
  if (wanted < 0) return reply.error(NOT_POSITIVE);
  const timeoutMs = readTimeoutMs(call, args.at(3));
  if (Number.isNaN(timeoutMs)) return;
  const time = client.lastWrite;
  if (wantedHere > 0 && reach.durableHere(time) === undefined) return reply.error(NO_LOCAL_LOG);
  const here = (): number => (reach.durableHere(time) === true ? 1 : 0);
  waitFor(call, {
    timeoutMs,
    durably: true,
    isReached: () => here() >= wantedHere && reach.durablePeers(time) >= wanted,
    answer: (writer) => {
      writer.array(2);
      writer.integer(here());
      writer.integer(reach.durablePeers(time));
    },
  });
}

/** Replies with how many nodes of each region have it: 0 says that the region was not reached. */
export function waitregions(call: Call): void {
  const { args, reply, client, host } = call;
  const { reach } = host.replica;
  const regions = [...new Set(args.at(2).utf8().split(","))];
  const unknown = regions.find((region) => reach.nodesOf(region, 0) === undefined);
  if (unknown !== undefined) return reply.error(`ERR no node of region '${unknown}' is known`);
  const timeoutMs = readTimeoutMs(call, args.at(3));
  if (Number.isNaN(timeoutMs)) return;
  const time = client.lastWrite;
  const nodesOf = (region: string): number => reach.nodesOf(region, time) ?? 0;
  waitFor(call, {
    timeoutMs,
    durably: false,
    isReached: () => regions.every((region) => nodesOf(region) > 0),
    answer: (writer) => {
      writer.map(regions.length);
      for (const region of regions) {
        writer.bulkText(region);
        writer.integer(nodesOf(region));
      }
    },
  });
}

function waitFor({ client, reply, host }: Call, wish: Wish): void {
  const { timeoutMs, durably } = wish;
  host.blocked.suspend(client, reply, {
    deadlineMicroseconds: timeoutMs === 0 ? Infinity : host.microseconds() + timeoutMs * 1000,
    unblockable: true,
    isReached: () => wish.isReached(),
    answer: (writer) => wish.answer(writer),
  });
  if (client.suspension !== undefined) host.replica.reach.hurry(client.lastWrite, durably);
}

/** A timeout in milliseconds, 0 for none; NaN after the error reply. */
function readTimeoutMs({ reply, host }: Call, range: ByteRange): number {
  const value = parseInteger(range);
  if (value >= 0 && value <= INT64_MAX - host.wallMs()) return value;
  if (Number.isNaN(value)) reply.error(TIMEOUT_NOT_AN_INTEGER);
  else reply.error(value < 0 ? TIMEOUT_NEGATIVE : TIMEOUT_OUT_OF_RANGE);
  return Number.NaN;
}

const group = "generic";
const keys = NO_KEYS;

export const waitCommands: readonly Command[] = [
  { name: "wait", arity: 3, flags: ["noscript"], keys, group, categories: ["connection"], handler: wait },
  { name: "waitaof", arity: 4, flags: ["noscript"], keys, group, categories: ["connection"], handler: waitaof },
];
