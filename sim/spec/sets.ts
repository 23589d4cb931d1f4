/** Sets: add wins over a concurrent remove. */
import { anyOrder, exactly, type Expected } from "./expected.ts";
import {
  argument,
  count,
  ONE,
  options,
  withType,
  WRONG_TYPE,
  ZERO,
  type Reading,
  type Rule,
  type Rules,
} from "./interpreter.ts";
import { drawn, scanned } from "./open-replies.ts";

type Algebra = (sets: readonly ReadonlySet<string>[]) => Set<string>;

const intersection: Algebra = (sets) => new Set([...(sets[0] ?? [])].filter((x) => sets.every((set) => set.has(x))));
const union: Algebra = (sets) => new Set(sets.flatMap((set) => [...set]));
const difference: Algebra = (sets) =>
  new Set([...(sets[0] ?? [])].filter((x) => !sets.slice(1).some((set) => set.has(x))));

export const setRules: Rules = {
  SADD: withType("set", ({ event, args }, view, key) => {
    const members = new Set(args.slice(2));
    for (const member of members) event.putElement(key, "set", member, "");
    return count([...members].filter((member) => !view.elements.has(member)).length);
  }),
  SREM: withType("set", ({ event, args }, view, key) => {
    const members = [...new Set(args.slice(2))].filter((member) => view.elements.has(member));
    for (const member of members) event.removeElement(key, member);
    return count(members.length);
  }),
  SISMEMBER: withType("set", (reading, view) => (view.elements.has(argument(reading, 2)) ? ONE : ZERO)),
  SMISMEMBER: withType("set", ({ args }, view) =>
    exactly(args.slice(2).map((member) => (view.elements.has(member) ? 1 : 0))),
  ),
  SMEMBERS: withType("set", (_, view) => anyOrder(view.elements.keys())),
  SCARD: withType("set", (_, view) => count(view.elements.size)),
  SPOP: withType("set", (reading, view, key) => {
    const { event, actual } = reading;
    const demanded = drawn(reading, view);
    const popped = Array.isArray(actual) ? actual : [actual];
    for (const member of popped) if (typeof member === "string") event.removeElement(key, member);
    return demanded;
  }),
  SRANDMEMBER: withType("set", drawn),
  SSCAN: withType("set", (reading, view) => scanned(reading, 2, view.elements, false)),
  SMOVE: (reading) => {
    const { event } = reading;
    const [from, to, member] = [argument(reading, 1), argument(reading, 2), argument(reading, 3)];
    const source = event.view(from);
    const target = event.view(to);
    if (source.type === undefined) return ZERO;
    if (source.type !== "set" || (target.type !== undefined && target.type !== "set")) return WRONG_TYPE;
    if (!source.elements.has(member)) return ZERO;
    if (from === to) return ONE;
    event.removeElement(from, member);
    event.putElement(to, "set", member, "");
    return ONE;
  },
  SINTER: (reading) => read(reading, intersection),
  SUNION: (reading) => read(reading, union),
  SDIFF: (reading) => read(reading, difference),
  SINTERSTORE: store(intersection),
  SUNIONSTORE: store(union),
  SDIFFSTORE: store(difference),
  SINTERCARD: (reading) => {
    const end = 2 + Number(argument(reading, 1));
    const sets = setsAt(reading, 2, end);
    if (sets === undefined) return WRONG_TYPE;
    const most = Number(options(reading, end).get("LIMIT") ?? 0);
    const common = intersection(sets).size;
    return count(most > 0 ? Math.min(most, common) : common);
  },
};

function setsAt({ event, args }: Reading, from: number, to?: number): Set<string>[] | undefined {
  const views = args.slice(from, to).map((key) => event.view(key));
  if (views.some((view) => view.type !== undefined && view.type !== "set")) return undefined;
  return views.map((view) => new Set(view.elements.keys()));
}

function read(reading: Reading, algebra: Algebra): Expected {
  const sets = setsAt(reading, 1);
  return sets === undefined ? WRONG_TYPE : anyOrder(algebra(sets));
}

/** The result replaces whatever the target was. */
function store(algebra: Algebra): Rule {
  return (reading) => {
    const sets = setsAt(reading, 2);
    if (sets === undefined) return WRONG_TYPE;
    const target = argument(reading, 1);
    const result = algebra(sets);
    reading.event.remove(target);
    for (const member of result) reading.event.putElement(target, "set", member, "");
    return count(result.size);
  };
}
