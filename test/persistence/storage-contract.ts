/**
 * What every Storage promises, whatever is behind it.
 */
import { expect, test } from "vitest";
import { type Storage, StorageError } from "../../src/persistence/storage.ts";

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");
const bytes = (words: string): Uint8Array => Buffer.from(words, "utf8");

export function storageContract(open: () => Storage): void {
  test("knows no file that was not made", () => {
    const storage = open();
    expect(storage.size("a")).toBe(-1);
    expect(storage.list()).not.toContain("a");
    storage.remove("a");
    expect(() => storage.read("a", 0, 1)).toThrow(StorageError);
  });

  test("appends behind what is there, and reads any part", () => {
    const storage = open();
    storage.append("a", bytes("hello "));
    storage.append("a", bytes("world"));
    expect(storage.size("a")).toBe(11);
    expect(text(storage.read("a", 0, 100))).toBe("hello world");
    expect(text(storage.read("a", 6, 3))).toBe("wor");
    expect(storage.read("a", 11, 5)).toHaveLength(0);
    expect(storage.list()).toContain("a");
  });

  test("cuts a file, and appends behind the cut", () => {
    const storage = open();
    storage.append("a", bytes("hello world"));
    storage.truncate("a", 5);
    storage.append("a", bytes("!"));
    expect(text(storage.read("a", 0, 100))).toBe("hello!");
  });

  test("puts a whole file in the place of another", () => {
    const storage = open();
    storage.replace("a", bytes("first"));
    storage.replace("a", bytes("2nd"));
    expect(text(storage.read("a", 0, 100))).toBe("2nd");
  });

  test("removes a file, and begins it anew", () => {
    const storage = open();
    storage.append("a", bytes("old"));
    storage.sync("a");
    storage.remove("a");
    expect(storage.size("a")).toBe(-1);
    storage.append("a", bytes("new"));
    expect(text(storage.read("a", 0, 100))).toBe("new");
  });

  test("says who a file is: the same as long as it is, another when it was made anew", () => {
    const storage = open();
    storage.append("a", bytes("x"));
    const identity = storage.identityOf("a");
    storage.append("a", bytes("y"));
    storage.sync("a");
    expect(storage.identityOf("a")).toBe(identity);
    storage.append("b", bytes("x"));
    expect(storage.identityOf("b")).not.toBe(identity);
    storage.remove("a");
    storage.append("a", bytes("xy"));
    expect(storage.identityOf("a")).not.toBe(identity);
  });
}
