/**
 * How a run stood at its end, or when it had been read and was about to be
 * cleared: what happened until then, what each replica holds, and what the
 * specification makes of what each has seen.
 */
import { REPORT_KEYS_MAX } from "../limits.ts";
import { viewOf, type View } from "../spec/view.ts";
import type { SimulatedNode } from "../world/node.ts";
import { mostWritten, versionsByPath, type KeyVersions } from "./key-versions.ts";
import type { Recording } from "./recording.ts";
import { contentsOfAll, type Contents } from "./replica-content.ts";

export interface RunEnd {
  readonly recording: Recording;
  readonly versions: ReadonlyMap<string, KeyVersions>;
  readonly contents: Contents;
  /** Undefined for a key that is not among the most written ones, when more happened since. */
  readonly viewAt: (node: SimulatedNode, path: string) => View | undefined;
}

/** The run is over: whatever is asked of it can be looked up when it is asked. */
export function finalEnd(recording: Recording): RunEnd {
  return {
    recording,
    versions: versionsByPath(recording),
    contents: contentsOfAll(recording),
    viewAt: (node, path) => currentView(recording, node, path),
  };
}

/** The run goes on: what a report may want to know is looked up now. */
export function endBeforeMore(recording: Recording): RunEnd {
  const versions = versionsByPath(recording);
  const contents = contentsOfAll(recording);
  const told = mostWritten(versions).slice(0, REPORT_KEYS_MAX);
  const views = new Map(
    recording.nodes.map((node) => [node, new Map(told.map(({ path }) => [path, currentView(recording, node, path)]))]),
  );
  return { recording, versions, contents, viewAt: (node, path) => views.get(node)?.get(path) };
}

function currentView({ history }: Recording, node: SimulatedNode, path: string): View {
  const { keyspace } = node.process;
  return viewOf(history.live(path, keyspace.seen()), keyspace.nowMs);
}
