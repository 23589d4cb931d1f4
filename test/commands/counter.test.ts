/** Counting strings and fields: INCR and its like against exact 64-bit arithmetic, floats against exact decimals. */
import { fc, test as property } from "@fast-check/vitest";
import { beforeEach, describe, expect, test } from "vitest";
import { LocalNode } from "./local-node.ts";

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

const node = new LocalNode();
const run = (line: string): unknown => node.run(line);

beforeEach(() => {
  run("FLUSHALL");
  run("SELECT 0");
});

describe("INCR and its like", () => {
  test("count from nothing, from a value, and on", () => {
    expect(run("INCR n")).toBe(1);
    expect(run("DECRBY n 5")).toBe(-4);
    run("SET n 10");
    expect(run("INCRBY n 5")).toBe(15);
    expect(run("GET n")).toBe("15");
    expect(run("DECR n")).toBe(14);
    expect(run("INCRBY z 0")).toBe(0);
    expect(run("GET z")).toBe("0");
  });

  test("keep the deadline", () => {
    run("SET n 1 EX 100");
    run("INCR n");
    expect(run("TTL n")).toBe(100);
  });

  test.each(["abc", '""', "1.5", "007", "+1", "9223372036854775808"])("refuse to count on the value %s", (value) => {
    run(`SET n ${value}`);
    expect(run("INCR n")).toBe("(error) ERR value is not an integer or out of range");
  });

  test("refuse to leave 64 bits", () => {
    run(`SET n ${INT64_MAX}`);
    expect(run("INCR n")).toBe("(error) ERR increment or decrement would overflow");
    expect(run(`DECRBY n ${INT64_MIN}`)).toBe("(error) ERR decrement would overflow");
    run(`SET n ${INT64_MIN}`);
    expect(run("DECR n")).toBe("(error) ERR increment or decrement would overflow");
    expect(run(`INCRBY n ${INT64_MAX}`)).toBe(-1);
  });

  const int64 = fc.bigInt({ min: INT64_MIN, max: INT64_MAX });

  property.prop([int64, fc.array(fc.oneof(int64, fc.bigInt({ min: -5n, max: 5n })), { maxLength: 12 })])(
    "add up exactly, and refuse exactly what does not fit",
    (start, amounts) => {
      run(`SET n ${start}`);
      let expected = start;
      for (const amount of amounts) {
        const sum = expected + amount;
        const fits = sum >= INT64_MIN && sum <= INT64_MAX;
        const reply = run(`INCRBY n ${amount}`);
        if (fits) expect(String(reply)).toBe(String((expected = sum)));
        else expect(reply).toBe("(error) ERR increment or decrement would overflow");
        expect(run("GET n")).toBe(String(expected));
      }
    },
  );
});

describe("INCRBYFLOAT", () => {
  test("adds decimals exactly and prints them plainly", () => {
    expect(run("INCRBYFLOAT f 10.50")).toBe("10.5");
    expect(run("INCRBYFLOAT f 0.1")).toBe("10.6");
    expect(run("INCRBYFLOAT f -5.0e3")).toBe("-4989.4");
    run("SET g 3.0e3");
    expect(run("INCRBYFLOAT g 200")).toBe("3200");
    expect(run("INCR g")).toBe(3201);
  });

  test("goes beyond 64 bits, unlike INCR", () => {
    run("SET f 9223372036854775807");
    expect(run("INCRBYFLOAT f 1")).toBe("9223372036854775808");
    expect(run("GET f")).toBe("9223372036854775808");
    expect(run("INCRBYFLOAT f 0.5")).toBe("9223372036854775808.5");
    expect(run("INCRBYFLOAT f 0.5")).toBe("9223372036854775809");
    expect(run("INCR f")).toBe("(error) ERR value is not an integer or out of range");
    expect(run("INCRBYFLOAT f -10")).toBe("9223372036854775799");
    expect(run("INCR f")).toBe("9223372036854775800");
  });

  test("tells what is no number from what is infinite", () => {
    run("SET f 1");
    expect(run("INCRBYFLOAT f abc")).toBe("(error) ERR value is not a valid float");
    expect(run("INCRBYFLOAT f nan")).toBe("(error) ERR value is not a valid float");
    expect(run("INCRBYFLOAT f -Inf")).toBe("(error) ERR increment would produce NaN or Infinity");
    run("SET f infinity");
    expect(run("INCRBYFLOAT f 1")).toBe("(error) ERR increment would produce NaN or Infinity");
    run("SADD s a");
    expect(run("INCRBYFLOAT s x")).toMatch(/WRONGTYPE/);
  });
});

describe("HINCRBY and HINCRBYFLOAT", () => {
  test("count in fields", () => {
    expect(run("HINCRBY h f 5")).toBe(5);
    expect(run("HINCRBY h f -7")).toBe(-2);
    expect(run("HINCRBYFLOAT h f 0.5")).toBe("-1.5");
    expect(run("HGETALL h")).toEqual(["f", "-1.5"]);
    run("HSET h big 9223372036854775807");
    expect(run("HINCRBYFLOAT h big 1")).toBe("9223372036854775808");
    expect(run("HGET h big")).toBe("9223372036854775808");
  });

  test("have errors of their own", () => {
    run("HSET h f x g 9223372036854775807 i inf");
    expect(run("HINCRBY h f 1")).toBe("(error) ERR hash value is not an integer");
    expect(run("HINCRBYFLOAT h f 1")).toBe("(error) ERR hash value is not a float");
    expect(run("HINCRBY h g 1")).toBe("(error) ERR increment or decrement would overflow");
    expect(run("HINCRBYFLOAT h g inf")).toBe("(error) ERR value is NaN or Infinity");
    expect(run("HINCRBYFLOAT h i 1")).toBe("(error) ERR increment would produce NaN or Infinity");
    expect(run("HINCRBY h f x")).toBe("(error) ERR value is not an integer or out of range");
    run("SET s 1");
    expect(run("HINCRBY s f 1")).toMatch(/WRONGTYPE/);
  });
});
