/**
 * What the dispatcher counts: plain numbers and typed arrays indexed by command,
 * so that counting allocates nothing and metrics read without asking anyone.
 *
 * Latencies go into a histogram of 64 buckets a command. A bucket is half an
 * octave of microseconds: bucket 2k holds [2^k, 1.5 * 2^k), bucket 2k+1 holds
 * [1.5 * 2^k, 2^(k+1)); below two microseconds everything is bucket 0 or 1.
 * Percentiles are therefore right to within half an octave.
 */
import { ERROR_CODES_MAX } from "../limits/clients.ts";

export const LATENCY_BUCKETS = 64;

export class Statistics {
  readonly calls: Float64Array;
  readonly microseconds: Float64Array;
  /** Refused before the handler ran: arity, NOAUTH, LOADING. */
  readonly rejected: Float64Array;
  /** Ran and answered with an error. */
  readonly failed: Float64Array;
  readonly histograms: Uint32Array;
  /** Error replies by code: "ERR", "WRONGTYPE"... */
  readonly errors = new Map<string, number>();

  commandsProcessed = 0;
  errorReplies = 0;
  /** Look-ups by reading commands; kept by whoever reads a key for a client. */
  keyspaceHits = 0;
  keyspaceMisses = 0;

  private sampledCommands = 0;
  private sampledAtMs = 0;
  /** Commands a second over the last second or so. */
  commandsPerSecond = 0;

  constructor(commandCount: number) {
    this.calls = new Float64Array(commandCount);
    this.microseconds = new Float64Array(commandCount);
    this.rejected = new Float64Array(commandCount);
    this.failed = new Float64Array(commandCount);
    this.histograms = new Uint32Array(commandCount * LATENCY_BUCKETS);
  }

  /** One run of a command. */
  record(index: number, elapsed: number): void {
    this.commandsProcessed++;
    this.calls[index] = (this.calls[index] as number) + 1;
    this.microseconds[index] = (this.microseconds[index] as number) + elapsed;
  }

  recordLatency(index: number, elapsed: number): void {
    const at = index * LATENCY_BUCKETS + bucketOf(elapsed);
    this.histograms[at] = (this.histograms[at] as number) + 1;
  }

  recordError(code: string): void {
    this.errorReplies++;
    const known = this.errors.get(code);
    if (known !== undefined) this.errors.set(code, known + 1);
    else if (this.errors.size < ERROR_CODES_MAX) this.errors.set(code, 1);
  }

  /** Called now and then, at least once a second, by whoever keeps the time. */
  sample(wallMs: number): void {
    const elapsed = wallMs - this.sampledAtMs;
    if (elapsed < 1000) return;
    this.commandsPerSecond = Math.round(((this.commandsProcessed - this.sampledCommands) * 1000) / elapsed);
    this.sampledCommands = this.commandsProcessed;
    this.sampledAtMs = wallMs;
  }

  /** CONFIG RESETSTAT. */
  reset(): void {
    for (const counts of [this.calls, this.microseconds, this.rejected, this.failed, this.histograms]) counts.fill(0);
    this.errors.clear();
    this.commandsProcessed = 0;
    this.sampledCommands = 0;
    this.errorReplies = 0;
    this.keyspaceHits = 0;
    this.keyspaceMisses = 0;
  }

  resetLatency(index: number): void {
    this.histograms.fill(0, index * LATENCY_BUCKETS, (index + 1) * LATENCY_BUCKETS);
  }

  /** The microseconds below which `share` (0..1) of a command's calls stayed; 0 when there were none. */
  percentile(index: number, share: number): number {
    const from = index * LATENCY_BUCKETS;
    let total = 0;
    for (let b = 0; b < LATENCY_BUCKETS; b++) total += this.histograms[from + b] as number;
    if (total === 0) return 0;
    const wanted = Math.max(1, Math.ceil(total * share));
    let seen = 0;
    for (let b = 0; b < LATENCY_BUCKETS; b++) {
      seen += this.histograms[from + b] as number;
      if (seen >= wanted) return bucketTop(b);
    }
    return bucketTop(LATENCY_BUCKETS - 1);
  }
}

export function bucketOf(microseconds: number): number {
  if (microseconds < 2) return microseconds < 1 ? 0 : 1;
  const whole = microseconds > 0x7fffffff ? 0x7fffffff : microseconds | 0;
  const octave = 31 - Math.clz32(whole);
  return 2 * octave + ((whole >>> (octave - 1)) & 1);
}

/** The greatest whole number of microseconds that falls into a bucket. */
export function bucketTop(bucket: number): number {
  if (bucket < 2) return bucket;
  const octave = bucket >> 1;
  return (bucket & 1) === 0 ? 1.5 * 2 ** octave - 1 : 2 ** (octave + 1) - 1;
}
