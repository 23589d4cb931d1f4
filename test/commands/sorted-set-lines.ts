/**
 * Random command lines over sorted sets, for the differential test: few keys and
 * members, so that they meet, and arguments that are refused about as often as
 * accepted.
 *
 * Members are short: of a sorted set that Redis does not keep in a listpack it
 * shows a score of -0, which Atoll keeps as 0.
 */
import fc from "fast-check";
import type { CommandLine } from "./command-lines.ts";

type Words = fc.Arbitrary<readonly string[]>;

const key = fc.constantFrom("a", "b", "c", "plain", "text", "none");
const member = fc.constantFrom("f", "g", "ga", "h", "1", "2", "30", "", "\xff\x00", "x".repeat(40));
const goodScore = fc.oneof(
  fc.integer({ min: -5, max: 5 }).map(String),
  fc.constantFrom("0.1", "0.2", "0.7", "-1.5", "1e21", "1e16", "9007199254740993", "5e-324", "-0", "1e308", "3.14"),
  fc.constantFrom("inf", "-inf", "+Infinity", "0x10", "-0x1.8p1", "0x.1P-3", ".5", "5.", "1E-3"),
);
const badScore = fc.constantFrom("nan", "x", "", " 1", "1 ", "1e400", "1e-400", "--1", "0x", "1_0", "+", "NX", "(1");
const score = fc.oneof({ weight: 9, arbitrary: goodScore }, { weight: 1, arbitrary: badScore });
const bound = fc.oneof(
  { weight: 6, arbitrary: goodScore },
  { weight: 4, arbitrary: goodScore.map((s) => `(${s}`) },
  { weight: 3, arbitrary: fc.constantFrom("-inf", "+inf", "(-inf", "(inf", "-inf") },
  { weight: 1, arbitrary: badScore },
  { weight: 1, arbitrary: fc.constantFrom("(", "((1", " 2", "( 2", "2 ", "1e400", "(1e-400", "1\x00x") },
);
const edge = fc.oneof(
  { weight: 4, arbitrary: member.map((m) => `[${m}`) },
  { weight: 4, arbitrary: member.map((m) => `(${m}`) },
  { weight: 4, arbitrary: fc.constantFrom("-", "+") },
  { weight: 1, arbitrary: fc.constantFrom("", "x", "++", "-inf", "a", "[", "(", "+\x00") },
);
const end = fc.constantFrom("-", "-", "+", "+", "x", "");
const rank = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -7, max: 8 }).map(String) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("x", "", "1.5", "9223372036854775807", "-9223372036854775808", "99999999999999999999"),
  },
);
const count = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 5 }).map(String) },
  { weight: 1, arbitrary: fc.constantFrom("-1", "-3", "x", "", "99999999999999999999") },
);
const numkeys = fc.constantFrom("1", "2", "2", "2", "3", "0", "-1", "x", "4");
const pattern = fc.constantFrom("*", "g*", "?", "[f-h]", "");

function words(...parts: readonly (fc.Arbitrary<string> | string)[]): Words {
  return fc.tuple(...parts.map((part) => (typeof part === "string" ? fc.constant(part) : part)));
}

function some(part: Words, min: number, max: number): Words {
  return fc.array(part, { minLength: min, maxLength: max }).map((lists) => lists.flat());
}

function join(...parts: readonly Words[]): Words {
  return fc.tuple(...parts).map((lists) => lists.flat());
}

/** Some options in any order, whether they go together or not. */
function salad(max: number, ...options: readonly Words[]): Words {
  return fc.array(fc.oneof(...options), { maxLength: max }).map((lists) => lists.flat());
}

const scoreMembers = fc.oneof(
  { weight: 8, arbitrary: some(words(score, member), 1, 4) },
  { weight: 1, arbitrary: some(words(score), 1, 3) },
);
const addOptions = salad(2, words("NX"), words("xx"), words("GT"), words("Lt"), words("CH"), words("INCR"));
const limit = join(words("LIMIT"), words(rank, rank));
const pairs = words("WITHSCORES");
const rest = words("bogus");
const weights = join(words("WEIGHTS"), some(words(score), 1, 3));
const aggregate = join(words("AGGREGATE"), words(fc.constantFrom("SUM", "min", "Max", "avg")));
const sources = join(words(numkeys), some(words(key), 1, 3));
const combining = salad(3, weights, aggregate, pairs, rest);
const storing = salad(2, weights, aggregate, pairs);
const anyRange = fc.oneof(
  join(words(rank, rank), salad(2, words("REV"), limit, pairs, rest)),
  join(words(bound, bound), salad(2, words("REV"), limit, pairs), words("BYSCORE")),
  join(words(end, end), salad(2, words("rev"), limit, pairs), words("BYLEX")),
);

const sortedSets: Readonly<Record<string, Words>> = {
  ZADD: join(words(key), addOptions, scoreMembers),
  ZINCRBY: words(key, score, member),
  ZREM: join(words(key), some(words(member), 1, 3)),
  ZCARD: words(key),
  ZCOUNT: words(key, bound, bound),
  ZSCORE: words(key, member),
  ZMSCORE: join(words(key), some(words(member), 1, 3)),
  ZRANK: words(key, member),
  ZREVRANK: words(key, member),
  ZRANGE: join(words(key), anyRange),
  ZRANGESTORE: join(words(key, key), anyRange),
  ZREVRANGE: join(words(key, rank, rank), salad(2, pairs, limit, rest)),
  ZRANGEBYSCORE: join(words(key, bound, bound), salad(2, pairs, limit, words("REV"))),
  ZREVRANGEBYSCORE: join(words(key, bound, bound), salad(2, pairs, limit)),
  ZREMRANGEBYSCORE: words(key, bound, bound),
  ZREMRANGEBYRANK: words(key, rank, rank),
  ZPOPMIN: join(words(key), fc.oneof(fc.constant([]), words(count), words(count, "1"))),
  ZPOPMAX: join(words(key), fc.oneof(fc.constant([]), words(count))),
  ZMPOP: join(sources, words(fc.constantFrom("MIN", "max", "mid")), salad(2, join(words("COUNT"), words(count)), rest)),
  ZUNION: join(sources, combining),
  ZINTER: join(sources, combining),
  ZDIFF: join(sources, salad(2, pairs, aggregate)),
  ZUNIONSTORE: join(words(key), sources, storing),
  ZINTERSTORE: join(words(key), sources, storing),
  ZDIFFSTORE: join(words(key), sources, salad(1, pairs, rest)),
  ZINTERCARD: join(sources, salad(2, join(words("LIMIT"), words(count)), rest)),
  ZRANDMEMBER: join(words(key), fc.oneof(fc.constant([]), words(rank), words(rank, "WITHSCORES"), words(rank, "x"))),
  ZSCAN: join(words(key, fc.constantFrom("0", "0", "x")), salad(2, join(words("MATCH"), words(pattern)), rest)),
  SADD: words("plain", member),
  DEL: words(key),
  TYPE: words(key),
  RENAME: words(key, key),
  COPY: words(key, key, "REPLACE"),
  SCAN: words("0", "TYPE", "zset", "COUNT", "100"),
};

/** Ranges by member mean something only where all scores are equal, so that these have a key of their own. */
const even: Readonly<Record<string, Words>> = {
  ZADD: join(words("even"), some(words("0", member), 1, 4)),
  ZREM: words("even", member),
  ZLEXCOUNT: words("even", edge, edge),
  ZRANGEBYLEX: join(words("even", edge, edge), salad(2, limit, pairs)),
  ZREVRANGEBYLEX: join(words("even", edge, edge), salad(1, limit)),
  ZRANGE: join(words("even", edge, edge, "BYLEX"), salad(2, limit, words("REV"))),
  ZREMRANGEBYLEX: words("even", edge, edge),
};

function family(table: Readonly<Record<string, Words>>): fc.Arbitrary<CommandLine> {
  const lines = Object.entries(table).map(([name, args]) =>
    join(
      fc.constantFrom(name, name.toLowerCase()).map((n) => [n]),
      args,
    ),
  );
  return fc.oneof({ weight: 8, arbitrary: lines[0] as Words }, ...lines.map((arbitrary) => ({ weight: 1, arbitrary })));
}

/** One word too many or too few: the arity must be refused alike. */
function misshapen(line: fc.Arbitrary<CommandLine>): fc.Arbitrary<CommandLine> {
  return line.map((made) => made.slice(0, Math.max(1, made.length - 1)));
}

const anyLine = fc.oneof({ weight: 5, arbitrary: family(sortedSets) }, { weight: 1, arbitrary: family(even) });

export const sortedSetLine: fc.Arbitrary<CommandLine> = fc.oneof(
  { weight: 20, arbitrary: anyLine },
  { weight: 1, arbitrary: misshapen(anyLine) },
);
