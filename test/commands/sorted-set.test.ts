/** Sorted set commands: options, shapes of replies, errors; differential tests hold the rest. */
import { beforeEach, describe, expect, test } from "vitest";
import { LocalNode } from "./local-node.ts";

const node = new LocalNode();
const resp3 = new LocalNode(3);
const run = (line: string): unknown => node.run(line);

beforeEach(() => {
  run("FLUSHALL");
  resp3.run("FLUSHALL");
});

describe("ZADD", () => {
  test("adds, counts what is new, and changes scores", () => {
    expect(run("ZADD z 1 a 2 b 1.5 c")).toBe(3);
    expect(run("ZADD z 3 a 4 d")).toBe(1);
    expect(run("ZRANGE z 0 -1 WITHSCORES")).toEqual(["c", "1.5", "b", "2", "a", "3", "d", "4"]);
    expect(run("TYPE z")).toBe("zset");
  });

  test("heeds its conditions", () => {
    run("ZADD z 5 a");
    expect(run("ZADD z NX 6 a 1 b")).toBe(1);
    expect(run("ZADD z XX CH 7 a 1 c")).toBe(1);
    expect(run("ZADD z GT CH 6 a 2 b")).toBe(1);
    expect(run("ZADD z LT CH 6 a 3 b 9 n")).toBe(2);
    expect(run("ZADD n XX 1 a")).toBe(0);
    expect(run("EXISTS n")).toBe(0);
    expect(run("ZRANGE z 0 -1 WITHSCORES")).toEqual(["b", "2", "a", "6", "n", "9"]);
  });

  test("increments one member, unless a condition forbids it", () => {
    expect(run("ZADD z INCR 2 a")).toBe("2");
    expect(run("ZADD z INCR GT -1 a")).toBe(null);
    expect(run("ZADD z INCR LT -1 a")).toBe("1");
    expect(run("ZADD z INCR NX 1 a")).toBe(null);
    expect(run("ZADD z INCR XX 1 b")).toBe(null);
    expect(run("ZADD n INCR XX 1 b")).toBe(null);
    expect(run("ZADD z INCR 1 a 1 b")).toMatch(/single increment-element pair/);
  });

  test("writes nothing when any of it is wrong", () => {
    expect(run("ZADD z 1 a x b")).toBe("(error) ERR value is not a valid float");
    expect(run("ZADD z 1 a nan b")).toBe("(error) ERR value is not a valid float");
    expect(run("ZADD z 1 a 2")).toBe("(error) ERR syntax error");
    expect(run("ZADD z NX XX 1 a")).toMatch(/XX and NX options at the same time/);
    expect(run("ZADD z GT LT 1 a")).toMatch(/GT, LT, and\/or NX options/);
    expect(run("ZADD z CH INCR")).toMatch(/syntax error|wrong number/);
    expect(run("EXISTS z")).toBe(0);
    run("SET s x");
    expect(run("ZADD s 1 a")).toMatch(/^\(error\) WRONGTYPE/);
    expect(run("ZADD s x a")).toMatch(/valid float/);
  });
});

describe("ZINCRBY", () => {
  test("adds as doubles are added", () => {
    expect(run("ZINCRBY z 0.1 a")).toBe("0.10000000000000001");
    expect(run("ZINCRBY z 0.2 a")).toBe("0.30000000000000004");
    run("ZADD z 3 b");
    expect(run("ZINCRBY z 4 b")).toBe("7");
    expect(run("ZINCRBY z 1e16 b")).toBe("10000000000000008");
    expect(run("ZSCORE z b")).toBe("10000000000000008");
  });

  test("goes to infinity, and says when there is no number", () => {
    run("ZADD z inf a");
    expect(run("ZINCRBY z 5 a")).toBe("inf");
    expect(run("ZINCRBY z -inf a")).toBe("(error) ERR resulting score is not a number (NaN)");
    expect(run("ZINCRBY z 1e308 b")).toBe("1e+308");
    expect(run("ZINCRBY z 1e308 b")).toBe("inf");
    expect(run("ZADD z -5 b")).toBe(0);
    expect(run("ZINCRBY z 2.5 b")).toBe("-2.5");
  });
});

describe("members", () => {
  test("have ranks from either end, with scores when asked", () => {
    run("ZADD z 1 a 2 b 2 c");
    expect(run("ZRANK z b")).toBe(1);
    expect(run("ZREVRANK z b")).toBe(1);
    expect(run("ZRANK z c WITHSCORE")).toEqual([2, "2"]);
    expect(run("ZREVRANK z c withscore")).toEqual([0, "2"]);
    expect(run("ZRANK z n")).toBe(null);
    expect(node.execute(["ZRANK", "z", "n", "WITHSCORE"]).type).toBe("*");
    expect(run("ZRANK z a bogus")).toBe("(error) ERR syntax error");
    expect(run("ZRANK z a withscore 1")).toBe("(error) ERR wrong number of arguments for 'zrank' command");
    resp3.run("ZADD z 1.5 a");
    expect(resp3.execute(["ZRANK", "z", "a", "WITHSCORE"]).items.map(({ type }) => type)).toEqual([":", ","]);
  });

  test("are removed one by one, and the key with the last of them", () => {
    run("ZADD z 1 a 2 b");
    expect(run("ZREM z a n a")).toBe(1);
    expect(run("ZREM z b")).toBe(1);
    expect(run("EXISTS z")).toBe(0);
    expect(run("ZMSCORE z a b")).toEqual([null, null]);
  });

  test("are doubles in RESP3, and pairs where scores are asked for", () => {
    resp3.run("ZADD z 1 a 2 b 3 c 4 d");
    expect(resp3.execute(["ZSCORE", "z", "a"])).toMatchObject({ type: ",", text: "1" });
    expect(resp3.run("ZRANGE z 0 0 WITHSCORES")).toEqual([["a", "1"]]);
    expect(resp3.run("ZPOPMIN z")).toEqual(["a", "1"]);
    expect(resp3.run("ZPOPMIN z 1")).toEqual([["b", "2"]]);
    expect(resp3.run("ZMPOP 1 z MAX")).toEqual(["z", [["d", "4"]]]);
    expect(resp3.run("ZRANDMEMBER z -2 WITHSCORES")).toEqual([
      ["c", "3"],
      ["c", "3"],
    ]);
    expect(resp3.run("ZUNION 1 z WITHSCORES")).toEqual([["c", "3"]]);
  });
});

describe("ranges", () => {
  beforeEach(() => {
    run("ZADD z 1 a 2 b 3 c 4 d 5 e");
    run("ZADD m 0 a 0 b 0 c 0 d");
  });

  test("go by rank, by score or by member, either way", () => {
    expect(run("ZRANGE z 1 2")).toEqual(["b", "c"]);
    expect(run("ZRANGE z 0 1 REV")).toEqual(["e", "d"]);
    expect(run("ZRANGE z (1 3 BYSCORE")).toEqual(["b", "c"]);
    expect(run("ZRANGE z +inf (3 BYSCORE REV LIMIT 1 1")).toEqual(["d"]);
    expect(run("ZRANGE m [b (d BYLEX")).toEqual(["b", "c"]);
    expect(run("ZRANGE m + - BYLEX REV LIMIT 1 -1")).toEqual(["c", "b", "a"]);
    expect(run("ZREVRANGEBYSCORE z 4 2 WITHSCORES LIMIT 0 2")).toEqual(["d", "4", "c", "3"]);
    expect(run("ZCOUNT z (1 inf")).toBe(4);
    expect(run("ZLEXCOUNT m - (c")).toBe(2);
    expect(run("ZRANGE z 3 1 BYSCORE")).toEqual([]);
  });

  test("say what is wrong with them", () => {
    expect(run("ZRANGE z 0 -1 LIMIT 0 1")).toMatch(/LIMIT is only supported/);
    expect(run("ZRANGE m - + BYLEX WITHSCORES")).toMatch(/WITHSCORES not supported/);
    expect(run("ZRANGE z a b")).toBe("(error) ERR value is not an integer or out of range");
    expect(run("ZRANGEBYSCORE z a b")).toBe("(error) ERR min or max is not a float");
    expect(run("ZRANGEBYLEX z a b")).toBe("(error) ERR min or max not valid string range item");
    expect(run("ZRANGEBYLEX z - + BYSCORE")).toBe("(error) ERR syntax error");
  });

  test("are stored in place of whatever was there", () => {
    run("SET t x");
    expect(run("ZRANGESTORE t z (1 4 BYSCORE")).toBe(3);
    expect(run("ZRANGE t 0 -1 WITHSCORES")).toEqual(["b", "2", "c", "3", "d", "4"]);
    expect(run("ZRANGESTORE z z 0 1 REV")).toBe(2);
    expect(run("ZRANGE z 0 -1")).toEqual(["d", "e"]);
    expect(run("ZRANGESTORE t none 0 -1")).toBe(0);
    expect(run("EXISTS t")).toBe(0);
  });

  test("are removed, and all of them take the key", () => {
    expect(run("ZREMRANGEBYRANK z 0 0")).toBe(1);
    expect(run("ZREMRANGEBYSCORE z (2 3")).toBe(1);
    expect(run("ZREMRANGEBYLEX m [b [c")).toBe(2);
    expect(run("ZRANGE z 0 -1")).toEqual(["b", "d", "e"]);
    expect(run("ZRANGE m 0 -1")).toEqual(["a", "d"]);
    expect(run("ZREMRANGEBYSCORE z -inf +inf")).toBe(3);
    expect(run("EXISTS z")).toBe(0);
  });
});

describe("pops", () => {
  test("take from either end what they reply", () => {
    run("ZADD z 1 a 2 b 3 c 4 d");
    expect(run("ZPOPMIN z")).toEqual(["a", "1"]);
    expect(run("ZPOPMAX z 2")).toEqual(["d", "4", "c", "3"]);
    expect(run("ZPOPMIN z 0")).toEqual([]);
    expect(run("ZMPOP 2 n z MIN COUNT 9")).toEqual(["z", [["b", "2"]]]);
    expect(run("EXISTS z")).toBe(0);
    expect(run("ZMPOP 1 z MIN")).toBe(null);
    expect(run("ZPOPMIN z -1")).toBe("(error) ERR value is out of range, must be positive");
    expect(run("ZMPOP 0 z MIN")).toBe("(error) ERR numkeys should be greater than 0");
    expect(run("ZMPOP 1 z MIN COUNT 0")).toBe("(error) ERR count should be greater than 0");
  });

  test("take members of any length", () => {
    const long = "m".repeat(1000);
    run(`ZADD z 1 ${long} 2 b`);
    expect(run("ZPOPMIN z")).toEqual([long, "1"]);
    expect(run("ZRANGE z 0 -1")).toEqual(["b"]);
  });
});

describe("several sets together", () => {
  beforeEach(() => {
    run("ZADD a 1 x 2 y inf i");
    run("ZADD b 10 y 20 z -inf i");
    run("SADD s x z");
  });

  test("are united, intersected and subtracted", () => {
    expect(run("ZUNION 3 a b s WITHSCORES")).toEqual(["i", "0", "x", "2", "y", "12", "z", "21"]);
    expect(run("ZINTER 2 a b AGGREGATE MAX WITHSCORES")).toEqual(["y", "10", "i", "inf"]);
    expect(run("ZDIFF 2 a s WITHSCORES")).toEqual(["y", "2", "i", "inf"]);
    expect(run("ZUNION 2 a s WEIGHTS 0 3 WITHSCORES")).toEqual(["i", "0", "y", "0", "x", "3", "z", "3"]);
    expect(run("ZINTERCARD 2 a b")).toBe(2);
    expect(run("ZINTERCARD 2 a b LIMIT 1")).toBe(1);
  });

  test("are stored, even over one of the sources", () => {
    expect(run("ZUNIONSTORE a 2 a b")).toBe(4);
    expect(run("ZSCORE a y")).toBe("12");
    expect(run("ZINTERSTORE s 2 a s WEIGHTS 2 1")).toBe(2);
    expect(run("TYPE s")).toBe("zset");
    expect(run("ZDIFFSTORE b 2 b b")).toBe(0);
    expect(run("EXISTS b")).toBe(0);
  });

  test("say what is wrong with them", () => {
    run("SET t x");
    expect(run("ZUNION 0 a")).toBe("(error) ERR at least 1 input key is needed for 'zunion' command");
    expect(run("ZUNIONSTORE t x a")).toBe("(error) ERR value is not an integer or out of range");
    expect(run("ZUNION 2 a")).toBe("(error) ERR syntax error");
    expect(run("ZUNION 2 a t")).toMatch(/^\(error\) WRONGTYPE/);
    expect(run("ZUNION 2 a b WEIGHTS 1 x")).toBe("(error) ERR weight value is not a float");
    expect(run("ZUNION 2 a b AGGREGATE avg")).toBe("(error) ERR syntax error");
    expect(run("ZDIFF 2 a b AGGREGATE SUM")).toBe("(error) ERR syntax error");
    expect(run("ZINTERCARD 2 a b LIMIT -1")).toBe("(error) ERR LIMIT can't be negative");
    expect(run("ZUNIONSTORE d 1 a WITHSCORES")).toBe("(error) ERR syntax error");
  });
});

describe("a large sorted set", () => {
  const members = Array.from({ length: 500 }, (_, i) => `m${String(i).padStart(3, "0")}`);

  beforeEach(() => {
    for (const [i, member] of members.entries()) run(`ZADD z ${(i * 7) % 500} ${member}`);
  });

  test("is scanned to its end", () => {
    const found = new Map<string, string>();
    for (let cursor = "0"; ;) {
      const [next, pairs] = run(`ZSCAN z ${cursor} COUNT 20`) as [string, string[]];
      for (let i = 0; i < pairs.length; i += 2) found.set(pairs[i] as string, pairs[i + 1] as string);
      if (next === "0") break;
      cursor = next;
    }
    expect([...found.keys()].toSorted()).toEqual(members);
    expect(found.get("m003")).toBe("21");
  });

  test("keeps its order through changes, copies, renames and moves", () => {
    for (let i = 0; i < 500; i += 3) run(`ZINCRBY z 1000.5 m${String(i).padStart(3, "0")}`);
    expect(run("ZCOUNT z 1000.5 inf")).toBe(167);
    const all = run("ZRANGE z 0 -1 WITHSCORES");
    expect(run("COPY z y")).toBe(1);
    expect(run("RENAME y x")).toBe("OK");
    expect(run("MOVE x 1")).toBe(1);
    run("SELECT 1");
    expect(run("ZRANGE x 0 -1 WITHSCORES")).toEqual(all);
    expect(run("ZREMRANGEBYRANK x 10 489")).toBe(480);
    expect(run("ZCARD x")).toBe(20);
    expect(run("ZRANK x m001")).toBe(4);
    run("SELECT 0");
    expect(run("SCAN 0 TYPE zset")).toEqual(["0", ["z"]]);
  });
});
