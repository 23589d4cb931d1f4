/** LATENCY: spikes as the latency monitor saw them, and histograms of all commands. */
import { type Call, type Command, type CommandEntry, type CommandFlag, keylessRows } from "./command.ts";
import { replyHelp } from "./help.ts";
import type { LatencyEvent } from "./latency-monitor.ts";
import { sparkline } from "./sparkline.ts";
import { bucketTop, LATENCY_BUCKETS } from "./statistics.ts";

const RULE = "-".repeat(80);

const HELP = [
  "DOCTOR",
  "    Return a human readable latency analysis report.",
  "GRAPH <event>",
  "    Return an ASCII latency graph for the <event> class.",
  "HISTORY <event>",
  "    Return time-latency samples for the <event> class.",
  "LATEST",
  "    Return the latest latency samples for all events.",
  "RESET [<event> ...]",
  "    Reset latency data of one or more <event> classes.",
  "    (default: reset all data for all event classes)",
  "HISTOGRAM [COMMAND ...]",
  "    Return a cumulative distribution of latencies in the format of a histogram for the specified command names.",
  "    If no commands are specified then all histograms are replied.",
];

function latest({ reply, host }: Call): void {
  const events = host.latency.events();
  reply.array(events.length);
  for (const event of events) {
    const last = event.history.at(-1);
    reply.array(4);
    reply.bulkText(event.name);
    reply.integer(last?.wallSeconds ?? 0);
    reply.integer(last?.latencyMs ?? 0);
    reply.integer(event.worstMs);
  }
}

function history({ args, reply, host }: Call): void {
  const spikes = host.latency.find(args.at(2).utf8())?.history ?? [];
  reply.array(spikes.length);
  for (const spike of spikes) {
    reply.array(2);
    reply.integer(spike.wallSeconds);
    reply.integer(spike.latencyMs);
  }
}

function reset({ args, reply, host }: Call): void {
  if (args.count === 2) {
    reply.integer(host.latency.resetAll());
    return;
  }
  let count = 0;
  for (let i = 2; i < args.count; i++) if (host.latency.reset(args.at(i).utf8())) count++;
  reply.integer(count);
}

function graph({ args, reply, host }: Call): void {
  const event = host.latency.find(args.at(2).utf8());
  if (event === undefined) {
    reply.error(`ERR No samples available for event '${args.at(2).utf8()}'`);
    return;
  }
  const latencies = event.history.map(({ latencyMs }) => latencyMs);
  const nowSeconds = Math.floor(host.wallMs() / 1000);
  const columns = event.history.map((spike) => ({
    value: spike.latencyMs,
    label: ageLabel(nowSeconds - spike.wallSeconds),
  }));
  const high = Math.max(...latencies);
  const low = Math.min(...latencies);
  const title = `${event.name} - high ${high} ms, low ${low} ms (all time high ${event.worstMs} ms)`;
  reply.verbatim("txt", `${title}\n${RULE}\n${sparkline(columns)}`);
}

function ageLabel(seconds: number): string {
  if (seconds < 60) return `${Math.max(0, seconds)}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`;
}

function doctor({ reply, host }: Call): void {
  const events = host.latency.events();
  const threshold = host.config.settings.latencyThresholdMs;
  const lines: string[] = [];
  if (threshold === 0) {
    lines.push("Latency monitoring is off. CONFIG SET latency-monitor-threshold <milliseconds> turns it on.");
  }
  if (events.length === 0) lines.push("No latency spike has been observed.");
  events.forEach((event, i) => lines.push(`${i + 1}. ${describe(event)}`));
  if (events.some(({ name }) => name === "command")) {
    lines.push("Spikes of 'command' come from slow commands: SLOWLOG GET names them.");
  }
  reply.verbatim("txt", `${lines.join("\n")}\n`);
}

function describe(event: LatencyEvent): string {
  const total = event.history.reduce((sum, { latencyMs }) => sum + latencyMs, 0);
  const average = Math.round(total / event.history.length);
  return `${event.name}: ${event.history.length} latency spikes (average ${average}ms). Worst all time event ${event.worstMs}ms.`;
}

/** For a container all of its subcommands; commands never called are left out. */
function histogram({ args, reply, host, commands }: Call): void {
  const { calls } = host.statistics;
  let wanted: CommandEntry[] = args.count === 2 ? [...commands.all] : [];
  for (let i = 2; i < args.count; i++) {
    const entry = commands.findByName(args.at(i).latin1());
    if (entry !== undefined) wanted.push(entry, ...(entry.subcommands?.entries ?? []));
  }
  wanted = [...new Set(wanted)].filter((entry) => (calls[entry.index] ?? 0) > 0);
  reply.map(wanted.length);
  for (const entry of wanted) {
    reply.bulkText(entry.fullName);
    reply.map(2);
    reply.bulkText("calls");
    reply.integer(calls[entry.index] ?? 0);
    reply.bulkText("histogram_usec");
    replyCumulative(reply, host.statistics.histograms, entry.index);
  }
}

/** By octave: how many calls took at most so many microseconds. */
function replyCumulative(reply: Call["reply"], histograms: Uint32Array, index: number): void {
  const mark = reply.beginMap();
  let pairs = 0;
  let seen = 0;
  for (let b = 0; b < LATENCY_BUCKETS; b += 2) {
    const at = index * LATENCY_BUCKETS + b;
    const inOctave = (histograms[at] ?? 0) + (histograms[at + 1] ?? 0);
    if (inOctave === 0) continue;
    seen += inOctave;
    reply.integer(bucketTop(b + 1));
    reply.integer(seen);
    pairs++;
  }
  reply.endMap(mark, pairs);
}

function help({ reply }: Call): void {
  replyHelp(reply, "LATENCY", HELP);
}

const ADMIN: readonly CommandFlag[] = ["admin", "noscript", "loading", "stale"];

const row = keylessRows("server");

export const latencyCommands: readonly Command[] = [
  {
    ...row("latency", -2, [], help),
    subcommands: [
      row("doctor", 2, ADMIN, doctor),
      row("graph", 3, ADMIN, graph),
      row("help", 2, ["loading", "stale"], help),
      row("histogram", -2, ADMIN, histogram),
      row("history", 3, ADMIN, history),
      row("latest", 2, ADMIN, latest),
      row("reset", -2, ADMIN, reset),
    ],
  },
];
