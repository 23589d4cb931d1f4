/** The numbered rules of lives and deadlines. */
import { describe, expect, test } from "vitest";
import type { Dot, JoinScope } from "../../crdt/cell.ts";
import { Context } from "../../crdt/context.ts";
import {
  continuedLife,
  type Deadline,
  effectiveDeadline,
  joinBirths,
  joinDeadlines,
  livesOf,
  NEVER,
} from "../../crdt/life.ts";
import { Origins } from "../../crdt/origin.ts";

const origins = new Origins();
const A = origins.intern(0x20);
const B = origins.intern(0x10);

function dot(origin: number, time: number): Dot {
  return { origin, time };
}

function deadline(at: number, own: Dot, ...births: Dot[]): Deadline {
  return { ...own, at, births };
}

function contextOf(...dots: Dot[]): Context {
  const context = new Context();
  for (const { origin, time } of dots) context.raise(origin, time);
  return context;
}

/** The scope of a delta whose writer had seen, and that comes to one who had seen, these. */
function scope(seen: Context, known: Context, replaces = true): JoinScope {
  return { seen, known, whole: false, replaces };
}

const LIFE = dot(A, 1);
const early = deadline(100, dot(A, 5), LIFE);
const late = deadline(900, dot(B, 4), LIFE);
const never = deadline(NEVER, dot(B, 9), LIFE);

describe("L1: deadlines are an observed-remove register", () => {
  test("in which an EXPIRE replaces what it saw, even by an earlier deadline", () => {
    const shorter = deadline(50, dot(B, 6), LIFE);
    const seen = contextOf(early, shorter);
    expect(joinDeadlines([early], [shorter], scope(seen, contextOf(early)))).toEqual([shorter]);
  });

  test("in which concurrent deadlines both stay, and a repetition changes nothing", () => {
    const both = joinDeadlines([early], [late], scope(contextOf(late), contextOf(early)));
    expect(both).toEqual([early, late]);
    expect(joinDeadlines(both, [late], scope(contextOf(late), contextOf(early, late)))).toEqual(both);
  });

  test("in which a deadline that was removed here does not come back", () => {
    expect(joinDeadlines([], [early], scope(contextOf(early), contextOf(early)))).toEqual([]);
  });

  test("in which a delta that replaces nothing leaves what its writer had seen", () => {
    expect(joinDeadlines([early], [], scope(contextOf(early), contextOf(early), false))).toEqual([early]);
    expect(joinDeadlines([early], [], scope(contextOf(early), contextOf(early)))).toEqual([]);
  });

  test("of which the latest counts, and PERSIST beats them all", () => {
    expect(effectiveDeadline([early, late], [LIFE], origins)).toBe(late);
    expect(effectiveDeadline([late, early], [LIFE], origins)).toBe(late);
    expect(effectiveDeadline([never, late, early], [LIFE], origins)).toBe(never);
    expect(effectiveDeadline([early, late, never], [LIFE], origins)).toBe(never);
  });

  test("whose owner is the same on every replica when two set the same deadline", () => {
    const [one, other] = [deadline(100, dot(A, 5), LIFE), deadline(100, dot(B, 5), LIFE)];
    expect(effectiveDeadline([one, other], [LIFE], origins)).toBe(one);
    expect(effectiveDeadline([other, one], [LIFE], origins)).toBe(one);
    const newer = deadline(100, dot(B, 6), LIFE);
    expect(effectiveDeadline([one, newer], [LIFE], origins)).toBe(newer);
    expect(effectiveDeadline([newer, one], [LIFE], origins)).toBe(newer);
  });
});

describe("L2: a deadline counts only while one of its lives is alive", () => {
  test("so it does not fall on a value that was made anew", () => {
    expect(effectiveDeadline([early], [dot(B, 7)], origins)).toBeUndefined();
    expect(effectiveDeadline([early, late], [], origins)).toBeUndefined();
  });

  test("so a later deadline of a dead life yields to one that is alive", () => {
    const dead = deadline(900, dot(B, 4), dot(B, 2));
    expect(effectiveDeadline([dead, early], [LIFE], origins)).toBe(early);
    expect(effectiveDeadline([early, dead], [LIFE], origins)).toBe(early);
  });

  test("and one living life of several is enough", () => {
    const both = deadline(100, dot(A, 5), dot(B, 2), LIFE);
    expect(effectiveDeadline([both], [LIFE], origins)).toBe(both);
  });
});

describe("L3: a birth is kept by its latest support", () => {
  const born = { life: LIFE, support: LIFE };
  const supported = { life: LIFE, support: dot(B, 6) };

  test("so a removal that had seen the support ends the life", () => {
    expect(joinBirths([born], [], scope(contextOf(LIFE), contextOf(LIFE)))).toEqual([]);
  });

  test("so a removal that had not seen a concurrent support leaves it", () => {
    expect(joinBirths([supported], [], scope(contextOf(LIFE), contextOf(LIFE, supported.support)))).toEqual([
      supported,
    ]);
  });

  test("and new support replaces the support that it saw, also where the life was removed meanwhile", () => {
    const seen = contextOf(LIFE, supported.support);
    expect(joinBirths([born], [supported], scope(seen, contextOf(LIFE)))).toEqual([supported]);
    expect(joinBirths([], [supported], scope(seen, contextOf(LIFE)))).toEqual([supported]);
  });

  test("and support that was removed here does not come back", () => {
    expect(
      joinBirths([], [supported], scope(contextOf(supported.support), contextOf(LIFE, supported.support))),
    ).toEqual([]);
  });

  test("and lives are named once, however many events support them", () => {
    expect(livesOf([born, supported, { life: dot(B, 3), support: dot(B, 3) }])).toEqual([LIFE, dot(B, 3)]);
  });
});

describe("L4: a deadline without content", () => {
  test("stays when its life's removal had not seen it, and counts for nothing until content arrives", () => {
    const unseen = contextOf(LIFE);
    const left = joinDeadlines([late], [], scope(unseen, contextOf(LIFE, late)));
    expect(left).toEqual([late]);
    expect(effectiveDeadline(left, [], origins)).toBeUndefined();
    expect(effectiveDeadline(left, [LIFE], origins)).toBe(late);
  });
});

describe("a value that continues one of several lives", () => {
  test("continues the oldest, and of those begun at once that of the smallest origin", () => {
    expect(continuedLife([dot(A, 7), dot(B, 3), dot(A, 5)], undefined, origins)).toEqual(dot(B, 3));
    expect(continuedLife([dot(A, 3), dot(B, 3)], undefined, origins)).toEqual(dot(B, 3));
    expect(continuedLife([], undefined, origins)).toBeUndefined();
  });

  test("continues the one that the deadline names", () => {
    expect(continuedLife([dot(A, 7), dot(B, 3)], deadline(100, dot(B, 9), dot(A, 7)), origins)).toEqual(dot(A, 7));
  });
});
