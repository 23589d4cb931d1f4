/**
 * How fast the simulator is, which decides how much is searched: one thread, fixed seeds.
 *
 *   replica events    tasks of the virtual clock (a message, a timer, a tick, a command) in generated scenarios
 *   times real time   generated scenarios of five replicas in five regions, faults and all
 *   lattice           three fresh replicas, three to five operations, every delivery, all checked
 *
 * Figures per second are per second of CPU time of this process, helper threads of the runtime included, so that
 * what else the machine does counts little; wall time stands beside them. In the end the same runs once more under
 * the profiler, to show where the time goes.
 */
import { latticeScenario } from "../sim/exhaustive/lattice-scenario.ts";
import { Player } from "../sim/exhaustive/play.ts";
import { runScenario } from "../sim/run/run.ts";
import type { Scenario } from "../sim/scenario/scenario.ts";
import { generateScenario } from "../sim/search/generate.ts";
import { Random } from "../sim/world/random.ts";
import { judge } from "./aims.ts";
import type { Workbench } from "./bench.ts";
import { fixed, whole } from "./figures.ts";
import { profileOf, type Share } from "./profile.ts";
import type { Report } from "./report.ts";
import { medianOf } from "./statistics.ts";
import { left, right } from "./table.ts";

const AIMS = { eventsPerSecond: 300_000, timesRealTime: 100, latticePerSecond: 5_000 };

const ROUNDS = 3;
const QUICK_ROUNDS = 1;
const QUICK_SHARE = 0.1;
/** Of each count, run first and not measured: the compiler has seen everything by then. */
const WARM_UP_SHARE = 0.2;

const MIXED_SEEDS = 500;
const REGIONS_SCENARIOS = 40;
const LATTICE_SCENARIOS = 40_000;

const REGIONS = 5;
/** Between continents. */
const REGIONS_APART_MS_MIN = 60;

const PROFILE_ROWS = 15;

interface Measured {
  /** Events, milliseconds or scenarios, whatever is counted. */
  readonly amount: number;
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
}

interface Case {
  readonly what: string;
  readonly unit: string;
  readonly perSecondMin: number;
  /** Does that share of the work; returns the amount. */
  readonly work: (share: number) => number;
}

export async function simulator({ report, quick }: Workbench): Promise<void> {
  const regions = regionsScenarios();
  const cases: readonly Case[] = [
    {
      what: "replica events, mixed workload",
      unit: "events",
      perSecondMin: AIMS.eventsPerSecond,
      work: (share) => sum(MIXED_SEEDS * share, (seed) => run(generateScenario(seed)).steps),
    },
    {
      what: `virtual time, ${REGIONS} regions, mixed workload`,
      unit: "seconds",
      perSecondMin: AIMS.timesRealTime,
      work: (share) =>
        sum(REGIONS_SCENARIOS * share, (n) => run(regions[n % regions.length] as Scenario).virtualMs / 1000), // there are some
    },
    {
      what: "small lattice scenarios",
      unit: "scenarios",
      perSecondMin: AIMS.latticePerSecond,
      work: (share) => latticeScenarios(LATTICE_SCENARIOS * share),
    },
  ];
  const share = quick ? QUICK_SHARE : 1;
  report.heading("Simulator");
  report.lines(
    "one thread; per second of CPU time of the process, the runtime's helper threads included",
    `medians; rounds: ${quick ? QUICK_ROUNDS : ROUNDS}, after one to warm up; fixed seeds`,
    `aims: ${whole(AIMS.eventsPerSecond)} events, ${AIMS.timesRealTime} virtual seconds,` +
      ` ${whole(AIMS.latticePerSecond)} lattice scenarios a second`,
  );
  report.table(
    COLUMNS,
    cases.map((each) => row(each, measureRounds(each, share, quick ? QUICK_ROUNDS : ROUNDS, report))),
  );
  for (const each of cases) reportProfile(report, each, share);
}

function measureRounds({ what, work }: Case, share: number, rounds: number, report: Report): Measured[] {
  report.progress(`simulator: ${what}, warming up`);
  work(share * WARM_UP_SHARE);
  return Array.from({ length: rounds }, (_, round) => {
    report.progress(`simulator: ${what}, round ${round + 1} of ${rounds}`);
    return measure(() => work(share));
  });
}

function measure(work: () => number): Measured {
  const cpuBefore = process.cpuUsage();
  const startMs = performance.now();
  const amount = work();
  const wallSeconds = (performance.now() - startMs) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { amount, cpuSeconds: (user + system) / 1e6, wallSeconds };
}

const COLUMNS = [
  left("what"),
  right("amount"),
  left("unit"),
  right("CPU s"),
  right("wall s"),
  right("per CPU second"),
  right("per second"),
  left("aim"),
];

function row({ what, unit, perSecondMin }: Case, measured: readonly Measured[]): string[] {
  const of = (property: (each: Measured) => number): number => medianOf(measured, property);
  const perCpuSecond = of(({ amount, cpuSeconds }) => amount / cpuSeconds);
  const perSecond = of(({ amount, wallSeconds }) => amount / wallSeconds);
  return [
    what,
    whole(of(({ amount }) => amount)),
    unit,
    fixed(
      of(({ cpuSeconds }) => cpuSeconds),
      2,
    ),
    fixed(
      of(({ wallSeconds }) => wallSeconds),
      2,
    ),
    whole(perCpuSecond),
    whole(perSecond),
    judge([{ what: unit, value: perCpuSecond, atLeast: perSecondMin }]),
  ];
}

function reportProfile(report: Report, { what, work }: Case, share: number): void {
  report.progress(`simulator: ${what}, under the profiler`);
  const { files, functions } = profileOf(() => void work(share));
  report.lines(`where the time of ${what} goes, by file and by function:`);
  const rows = Array.from({ length: PROFILE_ROWS }, (_, i) => [files[i], functions[i]].flatMap(cellsOf));
  report.table([left("file"), right("share"), left("function"), right("share")], rows);
}

function cellsOf(part: Share | undefined): [string, string] {
  return part === undefined ? ["", ""] : [part.name, `${fixed(part.share * 100, 1)} %`];
}

/** The first generated scenarios that have so many regions so far apart. */
function regionsScenarios(): Scenario[] {
  const found: Scenario[] = [];
  for (let seed = 1; found.length < REGIONS_SCENARIOS; seed++) {
    const scenario = generateScenario(seed);
    if (scenario.replicas.length === REGIONS && scenario.delay.baseMs >= REGIONS_APART_MS_MIN) found.push(scenario);
  }
  return found;
}

function run(scenario: Scenario): ReturnType<typeof runScenario> {
  const outcome = runScenario(scenario);
  if (outcome.failure !== undefined) throw new Error(`${scenario.name}: ${outcome.failure.message}`);
  return outcome;
}

function latticeScenarios(count: number): number {
  const player = new Player();
  return sum(count, (seed) => {
    const failure = player.play(latticeScenario(new Random(seed, "lattice")));
    if (failure !== undefined) throw new Error(`lattice scenario ${seed}: ${failure.message}`);
    return 1;
  });
}

/** Of what is done for each of the first seeds. */
function sum(count: number, amountOf: (seed: number) => number): number {
  let all = 0;
  for (let seed = 1; seed <= count; seed++) all += amountOf(seed);
  return all;
}
