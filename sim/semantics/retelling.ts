/**
 * A scenario in one line: what happened one after the other, and what side by side.
 *
 *   us: SET k 10; us: INCRBY k 2 ∥ eu: DEL k → k = 2
 *
 * Semicolons stand between what comes later, ∥ between what is concurrent,
 * arrows before what was read. Which is which follows from the partitions. Only
 * what is read after everything has happened is left out: whoever ran it knows.
 */
import type { Fault, Scenario } from "../scenario/scenario.ts";
import { PACE } from "../scenario/text-draft.ts";
import { wordText } from "../scenario/text-words.ts";

type Groups = readonly (readonly string[])[];

interface Moment {
  readonly atMs: number;
  /** What the text gives it before the next line. */
  readonly takesMs: number;
  readonly what:
    | { readonly kind: "command"; readonly replica: string; readonly text: string }
    | { readonly kind: "reading"; readonly text: string }
    /** Without groups, it ends. */
    | { readonly kind: "partition"; readonly groups: Groups }
    | { readonly kind: "told"; readonly text: string };
}

/** What happens between two points of order. */
interface Phase {
  readonly groups: Groups;
  /** By group, who did what, in order. */
  readonly sides: Map<number, { replica: string; commands: string[] }[]>;
  readonly readings: string[];
  /** What happened to the world. */
  readonly told: string;
}

export function retell(scenario: Scenario): string {
  const phases: Phase[] = [];
  let groups: Groups = [];
  let phase: Phase | undefined;
  const next = (told: string): Phase => {
    const begun: Phase = { groups, sides: new Map(), readings: [], told };
    phases.push(begun);
    return begun;
  };
  const moments = momentsOf(scenario);
  const lastMs = Math.max(0, ...moments.filter(({ what }) => what.kind !== "reading").map(({ atMs }) => atMs));
  let expectedMs = moments[0]?.atMs ?? 0;
  for (const { atMs, takesMs, what } of moments) {
    if (atMs > lastMs) break;
    if (atMs > expectedMs) phase = next(`${seconds(atMs - expectedMs)} later`);
    expectedMs = atMs + takesMs;
    if (what.kind === "partition") groups = what.groups;
    else if (what.kind === "told") next(what.text);
    else if (what.kind === "reading") (phases.at(-1) ?? next("")).readings.push(what.text);
    if (what.kind !== "command") phase = undefined;
    else addCommand((phase ??= next("")), what.replica, what.text);
  }
  const skewed = scenario.replicas.filter(({ skewMs }) => skewMs !== 0);
  const clocks = skewed.map(({ id, skewMs }) => `the clock of ${id} is ${seconds(skewMs)} ahead`);
  return [...clocks, ...phases.map(phaseText)].filter((text) => text !== "").join("; ");
}

function momentsOf(scenario: Scenario): Moment[] {
  const commands = scenario.workload.map(({ atMs, replica, command }): Moment => {
    return { atMs, takesMs: PACE.stepMs, what: { kind: "command", replica, text: command.map(wordText).join(" ") } };
  });
  const demands = scenario.expectations.map(({ atMs, label, replicas }): Moment => {
    const reading = /^expect (?:all: )?(.*)$/.exec(label)?.[1];
    if (reading !== undefined) return { atMs, takesMs: PACE.expectMs, what: { kind: "reading", text: reading } };
    const text = label.replace(/^\w+:\s+/, "");
    return { atMs, takesMs: PACE.stepMs, what: { kind: "command", replica: replicas[0] ?? "", text } };
  });
  const faults = scenario.faults.flatMap(faultMoments);
  return [...faults, ...commands, ...demands].toSorted((a, b) => a.atMs - b.atMs);
}

/** When it begins, and when it ends: a new partition begins before the old one ends. */
function faultMoments(fault: Fault): Moment[] {
  const { atMs } = fault;
  const begin = { atMs, takesMs: PACE.stepMs };
  if (!("forMs" in fault)) return [{ ...begin, what: { kind: "told", text: eventWords(fault) } }];
  const end = { atMs: atMs + fault.forMs, takesMs: PACE.recoverMs };
  if (fault.kind === "partition")
    return [
      { ...begin, what: { kind: "partition", groups: fault.groups } },
      { ...end, what: { kind: "partition", groups: [] } },
    ];
  const [began, ended] = lastingWords(fault);
  return [
    { ...begin, what: { kind: "told", text: began } },
    { ...end, what: { kind: "told", text: ended } },
  ];
}

function eventWords(fault: Fault): string {
  if (fault.kind === "step") return `the clock of ${fault.replica} steps by ${seconds(fault.byMs)}`;
  if (fault.kind === "break") return `the connection of ${fault.between.join(" and ")} breaks`;
  return fault.kind;
}

function lastingWords(fault: Fault): [began: string, ended: string] {
  if (fault.kind === "pause") return [`${fault.replica} stands still`, `${fault.replica} goes on`];
  if (fault.kind === "restart") return [`${fault.replica} dies`, `${fault.replica} comes back with nothing`];
  if ("from" in fault) return [`${fault.kind} ${fault.from} to ${fault.to}`, "heal"];
  return [fault.kind, "heal"];
}

function addCommand({ groups, sides }: Phase, replica: string, command: string): void {
  const group = groups.findIndex((members) => members.includes(replica));
  const side = sides.get(group) ?? [];
  sides.set(group, side);
  const last = side.at(-1);
  if (last?.replica === replica) last.commands.push(command);
  else side.push({ replica, commands: [command] });
}

function phaseText({ groups, sides, readings, told }: Phase): string {
  const isAlone = groups.length > 0 && sides.size === 1;
  const acts = Array.from(sides.values(), (side) =>
    side.map(({ replica, commands }) => `${replica}${isAlone ? " alone" : ""}: ${commands.join(", ")}`).join(" then "),
  );
  const done = [told, acts.join(" ∥ ")].filter((text) => text !== "").join(", ");
  return [done, readings.join(", ")].filter((text) => text !== "").join(" → ");
}

function seconds(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000} s` : `${ms} ms`;
}
