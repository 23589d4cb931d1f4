/** The sections of INFO that count commands: calls, errors, latencies. Commands never called are left out. */
import type { Call, CommandEntry } from "./command.ts";

type Fields = readonly (readonly [name: string, value: string])[];

export function commandStatistics({ host, commands }: Call): Fields {
  const { calls, microseconds, rejected, failed } = host.statistics;
  return commands.all.flatMap((entry): Fields => {
    const count = calls[entry.index] ?? 0;
    const refused = rejected[entry.index] ?? 0;
    if (count === 0 && refused === 0) return [];
    const total = microseconds[entry.index] ?? 0;
    const each = count === 0 ? "0.00" : (total / count).toFixed(2);
    const figures = `calls=${count},usec=${total},usec_per_call=${each}`;
    return [
      [`cmdstat_${entry.fullName}`, `${figures},rejected_calls=${refused},failed_calls=${failed[entry.index] ?? 0}`],
    ];
  });
}

export function errorStatistics({ host }: Call): Fields {
  return [...host.statistics.errors].map(([code, count]) => [`errorstat_${code}`, `count=${count}`]);
}

export function latencyStatistics(call: Call): Fields {
  const { statistics, config } = call.host;
  const percentiles = config.settings.latencyPercentiles;
  const line = (entry: CommandEntry): string =>
    percentiles.map((p) => `p${p}=${statistics.percentile(entry.index, p / 100).toFixed(3)}`).join(",");
  return call.commands.all
    .filter((entry) => (statistics.calls[entry.index] ?? 0) > 0)
    .map((entry) => [`latency_percentiles_usec_${entry.fullName}`, line(entry)]);
}
