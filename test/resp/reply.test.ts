/**
 * The reply writer, against the texts of the protocol written out.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { ByteRange } from "../../src/byte-range.ts";
import { REPLY_BUFFER_BYTES_MAX } from "../../src/limits/clients.ts";
import { ReplyWriter } from "../../src/resp/reply.ts";

function written(protocol: 2 | 3, write: (reply: ReplyWriter) => void): string {
  const reply = new ReplyWriter();
  reply.protocol = protocol;
  write(reply);
  const { length } = reply;
  const bytes = Buffer.concat(reply.take());
  expect(bytes.length).toBe(length);
  expect(reply.length).toBe(0);
  return bytes.toString("latin1");
}

describe("the reply writer", () => {
  it.each<[string, (reply: ReplyWriter) => void, string, string]>([
    ["ok", (r) => r.ok(), "+OK\r\n", "+OK\r\n"],
    ["simple", (r) => r.simple("a\r\nb"), "+a  b\r\n", "+a  b\r\n"],
    ["error", (r) => r.error("ERR no\n"), "-ERR no \r\n", "-ERR no \r\n"],
    ["bigint", (r) => r.bigint(-9223372036854775808n), ":-9223372036854775808\r\n", ":-9223372036854775808\r\n"],
    ["bulk", (r) => r.bulk(ByteRange.ofText("abc")), "$3\r\nabc\r\n", "$3\r\nabc\r\n"],
    ["text", (r) => r.bulkText("é"), "$2\r\n\xc3\xa9\r\n", "$2\r\n\xc3\xa9\r\n"],
    ["nil", (r) => r.nil(), "$-1\r\n", "_\r\n"],
    ["nilArray", (r) => r.nilArray(), "*-1\r\n", "_\r\n"],
    ["array", (r) => r.array(12), "*12\r\n", "*12\r\n"],
    ["map", (r) => r.map(3), "*6\r\n", "%3\r\n"],
    ["set", (r) => r.set(3), "*3\r\n", "~3\r\n"],
    ["push", (r) => r.push(3), "*3\r\n", ">3\r\n"],
    ["double", (r) => r.double(1.5), "$3\r\n1.5\r\n", ",1.5\r\n"],
    ["true", (r) => r.boolean(true), ":1\r\n", "#t\r\n"],
    ["false", (r) => r.boolean(false), ":0\r\n", "#f\r\n"],
    ["bigNumber", (r) => r.bigNumber("12"), "$2\r\n12\r\n", "(12\r\n"],
    ["verbatim", (r) => r.verbatim("txt", "hi"), "$2\r\nhi\r\n", "=6\r\ntxt:hi\r\n"],
  ])("writes %s in both protocols", (_name, write, resp2, resp3) => {
    expect(written(2, write)).toBe(resp2);
    expect(written(3, write)).toBe(resp3);
  });

  test.prop([fc.oneof(fc.maxSafeInteger(), fc.integer())])("writes any integer", (n) => {
    expect(written(2, (r) => r.integer(n))).toBe(`:${n}\r\n`);
  });

  test("goes on in another buffer when one is as large as can be, wherever in a reply that is", () => {
    const half = new Uint8Array(REPLY_BUFFER_BYTES_MAX / 2);
    for (let room = 0; room < 80; room += 4) {
      const reply = new ReplyWriter();
      reply.raw(half);
      reply.raw(half.subarray(room));
      const mark = reply.beginArray();
      reply.double(1234);
      reply.bulkText("ab");
      reply.endArray(mark, 2);
      const whole = Buffer.concat(reply.take());
      expect(whole.subarray(mark).toString("latin1")).toBe("*2\r\n$4\r\n1234\r\n$2\r\nab\r\n");
    }
  });

  test.prop([fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 100 })])(
    "writes bulks of any bytes",
    (values) => {
      const expected = values.map((v) => `$${v.length}\r\n${Buffer.from(v).toString("latin1")}\r\n`).join("");
      expect(
        written(2, (r) => {
          for (const v of values) r.bulkBytes(v, 0, v.length);
        }),
      ).toBe(expected);
    },
  );

  // A reply as a tree: lists become arrays whose length is written afterwards.
  const size = fc.oneof(fc.integer({ min: 0, max: 99 }), fc.integer({ min: 60_000, max: 70_000 }));
  const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(size, fc.array(tie("tree"), { maxLength: 4 })),
  }));
  type Tree = number | Tree[];
  function writeTree(reply: ReplyWriter, node: Tree): void {
    if (typeof node === "number") {
      reply.bulkBytes(Buffer.alloc(node, "x"), 0, node);
      return;
    }
    const mark = reply.beginArray();
    for (const child of node) writeTree(reply, child);
    reply.endArray(mark, node.length);
  }
  function show(node: Tree): string {
    return typeof node === "number"
      ? `$${node}\r\n${"x".repeat(node)}\r\n`
      : `*${node.length}\r\n${node.map(show).join("")}`;
  }
  test.prop([tree])("puts lengths known afterwards before large and small content", (root) => {
    expect(written(2, (r) => writeTree(r, root)) === show(root)).toBe(true);
  });

  test.prop([fc.array(tree, { maxLength: 5 }), tree, fc.nat()])("takes back what was written", (first, second, cut) => {
    const reply = new ReplyWriter();
    for (const node of first) writeTree(reply, node);
    const kept = reply.length === 0 ? 0 : cut % reply.length;
    writeTree(reply, second);
    reply.rollback(kept);
    expect(reply.length).toBe(kept);
    reply.ok();
    const expected = `${first.map(show).join("").slice(0, kept)}+OK\r\n`;
    expect(Buffer.concat(reply.take()).toString("latin1") === expected).toBe(true);
  });

  it("gives a large bulk a chunk of its own", () => {
    const reply = new ReplyWriter();
    const value = Buffer.alloc(1_000_000, "x");
    reply.bulkBytes(value, 0, value.length);
    value.fill(0);
    expect(reply.isContiguous).toBe(false);
    const chunks = reply.take();
    expect(chunks.map((chunk) => chunk.length)).toEqual([10, 1_000_000, 2]);
    expect(chunks[1]?.[0]).toBe("x".codePointAt(0));
  });

  it("counts errors and remembers the last", () => {
    const reply = new ReplyWriter();
    reply.error("ERR a");
    reply.error("WRONGTYPE b");
    expect([reply.errorCount, reply.lastError]).toEqual([2, "WRONGTYPE b"]);
  });
});
