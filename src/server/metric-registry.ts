/**
 * Metrics as rows: a name, a type, a sentence and a function that reads the present values.
 *
 * Values are read when somebody scrapes and never before: commands count in plain arrays, and a scrape turns these
 * into text. prom-client owns the exposition format; its Histogram can only observe one value at a time, so
 * histograms that were counted elsewhere enter the registry through a small class of ours.
 */
import { Counter, Gauge, type Metric, Registry } from "prom-client";

export type Labels = Readonly<Record<string, string>>;

export interface MetricRow<Sources> {
  readonly name: string;
  readonly type: "counter" | "gauge";
  readonly help: string;
  readonly labels?: readonly string[];
  readonly read: (from: Sources) => number | Iterable<readonly [Labels, number]>;
}

export interface HistogramSeries {
  readonly labels: Labels;
  /** Cumulative counts, one for each bound. */
  readonly counts: readonly number[];
  readonly count: number;
  readonly sum: number;
}

export interface HistogramRow<Sources> {
  readonly name: string;
  readonly help: string;
  /** Upper bounds, rising, without infinity. */
  readonly bounds: readonly number[];
  readonly read: (from: Sources) => Iterable<HistogramSeries>;
}

export function createRegistry<Sources>(
  from: Sources,
  rows: readonly MetricRow<Sources>[],
  histograms: readonly HistogramRow<Sources>[],
): Registry {
  const registry = new Registry();
  for (const row of rows) addRow(registry, from, row);
  for (const row of histograms) {
    // The registry asks a metric for `name` and `get()` alone, which CountedHistogram has; the types ask for a Histogram.
    registry.registerMetric(new CountedHistogram(row, from) as unknown as Metric);
  }
  return registry;
}

function addRow<Sources>(registry: Registry, from: Sources, row: MetricRow<Sources>): void {
  const { name, help, labels = [] } = row;
  const options = { name, help, labelNames: [...labels], registers: [registry] };
  const series = (): Iterable<readonly [Labels, number]> => {
    const values = row.read(from);
    return typeof values === "number" ? [[{}, values]] : values;
  };
  if (row.type === "counter") {
    const counter: Counter = new Counter({
      ...options,
      collect() {
        counter.reset();
        for (const [of, value] of series()) counter.inc(of, value);
      },
    });
    return;
  }
  const gauge: Gauge = new Gauge({
    ...options,
    collect() {
      gauge.reset();
      for (const [of, value] of series()) gauge.set(of, value);
    },
  });
}

class CountedHistogram<Sources> {
  readonly name: string;
  private readonly row: HistogramRow<Sources>;
  private readonly from: Sources;

  constructor(row: HistogramRow<Sources>, from: Sources) {
    this.name = row.name;
    this.row = row;
    this.from = from;
  }

  get(): object {
    const { name, help, bounds } = this.row;
    const values: object[] = [];
    for (const { labels, counts, count, sum } of this.row.read(this.from)) {
      bounds.forEach((le, i) => {
        values.push({ metricName: `${name}_bucket`, labels: { ...labels, le }, value: counts[i] ?? 0 });
      });
      values.push({ metricName: `${name}_bucket`, labels: { ...labels, le: "+Inf" }, value: count });
      values.push({ metricName: `${name}_sum`, labels, value: sum });
      values.push({ metricName: `${name}_count`, labels, value: count });
    }
    return { name, help, type: "histogram", values, aggregator: "sum" };
  }

  /** prom-client calls it with `resetMetrics()`; what is counted is not ours to reset. */
  reset(): void {}
}
