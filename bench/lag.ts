/**
 * Lag: how long a write at one of three replicas takes to be visible at another, at 10,000 writes per second.
 *
 * Writes leave in small batches, one each millisecond. Every 10 ms the batch ends with a marker, a key that counts up.
 * While a marker is outstanding another connection asks the other replica for it, one GET after the other, so that the
 * resolution is one round trip. Time runs from handing the marker to the socket to holding the reply that shows it;
 * it contains the way of the write to the origin and that of the answer back; how soon the origin itself replied is
 * shown beside it. Markers keep their schedule when
 * replication is slow, so that slow times count fully.
 */
import { setTimeout as pause } from "node:timers/promises";
import { judge } from "./aims.ts";
import type { Workbench } from "./bench.ts";
import { Connection, encodeRequest } from "./connection.ts";
import { fixed, whole } from "./figures.ts";
import type { Server } from "./fleet.ts";
import { PipelinedWriter, WriteBatch, setWords } from "./pipelined-writer.ts";
import { quantile } from "./statistics.ts";
import { left, right } from "./table.ts";

const WRITES_PER_MS = 10;
const VALUE_BYTES = 64;
const KEYS = 100_000;
const MARKER_EVERY_MS = 10;
const MARKER = "marker";
/** After a pause of the machine, what is owed is written in batches of this size. */
const BATCH_WRITES_MAX = 100;

const WARM_UP_MS = 5_000;
const MEASURED_MS = 20_000;
const QUICK_SHARE = 0.2;
const VISIBLE_MS_MAX = 10_000;

const P50_MS_MAX = 1;
const P99_MS_MAX = 3;

interface Lags {
  /** Until a marker was seen at the other replica. */
  readonly visibleMs: readonly number[];
  /** Until the origin's reply to a marker came. */
  readonly acknowledgedMs: readonly number[];
  readonly roundTripsMs: readonly number[];
  /** Between batches; what is far above 1 ms is the machine's doing. */
  readonly gapsMs: readonly number[];
  readonly writesPerSecond: number;
}

export async function lag({ fleet, report, quick }: Workbench): Promise<void> {
  const share = quick ? QUICK_SHARE : 1;
  const [origin, other, third] = (await fleet.atolls(["us", "eu", "ap"])) as [Server, Server, Server];
  report.progress("lag: warming up");
  await measure(origin, other, WARM_UP_MS * share);
  report.progress("lag: measuring");
  const lags = await measure(origin, other, MEASURED_MS * share);
  await Promise.all([origin, other, third].map(async (server) => await fleet.stop(server)));

  const visible = [0.5, 0.99, 1].map((part) => quantile(lags.visibleMs, part));
  const [p50 = 0, p99 = 0] = visible;
  const aim = judge([
    { what: "p50", value: p50, atMost: P50_MS_MAX },
    { what: "p99", value: p99, atMost: P99_MS_MAX },
  ]);
  report.heading("Lag");
  report.lines(
    `${whole(lags.writesPerSecond)} SET per second with values of ${VALUE_BYTES} bytes at one of three replicas,` +
      ` ${whole(lags.visibleMs.length)} markers looked for at another`,
    "until visible: from writing a marker to holding the reply that shows it",
    `aims: p50 below ${P50_MS_MAX} ms, p99 below ${P99_MS_MAX} ms`,
  );
  report.table(
    [left("milliseconds"), right("p50"), right("p99"), right("longest"), left("aim")],
    [
      ["until visible", ...visible.map((value) => fixed(value, 2)), aim],
      quantileRow("until acknowledged by the origin", lags.acknowledgedMs),
      quantileRow("one GET (the resolution)", lags.roundTripsMs),
      quantileRow("between batches (1 is wanted)", lags.gapsMs),
    ],
  );
}

function quantileRow(name: string, values: readonly number[]): string[] {
  return [name, ...[0.5, 0.99, 1].map((part) => fixed(quantile(values, part), 2)), ""];
}

async function measure(origin: Server, other: Server, durationMs: number): Promise<Lags> {
  const writer = await PipelinedWriter.open(origin.port);
  const reader = await Connection.open(other.port);
  const watch = new MarkerWatch(reader);
  writer.onAcknowledged = (commands) => watch.acknowledged(commands);
  try {
    await reader.ask(encodeRequest("GET", MARKER));
    const written = await writePaced(writer, watch, durationMs);
    await writer.until(0);
    await watch.finish();
    const { visibleMs, acknowledgedMs } = watch;
    return { ...written, visibleMs, acknowledgedMs, roundTripsMs: watch.roundTripsMs };
  } finally {
    writer.close();
    reader.close();
  }
}

/** Writes at an even pace until the time is over. */
async function writePaced(
  writer: PipelinedWriter,
  watch: MarkerWatch,
  durationMs: number,
): Promise<Pick<Lags, "gapsMs" | "writesPerSecond">> {
  const batch = new WriteBatch(BATCH_WRITES_MAX, setWords(VALUE_BYTES));
  const gapsMs: number[] = [];
  const startMs = performance.now();
  let lastMs = startMs;
  let written = 0;
  let markers = 0;
  for (;;) {
    await pause(1);
    const nowMs = performance.now();
    gapsMs.push(nowMs - lastMs);
    lastMs = nowMs;
    const elapsedMs = nowMs - startMs;
    if (elapsedMs >= durationMs) return { gapsMs, writesPerSecond: (written / elapsedMs) * 1000 };
    while (written < Math.floor(elapsedMs * WRITES_PER_MS)) {
      const count = Math.min(BATCH_WRITES_MAX, Math.floor(elapsedMs * WRITES_PER_MS) - written);
      for (let i = 0; i < count; i++) batch.setKey(i, Math.floor(Math.random() * KEYS));
      writer.send(Buffer.from(batch.bytes(count)), count);
      written += count;
    }
    if (Math.floor(elapsedMs / MARKER_EVERY_MS) > markers) {
      markers = Math.floor(elapsedMs / MARKER_EVERY_MS);
      watch.written(writer.send(watch.nextMarker(), 1));
    }
  }
}

/** Asks for the marker while one is outstanding, and notes how long each took to be seen. */
class MarkerWatch {
  readonly visibleMs: number[] = [];
  readonly acknowledgedMs: number[] = [];
  readonly roundTripsMs: number[] = [];
  readonly #reader: Connection;
  readonly #request = encodeRequest("GET", MARKER);
  /** When those were written that were not yet seen; the last has the number `#written`. */
  readonly #outstandingMs: number[] = [];
  /** Those without the origin's reply: when, and which of the writer's commands. */
  readonly #unacknowledged: { readonly sentMs: number; readonly command: number }[] = [];
  readonly #runId = Math.floor(Math.random() * 1e9);
  #written = 0;
  #watching: Promise<void> | undefined;
  #failure: Error | undefined;

  constructor(reader: Connection) {
    this.#reader = reader;
  }

  /** The write of the next marker, which counts as written now. */
  nextMarker(): Buffer {
    if (this.#failure !== undefined) throw this.#failure;
    const request = encodeRequest("SET", MARKER, `${this.#runId}:${++this.#written}`);
    this.#outstandingMs.push(performance.now());
    this.#watching ??= this.#watch();
    return request;
  }

  /** The last marker was the writer's command of this number. */
  written(command: number): void {
    this.#unacknowledged.push({ sentMs: this.#outstandingMs.at(-1) ?? performance.now(), command });
  }

  /** The origin has answered so many commands of the writer. */
  acknowledged(commands: number): void {
    for (;;) {
      const [oldest] = this.#unacknowledged;
      if (oldest === undefined || oldest.command > commands) return;
      this.#unacknowledged.shift();
      this.acknowledgedMs.push(performance.now() - oldest.sentMs);
    }
  }

  async finish(): Promise<void> {
    await this.#watching;
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #watch(): Promise<void> {
    try {
      while (this.#outstandingMs.length > 0) {
        const askedMs = performance.now();
        const [runId, number] = (await this.#reader.ask(this.#request)).split(":").map(Number);
        const answeredMs = performance.now();
        this.#seen(runId === this.#runId ? (number ?? 0) : 0, answeredMs);
        this.roundTripsMs.push(answeredMs - askedMs);
        const oldestMs = this.#outstandingMs[0] ?? answeredMs;
        if (answeredMs - oldestMs > VISIBLE_MS_MAX) throw new Error("a write did not reach the other replica");
      }
    } catch (error) {
      this.#failure = error as Error;
    } finally {
      this.#watching = undefined;
    }
  }

  #seen(number: number, nowMs: number): void {
    const unseen = this.#written - number;
    while (this.#outstandingMs.length > unseen) this.visibleMs.push(nowMs - (this.#outstandingMs.shift() ?? nowMs));
  }
}
