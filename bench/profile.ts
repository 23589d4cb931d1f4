/**
 * Where the time goes: runs something under the sampling profiler of V8, and adds up the samples by file and by
 * function, each counting for what it did itself.
 *
 * The profiler slows down what it looks at: figures are measured without it.
 */
import { Session, type Profiler } from "node:inspector";
import { fileURLToPath } from "node:url";

export interface Share {
  readonly name: string;
  /** Of all samples, 0 to 1. */
  readonly share: number;
}

export interface CpuProfile {
  readonly files: readonly Share[];
  readonly functions: readonly Share[];
}

/** The checkout: what lies in it is told by its path there. */
const ROOT_URL = new URL("..", import.meta.url).href;
const SAMPLING_MICROSECONDS = 500;

/** Runs `work` to its end. The session answers within the call, so nothing has to be waited for. */
export function profileOf(work: () => void): CpuProfile {
  const session = new Session();
  session.connect();
  try {
    session.post("Profiler.enable");
    session.post("Profiler.setSamplingInterval", { interval: SAMPLING_MICROSECONDS });
    session.post("Profiler.start");
    work();
    let profile: Profiler.Profile | undefined;
    session.post("Profiler.stop", (error, result) => {
      if (error !== null) throw error;
      ({ profile } = result);
    });
    if (profile === undefined) throw new Error("the profiler did not answer");
    return summaryOf(profile);
  } finally {
    session.disconnect();
  }
}

function summaryOf({ nodes, samples = [] }: Profiler.Profile): CpuProfile {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const byFile = new Map<string, number>();
  const byFunction = new Map<string, number>();
  for (const id of samples) {
    const { functionName = "", url = "", lineNumber = 0 } = frames.get(id) ?? {};
    const file = fileOf(url, functionName);
    const place = url.startsWith(ROOT_URL) ? `${file}:${lineNumber + 1}` : file;
    add(byFile, file);
    add(byFunction, url === "" ? file : `${functionName || "(anonymous)"} ${place}`);
  }
  return { files: shares(byFile, samples.length), functions: shares(byFunction, samples.length) };
}

/** What is no file of ours is named by what it is: the collector, the runtime. */
function fileOf(url: string, functionName: string): string {
  if (url.startsWith(ROOT_URL)) return fileURLToPath(url).slice(fileURLToPath(ROOT_URL).length);
  if (url !== "") return "(runtime)";
  return functionName === "(garbage collector)" ? functionName : "(built-in)";
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function shares(counts: ReadonlyMap<string, number>, all: number): Share[] {
  return [...counts].map(([name, count]) => ({ name, share: count / all })).toSorted((a, b) => b.share - a.share);
}
