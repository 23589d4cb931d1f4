/**
 * How long clients wait at worst while a snapshot is written, beside redis-server, which forks for it.
 */
import { judge } from "../aims.ts";
import type { Workbench } from "../bench.ts";
import { fixed, whole } from "../figures.ts";
import type { Server } from "../fleet.ts";
import { KEY_BYTES, loadKeys, setWords } from "../pipelined-writer.ts";
import { askServer, infoNumber, untilIdle } from "../server-info.ts";
import { StallProbe } from "../stall-probe.ts";
import { left, right } from "../table.ts";
import { withFolders } from "./folders.ts";

const KEYS = 5_000_000;
const QUICK_KEYS = 200_000;
const VALUE_BYTES = 32;

const STALL_MS_MAX = 20;

export async function snapshot({ fleet, report, quick }: Workbench): Promise<void> {
  const keys = quick ? QUICK_KEYS : KEYS;
  const rows = await withFolders(2, async ([ofAtoll = "", ofRedis = ""]) => {
    const measured: string[][] = [];
    for (const [name, start] of [
      ["Atoll", async () => await fleet.atoll({ "data-dir": ofAtoll, appendonly: "no" })],
      ["Redis", async () => await fleet.redis({ dir: ofRedis })],
    ] as const) {
      const server = await start();
      report.progress(`snapshot: ${name}, ${whole(keys)} keys`);
      await loadKeys(server.port, 0, keys, setWords(VALUE_BYTES));
      report.progress(`snapshot: ${name}, BGSAVE`);
      measured.push([name, whole(keys), ...(await measure(server, keys, name === "Atoll"))]);
      await fleet.stop(server);
    }
    return measured;
  });
  report.heading("Healing: stalls while a snapshot is written");
  report.lines(
    `keys of ${KEY_BYTES} bytes with values of ${VALUE_BYTES} bytes; a client asks PING or GET every 2 ms while BGSAVE runs`,
    "the probe's own delay is how late its timer came at worst, which is the machine's doing",
    `aim: no answer takes longer than ${STALL_MS_MAX} ms`,
  );
  report.table(COLUMNS, rows);
}

const COLUMNS = [
  left("server"),
  right("keys"),
  right("BGSAVE s"),
  right("p99 ms"),
  right("p99.9 ms"),
  right("longest stall ms"),
  right("probe's own delay ms"),
  left("aim"),
];

async function measure(server: Server, keys: number, judged: boolean): Promise<string[]> {
  const probe = await StallProbe.start(server.port, keys);
  const startMs = performance.now();
  try {
    const savesBefore = await infoNumber(server, "rdb_last_save_time");
    await askServer(server, "BGSAVE");
    await untilIdle(server, "rdb_bgsave_in_progress");
    if ((await infoNumber(server, "rdb_last_save_time")) < savesBefore) throw new Error("nothing was saved");
  } catch (error) {
    probe.end();
    throw error;
  }
  const seconds = (performance.now() - startMs) / 1000;
  const { p99Ms, p999Ms, longestMs, ownDelayMs } = await probe.stop();
  const aim = judged ? judge([{ what: "stall ms", value: longestMs, atMost: STALL_MS_MAX }]) : "";
  return [fixed(seconds, 1), ...[p99Ms, p999Ms, longestMs, ownDelayMs].map((value) => fixed(value, 1)), aim];
}
