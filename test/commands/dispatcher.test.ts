/** The way of every command: look-up, refusals, CLIENT REPLY, counting, slow commands. */
import { fc, test as property } from "@fast-check/vitest";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { AssertionError } from "../../src/commands/dispatcher.ts";
import { commandTable } from "../../src/commands/table.ts";
import { ReplyWriter } from "../../src/resp/reply.ts";
import type { Session } from "./command-server.ts";
import { CommandServer } from "./command-server.ts";

let server: CommandServer;
let session: Session;

beforeEach(() => {
  server = new CommandServer();
  session = server.connect();
});

describe("finding a command", () => {
  test("ignores the case of names and subcommands", () => {
    expect(session.run("PiNg")).toBe("+PONG\r\n");
    expect(session.run("CLIENT id")).toBe(":1\r\n");
    expect(session.run("client ID")).toBe(":1\r\n");
  });

  test("repeats an unknown command and the head of its arguments", () => {
    expect(session.run("foo a b")).toBe("-ERR unknown command 'foo', with args beginning with: 'a' 'b' \r\n");
    expect(session.run("foo")).toBe("-ERR unknown command 'foo', with args beginning with: \r\n");
    const cut = `'${"x".repeat(128)}' `;
    expect(session.send("foo", "x".repeat(500), "y")).toBe(
      `-ERR unknown command 'foo', with args beginning with: ${cut}\r\n`,
    );
  });

  test.each(["POST / HTTP/1.1", "Host: localhost:6379"])("ends a connection that sends HTTP: %s", (line) => {
    expect(session.run(line)).toBe("-ERR Protocol error: this is the Redis protocol, not HTTP\r\n");
    expect(session.client.state).toBe("closing");
    expect(server.connect().run("posts /")).toMatch(/^-ERR unknown command/);
  });

  test("keeps line breaks out of errors", () => {
    expect(session.send("fo\r\no")).toBe("-ERR unknown command 'fo  o', with args beginning with: \r\n");
  });

  test("names the help of a container whose subcommand is unknown", () => {
    expect(session.run("client nope")).toBe("-ERR unknown subcommand 'nope'. Try CLIENT HELP.\r\n");
  });

  test("checks the number of arguments, also of subcommands", () => {
    expect(session.run("get")).toBe("-ERR wrong number of arguments for 'get' command\r\n");
    expect(session.run("GET a b")).toBe("-ERR wrong number of arguments for 'get' command\r\n");
    expect(session.run("config")).toBe("-ERR wrong number of arguments for 'config' command\r\n");
    expect(session.run("CONFIG get")).toBe("-ERR wrong number of arguments for 'config|get' command\r\n");
  });

  test("finds every name in the table, and nothing else", () => {
    for (const entry of commandTable.entries) {
      const bytes = Buffer.from(entry.command.name.toUpperCase());
      expect(commandTable.find(bytes, 0, bytes.length)).toBe(entry);
    }
    const wrong = Buffer.from("ge\x54");
    expect(commandTable.find(wrong, 0, 3)?.fullName).toBe("get");
    wrong[2] = 0x14;
    expect(commandTable.find(wrong, 0, 3)).toBeUndefined();
  });
});

describe("a server with a password", () => {
  beforeEach(() => {
    server.config.set([["requirepass", "sesame"]]);
    session = server.connect();
  });

  test("refuses all but greeting and parting before AUTH", () => {
    expect(session.run("get a")).toBe("-NOAUTH Authentication required.\r\n");
    expect(session.run("client id")).toBe("-NOAUTH Authentication required.\r\n");
    expect(session.run("hello")).toMatch(/^-NOAUTH HELLO must be called with the client already authenticated/);
    expect(session.run("auth wrong")).toBe("-WRONGPASS invalid username-password pair or user is disabled.\r\n");
    expect(session.run("auth sesame")).toBe("+OK\r\n");
    expect(session.run("get a")).toBe("$-1\r\n");
    expect(session.run("reset")).toBe("+RESET\r\n");
    expect(session.run("get a")).toBe("-NOAUTH Authentication required.\r\n");
  });

  test("takes the password with HELLO", () => {
    expect(session.run("hello 3 auth default sesame setname me")).toMatch(/^%7\r\n/);
    expect(session.client.name).toBe("me");
    expect(session.run("get a")).toBe("_\r\n");
  });

  test("refuses another user", () => {
    expect(session.run("auth root sesame")).toMatch(/^-WRONGPASS/);
  });

  test("keeps passwords out of the slow log", () => {
    server.config.set([["slowlog-log-slower-than", "0"]]);
    session.run("auth sesame");
    session.run("config set requirepass other");
    session.run("config set timeout 7 REQUIREPASS another");
    const [third, second, first] = server.slowlog
      .latest(-1)
      .map(({ args }) => args.map((arg) => Buffer.from(arg).toString()));
    expect(first).toEqual(["auth", "(redacted)"]);
    expect(second).toEqual(["config", "set", "requirepass", "(redacted)"]);
    expect(third).toEqual(["config", "set", "timeout", "7", "REQUIREPASS", "(redacted)"]);
  });
});

describe("while the replica loads", () => {
  test("only commands that need no data run", () => {
    server.loading = true;
    expect(session.run("get a")).toBe("-LOADING Redis is loading the dataset in memory\r\n");
    expect(session.run("ping")).toBe("-LOADING Redis is loading the dataset in memory\r\n");
    expect(session.run("client id")).toBe(":1\r\n");
    expect(session.run("info persistence")).toContain("loading:1\r\n");
    server.loading = false;
    expect(session.run("get a")).toBe("$-1\r\n");
  });
});

describe("CLIENT REPLY", () => {
  test("OFF silences everything, itself included, until ON", () => {
    expect(session.run("client reply off")).toBe("");
    expect(session.run("ping")).toBe("");
    expect(session.run("nonsense")).toBe("");
    expect(session.run("client reply on")).toBe("+OK\r\n");
    expect(session.run("ping")).toBe("+PONG\r\n");
  });

  test("SKIP silences itself and exactly the next command", () => {
    expect(session.run("client reply skip")).toBe("");
    expect(session.run("ping")).toBe("");
    expect(session.run("ping")).toBe("+PONG\r\n");
  });

  test("SKIP twice silences both and the one after", () => {
    expect(session.run("client reply skip") + session.run("client reply skip") + session.run("ping")).toBe("");
    expect(session.run("ping")).toBe("+PONG\r\n");
  });

  test("ON does not undo a SKIP for itself", () => {
    session.run("client reply skip");
    expect(session.run("client reply on")).toBe("");
    expect(session.run("ping")).toBe("+PONG\r\n");
  });
});

describe("counting", () => {
  test("tells calls, failures and refusals of each command apart", () => {
    session.run("set a x");
    session.run("set a y");
    session.run("incr a");
    session.run("get");
    const line = (name: string): string | undefined =>
      session
        .run("info commandstats")
        .split("\r\n")
        .find((text) => text.startsWith(`cmdstat_${name}:`));
    expect(line("set")).toBe("cmdstat_set:calls=2,usec=2,usec_per_call=1.00,rejected_calls=0,failed_calls=0");
    expect(line("incr")).toBe("cmdstat_incr:calls=1,usec=1,usec_per_call=1.00,rejected_calls=0,failed_calls=1");
    expect(line("get")).toBe("cmdstat_get:calls=0,usec=0,usec_per_call=0.00,rejected_calls=1,failed_calls=0");
  });

  test("counts errors by code", () => {
    session.run("sadd s a");
    session.run("get s");
    session.run("nope");
    expect(session.run("info errorstats")).toBe(
      "$66\r\n# Errorstats\r\nerrorstat_WRONGTYPE:count=1\r\nerrorstat_ERR:count=1\r\n\r\n",
    );
  });

  test("CONFIG RESETSTAT starts again", () => {
    session.run("nope");
    expect(session.run("config resetstat")).toBe("+OK\r\n");
    expect(session.run("info errorstats")).toBe("$14\r\n# Errorstats\r\n\r\n");
    expect(server.statistics.keyspaceMisses).toBe(0);
  });

  test("remembers slow commands with their arguments cut", () => {
    server.config.set([["slowlog-log-slower-than", "100"]]);
    server.commandMicroseconds = 150;
    session.run("ping");
    session.send("echo", "x".repeat(200));
    server.commandMicroseconds = 1;
    expect(session.run("slowlog len")).toBe(":2\r\n");
    const long = `${"x".repeat(128)}... (72 more bytes)`;
    const address = "$15\r\n127.0.0.1:50001\r\n$0\r\n\r\n";
    expect(session.run("slowlog get 1")).toBe(
      `*1\r\n*6\r\n:1\r\n:1700000000\r\n:150\r\n*2\r\n$4\r\necho\r\n$${long.length}\r\n${long}\r\n${address}`,
    );
    session.run("slowlog reset");
    expect(session.run("slowlog get")).toBe("*0\r\n");
  });

  test("keeps no more slow commands than asked, and at most 32 arguments", () => {
    server.config.set([
      ["slowlog-log-slower-than", "0"],
      ["slowlog-max-len", "2"],
    ]);
    for (let i = 0; i < 5; i++) session.send("del", ...Array.from({ length: 40 }, String));
    const latest = server.slowlog.latest(-1);
    expect(latest).toHaveLength(2);
    expect(latest[0]?.args).toHaveLength(32);
    expect(Buffer.from(latest[0]?.args[31] ?? []).toString()).toBe("... (10 more arguments)");
  });

  test("reports spikes to the latency monitor", () => {
    server.config.set([["latency-monitor-threshold", "10"]]);
    server.commandMicroseconds = 25_000;
    session.run("keys *");
    server.commandMicroseconds = 1;
    expect(session.run("latency latest")).toBe("*1\r\n*4\r\n$7\r\ncommand\r\n:1700000000\r\n:25\r\n:25\r\n");
    expect(session.run("latency history command")).toBe("*1\r\n*2\r\n:1700000000\r\n:25\r\n");
    expect(session.run("latency graph command")).toContain("command - high 25 ms, low 25 ms (all time high 25 ms)\n");
    expect(session.run("latency reset command other")).toBe(":1\r\n");
    expect(session.run("latency latest")).toBe("*0\r\n");
  });
});

test("an exception inside a handler is an assertion that names the command", () => {
  server.sleep = () => {
    throw new TypeError("broken");
  };
  expect(() => session.run("debug sleep 1")).toThrow(AssertionError);
  expect(() => session.run("debug sleep 1")).toThrow(/debug/);
});

describe("a handler that gets no memory", () => {
  const OOM = "-OOM command not allowed: there is not enough memory for it\r\n";

  test("is answered with an error when it has changed nothing, and the server goes on", () => {
    session.run("config set proto-max-bulk-len 9000000000000000");
    session.run("set k value");
    expect(session.run("setrange k 8999999999999990 x")).toBe(OOM);
    expect(session.run("get k")).toBe("$5\r\nvalue\r\n");
    expect(session.run("info errorstats")).toContain("errorstat_OOM:count=1\r\n");
    expect(session.run("info commandstats")).toMatch(/cmdstat_setrange:.*failed_calls=1\r\n/);
  });

  test("leaves no part of its reply", () => {
    session.run("sadd s a b c");
    let draws = 0;
    server.random = () => {
      if (++draws > 2) throw new RangeError("Array buffer allocation failed");
      return 0.5;
    };
    expect(session.run("srandmember s -3")).toBe(OOM);
  });

  test("is an assertion when it has changed something", () => {
    const noMemory = vi.spyOn(ReplyWriter.prototype, "ok").mockImplementation(() => {
      throw new RangeError("Array buffer allocation failed");
    });
    try {
      expect(() => session.run("set k v")).toThrow(AssertionError);
    } finally {
      noMemory.mockRestore();
    }
  });

  test("is not confused with a range that a handler got wrong", () => {
    server.sleep = () => {
      throw new RangeError("rollback to 2 of 1");
    };
    expect(() => session.run("debug sleep 1")).toThrow(AssertionError);
  });
});

property.prop([
  fc.array(fc.oneof(fc.string(), fc.constantFrom(...commandTable.all.map(({ command }) => command.name))), {
    minLength: 1,
    maxLength: 6,
  }),
])("any words get exactly one reply or none, and never break the server", (words) => {
  const replies = new CommandServer().connect().send(...words.map((word) => Buffer.from(word).toString("latin1")));
  expect(replies === "" || /^[-+:$*]/.test(replies)).toBe(true);
});
