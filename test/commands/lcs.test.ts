/** LCS against the definition of a longest common subsequence, and the places it reports. */
import { fc, test as property } from "@fast-check/vitest";
import { beforeEach, describe, expect, test } from "vitest";
import { LocalNode } from "./local-node.ts";

const node = new LocalNode();
const run = (line: string): unknown => node.run(line);

beforeEach(() => {
  run("FLUSHALL");
  run("SELECT 0");
  run("MSET a ohmytext b mynewtext");
});

describe("LCS", () => {
  test("answers the subsequence, its length, or where it lies", () => {
    expect(run("LCS a b")).toBe("mytext");
    expect(run("LCS a b LEN")).toBe(6);
    const first = [
      [4, 7],
      [5, 8],
    ];
    const second = [
      [2, 3],
      [0, 1],
    ];
    expect(run("LCS a b IDX")).toEqual(["matches", [first, second], "len", 6]);
    expect(run("LCS a b idx minmatchlen 4")).toEqual(["matches", [first], "len", 6]);
    expect(run("LCS a b IDX MINMATCHLEN 4 WITHMATCHLEN")).toEqual(["matches", [[...first, 4]], "len", 6]);
    expect(run("LCS a b IDX MINMATCHLEN -3 WITHMATCHLEN")).toEqual([
      "matches",
      [
        [...first, 4],
        [...second, 2],
      ],
      "len",
      6,
    ]);
  });

  test("answers a map in RESP3", () => {
    expect(new LocalNode(3).run("LCS n m IDX")).toEqual({ map: ["matches", [], "len", 0] });
  });

  test("refuses other types, options that exclude each other, and tables beyond the limit", () => {
    run("SADD s a");
    expect(run("LCS a s")).toBe("(error) ERR The specified keys must contain string values");
    expect(run("LCS a b IDX LEN")).toBe("(error) ERR If you want both the length and indexes, please just use IDX.");
    expect(run("LCS a b MINMATCHLEN")).toBe("(error) ERR syntax error");
    run("SETRANGE a 20000 x");
    run("SETRANGE b 20000 x");
    expect(run("LCS a b")).toBe("(error) ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len");
  });

  const word = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 12 }).map((letters) => letters.join(""));

  property.prop([word, word])("finds a longest common subsequence", (a, b) => {
    node.execute(["MSET", "a", a, "b", b]);
    const found = run("LCS a b") as string;
    expect(isSubsequence(found, a) && isSubsequence(found, b)).toBe(true);
    expect(found.length).toBe(longest(a, b));
  });
});

function isSubsequence(part: string, whole: string): boolean {
  let at = 0;
  for (const letter of whole) if (letter === part[at]) at++;
  return at === part.length;
}

/** By definition: drop a letter here or there, or match the two first ones. */
function longest(a: string, b: string, known = new Map<string, number>()): number {
  if (a === "" || b === "") return 0;
  const key = `${a}|${b}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const dropping = Math.max(longest(a.slice(1), b, known), longest(a, b.slice(1), known));
  const length = a[0] === b[0] ? Math.max(dropping, 1 + longest(a.slice(1), b.slice(1), known)) : dropping;
  known.set(key, length);
  return length;
}
