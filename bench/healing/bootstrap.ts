/**
 * Bootstrap: how long an empty replica takes to fill itself with a million keys from another, and what clients of that
 * other one notice meanwhile.
 */
import { judge } from "../aims.ts";
import type { Workbench } from "../bench.ts";
import { converged } from "../convergence.ts";
import { fixed, whole } from "../figures.ts";
import type { Server } from "../fleet.ts";
import { KEY_BYTES, loadKeys, setWords } from "../pipelined-writer.ts";
import { StallProbe } from "../stall-probe.ts";
import { left, right } from "../table.ts";

const KEYS = 1_000_000;
const QUICK_KEYS = 100_000;
const VALUE_BYTES = 32;

const SECONDS_MAX = 10;
const P99_MS_MAX = 5;

export async function bootstrap({ fleet, report, quick }: Workbench): Promise<void> {
  const keys = quick ? QUICK_KEYS : KEYS;
  const servers = await fleet.atolls(["us", "eu"]);
  const [us, eu] = servers as [Server, Server]; // two regions
  report.progress(`bootstrap: ${whole(keys)} keys`);
  await loadKeys(us.port, 0, keys, setWords(VALUE_BYTES));
  await converged(servers);
  await fleet.kill(eu);
  const probe = await StallProbe.start(us.port, keys);
  report.progress("bootstrap: an empty replica comes up");
  const startMs = performance.now();
  let again: Server;
  let seconds: number;
  try {
    again = await eu.startAgain();
    await converged([us, again]);
    seconds = (performance.now() - startMs) / 1000;
  } catch (error) {
    probe.end();
    throw error;
  }
  const stalls = await probe.stop();
  await Promise.all([us, again].map(async (server) => await fleet.stop(server)));
  const aim = judge([
    { what: "seconds", value: seconds, atMost: SECONDS_MAX },
    { what: "p99", value: stalls.p99Ms, atMost: P99_MS_MAX },
  ]);
  report.heading("Healing: bootstrap of an empty replica");
  report.lines(
    `${whole(keys)} keys of ${KEY_BYTES} bytes with values of ${VALUE_BYTES} bytes; from the start of the process until` +
      " it serves and the digests are equal",
    "a client of the serving replica asks PING or GET every 2 ms meanwhile",
    `aims: ${SECONDS_MAX} s, p99 at most ${P99_MS_MAX} ms`,
  );
  const times = [stalls.p99Ms, stalls.longestMs, stalls.ownDelayMs].map((value) => fixed(value, 1));
  report.table(COLUMNS, [[whole(keys), fixed(seconds, 1), whole(keys / seconds), ...times, aim]]);
}

const COLUMNS = [
  right("keys"),
  right("seconds"),
  right("keys/s"),
  right("p99 ms"),
  right("longest ms"),
  right("probe's own delay ms"),
  left("aim"),
];
