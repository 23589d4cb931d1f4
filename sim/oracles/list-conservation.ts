/**
 * Conservation of lists: where clients only push and pop, each element is popped or present, and any two elements are
 * ordered alike, whoever looks and whenever.
 *
 * As with other conservation (conservation.ts), this is judged apart from the specification. Values that were pushed
 * more than once cannot be told apart: they are counted, and their order is not looked at.
 */
import type { Dot } from "../spec/history.ts";
import { pathOf } from "../spec/history.ts";
import type { Reply } from "../spec/reply.ts";

interface KeptList {
  readonly pushes: { readonly value: string; readonly dot: Dot }[];
  /** Of each value how many were pushed, and popped, anywhere. */
  readonly pushed: Map<string, number>;
  readonly popped: Map<string, number>;
  /** What was read lately: of each value its rank. */
  readonly looks: Map<string, number>[];
}

const PUSHES: ReadonlySet<string> = new Set(["LPUSH", "RPUSH", "LPUSHX", "RPUSHX"]);
const POPS: ReadonlySet<string> = new Set(["LPOP", "RPOP"]);
/** Looks that a new one is compared with. */
const LOOKS_KEPT = 12;

export class ListConservation {
  private readonly kept = new Map<string, KeptList>();
  /** Keys that saw another kind of write. */
  private readonly others = new Set<string>();

  /** A command has changed these keys. */
  changed(command: readonly string[], reply: Reply, paths: readonly string[], dot: Dot): void {
    const name = (command[0] ?? "").toUpperCase();
    for (const path of paths) {
      if (this.others.has(path)) continue;
      if (PUSHES.has(name)) this.push(path, command.slice(2), dot);
      else if (POPS.has(name)) this.pop(path, Array.isArray(reply) ? reply.map(String) : [textOf(reply)]);
      else {
        this.kept.delete(path);
        this.others.add(path);
      }
    }
  }

  /** A command was replied to; undefined unless it shows a list in an order that is not that of an earlier look. */
  disorder(database: number, [name, key = "", from, to]: readonly string[], reply: Reply): string | undefined {
    if (name?.toUpperCase() !== "LRANGE" || from !== "0" || to !== "-1" || !Array.isArray(reply)) return undefined;
    const list = this.kept.get(pathOf(database, key));
    if (list === undefined) return undefined;
    const values = reply.map(String).filter((value) => list.pushed.get(value) === 1);
    for (const look of list.looks) {
      const known = values.filter((value) => look.has(value));
      const at = known.findIndex((value, i) => i > 0 && (look.get(value) ?? 0) < (look.get(known[i - 1] ?? "") ?? 0));
      if (at > 0) return `${key} shows ${known[at - 1]} before ${known[at]}, and showed them the other way round`;
    }
    list.looks.push(new Map(values.map((value, rank) => [value, rank])));
    if (list.looks.length > LOOKS_KEPT) list.looks.shift();
    return undefined;
  }

  /** Asks for every list that was only pushed to and popped from; yields what is missing of what was seen, or too much. */
  *missing(ask: (path: string) => Reply, seen: (dot: Dot) => boolean): Iterable<string> {
    for (const [path, { pushes, popped }] of this.kept) {
      const reply = ask(path);
      const present = counted(Array.isArray(reply) ? reply.map(String) : []);
      const pushed = counted(pushes.filter(({ dot }) => seen(dot)).map(({ value }) => value));
      for (const value of new Set([...pushed.keys(), ...present.keys()])) {
        const [there, made] = [present.get(value) ?? 0, pushed.get(value) ?? 0];
        const gone = popped.get(value) ?? 0;
        if (there + gone < made)
          yield `${value} was pushed to ${path} ${made} times, popped ${gone} times, and is there ${there} times`;
        if (there > made) yield `${value} was pushed to ${path} ${made} times, and is there ${there} times`;
      }
    }
  }

  private push(path: string, values: readonly string[], dot: Dot): void {
    const list: KeptList = this.kept.get(path) ?? { pushes: [], pushed: new Map(), popped: new Map(), looks: [] };
    this.kept.set(path, list);
    for (const value of values) {
      list.pushes.push({ value, dot });
      list.pushed.set(value, (list.pushed.get(value) ?? 0) + 1);
    }
  }

  private pop(path: string, values: readonly string[]): void {
    const popped = this.kept.get(path)?.popped;
    if (popped !== undefined) for (const value of values) popped.set(value, (popped.get(value) ?? 0) + 1);
  }
}

function textOf(reply: Reply): string {
  return typeof reply === "string" ? reply : "";
}

function counted(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
