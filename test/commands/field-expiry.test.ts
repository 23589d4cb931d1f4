/** Fields that expire: HEXPIRE and its like, HGETEX, HSETEX, HGETDEL, as Redis 7.4 and 8.0 document them, and what other commands see. */
import { beforeEach, describe, expect, test } from "vitest";
import { FIELD_DEADLINE_MS_MAX } from "../../src/limits/clients.ts";
import { LocalNode } from "./local-node.ts";

const node = new LocalNode();
const run = (line: string): unknown => node.run(line);
/** When the running test began: later than anything before, since the clock of a replica never goes back. */
let start = node.nowMs;
const WRONG_TYPE = "(error) WRONGTYPE Operation against a key holding the wrong kind of value";
const NOT_AN_INTEGER = "(error) ERR value is not an integer or out of range";
const FIELDS_MISSING = "(error) ERR Mandatory argument FIELDS is missing or not at the right position";
const MISMATCH = "(error) ERR The `numfields` parameter must match the number of arguments";

beforeEach(() => {
  node.nowMs = start += 1_000_000;
  run("FLUSHALL");
});

describe("HEXPIRE", () => {
  test("sets deadlines field by field, and says so", () => {
    run("HSET h a 1 b 2");
    expect(run("HEXPIRE h 10 FIELDS 3 a b n")).toEqual([1, 1, -2]);
    expect(run("HEXPIRE n 10 FIELDS 2 a b")).toEqual([-2, -2]);
    expect(run("EXISTS n")).toBe(0);
    expect(run("HTTL h FIELDS 3 a b n")).toEqual([10, 10, -2]);
    expect(run("HPTTL h FIELDS 1 a")).toEqual([10_000]);
    expect(run("HPEXPIRETIME h FIELDS 1 a")).toEqual([start + 10_000]);
    expect(run("HEXPIRETIME h FIELDS 1 a")).toEqual([Math.ceil((start + 10_000) / 1000)]);
    expect(run("HPEXPIRE h 1500 FIELDS 1 a")).toEqual([1]);
    expect(run("HPTTL h FIELDS 2 a b")).toEqual([1500, 10_000]);
    expect(run("HTTL h FIELDS 1 a")).toEqual([2]);
    expect(run(`HPEXPIREAT h ${start + 77} fields 1 a`)).toEqual([1]);
    expect(run("HPTTL h FIELDS 1 a")).toEqual([77]);
    expect(run(`HEXPIREAT h ${Math.floor(start / 1000) + 100} FIELDS 1 a`)).toEqual([1]);
    expect(run("TTL h")).toBe(-1);
  });

  test("asks for what is there or not: NX, XX, GT, LT", () => {
    run("HSET h a 1 b 2");
    expect(run("HEXPIRE h 10 XX FIELDS 1 a")).toEqual([0]);
    expect(run("HEXPIRE h 10 GT FIELDS 1 a")).toEqual([0]);
    expect(run("HEXPIRE h 10 NX FIELDS 1 a")).toEqual([1]);
    expect(run("HEXPIRE h 20 NX FIELDS 2 a b")).toEqual([0, 1]);
    expect(run("HEXPIRE h 10 GT FIELDS 1 a")).toEqual([0]);
    expect(run("HEXPIRE h 10 lt FIELDS 1 a")).toEqual([0]);
    expect(run("HEXPIRE h 11 gt FIELDS 1 a")).toEqual([1]);
    expect(run("HEXPIRE h 9 LT FIELDS 1 a")).toEqual([1]);
    expect(run("HEXPIRE h 30 XX FIELDS 1 a")).toEqual([1]);
    run("HSET h c 3");
    expect(run("HEXPIRE h 30 LT FIELDS 1 c")).toEqual([1]);
    expect(run("HTTL h FIELDS 3 a b c")).toEqual([30, 20, 30]);
  });

  test("deletes at once what is due already, if its condition is met, and the key with the last field", () => {
    run("HSET h a 1 b 2 c 3");
    expect(run("HEXPIRE h 0 XX FIELDS 1 a")).toEqual([0]);
    expect(run("HEXPIRE h 0 FIELDS 3 a a b")).toEqual([2, -2, 2]);
    expect(run("HPEXPIREAT h 1 FIELDS 1 c")).toEqual([2]);
    expect(run("EXISTS h")).toBe(0);
    expect(String(run("INFO stats"))).toContain("expired_subkeys:3\r\n");
  });

  test("refuses what it cannot read, before anything is written", () => {
    run("HSET h a 1");
    run("SET s v");
    expect(run("HEXPIRE s x FIELDS 1 a")).toBe(WRONG_TYPE);
    expect(run("HEXPIRE h x FIELDS 1 a")).toBe(NOT_AN_INTEGER);
    expect(run("HEXPIRE h -1 FIELDS 1 a")).toBe("(error) ERR invalid expire time, must be >= 0");
    expect(run(`HPEXPIREAT h ${FIELD_DEADLINE_MS_MAX + 1} FIELDS 1 a`)).toBe(
      "(error) ERR invalid expire time in 'hpexpireat' command",
    );
    expect(run("HEXPIRE h 9223372036854775807 FIELDS 1 a")).toBe(
      "(error) ERR invalid expire time in 'hexpire' command",
    );
    expect(run(`HPEXPIREAT h ${FIELD_DEADLINE_MS_MAX} FIELDS 1 a`)).toEqual([1]);
    run("HPERSIST h FIELDS 1 a");
    expect(run("HEXPIRE h 1 NX XX FIELDS 1 a")).toBe(FIELDS_MISSING);
    expect(run("HEXPIRE h 1 FIELD 1 a b")).toBe(FIELDS_MISSING);
    expect(run("HEXPIRE h 1 FIELDS 0 a")).toBe("(error) ERR Parameter `numFields` should be greater than 0");
    expect(run("HEXPIRE h 1 FIELDS x a")).toBe("(error) ERR Parameter `numFields` should be greater than 0");
    expect(run("HEXPIRE h 1 FIELDS 2 a")).toBe(MISMATCH);
    expect(run("HEXPIRE h 1 FIELDS 1 a b")).toBe(MISMATCH);
    expect(run("HEXPIRE h 1 NX FIELDS 1")).toBe(MISMATCH);
    expect(run("HTTL h FIELDS 1 a")).toEqual([-1]);
  });
});

describe("HPERSIST", () => {
  test("ends deadlines", () => {
    run("HSET h a 1 b 2");
    run("HEXPIRE h 10 FIELDS 1 a");
    expect(run("HPERSIST h FIELDS 3 a b n")).toEqual([1, -1, -2]);
    expect(run("HPERSIST n FIELDS 1 a")).toEqual([-2]);
    expect(run("HTTL h FIELDS 1 a")).toEqual([-1]);
    node.nowMs = start + 20_000;
    expect(run("HGET h a")).toBe("1");
  });

  test.each(["HPERSIST", "HTTL", "HPTTL", "HEXPIRETIME", "HPEXPIRETIME", "HGETDEL", "HGETEX"])(
    "and %s refuse what they cannot read",
    (name) => {
      run("SET s v");
      expect(run(`${name} s FIELDS 0 a`)).toBe(WRONG_TYPE);
      expect(run(`${name} h FIELD 1 a`)).toBe(FIELDS_MISSING);
      expect(run(`${name} h FIELDS 0 a`)).toBe("(error) ERR Number of fields must be a positive integer");
      expect(run(`${name} h FIELDS a a`)).toBe("(error) ERR Number of fields must be a positive integer");
      expect(run(`${name} h FIELDS 2 a`)).toBe(MISMATCH);
      expect(run(`${name} h FIELDS 1`)).toBe(
        `(error) ERR wrong number of arguments for '${name.toLowerCase()}' command`,
      );
    },
  );
});

describe("an expired field", () => {
  beforeEach(() => {
    run("HSET h a 1 b 22");
    run("HPEXPIRE h 10 FIELDS 1 a");
  });

  test("is there until its deadline", () => {
    node.nowMs = start + 9;
    expect(run("HLEN h")).toBe(2);
    expect(run("HGET h a")).toBe("1");
    expect(run("HPTTL h FIELDS 1 a")).toEqual([1]);
  });

  test("is seen by no command", () => {
    node.nowMs = start + 10;
    expect(run("HGET h a")).toBe(null);
    expect(run("HMGET h a b")).toEqual([null, "22"]);
    expect(run("HGETALL h")).toEqual(["b", "22"]);
    expect(run("HKEYS h")).toEqual(["b"]);
    expect(run("HVALS h")).toEqual(["22"]);
    expect(run("HLEN h")).toBe(1);
    expect(run("HEXISTS h a")).toBe(0);
    expect(run("HSTRLEN h a")).toBe(0);
    expect(run("HSCAN h 0")).toEqual(["0", ["b", "22"]]);
    expect(run("HRANDFIELD h 5")).toEqual(["b"]);
    expect(run("HTTL h FIELDS 1 a")).toEqual([-2]);
    expect(run("HPERSIST h FIELDS 1 a")).toEqual([-2]);
    expect(run("HEXPIRE h 10 FIELDS 1 a")).toEqual([-2]);
    expect(run("HGETDEL h FIELDS 1 a")).toEqual([null]);
    expect(run("HDEL h a")).toBe(0);
    expect(run("HSETNX h a 3")).toBe(1);
    expect(run("HTTL h FIELDS 1 a")).toEqual([-1]);
  });

  test("is new when it is set, and zero when it is counted", () => {
    node.nowMs = start + 10;
    expect(run("HSET h a 5")).toBe(1);
    run("HPEXPIRE h 10 FIELDS 1 a");
    node.nowMs = start + 20;
    expect(run("HINCRBY h a 2")).toBe(2);
    expect(run("HTTL h FIELDS 1 a")).toEqual([-1]);
  });

  test("takes the key with it when it is the last", () => {
    run("HDEL h b");
    run("EXPIRE h 1000");
    node.nowMs = start + 10;
    expect(run("EXISTS h")).toBe(0);
    expect(run("TYPE h")).toBe("none");
    expect(run("KEYS *")).toEqual([]);
    expect(run("HLEN h")).toBe(0);
    expect(run("SET h v NX")).toBe("OK");
    run("DEL h");
    expect(run("HSET h c 1")).toBe(1);
    expect(run("TTL h")).toBe(-1);
  });
});

describe("writes to a field with a deadline", () => {
  test("end it when they set the field, and keep it when they count", () => {
    run("HSET h a 1 b 1 c 1.5");
    run("HEXPIRE h 10 FIELDS 3 a b c");
    run("HSET h a 2");
    run("HINCRBY h b 2");
    run("HINCRBYFLOAT h c 2");
    expect(run("HTTL h FIELDS 3 a b c")).toEqual([-1, 10, 10]);
    expect(run("HMGET h a b c")).toEqual(["2", "3", "3.5"]);
  });

  test("carry it elsewhere: COPY, RENAME, DUMP and RESTORE", () => {
    run("HSET h a 1 b 2");
    run("HEXPIRE h 10 FIELDS 1 a");
    run("COPY h i");
    run("RENAME h j");
    for (const key of ["i", "j"]) expect(run(`HTTL ${key} FIELDS 2 a b`)).toEqual([10, -1]);
    node.execute(["RESTORE", "k", "0", node.execute(["DUMP", "i"]).text ?? ""]);
    expect(run("HTTL k FIELDS 2 a b")).toEqual([10, -1]);
    run("HSET h a 1");
    run("HEXPIRE h 10 FIELDS 1 a");
    run("MOVE h 1");
    run("SELECT 1");
    expect(run("HTTL h FIELDS 1 a")).toEqual([10]);
    run("SELECT 0");
  });
});

describe("HGETEX", () => {
  test("replies with values and changes deadlines", () => {
    run("HSET h a 1 b 2");
    expect(run("HGETEX h FIELDS 2 a n")).toEqual(["1", null]);
    expect(run("HGETEX h EX 10 FIELDS 2 a n")).toEqual(["1", null]);
    expect(run("HGETEX h px 2000 FIELDS 1 b")).toEqual(["2"]);
    expect(run("HGETEX h FIELDS 2 a b")).toEqual(["1", "2"]);
    expect(run("HPTTL h FIELDS 2 a b")).toEqual([10_000, 2000]);
    expect(run(`HGETEX h PXAT ${start + 5} FIELDS 1 a`)).toEqual(["1"]);
    expect(run("HPTTL h FIELDS 1 a")).toEqual([5]);
    expect(run("HGETEX h PERSIST FIELDS 2 a b")).toEqual(["1", "2"]);
    expect(run("HTTL h FIELDS 2 a b")).toEqual([-1, -1]);
    expect(run("HGETEX n EX 1 FIELDS 2 a b")).toEqual([null, null]);
  });

  test("deletes what is due already", () => {
    run("HSET h a 1");
    expect(run("HGETEX h EXAT 1 FIELDS 2 a a")).toEqual(["1", null]);
    expect(run("EXISTS h")).toBe(0);
  });

  test("refuses what it cannot read", () => {
    run("HSET h a 1");
    expect(run("HGETEX h EX x FIELDS 1 a")).toBe(NOT_AN_INTEGER);
    expect(run("HGETEX h EX -1 FIELDS 1 a")).toBe("(error) ERR invalid expire time, must be >= 0");
    expect(run("HGETEX h EX 1 PX 1 FIELDS 1 a")).toBe(FIELDS_MISSING);
    expect(run("HGETEX h EX 1 FIELDS")).toBe("(error) ERR Number of fields must be a positive integer");
    expect(run("HGETEX h PERSIST FIELDS 1")).toBe(MISMATCH);
    expect(run("HTTL h FIELDS 1 a")).toEqual([-1]);
  });
});

describe("HSETEX", () => {
  test("sets values and their deadline", () => {
    expect(run("HSETEX h EX 10 FIELDS 2 a 1 b 2")).toBe(1);
    expect(run("HTTL h FIELDS 2 a b")).toEqual([10, 10]);
    expect(run("HSETEX h FIELDS 1 a 3")).toBe(1);
    expect(run("HSETEX h KEEPTTL FIELDS 3 a 4 b 5 c 6")).toBe(1);
    expect(run("HTTL h FIELDS 3 a b c")).toEqual([-1, 10, -1]);
    expect(run("HMGET h a b c")).toEqual(["4", "5", "6"]);
    expect(run(`HSETEX h pxat ${start + 7} FIELDS 1 a 1`)).toBe(1);
    expect(run("HPTTL h FIELDS 1 a")).toEqual([7]);
  });

  test("asks for all fields or none: FXX, FNX", () => {
    expect(run("HSETEX h FXX FIELDS 1 a 1")).toBe(0);
    expect(run("EXISTS h")).toBe(0);
    expect(run("HSETEX h FNX FIELDS 1 a 1")).toBe(1);
    expect(run("HSETEX h EX 10 FNX FIELDS 2 b 1 a 1")).toBe(0);
    expect(run("HSETEX h FXX EX 10 FIELDS 2 a 1 b 1")).toBe(0);
    expect(run("HSETEX h FXX EX 10 FIELDS 1 a 2")).toBe(1);
    expect(run("HGETALL h")).toEqual(["a", "2"]);
    node.nowMs = start + 10_000;
    expect(run("HSETEX h FXX FIELDS 1 a 3")).toBe(0);
    expect(run("HSETEX h FNX FIELDS 1 a 3")).toBe(1);
  });

  test("leaves nothing of what is due already", () => {
    run("HSET h a 1");
    expect(run("HSETEX h EXAT 1 FIELDS 2 a 1 b 1")).toBe(1);
    expect(run("EXISTS h")).toBe(0);
  });

  test("refuses what it cannot read, before anything is written", () => {
    run("SET s v");
    const arity = "(error) ERR wrong number of arguments for 'hsetex' command";
    const once = "(error) ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified";
    expect(run("HSETEX s EX x FIELDS 1 a 1")).toBe(NOT_AN_INTEGER);
    expect(run("HSETEX s EX 1 FIELDS 1 a 1")).toBe(WRONG_TYPE);
    expect(run("HSETEX h EX 1 PX 1 FIELDS 1 a 1")).toBe(once);
    expect(run("HSETEX h KEEPTTL EX 1 FIELDS 1 a 1")).toBe(once);
    expect(run("HSETEX h FNX FXX FIELDS 1 a 1")).toBe("(error) ERR Only one of FXX or FNX arguments can be specified");
    expect(run("HSETEX h NX FIELDS 1 a 1")).toBe("(error) ERR unknown argument: NX");
    expect(run("HSETEX h FNX KEEPTTL FXX EX")).toBe("(error) ERR Only one of FXX or FNX arguments can be specified");
    expect(run("HSETEX h FNX FNX FNX EX")).toBe("(error) ERR Only one of FXX or FNX arguments can be specified");
    expect(run("HSETEX h FIELDS 0 a 1")).toBe("(error) ERR invalid number of fields");
    expect(run("HSETEX h FIELDS x a 1")).toBe("(error) ERR invalid number of fields");
    expect(run("HSETEX h FIELDS 1 a 1 b")).toBe(arity);
    expect(run("HSETEX h FIELDS 1 a 1 b 2")).toBe(arity);
    expect(run("HSETEX h KEEPTTL FIELDS 1 a")).toBe(arity);
    expect(run("EXISTS h")).toBe(0);
  });
});

describe("HGETDEL", () => {
  test("takes fields, and the key with the last of them", () => {
    run("HSET h a 1 b 2");
    expect(run("HGETDEL h FIELDS 3 a n a")).toEqual(["1", null, null]);
    expect(run("HGETALL h")).toEqual(["b", "2"]);
    expect(run("HGETDEL h FIELDS 2 b b")).toEqual(["2", null]);
    expect(run("EXISTS h")).toBe(0);
    expect(run("HGETDEL h FIELDS 1 b")).toEqual([null]);
  });
});

describe("HSCAN", () => {
  test("leaves values out when asked", () => {
    run("HSET h a 1 b 2");
    expect(run("HSCAN h 0 NOVALUES")).toEqual(["0", ["a", "b"]]);
    expect(run("HSCAN h 0 NOVALUES MATCH a* COUNT 5")).toEqual(["0", ["a"]]);
    expect(run("HSCAN h 0 MATCH a* novalues")).toEqual(["0", ["a"]]);
    run("SADD s a");
    expect(run("SSCAN s 0 NOVALUES")).toBe("(error) ERR NOVALUES option can only be used in HSCAN");
    expect(run("SCAN 0 NOVALUES")).toBe("(error) ERR NOVALUES option can only be used in HSCAN");
  });
});

test("INFO counts hashes whose fields expire", () => {
  run("HSET h a 1");
  expect(String(run("INFO keyspace"))).toContain("keys=1,expires=0,avg_ttl=0\r\n");
  run("HEXPIRE h 10 FIELDS 1 a");
  expect(String(run("INFO keyspace"))).toContain("subexpiry=1\r\n");
});
