/** Sorted sets. */
import fc from "fast-check";
import { type Family, groups, join, nothing, numbered, salad, some, words } from "../line.ts";
import { cursor, EVEN_KEY, everyKey, key, member, pattern } from "../vocabulary.ts";

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
const scoreMembers = fc.oneof(
  { weight: 8, arbitrary: groups(words(score, member), 1, 4) },
  { weight: 1, arbitrary: some(score, 1, 3) },
);
const addOptions = salad(words("NX"), words("xx"), words("GT"), words("Lt"), words("CH"), words("INCR"));
const limit = words("LIMIT", rank, rank);
const pairs = words("WITHSCORES");
const rest = words("bogus");
const weights = join(words("WEIGHTS"), some(score));
const aggregate = words("AGGREGATE", fc.constantFrom("SUM", "min", "Max", "avg"));
const sources = numbered(key);
/** Weights for one, two and three sources: as many as there are, for once in three. */
const combining = fc.oneof(nothing, salad(aggregate, pairs), salad(weights, aggregate, pairs, rest));
const storing = fc.oneof(nothing, aggregate, weights, salad(weights, aggregate, pairs));
const anyRange = fc.oneof(
  join(words(rank, rank), salad(words("REV"), limit, pairs, rest)),
  join(words(bound, bound), salad(words("REV"), limit, pairs), words("BYSCORE")),
  join(words(end, end), salad(words("rev"), limit, pairs), words("BYLEX")),
);

export const sortedSets: Family = {
  ZADD: join(words(key), fc.oneof(nothing, addOptions), scoreMembers),
  zadd: join(words(key), scoreMembers),
  ZINCRBY: words(key, score, member),
  ZREM: join(words(key), some(member)),
  ZCARD: words(everyKey),
  ZCOUNT: words(key, bound, bound),
  ZSCORE: words(key, member),
  ZMSCORE: join(words(key), some(member)),
  ZRANK: words(key, member),
  ZREVRANK: words(key, member),
  ZRANGE: join(words(key), anyRange),
  ZRANGESTORE: join(words(key, key), anyRange),
  ZREVRANGE: join(words(key, rank, rank), fc.oneof(nothing, pairs, salad(pairs, limit, rest))),
  ZRANGEBYSCORE: join(words(key, bound, bound), salad(pairs, limit, words("REV"))),
  ZREVRANGEBYSCORE: join(words(key, bound, bound), salad(pairs, limit)),
  ZREMRANGEBYSCORE: words(key, bound, bound),
  ZREMRANGEBYRANK: words(key, rank, rank),
  ZPOPMIN: join(words(key), fc.oneof(nothing, words(count), words(count, "1"))),
  ZPOPMAX: join(words(key), fc.oneof(nothing, words(count))),
  ZMPOP: join(
    sources,
    words(fc.constantFrom("MIN", "max", "mid")),
    fc.oneof(nothing, words("COUNT", count), salad(words("COUNT", count), rest)),
  ),
  ZUNION: join(sources, combining),
  ZINTER: join(sources, combining),
  ZDIFF: join(sources, fc.oneof(nothing, pairs, aggregate)),
  ZUNIONSTORE: join(words(key), sources, storing),
  ZINTERSTORE: join(words(key), sources, storing),
  ZDIFFSTORE: join(words(key), sources, fc.oneof(nothing, nothing, rest)),
  ZINTERCARD: join(sources, fc.oneof(nothing, words("LIMIT", count), rest)),
  ZRANDMEMBER: join(words(key), fc.oneof(nothing, words(rank), words(rank, "WITHSCORES"), words(rank, "x"))),
  ZSCAN: join(words(key, cursor), salad(words("MATCH", pattern), words("COUNT", count), rest)),
};

/** Ranges by member mean something only where all scores are equal. */
export const evenSortedSets: Family = {
  ZADD: join(words(EVEN_KEY), groups(words("0", member), 1, 4)),
  ZREM: words(EVEN_KEY, member),
  ZLEXCOUNT: words(EVEN_KEY, edge, edge),
  ZRANGEBYLEX: join(words(EVEN_KEY, edge, edge), salad(limit, pairs)),
  ZREVRANGEBYLEX: join(words(EVEN_KEY, edge, edge), salad(limit)),
  ZRANGE: join(words(EVEN_KEY, edge, edge, "BYLEX"), salad(limit, words("REV"))),
  ZRANGESTORE: join(words(key, EVEN_KEY, edge, edge, "BYLEX"), salad(limit, words("REV"))),
  ZREMRANGEBYLEX: words(EVEN_KEY, edge, edge),
};
