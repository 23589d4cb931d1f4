/**
 * What the benches compute and print from what they measured.
 */
import { expect, test } from "vitest";
import { judge } from "../../bench/aims.ts";
import { keyName, WriteBatch, setWords } from "../../bench/pipelined-writer.ts";
import { median, quantile } from "../../bench/statistics.ts";
import { left, markdownTable, right, screenTable } from "../../bench/table.ts";

test("the median is the middle, or between the two in the middle", () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([10, 1, 9, 2])).toBe(5.5);
  expect(() => median([])).toThrow("nothing was measured");
});

test("a quantile is a value that was measured", () => {
  const values = Array.from({ length: 100 }, (_, i) => 100 - i);
  expect([0, 0.5, 0.99, 1].map((share) => quantile(values, share))).toEqual([1, 50, 99, 100]);
  expect(() => quantile([], 0.5)).toThrow("nothing was measured");
});

test("a missed aim says by how much", () => {
  const throughput = { what: "throughput", value: 0.855, atLeast: 0.9 };
  const cpu = { what: "CPU", value: 1.5, atMost: 1.2 };
  expect(judge([{ ...throughput, value: 0.9 }])).toBe("met");
  expect(judge([throughput, cpu])).toBe("throughput 5.0 % below 0.9, CPU 25 % above 1.2");
});

test("what could not be measured is no aim met", () => {
  expect(judge([{ what: "CPU", value: Number.NaN, atMost: 1.2 }])).not.toBe("met");
});

test("a table is aligned on the screen and in Markdown", () => {
  const columns = [left("name"), right("n")];
  const rows = [
    ["one", "1"],
    ["a thousand", "1,000"],
  ];
  expect(screenTable(columns, rows)).toBe(
    ["name            n", "----------  -----", "one             1", "a thousand  1,000", ""].join("\n"),
  );
  expect(markdownTable(columns, rows)).toBe(
    ["| name       |     n |", "| ---------- | ----: |", "| one        |     1 |", "| a thousand | 1,000 |", ""].join(
      "\n",
    ),
  );
});

function set(key: number): string {
  return `*3\r\n$3\r\nSET\r\n$16\r\n${keyName(key)}\r\n$2\r\nvv\r\n`;
}

test("a batch is SET commands with keys of 16 bytes that change in place", () => {
  const batch = new WriteBatch(3, setWords(2));
  batch.setKey(0, 7);
  batch.setKey(1, 4_999_999);
  batch.setKey(1, 123_456_789_012);
  expect(keyName(7)).toBe("key:000000000007");
  expect(batch.bytes(2).toString()).toBe(set(7) + set(123_456_789_012));
});
