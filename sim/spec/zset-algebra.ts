/** Unions, intersections and differences of sorted sets; of plain sets every member has the score 1. */
import { count, argument, options, WRONG_TYPE, type Reading, type Rule, type Rules } from "./interpreter.ts";
import { scoreIn } from "./score.ts";
import { inOrder, listed, ordered, storeMembers, type Scored } from "./zsets.ts";

interface Source {
  readonly members: ReadonlyMap<string, number>;
  readonly weight: number;
}

type Algebra = (sources: readonly Source[], aggregate: string) => Scored[];

export const zsetAlgebraRules: Rules = {
  ZUNION: read(union),
  ZINTER: read(intersection),
  ZDIFF: read(difference),
  ZUNIONSTORE: store(union),
  ZINTERSTORE: store(intersection),
  ZDIFFSTORE: store(difference),
  ZINTERCARD: (reading) => {
    const sources = sourcesAt(reading, 1);
    if (sources === undefined) return WRONG_TYPE;
    const most = Number(options(reading, 2 + sources.length).get("LIMIT") ?? 0);
    const common = intersection(sources, "SUM").length;
    return count(most > 0 ? Math.min(most, common) : common);
  },
};

function read(algebra: Algebra): Rule {
  return (reading) => {
    const sources = sourcesAt(reading, 1);
    if (sources === undefined) return WRONG_TYPE;
    const given = options(reading, 2 + sources.length);
    return listed(algebra(sources, aggregateIn(given)), given.has("WITHSCORES"));
  };
}

function store(algebra: Algebra): Rule {
  return (reading) => {
    const sources = sourcesAt(reading, 2);
    if (sources === undefined) return WRONG_TYPE;
    const given = options(reading, 3 + sources.length);
    return storeMembers(reading.event, argument(reading, 1), algebra(sources, aggregateIn(given)));
  };
}

/** `numkeys key...` at an argument, and WEIGHTS somewhere behind. */
function sourcesAt(reading: Reading, at: number): Source[] | undefined {
  const { event, args } = reading;
  const end = at + 1 + Number(argument(reading, at));
  const views = args.slice(at + 1, end).map((key) => event.view(key));
  if (views.some(({ type }) => type !== undefined && type !== "zset" && type !== "set")) return undefined;
  const weights = args.findIndex((word, i) => i >= end && word.toUpperCase() === "WEIGHTS");
  return views.map((view, i) => ({
    members: new Map(view.type === "set" ? [...view.elements.keys()].map((member) => [member, 1]) : ordered(view)),
    weight: weights < 0 ? 1 : (scoreIn(args[weights + 1 + i] ?? "") ?? 1),
  }));
}

function aggregateIn(given: ReadonlyMap<string, string>): string {
  return (given.get("AGGREGATE") ?? "SUM").toUpperCase();
}

function union(sources: readonly Source[], aggregate: string): Scored[] {
  return combined(sources, aggregate, new Set(sources.flatMap(({ members }) => [...members.keys()])));
}

function intersection(sources: readonly Source[], aggregate: string): Scored[] {
  const common = [...(sources[0]?.members.keys() ?? [])].filter((member) =>
    sources.every(({ members }) => members.has(member)),
  );
  return combined(sources, aggregate, common);
}

function difference([first, ...others]: readonly Source[]): Scored[] {
  const members = [...(first?.members ?? [])];
  return inOrder(members.filter(([member]) => !others.some((other) => other.members.has(member))));
}

/** Sums of doubles depend on their order: the smallest set comes first. */
function combined(sources: readonly Source[], aggregate: string, members: Iterable<string>): Scored[] {
  const bySize = sources.toSorted((a, b) => a.members.size - b.members.size);
  return inOrder(
    Array.from(members, (member): Scored => {
      const scores = bySize.flatMap((source) => {
        const score = source.members.get(member);
        return score === undefined ? [] : [numberOr0(score * source.weight)];
      });
      return [member, scores.reduce((sum, score) => aggregated(aggregate, sum, score))];
    }),
  );
}

function aggregated(aggregate: string, a: number, b: number): number {
  if (aggregate === "MIN") return Math.min(a, b);
  if (aggregate === "MAX") return Math.max(a, b);
  return numberOr0(a + b);
}

/** Infinity less infinity is 0 here. */
function numberOr0(score: number): number {
  return Number.isNaN(score) ? 0 : score;
}
