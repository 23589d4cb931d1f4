/**
 * A client's own list: what may be popped, what was, and when the list is left.
 */
import { expect, test } from "vitest";
import { Ledger, type Outcome } from "../../chaos/ledger.ts";
import { Queue } from "../../chaos/queue.ts";
import type { Request } from "../../chaos/request.ts";
import { Random } from "../../sim/world/random.ts";

const HELD = { own: "memory", others: 0, byOthers: "memory" } as const;

function newQueue(): { readonly ledger: Ledger; readonly queue: Queue } {
  const ledger = new Ledger();
  return { ledger, queue: new Queue("n1.1", new Random(1, "queue"), ledger) };
}

/** Answers each effect of a request that concerns one of `elements`; the others are taken back. */
function answer(ledger: Ledger, { effects }: Request, outcome: Exclude<Outcome, "issued">, elements?: string[]): void {
  for (const { path, ...what } of effects) {
    const write = ledger.issue(path, { ...what, replica: 0, incarnation: 1, issuedMs: 1 });
    if (elements?.includes(path.element ?? "") === false) ledger.withdrawn(path, write);
    else ledger.answered(path, write, outcome, 2, HELD);
  }
}

function elementsOf(request: Request | undefined): (string | undefined)[] {
  return request?.effects.map(({ path }) => path.element) ?? [];
}

test("a pop may take whatever is there, and takes nothing twice", () => {
  const { ledger, queue } = newQueue();
  expect(queue.pop()).toBeUndefined();
  const push = queue.push(1);
  answer(ledger, push, "acknowledged");
  const pushed = elementsOf(push);
  const pop = queue.pop();
  expect(elementsOf(pop)).toEqual(pushed);
  if (pop !== undefined) answer(ledger, pop, "acknowledged", pushed.slice(0, 1) as string[]);
  expect(elementsOf(queue.pop())).toEqual(pushed.slice(1));
  expect(ledger.counts.issued).toBe(pushed.length + 1);
});

test("a refused pop has taken nothing, a refused push has put nothing", () => {
  const { ledger, queue } = newQueue();
  const push = queue.push(1);
  answer(ledger, push, "acknowledged");
  const pop = queue.pop();
  if (pop !== undefined) answer(ledger, pop, "refused");
  answer(ledger, queue.push(1), "refused");
  expect(elementsOf(queue.pop())).toEqual(elementsOf(push));
});

test("a list is left when nobody knows what was taken", () => {
  const { ledger, queue } = newQueue();
  const push = queue.push(1);
  answer(ledger, push, "acknowledged");
  const pop = queue.pop();
  if (pop !== undefined) answer(ledger, pop, "unknown");
  expect(ledger.breaches(() => undefined)).toEqual([]);
  expect(ledger.breaches(({ element }) => element)).toEqual([]);
  expect(queue.push(1).args[1]).not.toBe(push.args[1]);
});
