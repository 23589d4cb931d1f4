/**
 * Scenarios as readable text, for golden tests and for people.
 *
 *   replicas us eu ap
 *   us: SADD k x                 a command at a replica
 *   partition us|eu ap           groups that cannot reach each other
 *   us: SREM k x -> 1            ... and what it must reply
 *   eu: SADD k x
 *   heal
 *   expect k = {x}               at every replica: a set,
 *   expect k = {f:1 g:2}         a hash,
 *   expect k = 7                 a string,
 *   expect k is gone             no such key
 *   expect eu: TTL k -> -1       any command, at one replica (or `all:`)
 *   wait 5s                      virtual time passes (ms, s)
 *   skew eu 200ms                eu's wall clock is ahead from the start
 *
 * Each line happens after everything that could be delivered has been
 * delivered, so what is concurrent needs a partition. Quotes keep spaces;
 * replies are written as a client prints them: 7 is a number or a string, (nil)
 * is nothing, [a b] a list, {a b} one in any order, a reply in capitals with a
 * dash in front an error's code. A hash cannot have fields with a colon.
 */
import type { Expectation, Fault, Operation, ReplicaPlan, Scenario } from "./scenario.ts";
import type { Reply } from "../spec/reply.ts";

/** Time for everything on the way to arrive and settle: several round trips and timers. */
const STEP_MS = 400;
/** A reconnect after `heal`, and what it has to catch up. */
const HEAL_MS = 3000;

/** The text is not a scenario; the message says which line. */
export class TextScenarioError extends Error {}

interface Draft {
  replicas: ReplicaPlan[];
  atMs: number;
  workload: Operation[];
  faults: Fault[];
  expectations: Expectation[];
  /** The partition that has not been healed yet. */
  open: { atMs: number; groups: string[][] } | undefined;
}

export function parseScenario(name: string, text: string): Scenario {
  const draft: Draft = { replicas: [], atMs: 1000, workload: [], faults: [], expectations: [], open: undefined };
  const lines = text.split("\n").map((line) => line.replace(/#.*$/, "").trim());
  for (const [index, line] of lines.entries()) {
    if (line === "") continue;
    try {
      addLine(draft, line);
    } catch (error) {
      throw new TextScenarioError(`${name}, line ${index + 1}: ${(error as Error).message}: ${line}`);
    }
  }
  if (draft.replicas.length === 0) throw new TextScenarioError(`${name}: no replicas`);
  if (draft.open !== undefined) heal(draft);
  return {
    name,
    seed: 1,
    replicas: draft.replicas,
    delay: { baseMs: 5, jitterMs: 0 },
    links: [],
    reconnectMs: 20,
    timerMs: 10,
    limits: {},
    endMs: draft.atMs,
    convergeMs: 30_000,
    clearsAtEnd: true,
    workload: draft.workload,
    faults: draft.faults,
    expectations: draft.expectations,
  };
}

function addLine(draft: Draft, line: string): void {
  const [word = "", ...rest] = line.split(/\s+/);
  if (word === "replicas") {
    draft.replicas = rest.map((id) => ({ id, region: id, skewMs: 0, driftPpm: 0 }));
  } else if (word === "skew") {
    const id = replica(draft, rest[0] ?? "");
    draft.replicas = draft.replicas.map((plan) =>
      plan.id === id ? { ...plan, skewMs: duration(rest[1] ?? "") } : plan,
    );
  } else if (word === "partition") {
    if (draft.open !== undefined) heal(draft);
    const groups = rest.join(" ").split("|");
    const named = groups.map((group) =>
      group
        .trim()
        .split(/\s+/)
        .map((id) => replica(draft, id)),
    );
    if (
      named.flat().toSorted().join() !==
      draft.replicas
        .map((plan) => plan.id)
        .toSorted()
        .join()
    ) {
      throw new Error("a partition names every replica once");
    }
    draft.open = { atMs: draft.atMs, groups: named };
    draft.atMs += STEP_MS;
  } else if (word === "heal") {
    heal(draft);
  } else if (word === "wait") {
    draft.atMs += duration(rest[0] ?? "");
  } else if (word === "expect") {
    draft.expectations.push(expectation(draft, line.slice("expect".length).trim(), line));
    draft.atMs += 1;
  } else {
    addCommand(draft, line);
  }
}

function heal(draft: Draft): void {
  if (draft.open === undefined) throw new Error("nothing to heal");
  const { atMs, groups } = draft.open;
  draft.faults.push({
    kind: "partition",
    atMs,
    forMs: draft.atMs - atMs,
    groups,
    silent: false,
    oneWay: false,
    flapMs: 0,
  });
  draft.open = undefined;
  draft.atMs += HEAL_MS;
}

/** `us: SREM k x -> 1`: the command happens; what it must reply is checked by asking for it there and then. */
function addCommand(draft: Draft, line: string): void {
  const match = /^(\w+):\s*(.*?)(?:\s*->\s*(.*))?$/.exec(line);
  if (match === null) throw new Error("not understood");
  const [, id = "", command = "", reply] = match;
  const at = { atMs: draft.atMs, database: 0, command: words(command) };
  if (at.command.length === 0) throw new Error("no command");
  if (reply === undefined) draft.workload.push({ ...at, replica: replica(draft, id) });
  else draft.expectations.push({ ...at, replicas: [replica(draft, id)], ...value(reply), label: line });
  draft.atMs += STEP_MS;
}

function expectation(draft: Draft, text: string, label: string): Expectation {
  const everywhere = { atMs: draft.atMs, database: 0, replicas: draft.replicas.map((plan) => plan.id), label };
  const asked = /^(\w+):\s*(.*?)\s*->\s*(.*)$/.exec(text);
  if (asked !== null) {
    const [, id = "", command = "", reply = ""] = asked;
    const replicas = id === "all" ? everywhere.replicas : [replica(draft, id)];
    return { ...everywhere, replicas, command: words(command), ...value(reply) };
  }
  const gone = /^(\S+) is gone$/.exec(text);
  if (gone !== null) return { ...everywhere, command: ["EXISTS", gone[1] ?? ""], reply: 0, order: "given" };
  const equal = /^(\S+) = (.*)$/.exec(text);
  if (equal === null) throw new Error("not understood");
  const [, key = "", shown = ""] = equal;
  if (!shown.startsWith("{")) return { ...everywhere, command: ["GET", key], ...value(shown, true) };
  const elements = words(shown.slice(1, -1));
  if (!elements.some((element) => element.includes(":")))
    return { ...everywhere, command: ["SMEMBERS", key], ...value(shown, true) };
  const pairs = elements.flatMap((pair) => [pair.slice(0, pair.indexOf(":")), pair.slice(pair.indexOf(":") + 1)]);
  return { ...everywhere, command: ["HGETALL", key], reply: pairs, order: "pairs" };
}

/** Inside a stored value everything is a string. */
function value(text: string, stored = false): Pick<Expectation, "reply" | "order"> {
  if (text.startsWith("{") && text.endsWith("}")) return { reply: words(text.slice(1, -1)), order: "any" };
  return { reply: inOrder(text, stored), order: "given" };
}

function inOrder(text: string, stored: boolean): Reply {
  if (text === "(nil)") return null;
  if (/^-[A-Z]+$/.test(text)) return { error: text.slice(1) };
  if (text.startsWith("[") && text.endsWith("]"))
    return words(text.slice(1, -1)).map((word) => (word === "(nil)" ? null : word));
  if (text.startsWith('"')) return words(text)[0] ?? "";
  return !stored && /^-?\d+$/.test(text) ? Number(text) : text;
}

/** Splits at spaces outside double quotes. */
function words(text: string): string[] {
  return Array.from(
    text.matchAll(/"((?:[^"\\]|\\.)*)"|\S+/g),
    (match) => match[1]?.replace(/\\(.)/g, "$1") ?? match[0],
  );
}

function replica(draft: Draft, id: string): string {
  if (!draft.replicas.some((plan) => plan.id === id)) throw new Error(`no replica '${id}'`);
  return id;
}

function duration(text: string): number {
  const match = /^(-?\d+)(ms|s)$/.exec(text);
  if (match === null) throw new Error(`not a duration '${text}'`);
  return Number(match[1]) * (match[2] === "s" ? 1000 : 1);
}
