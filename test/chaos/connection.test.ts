/**
 * Replies as a client of the chaos test reads them.
 */
import { expect, test } from "vitest";
import { parseReply, Refusal } from "../../chaos/connection.ts";

test.each([
  ["+OK\r\n", "OK"],
  [":-7\r\n", -7],
  ["$5\r\na\r\nbc\r\n", "a\r\nbc"],
  ["$0\r\n\r\n", ""],
  ["$-1\r\n", undefined],
  ["*-1\r\n", []],
  ["*3\r\n:1\r\n*1\r\n$1\r\nx\r\n$-1\r\n", [1, ["x"], undefined]],
  ["-LOADING not yet\r\n", new Refusal("LOADING not yet")],
])("%j is read when all of it has come", (text, reply) => {
  const bytes = Buffer.from(`:1\r\n${text}`);
  expect(parseReply(bytes, 4)).toEqual({ reply, end: bytes.length });
  for (let end = 4; end < bytes.length; end++) expect(parseReply(bytes.subarray(0, end), 4)).toBeUndefined();
});

test("what is no reply is an error", () => {
  expect(() => parseReply(Buffer.from("HTTP/1.1 400\r\n"), 0)).toThrow(/begins with "H"/);
});
