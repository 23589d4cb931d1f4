/** CONFIG GET and SET, the parameters and the words that refuse bad values. */
import { describe, expect, test } from "vitest";
import { Config } from "../../src/commands/config.ts";
import { defaultSettings } from "../../src/commands/config-settings.ts";
import { PARAMETERS } from "../../src/commands/config-parameters.ts";
import { CommandServer } from "./command-server.ts";

function refusal(name: string, reason: string): string {
  return `-ERR CONFIG SET failed (possibly related to argument '${name}') - ${reason}\r\n`;
}

describe("CONFIG GET", () => {
  const session = new CommandServer().connect();

  test("finds by name, by glob and by several patterns, each parameter once", () => {
    expect(session.run("config get port")).toBe("*2\r\n$4\r\nport\r\n$4\r\n6379\r\n");
    expect(session.run("config get port p?rt nothing")).toBe("*2\r\n$4\r\nport\r\n$4\r\n6379\r\n");
    expect(session.run("config get nothing")).toBe("*0\r\n");
    expect(session.run("config get MAXCLIENTS")).toBe("*2\r\n$10\r\nMAXCLIENTS\r\n$5\r\n10000\r\n");
  });

  test("answers with a map in RESP3", () => {
    const modern = new CommandServer().connect();
    modern.run("hello 3");
    expect(modern.run("config get save")).toBe("%1\r\n$4\r\nsave\r\n$0\r\n\r\n");
  });

  test("knows the older names", () => {
    expect(session.run("config get hash-max-ziplist-value")).toBe(
      "*2\r\n$22\r\nhash-max-ziplist-value\r\n$2\r\n64\r\n",
    );
  });
});

describe("CONFIG SET", () => {
  test("changes what the program reads, and tells who asked to be told", () => {
    const server = new CommandServer();
    const told: (readonly string[])[] = [];
    server.config.onChange = (names) => told.push(names);
    expect(server.connect().run("config set maxmemory 100mb TIMEOUT 30")).toBe("+OK\r\n");
    expect(server.config.settings).toMatchObject({ memoryBytesMax: 104_857_600, timeoutSeconds: 30 });
    expect(server.config.get("maxmemory")).toBe("104857600");
    expect(told).toEqual([["maxmemory", "timeout"]]);
  });

  test("of several pairs changes all or none", () => {
    const server = new CommandServer();
    const session = server.connect();
    expect(session.run("config set timeout 30 loglevel shouting")).toBe(
      refusal("loglevel", "argument(s) must be one of the following: debug, verbose, notice, warning"),
    );
    expect(session.run("config set timeout 30 nothing 1")).toBe(
      "-ERR Unknown option or number of arguments for CONFIG SET - 'nothing'\r\n",
    );
    expect(server.config.settings.timeoutSeconds).toBe(0);
  });

  test.for([
    ["maxclients 0", "maxclients", "argument must be between 1 and 4294967295 inclusive"],
    ["maxclients x", "maxclients", "argument couldn't be parsed into an integer"],
    ["slowlog-max-len 010", "slowlog-max-len", "argument couldn't be parsed into an integer"],
    ["slowlog-max-len -1", "slowlog-max-len", "argument must be between 0 and 9223372036854775807 inclusive"],
    ["maxmemory 1x", "maxmemory", "argument must be a memory value"],
    ["maxmemory constructor", "maxmemory", "argument must be a memory value"],
    ["latency-tracking maybe", "latency-tracking", "argument must be 'yes' or 'no'"],
    ["databases 17", "databases", "can't set immutable config"],
    ["max-clock-offset 100", "max-clock-offset", "can't set immutable config"],
    ["timeout 1 timeout 2", "timeout", "duplicate parameter"],
    ["save x", "save", "Invalid save parameters"],
    ["appendonly yes", "appendonly", "the keyspace is not persisted to files"],
    ["appendonly x", "appendonly", "argument must be 'yes' or 'no'"],
    ["maxmemory-policy allkeys-lru", "maxmemory-policy", "only noeviction is available"],
    [
      "client-output-buffer-limit constructor",
      "client-output-buffer-limit",
      "Wrong number of arguments in buffer limit configuration.",
    ],
  ] as const)("refuses %s", ([pairs, name, reason]) => {
    expect(new CommandServer().connect().run(`config set ${pairs}`)).toBe(refusal(name, reason));
  });

  test("refuses a name without a value", () => {
    const session = new CommandServer().connect();
    expect(session.run("config set timeout 1 hz")).toBe("-ERR syntax error\r\n");
    expect(session.run("config set timeout")).toBe("-ERR wrong number of arguments for 'config|set' command\r\n");
  });

  test("refuses save points until there is something to save to", () => {
    const session = new CommandServer().connect();
    expect(session.send("config", "set", "save", "3600 1")).toBe(
      refusal("save", "the keyspace is not persisted to files"),
    );
    expect(session.send("config", "set", "save", "")).toBe("+OK\r\n");
    expect(session.run("config set appendonly no")).toBe("+OK\r\n");
  });

  test("of one class of output buffers leaves the others as they are", () => {
    const server = new CommandServer();
    expect(server.connect().send("config", "set", "client-output-buffer-limit", "normal 1mb 2k 30")).toBe("+OK\r\n");
    expect(server.config.settings.outputLimits.normal).toEqual({
      hardBytes: 1_048_576,
      softBytes: 2000,
      softSeconds: 30,
    });
    expect(server.config.get("client-output-buffer-limit")).toBe(
      "normal 1048576 2000 30 slave 268435456 67108864 60 pubsub 33554432 8388608 60",
    );
  });

  test("takes parameters that only tune Redis's encodings", () => {
    const session = new CommandServer().connect();
    for (const name of [
      "zset-max-ziplist-entries",
      "list-max-listpack-size",
      "set-max-intset-entries",
      "activedefrag",
    ]) {
      const value = name === "activedefrag" ? "yes" : "12";
      expect(session.run(`config set ${name} ${value}`)).toBe("+OK\r\n");
      expect(session.run(`config get ${name}`)).toContain(`\r\n${value}\r\n`);
    }
  });
});

test("CONFIG REWRITE says that there is no file", () => {
  expect(new CommandServer().connect().run("config rewrite")).toBe(
    "-ERR The server is running without a config file\r\n",
  );
});

describe("the configuration", () => {
  test("takes immutable parameters at the start, and refuses nonsense with a line for people", () => {
    expect(new Config({ port: "7000" }).settings.port).toBe(7000);
    expect(() => new Config({ port: "70000" })).toThrow("port: argument must be between 0 and 65535 inclusive");
    expect(() => new Config({ colour: "red" })).toThrow("unknown configuration parameter colour");
  });

  test("accepts every parameter's own initial value", () => {
    const settings = defaultSettings();
    for (const { name, initial, check } of PARAMETERS)
      expect([name, check(initial, initial, settings)]).toEqual([name, { text: initial }]);
  });
});
