/**
 * The request parser, against its own encoder: any commands, any garbage, split anywhere.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { Arguments } from "../../src/resp/arguments.ts";
import { ParseResult, RequestParser } from "../../src/resp/parser.ts";

interface Outcome {
  readonly commands: string[][];
  readonly error: string;
}

function encode(command: readonly Uint8Array[]): Buffer {
  const parts: Uint8Array[] = [Buffer.from(`*${command.length}\r\n`)];
  for (const part of command) parts.push(Buffer.from(`$${part.length}\r\n`), part, Buffer.from("\r\n"));
  return Buffer.concat(parts);
}

/** Feeds copies that are overwritten afterwards, as a shared read buffer is. */
function parseInPieces(bytes: Uint8Array, sizes: readonly number[], parser = new RequestParser()): Outcome {
  const args = new Arguments();
  const commands: string[][] = [];
  let at = 0;
  for (let turn = 0; at < bytes.length; turn++) {
    const piece = Buffer.from(bytes.subarray(at, at + (sizes[turn % sizes.length] ?? bytes.length)));
    at += piece.length;
    parser.feed(piece);
    for (;;) {
      const result = parser.next(args);
      if (result === ParseResult.error) return { commands, error: parser.errorText };
      if (result !== ParseResult.command) break;
      commands.push(Array.from({ length: args.count }, (_, i) => args.at(i).latin1()));
      if (turn % 2 === 1) {
        parser.retain();
        piece.fill(0xff);
      }
    }
    piece.fill(0xff);
  }
  return { commands, error: "" };
}

function parse(text: string, parser?: RequestParser): Outcome {
  const bytes = Buffer.from(text, "latin1");
  return parseInPieces(bytes, [bytes.length], parser);
}

function unauthenticated(): RequestParser {
  return Object.assign(new RequestParser(), { authenticated: false });
}

const argument = fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ minLength: 200, maxLength: 3000 }));
const command = fc.array(argument, { minLength: 1, maxLength: 12 });
const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 4096 })), { minLength: 1 });

describe("the request parser", () => {
  test.prop([fc.array(command, { maxLength: 20 }), sizes])(
    "yields what was encoded wherever it is split",
    (list, cuts) => {
      const bytes = Buffer.concat(list.map(encode));
      const expected = list.map((parts) => parts.map((part) => Buffer.from(part).toString("latin1")));
      expect(parseInPieces(bytes, cuts)).toEqual({ commands: expected, error: "" });
    },
  );

  const fragment = fc.oneof(
    fc.constantFrom(
      "*",
      "$",
      "\r\n",
      "\r",
      "\n",
      "*1\r\n",
      "$3\r\n",
      "-1",
      "0",
      "12",
      '"',
      "'",
      "\\x",
      "\0",
      "PING",
      " ",
    ),
    fc.string({ maxLength: 4 }),
  );
  test.prop([fc.array(fragment, { maxLength: 60 }), sizes])(
    "judges garbage alike wherever it is split",
    (parts, cuts) => {
      const bytes = Buffer.from(parts.join(""), "utf8");
      expect(parseInPieces(bytes, cuts)).toEqual(parseInPieces(bytes, [bytes.length]));
    },
  );

  test.prop([fc.uint8Array({ maxLength: 5000 }), sizes])("never throws on random bytes", (bytes, cuts) => {
    const { error } = parseInPieces(bytes, cuts);
    if (error !== "") expect(error).toMatch(/^ERR Protocol error: /);
  });

  it("skips empty multibulks and empty lines", () => {
    expect(parse("*0\r\n\r\n*-1\r\n   \r\n*1\r\n$4\r\nPING\r\n").commands).toEqual([["PING"]]);
  });

  it.each([
    ["*1\r\n#3\r\n", "expected '$', got '#'"],
    ["*abc\r\n", "invalid multibulk length"],
    ["*1048577\r\n", "invalid multibulk length"],
    ["*99999999999999999999999\r\n", "invalid multibulk length"],
    ["*03\r\n", "invalid multibulk length"],
    ["*1\r\n$-1\r\n", "invalid bulk length"],
    ["*1\r\n$536870913\r\n", "invalid bulk length"],
    ["*1\r\n$x\r\n", "invalid bulk length"],
    ["*1\r\n$\r\n", "invalid bulk length"],
    [`*${"1".repeat(70_000)}`, "too big mbulk count string"],
    [`*1\r\n$${"1".repeat(70_000)}`, "too big bulk count string"],
    ["a".repeat(70_000), "too big inline request"],
    ['SET a "b\r\n', "unbalanced quotes in request"],
    ['SET a "b"c\r\n', "unbalanced quotes in request"],
  ])("refuses %j", (text, reason) => {
    expect(parse(text).error).toBe(`ERR Protocol error: ${reason}`);
    const bytes = Buffer.from(text);
    expect(parseInPieces(bytes, [1000]).error).toBe(`ERR Protocol error: ${reason}`);
  });

  it("holds unauthenticated clients to ten arguments and 16 KiB", () => {
    expect(parse("*11\r\n", unauthenticated()).error).toBe("ERR Protocol error: unauthenticated multibulk length");
    expect(parse("*1\r\n$16385\r\n", unauthenticated()).error).toBe("ERR Protocol error: unauthenticated bulk length");
    expect(parse("*10\r\n$16384\r\n", unauthenticated()).error).toBe("");
  });

  it("splits inline commands as Redis does", () => {
    const line = `set  "a\\x41\\n\\"" 'it\\'s' mid"dle" "" plain\\n\r\n`;
    expect(parse(line).commands).toEqual([["set", 'aA\n"', "it's", "middle", "", "plain\\n"]]);
    expect(parse("get k\0 rest\nPING\n").commands).toEqual([["get", "k"], ["PING"]]);
  });

  it("does not allocate what is only announced", () => {
    const parser = new RequestParser();
    parse("*1048576\r\n$536870912\r\nabc", parser);
    expect(parser.memoryBytes).toBeLessThanOrEqual(1024 * 1024);
    expect(parser.pendingBytes).toBe("*1048576\r\n$536870912\r\nabc".length);
  });

  it("gives a moderate bulk its memory once and lets it go afterwards", () => {
    const parser = new RequestParser();
    const value = Buffer.alloc(300_000, "v");
    const bytes = encode([Buffer.from("SET"), Buffer.from("k"), value]);
    parseInPieces(bytes.subarray(0, 65_536), [65_536], parser);
    expect(parser.memoryBytes).toBe(bytes.length);
    const { commands } = parseInPieces(bytes.subarray(65_536), [65_536], parser);
    expect(commands[0]?.[2]?.length).toBe(300_000);
    parser.feed(Buffer.alloc(0));
    expect(parser.next(new Arguments())).toBe(ParseResult.more);
    expect(parser.memoryBytes).toBe(0);
  });

  it("reports a client that has more waiting than it may", () => {
    const parser = new RequestParser({ bulkBytesMax: 1e9, queryBufferBytesMax: 100_000 });
    const args = new Arguments();
    const piece = Buffer.concat([Buffer.from("*2\r\n$500000\r\n"), Buffer.alloc(60_000)]);
    parser.feed(piece);
    expect(parser.next(args)).toBe(ParseResult.more);
    parser.feed(piece);
    expect(parser.next(args)).toBe(ParseResult.overflow);
  });

  it("does not copy a command that lies inside what was fed", () => {
    const bytes = encode([Buffer.from("GET"), Buffer.from("key")]);
    const parser = new RequestParser();
    const args = new Arguments();
    parser.feed(bytes);
    parser.next(args);
    expect(args.at(1).bytes).toBe(bytes);
    expect(parser.memoryBytes).toBe(0);
  });

  test.prop([fc.array(command, { minLength: 1, maxLength: 20 }), sizes])(
    "yields what was appended while nothing was to be parsed",
    (list, cuts) => {
      const bytes = Buffer.concat(list.map(encode));
      const parser = new RequestParser();
      const args = new Arguments();
      const first = Buffer.from(bytes.subarray(0, encode(list[0] ?? []).length + (cuts[0] ?? 0)));
      parser.feed(first);
      const commands: string[][] = [];
      for (let at = first.length, turn = 0; parser.next(args) === ParseResult.command;) {
        commands.push(Array.from({ length: args.count }, (_, i) => args.at(i).latin1()));
        parser.retain();
        first.fill(0xff);
        for (; at < bytes.length; turn++) {
          const piece = Buffer.from(bytes.subarray(at, at + (cuts[turn % cuts.length] ?? 1)));
          parser.append(piece, 0, piece.length);
          piece.fill(0xff);
          at += piece.length;
        }
      }
      const expected = list.map((parts) => parts.map((part) => Buffer.from(part).toString("latin1")));
      expect(commands).toEqual(expected);
      expect(parser.pendingBytes).toBe(0);
    },
  );

  it("goes on in memory of its own after retain", () => {
    const bytes = Buffer.concat([encode([Buffer.from("A")]), encode([Buffer.from("B")]), Buffer.from("*1\r\n$1")]);
    const parser = new RequestParser();
    const args = new Arguments();
    parser.feed(bytes);
    parser.next(args);
    parser.retain();
    bytes.fill(0);
    expect(parser.next(args)).toBe(ParseResult.command);
    expect(args.at(0).latin1()).toBe("B");
    expect(parser.next(args)).toBe(ParseResult.more);
    parser.feed(Buffer.from("\r\nC\r\n"));
    expect(parser.next(args)).toBe(ParseResult.command);
    expect(args.at(0).latin1()).toBe("C");
  });
});
