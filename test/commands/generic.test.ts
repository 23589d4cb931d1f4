/** Commands on keys of any type: deleting, telling apart, carrying elsewhere. */
import { beforeEach, describe, expect, test } from "vitest";
import { LocalNode } from "./local-node.ts";

const node = new LocalNode();
const run = (line: string): unknown => node.run(line);
const content = (key: string): unknown => [run(`GET ${key}`), run(`TTL ${key}`)];
const sorted = (line: string): string[] => (run(line) as string[]).toSorted();

beforeEach(() => {
  run("FLUSHALL");
  run("SELECT 0");
});

describe("keys", () => {
  test("are deleted, counted and told apart", () => {
    run("SET s v");
    run("HSET h f v");
    run("SADD t m");
    expect(["s", "h", "t", "n"].map((key) => run(`TYPE ${key}`))).toEqual(["string", "hash", "set", "none"]);
    expect(run("EXISTS s s h n")).toBe(3);
    expect(run("TOUCH s n t")).toBe(2);
    expect(run("DBSIZE")).toBe(3);
    expect(run("DEL s s n")).toBe(1);
    expect(run("UNLINK h t")).toBe(2);
    expect(run("DBSIZE")).toBe(0);
  });

  test("FLUSHDB empties one database, FLUSHALL all", () => {
    run("SET a v");
    run("SELECT 1");
    run("SET b v");
    expect(run("FLUSHDB bogus")).toBe("(error) ERR syntax error");
    expect(run("FLUSHDB SYNC ASYNC")).toBe("(error) ERR syntax error");
    expect(run("FLUSHDB async")).toBe("OK");
    expect(run("DBSIZE")).toBe(0);
    run("SET b v");
    run("SELECT 0");
    expect(run("DBSIZE")).toBe(1);
    expect(run("FLUSHALL SYNC")).toBe("OK");
    expect(run("DBSIZE")).toBe(0);
  });

  test("are picked at random", () => {
    expect(run("RANDOMKEY")).toBe(null);
    run("MSET a 1 b 2 c 3");
    const seen = new Set(Array.from({ length: 100 }, () => run("RANDOMKEY")));
    expect(seen).toEqual(new Set(["a", "b", "c"]));
  });
});

describe("carrying keys elsewhere", () => {
  test("RENAME takes value and deadline along, over whatever is there", () => {
    run("SET a v EX 100");
    run("SADD b x");
    expect(run("RENAME a b")).toBe("OK");
    expect(content("b")).toEqual(["v", 100]);
    expect(run("EXISTS a")).toBe(0);
    run("SADD s x y");
    run("EXPIRE s 50");
    expect(run("RENAME s b")).toBe("OK");
    expect(sorted("SMEMBERS b")).toEqual(["x", "y"]);
    expect(run("TTL b")).toBe(50);
    run("HSET h f v g w");
    run("RENAME h b");
    expect(run("HMGET b f g")).toEqual(["v", "w"]);
    expect(run("TTL b")).toBe(-1);
  });

  test("RENAME of a counter takes the sum along", () => {
    run("INCRBY n 7");
    run("RENAME n m");
    expect(run("INCR m")).toBe(8);
  });

  test("RENAME of a missing key is an error, onto itself nothing", () => {
    expect(run("RENAME n m")).toBe("(error) ERR no such key");
    expect(run("RENAMENX n m")).toBe("(error) ERR no such key");
    run("SET a v EX 100");
    expect(run("RENAME a a")).toBe("OK");
    expect(content("a")).toEqual(["v", 100]);
    expect(run("RENAMENX a a")).toBe(0);
  });

  test("RENAMENX leaves what is there", () => {
    run("MSET a 1 b 2");
    expect(run("RENAMENX a b")).toBe(0);
    expect(run("RENAMENX a c")).toBe(1);
    expect(run("MGET a b c")).toEqual([null, "2", "1"]);
  });

  test("COPY copies within and between databases", () => {
    run("SET a v EX 100");
    expect(run("COPY a b")).toBe(1);
    expect(content("b")).toEqual(["v", 100]);
    expect(run("COPY a b")).toBe(0);
    run("SET a w");
    expect(run("COPY a b REPLACE")).toBe(1);
    expect(content("b")).toEqual(["w", -1]);
    expect(run("COPY a a DB 1")).toBe(1);
    expect(run("COPY n b REPLACE")).toBe(0);
    expect(run("GET b")).toBe("w");
    expect(run("COPY a a")).toBe("(error) ERR source and destination objects are the same");
    expect(run("COPY a b DB 16")).toBe("(error) ERR DB index is out of range");
    expect(run("COPY a b DB x")).toBe("(error) ERR value is not an integer or out of range");
    run("SELECT 1");
    expect(run("GET a")).toBe("w");
  });

  test("MOVE moves where nothing is", () => {
    run("SET a v EX 100");
    expect(run("MOVE a 1")).toBe(1);
    expect(run("EXISTS a")).toBe(0);
    run("SET a w");
    expect(run("MOVE a 1")).toBe(0);
    expect(run("MOVE n 1")).toBe(0);
    expect(run("MOVE a 0")).toBe("(error) ERR source and destination objects are the same");
    expect(run("MOVE a 16")).toBe("(error) ERR DB index is out of range");
    run("SELECT 1");
    expect(content("a")).toEqual(["v", 100]);
  });

  test("SWAPDB exchanges two databases", () => {
    run("SET a v EX 100");
    run("HSET h f v");
    run("SELECT 1");
    run("SADD s x");
    run("SELECT 0");
    expect(run("SWAPDB 0 1")).toBe("OK");
    expect(sorted("KEYS *")).toEqual(["s"]);
    expect(run("SMEMBERS s")).toEqual(["x"]);
    run("SELECT 1");
    expect(content("a")).toEqual(["v", 100]);
    expect(run("HGET h f")).toBe("v");
    expect(run("SWAPDB 1 1")).toBe("OK");
    expect(run("DBSIZE")).toBe(2);
    expect(run("SWAPDB x 1")).toBe("(error) ERR invalid first DB index");
    expect(run("SWAPDB 1 x")).toBe("(error) ERR invalid second DB index");
    expect(run("SWAPDB 0 16")).toBe("(error) ERR DB index is out of range");
  });
});
