/**
 * How soon the others know that a replica was killed, and whether a client of one of them ever waits because of it.
 */
import { setTimeout as pause } from "node:timers/promises";
import { judge } from "../aims.ts";
import type { Workbench } from "../bench.ts";
import { converged } from "../convergence.ts";
import { fixed } from "../figures.ts";
import type { Server } from "../fleet.ts";
import { loadKeys, setWords } from "../pipelined-writer.ts";
import { askServer } from "../server-info.ts";
import { StallProbe } from "../stall-probe.ts";
import { left, right } from "../table.ts";

const KEYS = 10_000;
const VALUE_BYTES = 32;
const ROUNDS = 5;
const QUICK_ROUNDS = 1;

const DETECTED_SECONDS_MAX = 5;
/** As long as the machine itself may hold a process up. */
const WAIT_MS_MAX = 20;
const POLL_MS = 10;
const GIVE_UP_MS = 30_000;
/** A suspected one is marked as "fail?". */
const FAILED = /\bfail(?!\?)/;

export async function detection({ fleet, report, quick }: Workbench): Promise<void> {
  const [us, eu, ap] = (await fleet.atolls(["us", "eu", "ap"])) as [Server, Server, Server]; // three regions
  await loadKeys(us.port, 0, KEYS, setWords(VALUE_BYTES));
  let victim = ap;
  const rows: string[][] = [];
  for (let round = 1; round <= (quick ? QUICK_ROUNDS : ROUNDS); round++) {
    await converged([us, eu, victim]);
    await until(us, (nodes) => !nodes.includes("fail"));
    report.progress(`detection: round ${round}`);
    const probe = await StallProbe.start(us.port, KEYS);
    try {
      const startMs = performance.now();
      await fleet.kill(victim);
      await until(us, (nodes) => FAILED.test(nodes));
      const seconds = (performance.now() - startMs) / 1000;
      const { longestMs, ownDelayMs } = await probe.stop();
      const aim = judge([
        { what: "seconds", value: seconds, atMost: DETECTED_SECONDS_MAX },
        { what: "wait", value: longestMs, atMost: WAIT_MS_MAX },
      ]);
      rows.push([`${round}`, fixed(seconds, 2), fixed(longestMs, 1), fixed(ownDelayMs, 1), aim]);
    } catch (error) {
      probe.end();
      throw error;
    }
    victim = await victim.startAgain();
  }
  await Promise.all([us, eu, victim].map(async (server) => await fleet.stop(server)));
  report.heading("Healing: a replica that was killed");
  report.lines(
    "one of three is ended by kill -9; until CLUSTER NODES at another says that it failed",
    "a client of that other one asks PING or GET every 2 ms meanwhile",
    `aims: ${DETECTED_SECONDS_MAX} s, and no answer takes longer than ${WAIT_MS_MAX} ms`,
  );
  report.table(COLUMNS, rows);
}

const COLUMNS = [
  right("round"),
  right("detected after s"),
  right("longest wait ms"),
  right("probe's own delay ms"),
  left("aim"),
];

async function until(server: Server, holds: (nodes: string) => boolean): Promise<void> {
  const endMs = performance.now() + GIVE_UP_MS;
  while (!holds(await askServer(server, "CLUSTER", "NODES"))) {
    if (performance.now() > endMs) throw new Error(`${server.name} did not change its mind about a peer`);
    await pause(POLL_MS);
  }
}
