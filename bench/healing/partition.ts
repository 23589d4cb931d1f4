/**
 * What a repair costs: bytes and time until two replicas are equal again after one has changed some of a million keys
 * while they were apart.
 *
 * The changed keys are overwritten until the log of recent changes has been lapped, so that the difference has to be
 * found by comparing. Links are new after healing, so the bytes that they count are those of the healing: compared,
 * fetched, and everything else that two replicas tell each other meanwhile.
 */
import { judge } from "../aims.ts";
import type { Workbench } from "../bench.ts";
import { converged } from "../convergence.ts";
import { fixed, whole } from "../figures.ts";
import type { Server } from "../fleet.ts";
import { KEY_BYTES, loadKeys, PipelinedWriter, WriteBatch, setWords } from "../pipelined-writer.ts";
import { askServer, infoNumber, peerBytesIn } from "../server-info.ts";
import { left, right } from "../table.ts";

const KEYS = 1_000_000;
const QUICK_KEYS = 100_000;
const VALUE_BYTES = 32;

const CASES = [
  { changed: 1_000, msMax: 1_000 },
  { changed: 100_000, msMax: 10_000 },
];
const QUICK_SHARE = 0.1;

/** Lapped by a quarter of a million changes. */
const LOG_BYTES = 16 * 1024 * 1024;
/** What an overwritten key takes in the log, at least. */
const CHANGE_BYTES_MIN = 48;

/** Allowed: three times what the changed keys and values have, and a constant for comparing. */
const BYTES_FACTOR = 3;
const BYTES_CONSTANT = 200_000;
const POLL_MS = 5;
const PIPELINE = 128;

export async function partition({ fleet, report, quick }: Workbench): Promise<void> {
  const keys = quick ? QUICK_KEYS : KEYS;
  const servers = await fleet.atolls(["us", "eu"], { "repl-backlog-size": LOG_BYTES });
  const [us, eu] = servers as [Server, Server]; // two regions
  report.progress(`partition: ${whole(keys)} keys`);
  await loadKeys(us.port, 0, keys, setWords(VALUE_BYTES));
  await converged(servers);
  const rows: string[][] = [];
  for (const { changed: full, msMax } of CASES) {
    const changed = quick ? full * QUICK_SHARE : full;
    report.progress(`partition: ${whole(changed)} changed keys`);
    const repairsBefore = await infoNumber(eu, "repairs_committed");
    await askServer(us, "ATOLL", "CUT", "eu");
    await overwrite(us, keys, changed, full);
    const startMs = performance.now();
    await askServer(us, "ATOLL", "HEAL");
    await converged(servers, POLL_MS);
    const tookMs = performance.now() - startMs;
    const bytes = (await peerBytesIn(us)) + (await peerBytesIn(eu));
    const repairs = (await infoNumber(eu, "repairs_committed")) - repairsBefore;
    const bytesMax = BYTES_FACTOR * changed * (KEY_BYTES + VALUE_BYTES) + BYTES_CONSTANT;
    const aim = judge([
      { what: "bytes", value: bytes, atMost: bytesMax },
      { what: "ms", value: tookMs, atMost: msMax },
    ]);
    rows.push([whole(changed), `${repairs}`, whole(bytes), whole(bytesMax), fixed(tookMs, 0), `${msMax}`, aim]);
  }
  await Promise.all(servers.map(async (server) => await fleet.stop(server)));
  report.heading("Healing: after a partition");
  report.lines(
    `two replicas with ${whole(keys)} keys of ${KEY_BYTES} bytes and values of ${VALUE_BYTES} bytes; one overwrites some` +
      " while they are apart, until the log of recent changes is lapped",
    "bytes are those of both directions, from healing until the digests are equal",
    `aims: at most ${BYTES_FACTOR} times the changed keys and values and ${whole(BYTES_CONSTANT)} bytes`,
  );
  report.table(COLUMNS, rows);
}

const COLUMNS = [
  right("changed keys"),
  right("repairs"),
  right("bytes"),
  right("allowed"),
  right("ms until equal"),
  right("allowed"),
  left("aim"),
];

/** Keys all over the keyspace get other values, again and again until the log cannot hold what was changed. */
async function overwrite({ port }: Server, keys: number, changed: number, value: number): Promise<void> {
  const writer = await PipelinedWriter.open(port);
  const batch = new WriteBatch(PIPELINE, setWords(VALUE_BYTES, String(value % 10)));
  const stride = Math.floor(keys / changed);
  const passes = Math.ceil((2 * LOG_BYTES) / (changed * CHANGE_BYTES_MIN));
  try {
    for (let pass = 0; pass < passes; pass++) {
      for (let first = 0; first < changed; first += PIPELINE) {
        const commands = Math.min(PIPELINE, changed - first);
        await writer.until(0);
        for (let i = 0; i < commands; i++) batch.setKey(i, (first + i) * stride);
        writer.send(batch.bytes(commands), commands);
      }
    }
    await writer.until(0);
  } finally {
    writer.close();
  }
}
