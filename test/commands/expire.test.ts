/** Deadlines: how they are set, told, compared and taken away, and what a key past its deadline still shows (nothing). */
import { beforeEach, describe, expect, test } from "vitest";
import { LocalNode } from "./local-node.ts";

const node = new LocalNode();
const run = (line: string): unknown => node.run(line);

beforeEach(() => {
  run("FLUSHALL");
  run("SELECT 0");
  run("SET k v");
});

describe("deadlines", () => {
  test("are told in every unit", () => {
    const now = node.nowMs;
    expect([run("TTL k"), run("PTTL k"), run("EXPIRETIME k"), run("PEXPIRETIME k")]).toEqual([-1, -1, -1, -1]);
    expect([run("TTL n"), run("PTTL n"), run("EXPIRETIME n"), run("PEXPIRETIME n")]).toEqual([-2, -2, -2, -2]);
    expect(run("PEXPIRE k 1499")).toBe(1);
    expect([run("TTL k"), run("PTTL k"), run("PEXPIRETIME k")]).toEqual([1, 1499, now + 1499]);
    run("PEXPIRE k 1500");
    expect([run("TTL k"), run("EXPIRETIME k")]).toEqual([2, now / 1000 + 2]);
    run(`EXPIREAT k ${now / 1000 + 60}`);
    expect(run("TTL k")).toBe(60);
    run(`PEXPIREAT k ${now + 70}`);
    expect(run("PTTL k")).toBe(70);
  });

  test("hide the key when they come", () => {
    run("SET s v PX 100");
    run("SADD t m");
    run("PEXPIRE t 100");
    node.nowMs += 99;
    expect(run("EXISTS s t")).toBe(2);
    node.nowMs += 1;
    expect(run("EXISTS s t")).toBe(0);
    expect(run("KEYS *")).toEqual(["k"]);
    expect(run("SCAN 0")).toEqual(["0", ["k"]]);
    expect(run("RANDOMKEY")).toBe("k");
    expect(run("SADD t x")).toBe(1);
    expect(run("SMEMBERS t")).toEqual(["x"]);
    expect(run("TTL t")).toBe(-1);
    expect(run("INCR s")).toBe(1);
    expect(run("TTL s")).toBe(-1);
  });

  test("in the past delete the key", () => {
    for (const line of ["EXPIRE k -1", "EXPIRE k 0", "PEXPIREAT k 1", "EXPIREAT k -5"]) {
      run("SET k v");
      expect(run(line)).toBe(1);
      expect(run("EXISTS k")).toBe(0);
      expect(run(line)).toBe(0);
    }
  });

  test("are taken away by PERSIST", () => {
    expect(run("PERSIST k")).toBe(0);
    run("EXPIRE k 100");
    expect(run("PERSIST k")).toBe(1);
    expect(run("TTL k")).toBe(-1);
    expect(run("PERSIST n")).toBe(0);
  });

  test.each(["EXPIRE k 9223372036854775807", "EXPIRE k 9223372036854775", "EXPIREAT k -9223372036854776"])(
    "refuse what overflows: %s",
    (line) => {
      expect(run(line)).toMatch(/^\(error\) ERR invalid expire time in 'expire(at)?' command$/);
    },
  );

  test("far away are kept", () => {
    expect(run("PEXPIREAT k 9007199254740991")).toBe(1);
    expect(run("PEXPIRETIME k")).toBe(9007199254740991);
    expect(run("EXPIREAT k 99999999999")).toBe(1);
    expect(run("EXPIRETIME k")).toBe(99999999999);
    expect(run("GET k")).toBe("v");
  });
});

describe("conditions of EXPIRE", () => {
  test("NX and XX ask whether there is a deadline", () => {
    expect(run("EXPIRE k 100 XX")).toBe(0);
    expect(run("EXPIRE k 100 NX")).toBe(1);
    expect(run("EXPIRE k 200 nx")).toBe(0);
    expect(run("EXPIRE k 200 xx")).toBe(1);
    expect(run("TTL k")).toBe(200);
  });

  test("GT and LT compare, and no deadline is the latest", () => {
    expect(run("EXPIRE k 100 GT")).toBe(0);
    expect(run("EXPIRE k 100 LT")).toBe(1);
    expect(run("EXPIRE k 100 LT")).toBe(0);
    expect(run("EXPIRE k 100 GT")).toBe(0);
    expect(run("EXPIRE k 101 GT XX")).toBe(1);
    expect(run("EXPIRE k 99 LT")).toBe(1);
    expect(run("TTL k")).toBe(99);
  });

  test("are refused in combinations that make no sense", () => {
    expect(run("EXPIRE k 1 bogus")).toBe("(error) ERR Unsupported option bogus");
    for (const pair of ["NX XX", "NX GT", "LT NX"]) {
      expect(run(`EXPIRE k x ${pair}`)).toBe(
        "(error) ERR NX and XX, GT or LT options at the same time are not compatible",
      );
    }
    expect(run("EXPIRE k 1 GT LT")).toBe("(error) ERR GT and LT options at the same time are not compatible");
  });
});
