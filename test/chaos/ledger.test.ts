/**
 * The verdicts of the ledger: what must be there, what may be gone, and what can never be.
 */
import { describe, expect, test } from "vitest";
import { Ledger, type Outcome, ownValue, type Path } from "../../chaos/ledger.ts";
import type { Held } from "../../chaos/promise.ts";

const IN_MEMORY: Held = { own: "memory", others: 0, byOthers: "memory" };
const ON_DISK: Held = { own: "disk", others: 0, byOthers: "memory" };

let clockMs = 0;

interface Step {
  readonly value?: string;
  readonly amount?: number;
  readonly outcome?: Exclude<Outcome, "issued">;
  readonly held?: Held;
  readonly incarnation?: number;
}

/** Writes at replica 0, one after the other. */
function write(ledger: Ledger, path: Path, ...steps: readonly Step[]): void {
  for (const { outcome = "acknowledged", held = IN_MEMORY, incarnation = 1, ...what } of steps) {
    const issued = ledger.issue(path, { ...what, replica: 0, incarnation, issuedMs: ++clockMs });
    ledger.answered(path, issued, outcome, ++clockMs, held);
  }
}

/** What the ledger says when every replica shows this at every path. */
function verdict(ledger: Ledger, shown: string | undefined): string {
  return ledger.breaches(() => shown)[0]?.why ?? "kept";
}

function killed(ledger: Ledger, replica: number, what: "memory" | "disk" = "memory"): void {
  ledger.lost({ replica, incarnation: 1, atMs: ++clockMs, what });
}

describe("a string with one writer", () => {
  test("must show the last acknowledged value", () => {
    const ledger = new Ledger();
    write(ledger, ledger.path("string", "k"), { value: "1" }, { value: "2" });
    expect(verdict(ledger, "2")).toBe("kept");
    expect(verdict(ledger, "1")).toMatch(/shows 1, but 2 was acknowledged after it/);
    expect(verdict(ledger, undefined)).toMatch(/shows nothing, but 2 was acknowledged/);
    expect(verdict(ledger, "3")).toMatch(/nobody wrote/);
  });

  test("may show a later value without an answer, and never one that was refused", () => {
    const ledger = new Ledger();
    const path = ledger.path("string", "k");
    write(ledger, path, { value: "1" }, { value: "2", outcome: "refused" }, { value: "3", outcome: "unknown" });
    expect(verdict(ledger, "1")).toBe("kept");
    expect(verdict(ledger, "2")).toMatch(/which was refused/);
    expect(verdict(ledger, "3")).toBe("kept");
    expect(path.closed).toBe(true);
  });

  test("must be gone when its removal was acknowledged, and may be when it has no answer", () => {
    const removed = new Ledger();
    write(removed, removed.path("string", "k"), { value: "1" }, {});
    expect(verdict(removed, undefined)).toBe("kept");
    expect(verdict(removed, "1")).toMatch(/its removal was acknowledged/);
    const doubtful = new Ledger();
    write(doubtful, doubtful.path("string", "k"), { value: "1" }, { outcome: "unknown" });
    expect(verdict(doubtful, undefined)).toBe("kept");
    expect(verdict(doubtful, "1")).toBe("kept");
  });

  test("may fall back to what its replica had not lost", () => {
    const ledger = new Ledger();
    write(ledger, ledger.path("string", "k"), { value: "1", held: ON_DISK }, { value: "2" });
    killed(ledger, 0);
    expect(verdict(ledger, "1")).toBe("kept");
    expect(verdict(ledger, "2")).toBe("kept");
    expect(verdict(ledger, undefined)).toMatch(/1 was acknowledged and must have survived/);
    killed(ledger, 0, "disk");
    expect(verdict(ledger, undefined)).toBe("kept");
  });

  test("may come back after a removal by a process that had forgotten it", () => {
    const ledger = new Ledger();
    const path = ledger.path("string", "k");
    write(ledger, path, { value: "1" });
    killed(ledger, 0);
    write(ledger, path, { incarnation: 2 });
    expect(verdict(ledger, "1")).toBe("kept");
    expect(verdict(ledger, undefined)).toBe("kept");
    write(ledger, path, { value: "2", incarnation: 2 });
    expect(verdict(ledger, "1")).toMatch(/2 was acknowledged after it/);
  });
});

describe("what WAIT has promised", () => {
  const held: Held = { own: "memory", others: 2, byOthers: "memory" };

  test("survives the death of its replica and of fewer others than had it", () => {
    const ledger = new Ledger();
    write(ledger, ledger.path("string", "k"), { value: "1", held });
    killed(ledger, 0);
    killed(ledger, 1);
    expect(verdict(ledger, undefined)).toMatch(/must have survived/);
    killed(ledger, 2);
    expect(verdict(ledger, undefined)).toBe("kept");
  });

  test("is not concerned by others that died before", () => {
    const ledger = new Ledger();
    killed(ledger, 1);
    killed(ledger, 2);
    write(ledger, ledger.path("string", "k"), { value: "1", held });
    killed(ledger, 0);
    expect(verdict(ledger, undefined)).toMatch(/must have survived/);
  });

  test("outlives kills when it was on the others' disks, and not their loss", () => {
    const ledger = new Ledger();
    write(ledger, ledger.path("string", "k"), { value: "1", held: { ...held, others: 1, byOthers: "disk" } });
    killed(ledger, 0, "disk");
    killed(ledger, 1);
    killed(ledger, 2);
    expect(verdict(ledger, undefined)).toMatch(/must have survived/);
    killed(ledger, 1, "disk");
    expect(verdict(ledger, undefined)).toBe("kept");
  });
});

describe("a counter", () => {
  test("lies between what must have survived and what was ever asked for", () => {
    const ledger = new Ledger();
    const path = ledger.path("string", "n", undefined, true);
    write(ledger, path, { amount: 2, held: ON_DISK }, { amount: 3 });
    write(ledger, path, { amount: 10, outcome: "unknown" }, { amount: 100, outcome: "refused" });
    expect(verdict(ledger, "4")).toMatch(/counts 4, but 5 were acknowledged/);
    expect(verdict(ledger, "5")).toBe("kept");
    expect(verdict(ledger, "15")).toBe("kept");
    expect(verdict(ledger, "16")).toMatch(/only 15 were ever asked for/);
    killed(ledger, 0);
    expect(verdict(ledger, "2")).toBe("kept");
    expect(verdict(ledger, undefined)).toMatch(/counts 0, but 2/);
  });
});

describe("a HyperLogLog", () => {
  test("counts what was added within the error of a count", () => {
    const ledger = new Ledger();
    const path = ledger.path("hll", "p", undefined, true);
    for (let i = 0; i < 200; i++) write(ledger, path, { amount: 1 });
    for (const count of ["191", "200", "209"]) expect(verdict(ledger, count)).toBe("kept");
    expect(verdict(ledger, "190")).toMatch(/counts 190, but 200 were acknowledged/);
    expect(verdict(ledger, "210")).toMatch(/only 200 were ever asked for/);
    expect(verdict(ledger, undefined)).toMatch(/counts 0/);
  });
});

test("a client knows what it wrote last through the same process, and nothing in doubt", () => {
  const ledger = new Ledger();
  const path = ledger.path("hash", "h", "f");
  expect(ownValue(path, 1)).toBeUndefined();
  write(ledger, path, { value: "1" }, { value: "2", outcome: "refused" });
  expect(ownValue(path, 1)).toBe("1");
  expect(ownValue(path, 2)).toBeUndefined();
  write(ledger, path, {});
  expect(ownValue(path, 1)).toBeUndefined();
  write(ledger, path, { value: "3", outcome: "unknown" });
  expect(ownValue(path, 1)).toBeUndefined();
});

describe("settling", () => {
  test("lets later rounds rely on what all replicas held", () => {
    const ledger = new Ledger();
    const [kept, gone] = [ledger.path("string", "k"), ledger.path("set", "s", "m")];
    const counter = ledger.path("string", "n", undefined, true);
    write(ledger, kept, { value: "1" }, { value: "2", outcome: "unknown" });
    write(ledger, gone, { value: "m" }, {});
    gone.closed = true;
    write(ledger, counter, { amount: 3 }, { amount: 4, outcome: "unknown" });
    const shown = new Map<Path, string>([
      [kept, "2"],
      [counter, "7"],
    ]);
    ledger.settle((path) => shown.get(path), [1, 1, 1], ++clockMs, { ...IN_MEMORY, others: 2 });
    expect([...ledger.paths]).toEqual([kept, counter]);
    expect(ledger.breaches((path) => shown.get(path))).toEqual([]);
    killed(ledger, 0);
    killed(ledger, 1);
    shown.delete(kept);
    shown.set(counter, "6");
    expect(ledger.breaches((path) => shown.get(path)).map(({ why }) => why)).toEqual([
      "shows nothing, but 2 was acknowledged and must have survived",
      "counts 6, but 7 were acknowledged and must have survived",
    ]);
  });
});
