/**
 * Restart: how long a killed replica takes to serve its million keys again, from its log and from a snapshot.
 *
 * What the same process takes with an empty folder is shown as well: keys per second are counted beyond that.
 */
import { judge } from "../aims.ts";
import type { Workbench } from "../bench.ts";
import { fixed, whole } from "../figures.ts";
import type { Fleet, Server } from "../fleet.ts";
import { KEY_BYTES, loadKeys, setWords } from "../pipelined-writer.ts";
import { askServer, infoNumber, untilIdle } from "../server-info.ts";
import { left, right } from "../table.ts";
import { withFolders } from "./folders.ts";

const KEYS = 1_000_000;
const QUICK_KEYS = 100_000;
const VALUE_BYTES = 32;

const SECONDS_MAX = 5;
const KEYS_PER_SECOND_MIN = 500_000;

/** A log that is not replaced by a snapshot before it is asked for. */
const NO_REWRITES = { "auto-aof-rewrite-percentage": 0 };

export async function restart({ fleet, report, quick }: Workbench): Promise<void> {
  const keys = quick ? QUICK_KEYS : KEYS;
  const rows = await withFolders(1, async ([folder = ""]) => {
    let server = await fleet.atoll({ "data-dir": folder, appendfsync: "everysec", ...NO_REWRITES });
    const [empty, emptySeconds] = await killAndStart(fleet, server);
    report.progress(`restart: ${whole(keys)} keys`);
    await loadKeys(empty.port, 0, keys, setWords(VALUE_BYTES));
    report.progress("restart: from the log");
    const [fromLog, logSeconds] = await killAndStart(fleet, empty);
    await expectKeys(fromLog, keys);
    await askServer(fromLog, "BGREWRITEAOF");
    await untilIdle(fromLog, "aof_rewrite_in_progress");
    report.progress("restart: from a snapshot");
    const [fromSnapshot, snapshotSeconds] = await killAndStart(fleet, fromLog);
    await expectKeys(fromSnapshot, keys);
    server = fromSnapshot;
    await fleet.stop(server);
    return [
      ["nothing", "0", fixed(emptySeconds, 2), "", ""],
      row("its log", keys, logSeconds, emptySeconds),
      row("a snapshot", keys, snapshotSeconds, emptySeconds),
    ];
  });
  report.heading("Healing: restart");
  report.lines(
    `keys of ${KEY_BYTES} bytes with values of ${VALUE_BYTES} bytes; from the start of the process until it serves, after` +
      " kill -9",
    `aims: ${SECONDS_MAX} s, ${whole(KEYS_PER_SECOND_MIN)} keys per second beyond the start of an empty one`,
  );
  report.table(COLUMNS, rows);
}

const COLUMNS = [left("starts from"), right("keys"), right("seconds"), right("keys/s"), left("aim")];

async function killAndStart(fleet: Fleet, server: Server): Promise<[Server, number]> {
  await fleet.kill(server);
  const startMs = performance.now();
  const again = await server.startAgain();
  return [again, (performance.now() - startMs) / 1000];
}

async function expectKeys(server: Server, keys: number): Promise<void> {
  const size = Number(await askServer(server, "DBSIZE"));
  // What was written in the last moment before the kill may be missing with everysec.
  if (size < keys * 0.99) throw new Error(`${whole(size)} of ${whole(keys)} keys came back`);
  if ((await infoNumber(server, "loading")) !== 0) throw new Error("it serves and is still loading");
}

function row(name: string, keys: number, seconds: number, emptySeconds: number): string[] {
  const rate = keys / Math.max(seconds - emptySeconds, 0.001);
  const aim = judge([
    { what: "seconds", value: seconds, atMost: SECONDS_MAX },
    { what: "keys/s", value: rate, atLeast: KEYS_PER_SECOND_MIN },
  ]);
  return [name, whole(keys), fixed(seconds, 2), whole(rate), aim];
}
