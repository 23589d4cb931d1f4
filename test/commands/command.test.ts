/** What COMMAND says about the table, and that the table and its documentation agree. */
import { describe, expect, test } from "vitest";
import { COMMAND_DOCS_LINES } from "../../src/commands/command-docs-lines.ts";
import { parseCommandDocs } from "../../src/commands/command-docs.ts";
import { commandTable } from "../../src/commands/table.ts";
import { CommandServer } from "./command-server.ts";

const session = new CommandServer().connect();
const modern = new CommandServer().connect();
modern.run("hello 3");

describe("the command table", () => {
  test("has documentation for every command, and none for what is not there", () => {
    const docs = parseCommandDocs();
    const undocumented = commandTable.all.filter(({ fullName }) => docs(fullName) === undefined);
    expect(undocumented.map(({ fullName }) => fullName)).toEqual([]);
    const documented = COMMAND_DOCS_LINES.trim().split("\n");
    expect(documented).toHaveLength(commandTable.all.length);
  });

  test("agrees with its documentation on groups and keys", () => {
    const docs = parseCommandDocs();
    for (const { fullName, command } of commandTable.all) {
      expect([fullName, docs(fullName)?.group]).toEqual([fullName, command.group]);
      const hasSpecs = docs(fullName)?.keySpecs !== undefined;
      const hasKeys = command.keys.first > 0 || command.keys.movable !== undefined;
      expect([fullName, hasSpecs]).toEqual([fullName, hasKeys]);
    }
  });
});

describe("COMMAND", () => {
  test("counts what it lists", () => {
    const count = commandTable.entries.length;
    expect(session.run("command count")).toBe(`:${count}\r\n`);
    expect(session.run("command list")).toMatch(new RegExp(`^\\*${count}\r\n`));
    expect(modern.run("command list")).toMatch(new RegExp(`^~${count}\r\n`));
    expect(session.run("command")).toMatch(new RegExp(`^\\*${count}\r\n\\*10\r\n`));
    expect(session.run("command")).toBe(session.run("command info"));
  });

  test("INFO gives arity, flags, keys, categories and key specs", () => {
    expect(session.run("command info get nothing")).toBe(
      "*2\r\n*10\r\n$3\r\nget\r\n:2\r\n*2\r\n+readonly\r\n+fast\r\n:1\r\n:1\r\n:1\r\n" +
        "*3\r\n+@read\r\n+@string\r\n+@fast\r\n*0\r\n" +
        "*1\r\n*6\r\n$5\r\nflags\r\n*2\r\n+RO\r\n+access\r\n" +
        "$12\r\nbegin_search\r\n*4\r\n$4\r\ntype\r\n$5\r\nindex\r\n$4\r\nspec\r\n*2\r\n$5\r\nindex\r\n:1\r\n" +
        "$9\r\nfind_keys\r\n*4\r\n$4\r\ntype\r\n$5\r\nrange\r\n$4\r\nspec\r\n" +
        "*6\r\n$7\r\nlastkey\r\n:0\r\n$7\r\nkeystep\r\n:1\r\n$5\r\nlimit\r\n:0\r\n*0\r\n$-1\r\n",
    );
  });

  test("INFO uses sets and maps in RESP3", () => {
    expect(modern.run("command info client|id")).toBe(
      "*1\r\n*10\r\n$9\r\nclient|id\r\n:2\r\n~3\r\n+noscript\r\n+loading\r\n+stale\r\n:0\r\n:0\r\n:0\r\n" +
        "~2\r\n+@slow\r\n+@connection\r\n~0\r\n~0\r\n~0\r\n",
    );
  });

  test("DOCS describes commands and leaves out what is unknown", () => {
    expect(modern.run("command docs ping nothing")).toMatch(/^%1\r\n\$4\r\nping\r\n%5\r\n\$7\r\nsummary\r\n/);
    expect(session.run("command docs nothing")).toBe("*0\r\n");
    expect(modern.run("command docs object")).toContain("subcommands\r\n%5\r\n$15\r\nobject|encoding\r\n%5\r\n");
  });

  test("LIST filters by pattern, category and module", () => {
    expect(session.run("command list filterby pattern conf*|[gs]et")).toBe(
      "*2\r\n$10\r\nconfig|get\r\n$10\r\nconfig|set\r\n",
    );
    expect(session.run("command list filterby aclcat hash")).toMatch(/^\*28\r\n/);
    expect(session.run("command list filterby module x")).toBe("*0\r\n");
    expect(session.run("command list filterby colour red")).toBe("-ERR syntax error\r\n");
    expect(session.run("command list filterby")).toBe("-ERR syntax error\r\n");
  });

  test.for([
    ["get a", "*1\r\n$1\r\na\r\n"],
    ["mset a 1 b 2", "*2\r\n$1\r\na\r\n$1\r\nb\r\n"],
    ["del a b", "*2\r\n$1\r\na\r\n$1\r\nb\r\n"],
    ["sintercard 2 a b limit 3", "*2\r\n$1\r\na\r\n$1\r\nb\r\n"],
    ["object freq a", "*1\r\n$1\r\na\r\n"],
    ["atoll siblings a", "*1\r\n$1\r\na\r\n"],
    ["sintercard 3 a b", "-ERR Invalid arguments specified for command\r\n"],
    ["sintercard x a", "-ERR Invalid arguments specified for command\r\n"],
    ["nothing a", "-ERR Invalid command specified\r\n"],
    ["object nothing", "-ERR Invalid command specified\r\n"],
    ["ping", "-ERR The command has no key arguments\r\n"],
    ["mset a", "-ERR Invalid number of arguments specified for command\r\n"],
  ] as const)("GETKEYS %s", ([line, reply]) => {
    expect(session.run(`command getkeys ${line}`)).toBe(reply);
  });

  test("GETKEYSANDFLAGS says what happens to each key", () => {
    expect(session.run("command getkeysandflags set a 1")).toBe("*1\r\n*2\r\n$1\r\na\r\n*2\r\n+OW\r\n+update\r\n");
    expect(session.run("command getkeysandflags set a 1 get")).toBe(
      "*1\r\n*2\r\n$1\r\na\r\n*3\r\n+RW\r\n+access\r\n+update\r\n",
    );
    expect(modern.run("command getkeysandflags sinterstore a b")).toBe(
      "*2\r\n*2\r\n$1\r\na\r\n~2\r\n+RW\r\n+update\r\n*2\r\n$1\r\nb\r\n~2\r\n+RO\r\n+access\r\n",
    );
  });
});

test("every container has help, laid out as Redis does", () => {
  for (const entry of commandTable.entries) {
    if (entry.subcommands === undefined) continue;
    const title = `+${entry.fullName.toUpperCase()} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:\r\n`;
    const text = session.run(`${entry.fullName} help`);
    expect(text).toContain(title);
    expect(text).toMatch(/\+HELP\r\n\+ {4}Prints this help\.\r\n$/);
    for (const child of entry.subcommands.entries) expect(text).toContain(child.command.name.toUpperCase());
  }
});
