/** The specification by itself, with no production code behind it. */
import { describe, expect, it } from "vitest";
import { expectedReply } from "./spec-world.ts";

describe("the specification", () => {
  it("knows Redis's replies on one replica", () => {
    const world = expectedReply();
    expect(world.at("a", "SET", "k", "5")).toBe("OK");
    expect(world.at("a", "INCRBY", "k", "2")).toBe(7);
    expect(world.at("a", "GET", "k")).toBe("7");
    expect(world.at("a", "SADD", "k", "x")).toEqual({ error: expect.stringContaining("WRONGTYPE") });
    expect(world.at("a", "APPEND", "k", "x")).toBe(2);
    expect(world.at("a", "INCR", "k")).toEqual({ error: "ERR value is not an integer or out of range" });
    expect(world.at("a", "HSET", "h", "f", "1", "f", "2")).toBe(1);
    expect(world.at("a", "HINCRBYFLOAT", "h", "f", "0.5")).toBe("2.5");
    expect(world.at("a", "HDEL", "h", "f")).toBe(1);
    expect(world.at("a", "EXISTS", "h")).toBe(0);
    expect(world.at("a", "RENAME", "k", "l")).toBe("OK");
    expect(world.at("a", "GET", "l")).toBe("7x");
  });

  it("adds concurrent increments to a reset that has not seen them", () => {
    const world = expectedReply();
    world.at("a", "INCRBY", "k", "100");
    world.sync();
    world.at("a", "INCRBY", "k", "2");
    world.at("b", "SET", "k", "5");
    world.sync();
    expect([world.at("a", "GET", "k"), world.at("b", "GET", "k")]).toEqual(["7", "7"]);
  });

  it("keeps an add that a removal has not seen", () => {
    const world = expectedReply();
    world.at("a", "SADD", "s", "x");
    world.sync();
    world.at("a", "SADD", "s", "x");
    world.at("b", "SREM", "s", "x");
    world.sync();
    expect(world.at("b", "SISMEMBER", "s", "x")).toBe(1);
  });

  it("keeps a losing value until a write has seen it", () => {
    const world = expectedReply();
    world.at("a", "SET", "k", "lost");
    world.at("b", "SET", "k", "won");
    world.at("b", "DEL", "k");
    world.sync();
    expect(world.at("b", "GET", "k")).toBe("lost");
  });

  it("hides a key past its deadline, and begins anew when it is written to", () => {
    const world = expectedReply();
    world.at("a", "SET", "n", "5", "PX", "100");
    world.wait(100);
    expect(world.at("a", "GET", "n")).toBe(null);
    expect(world.at("a", "INCR", "n")).toBe(1);
    expect(world.at("a", "TTL", "n")).toBe(-1);
  });

  it("forgets what is dead everywhere without changing what is shown", () => {
    const world = expectedReply();
    for (let i = 0; i < 10; i++) world.at(i % 2 === 0 ? "a" : "b", "HSET", "h", `f${i % 3}`, String(i));
    world.sync();
    world.at("a", "HDEL", "h", "f0");
    world.sync();
    const before = world.at("a", "HMGET", "h", "f0", "f1", "f2");
    const steps = world.history.stepCount("0:h");
    world.history.forget("0:h", () => true);
    expect(world.history.stepCount("0:h")).toBeLessThan(steps);
    expect(world.at("b", "HMGET", "h", "f0", "f1", "f2")).toEqual(before);
  });

  it("says what is wrong with a wrong reply", () => {
    const world = expectedReply();
    world.at("a", "SET", "k", "5");
    expect(world.problem("a", ["GET", "k"], "6")).toBe('expected "5", read "6"');
    expect(world.problem("a", ["GET", "k"], "5")).toBeUndefined();
  });
});
