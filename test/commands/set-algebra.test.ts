/** Unions, intersections and differences against JavaScript's own sets, streamed and stored. */
import { fc, test as property } from "@fast-check/vitest";
import { beforeEach, describe, expect, test } from "vitest";
import { LocalNode } from "./local-node.ts";

const node = new LocalNode();
const run = (line: string): unknown => node.run(line);
const numbers = (from: number, count: number): string[] => Array.from({ length: count }, (_, i) => String(from + i));
const sorted = (line: string): string[] => (run(line) as string[]).toSorted();

beforeEach(() => {
  run("FLUSHALL");
  run("SELECT 0");
});

describe("the algebra of sets", () => {
  const members = fc.uniqueArray(fc.integer({ min: 0, max: 60 }).map(String), { maxLength: 40 });
  const operands = fc.array(members, { minLength: 1, maxLength: 4 });

  property.prop([operands, fc.boolean()])("agrees with sets of JavaScript", (lists, stores) => {
    run("FLUSHALL");
    const sets = lists.map((list) => new Set(list));
    lists.forEach((list, i) => list.length > 0 && run(`SADD s${i} ${list.join(" ")}`));
    const keys = lists.map((_, i) => `s${i}`).join(" ");
    const result = (name: string): string[] => {
      if (!stores) return sorted(`${name} ${keys}`);
      const size = run(`${name}STORE d ${keys}`);
      const stored = sorted("SMEMBERS d");
      expect(size).toBe(stored.length);
      return stored;
    };
    const all = [...new Set(lists.flat())].toSorted();
    expect(result("SUNION")).toEqual(all);
    const common = all.filter((member) => sets.every((set) => set.has(member)));
    expect(result("SINTER")).toEqual(common);
    expect(run(`SINTERCARD ${lists.length} ${keys}`)).toBe(common.length);
    expect(run(`SINTERCARD ${lists.length} ${keys} LIMIT 3`)).toBe(Math.min(3, common.length));
    expect(result("SDIFF")).toEqual(all.filter((member) => onlyFirst(sets, member)));
  });

  test("stores over any type and without a deadline, and deletes where there is nothing", () => {
    run("SADD a x");
    run("SET d v EX 100");
    expect(run("SUNIONSTORE d a")).toBe(1);
    expect(run("TYPE d")).toBe("set");
    expect(run("TTL d")).toBe(-1);
    expect(run("SINTERSTORE d a n")).toBe(0);
    expect(run("EXISTS d")).toBe(0);
  });

  test("stores over one of its sources", () => {
    run("SADD a x y");
    run("SADD b y z");
    expect(run("SDIFFSTORE a a b")).toBe(1);
    expect(run("SMEMBERS a")).toEqual(["x"]);
    expect(run("SUNIONSTORE b b a")).toBe(3);
    expect(sorted("SMEMBERS b")).toEqual(["x", "y", "z"]);
  });

  test("refuses other types, wherever they stand", () => {
    run("SADD a x");
    run("SET s v");
    for (const line of ["SINTER n s", "SUNION a s", "SDIFF a s", "SINTERSTORE d n s", "SINTERCARD 2 n s"]) {
      expect(run(line)).toMatch(/WRONGTYPE/);
    }
  });

  test("SINTERCARD checks its numbers", () => {
    expect(run("SINTERCARD 0 a")).toBe("(error) ERR numkeys should be greater than 0");
    expect(run("SINTERCARD x a")).toBe("(error) ERR numkeys should be greater than 0");
    expect(run("SINTERCARD 2 a")).toBe("(error) ERR Number of keys can't be greater than number of args");
    expect(run("SINTERCARD 1 a LIMIT -1")).toBe("(error) ERR LIMIT can't be negative");
    expect(run("SINTERCARD 1 a LIMIT")).toBe("(error) ERR syntax error");
    expect(run("SINTERCARD 1 a bogus 1")).toBe("(error) ERR syntax error");
  });

  test("tells apart what large sets share, and what a large and a small one do", () => {
    node.execute(["SADD", "a", ...numbers(0, 3000)]);
    node.execute(["SADD", "b", ...numbers(2000, 3000)]);
    node.execute(["SADD", "c", ...numbers(2990, 20)]);
    expect(sorted("SINTER a b")).toEqual(numbers(2000, 1000).toSorted());
    expect(sorted("SDIFF a b")).toEqual(numbers(0, 2000).toSorted());
    expect(sorted("SINTER a b c")).toEqual(numbers(2990, 10));
    expect(sorted("SDIFF c a")).toEqual(numbers(3000, 10));
    expect(sorted("SDIFF a b c")).toEqual(numbers(0, 2000).toSorted());
    expect(run("SINTERCARD 2 a b")).toBe(1000);
  });

  test("unites large sets of any bytes", () => {
    for (const key of ["a", "b"]) {
      const from = key === "a" ? 0 : 1000;
      node.execute(["SADD", key, ...Array.from({ length: 3000 }, (_, i) => word(from + i))]);
    }
    expect(node.execute(["SUNIONSTORE", "d", "a", "b"]).text).toBe("4000");
    expect(node.execute(["SINTERSTORE", "d", "a", "b"]).text).toBe("2000");
  });
});

/** Five bytes, two of which are the number. */
function word(i: number): string {
  return String.fromCharCode(i & 255, i >> 8, 0, 13, 10);
}

function onlyFirst(sets: readonly ReadonlySet<string>[], member: string): boolean {
  return sets.every((set, i) => set.has(member) === (i === 0));
}
