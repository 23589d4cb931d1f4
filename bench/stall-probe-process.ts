/**
 * The process of the stall probe: says when it has begun, asks until it is told to stop or nobody listens any more,
 * then says what it saw.
 *
 * Arguments: the server's port, and the number of keys that EXISTS picks from.
 */
import { setTimeout as pause } from "node:timers/promises";
import { Connection, encodeRequest } from "./connection.ts";
import { keyName } from "./pipelined-writer.ts";
import type { Stalls } from "./stall-probe.ts";
import { quantile } from "./statistics.ts";

const ASK_EVERY_MS = 2;
/** A large odd number scatters the keys that are asked for. */
const SCATTER = 2_654_435_761;

const [port = 0, keys = 0] = process.argv.slice(2).map(Number);

const stopped = new AbortController();
const stop = (): void => stopped.abort();
process.once("message", stop).once("disconnect", stop);

const stalls = await probe();
if (process.connected) process.send?.(stalls, () => process.disconnect());

async function probe(): Promise<Stalls> {
  const waitedMs: number[] = [];
  let ownDelayMs = 0;
  const connection = await Connection.open(port);
  const ping = encodeRequest("PING");
  await connection.ask(ping);
  process.send?.("asking");
  for (let turn = 0; !stopped.signal.aborted; turn++) {
    const request = turn % 2 === 0 ? ping : encodeRequest("EXISTS", keyName((turn * SCATTER) % keys));
    const askedMs = performance.now();
    await connection.ask(request);
    const answeredMs = performance.now();
    waitedMs.push(answeredMs - askedMs);
    await pause(ASK_EVERY_MS);
    ownDelayMs = Math.max(ownDelayMs, performance.now() - answeredMs - ASK_EVERY_MS);
  }
  connection.close();
  const [p99Ms, p999Ms, longestMs] = [0.99, 0.999, 1].map((share) => quantile(waitedMs, share)) as [
    number,
    number,
    number,
  ]; // three
  return { longestMs, p99Ms, p999Ms, ownDelayMs };
}
