/** The connection's own commands: HELLO, AUTH, SELECT, RESET, and all of CLIENT. */
import { beforeEach, describe, expect, test } from "vitest";
import type { Session } from "./command-server.ts";
import { CommandServer } from "./command-server.ts";

let server: CommandServer;
let one: Session;
let two: Session;

beforeEach(() => {
  server = new CommandServer();
  one = server.connect();
  two = server.connect();
});

function bulk(text: string): string {
  return `$${text.length}\r\n${text}\r\n`;
}

function fields(proto: number): string {
  return (
    `${bulk("server")}${bulk("redis")}${bulk("version")}${bulk("7.2.4")}${bulk("proto")}:${proto}\r\n${bulk("id")}:1\r\n` +
    `${bulk("mode")}${bulk("standalone")}${bulk("role")}${bulk("master")}${bulk("modules")}*0\r\n`
  );
}

describe("HELLO", () => {
  test("says who serves, in the protocol that it switches to", () => {
    expect(one.run("hello")).toBe(`*14\r\n${fields(2)}`);
    expect(one.run("hello 3")).toBe(`%7\r\n${fields(3)}`);
    expect(one.run("get nothing")).toBe("_\r\n");
    expect(one.run("hello 2")).toBe(`*14\r\n${fields(2)}`);
    expect(one.run("get nothing")).toBe("$-1\r\n");
  });

  test.for([
    ["hello x", "-ERR Protocol version is not an integer or out of range\r\n"],
    ["hello 4", "-NOPROTO unsupported protocol version\r\n"],
    ["hello 3 nonsense", "-ERR Syntax error in HELLO option 'nonsense'\r\n"],
    ["hello 3 auth default", "-ERR Syntax error in HELLO option 'auth'\r\n"],
    ["hello 3 auth root x", "-WRONGPASS invalid username-password pair or user is disabled.\r\n"],
  ] as const)("refuses %s and changes nothing", ([line, error]) => {
    expect(one.run(line)).toBe(error);
    expect(one.client.protocol).toBe(2);
  });
});

describe("the connection", () => {
  test("selects one of sixteen databases", () => {
    expect(one.run("select 15")).toBe("+OK\r\n");
    one.run("set a 1");
    expect(two.run("get a")).toBe("$-1\r\n");
    expect(one.run("select 16")).toBe("-ERR DB index is out of range\r\n");
    expect(one.run("select -1")).toBe("-ERR DB index is out of range\r\n");
    expect(one.run("select one")).toBe("-ERR value is not an integer or out of range\r\n");
  });

  test("answers PING and ECHO", () => {
    expect(one.run("ping")).toBe("+PONG\r\n");
    expect(one.run("ping hi")).toBe("$2\r\nhi\r\n");
    expect(one.run("ping a b")).toBe("-ERR wrong number of arguments for 'ping' command\r\n");
    expect(one.send("echo", "\x00\xff")).toBe("$2\r\n\x00\xff\r\n");
  });

  test("ends with QUIT after its reply", () => {
    expect(one.run("quit")).toBe("+OK\r\n");
    expect(one.client.state).toBe("closing");
  });

  test("is as new after RESET", () => {
    one.run("hello 3 setname me");
    one.run("select 3");
    one.run("client no-touch on");
    expect(one.run("reset")).toBe("+RESET\r\n");
    expect(one.client).toMatchObject({ db: 0, name: "", protocol: 2, noTouch: false });
    expect(one.run("get nothing")).toBe("$-1\r\n");
  });

  test("has no password to give when none is set", () => {
    expect(one.run("auth x")).toBe(
      "-ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?\r\n",
    );
    expect(one.run("auth default x")).toBe("+OK\r\n");
    expect(one.run("auth a b c")).toBe("-ERR syntax error\r\n");
  });
});

describe("a client's name and library", () => {
  test("can be set, read and taken away", () => {
    expect(one.run("client getname")).toBe("$-1\r\n");
    expect(one.run("client setname bob")).toBe("+OK\r\n");
    expect(one.run("client getname")).toBe("$3\r\nbob\r\n");
    expect(one.send("client", "setname", "")).toBe("+OK\r\n");
    expect(one.run("client getname")).toBe("$-1\r\n");
  });

  test("hold no spaces, line breaks or special characters", () => {
    const error = "cannot contain spaces, newlines or special characters.\r\n";
    for (const name of ["a b", "a\n", "\x7f", "caf\xe9"]) {
      expect(one.send("client", "setname", name)).toBe(`-ERR Client names ${error}`);
    }
    expect(one.send("client", "setinfo", "LIB-NAME", "a b")).toBe(`-ERR LIB-NAME ${error}`);
    expect(one.send("client", "setinfo", "colour", "red")).toBe("-ERR Unrecognized option 'colour'\r\n");
  });

  test("show in CLIENT LIST", () => {
    one.run("client setname bob");
    one.run("client setinfo lib-name lib");
    one.run("client setinfo lib-ver 1.2.3");
    server.wallNow += 5000;
    const [first, second] = one.run("client list").split("\n").slice(1);
    expect(first).toMatch(
      /^id=1 addr=127\.0\.0\.1:50001 laddr=127\.0\.0\.1:6379 fd=-1 name=bob age=5 idle=0 flags=N db=0 /,
    );
    expect(first).toMatch(/ cmd=client\|list user=default redir=-1 resp=2 lib-name=lib lib-ver=1\.2\.3$/);
    expect(second).toMatch(/^id=2 .* idle=5 .* cmd=NULL /);
  });
});

describe("CLIENT LIST and INFO", () => {
  test("choose by id and by type", () => {
    expect(one.run("client list id 2 77")).toMatch(/^\$\d+\r\nid=2 [^\n]*\n\r\n$/);
    expect(one.run("client list type normal").match(/^id=/gm)).toHaveLength(2);
    expect(one.run("client list type replica")).toBe("$0\r\n\r\n");
    expect(one.run("client list type x")).toBe("-ERR Unknown client type 'x'\r\n");
    expect(one.run("client list type constructor")).toBe("-ERR Unknown client type 'constructor'\r\n");
    expect(one.run("client list id x")).toBe("-ERR Invalid client ID\r\n");
    expect(one.run("client list id")).toBe("-ERR syntax error\r\n");
  });

  test("are verbatim text in RESP3", () => {
    one.run("hello 3");
    expect(one.run("client info")).toMatch(/^=\d+\r\ntxt:id=1 /);
  });
});

describe("CLIENT KILL", () => {
  test("by address closes that client", () => {
    expect(one.run("client kill 127.0.0.1:50002")).toBe("+OK\r\n");
    expect(server.closed).toEqual([two.client]);
    expect(one.run("client kill 127.0.0.1:50002")).toBe("-ERR No such client\r\n");
  });

  test("of oneself lets the reply out first", () => {
    expect(one.run("client kill 127.0.0.1:50001")).toBe("+OK\r\n");
    expect(one.client.state).toBe("closing");
    expect(server.closed).toEqual([]);
  });

  test("by filters closes all that fit every filter, and spares oneself unless told", () => {
    server.connect();
    expect(one.run("client kill type normal id 2")).toBe(":1\r\n");
    expect(one.run("client kill user default")).toBe(":1\r\n");
    expect(one.run("client kill laddr 127.0.0.1:6379 skipme no")).toBe(":1\r\n");
    expect(one.client.state).toBe("closing");
  });

  test.for([
    ["client kill id 0", "-ERR client-id should be greater than 0\r\n"],
    ["client kill id x", "-ERR client-id should be greater than 0\r\n"],
    ["client kill type x", "-ERR Unknown client type 'x'\r\n"],
    ["client kill user root", "-ERR No such user 'root'\r\n"],
    ["client kill skipme x", "-ERR syntax error\r\n"],
    ["client kill id 1 addr", "-ERR syntax error\r\n"],
    ["client kill colour red", "-ERR syntax error\r\n"],
    ["client kill id 77", ":0\r\n"],
  ] as const)("%s", ([line, reply]) => {
    expect(one.run(line)).toBe(reply);
  });
});

describe("what clients send at connect", () => {
  test.for([
    ["client tracking off", "+OK\r\n"],
    ["client tracking on", "-ERR Client tracking is not available: this server sends no invalidations\r\n"],
    ["client tracking maybe", "-ERR syntax error\r\n"],
    [
      "client caching yes",
      "-ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode enabled\r\n",
    ],
    ["client getredir", ":-1\r\n"],
    [
      "client trackinginfo",
      "*6\r\n$5\r\nflags\r\n*1\r\n$3\r\noff\r\n$8\r\nredirect\r\n:-1\r\n$8\r\nprefixes\r\n*0\r\n",
    ],
    ["client unblock 2", ":0\r\n"],
    ["client unblock 2 maybe", "-ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR\r\n"],
    ["client unpause", "+OK\r\n"],
    ["client no-evict on", "+OK\r\n"],
    ["client no-evict maybe", "-ERR syntax error\r\n"],
    ["client reply maybe", "-ERR syntax error\r\n"],
  ] as const)("%s", ([line, reply]) => {
    expect(one.run(line)).toBe(reply);
  });
});
