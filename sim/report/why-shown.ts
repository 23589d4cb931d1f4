/**
 * Why a replica shows what it shows at a key: the rules of the specification,
 * told of one case.
 *
 * Whether two events were concurrent follows from who had seen what when: an
 * event had seen another when its replica saw that one before.
 */
import { msOfTime } from "../../crdt/clock.ts";
import { REPORT_ELEMENTS_MAX } from "../limits.ts";
import { EPOCH_MS } from "../world/wall-clock.ts";
import type { Content, Deadline, Item } from "../spec/history.ts";
import { decimalOf } from "../spec/number.ts";
import type { View } from "../spec/view.ts";
import { amountText, dotName, isContent, nameOf, type KeyVersions, type Version } from "./key-versions.ts";
import { list, seconds, word } from "./printable.ts";
import type { RecordedEvent } from "./recording.ts";

type Put = Extract<Item, { kind: "put" }>;
type Count = Extract<Item, { kind: "count" }>;

export interface Sight {
  /** What the specification makes of the events that the replica has seen. */
  readonly view: View;
  readonly seen: readonly Version[];
  readonly unseen: readonly Version[];
}

export function whyShown(key: KeyVersions, sight: Sight): string[] {
  const { view, unseen } = sight;
  const missing = unseen.map(({ number, event }) => `#${number} (${event.replica})`);
  return [
    ...(missing.length > 0 ? [`Not seen here: ${list(missing)}.`] : []),
    ...(view.type === undefined ? whyNothing(key, sight) : whySomething(key, sight)),
  ];
}

function whyNothing(key: KeyVersions, { view, seen }: Sight): string[] {
  if (view.expired) {
    const deadline = view.items.find(
      (item): item is Deadline => item.kind === "deadline" && item.at !== Number.POSITIVE_INFINITY,
    );
    return [
      `The deadline${deadline === undefined ? "" : ` (${nameOf(key, deadline)}, ${seconds(deadline.at - EPOCH_MS)})`} has passed by the clock here.`,
    ];
  }
  if (seen.length === 0) return ["No write to this key has been seen here."];
  const last = seen.findLast(({ step }) => step.kills.some(isContent));
  return [
    `Every write seen here was removed or replaced${last === undefined ? "" : `, last by #${last.number} (${last.event.replica})`}.`,
  ];
}

function whySomething(key: KeyVersions, sight: Sight): string[] {
  const { view } = sight;
  const content = view.items.filter(isContent);
  const visible = content.filter((item) => item.type === view.type);
  const hidden = content.filter((item) => item.type !== view.type);
  return [
    ...(hidden.length > 0 ? [whyType(key, view, visible, hidden)] : []),
    ...whyElements(key, sight, visible),
    ...whyDeadline(key, view),
  ];
}

function whyType(key: KeyVersions, view: View, visible: readonly Content[], hidden: readonly Content[]): string {
  const [newest, other] = [newestOf(visible), newestOf(hidden)];
  return `The ${view.type} shows because its newest write, ${stampOf(key, newest)}, is newer than the ${other?.type}'s, ${stampOf(key, other)}; the ${other?.type} is hidden, not lost.`;
}

/** What needs saying of each element; those of which there is nothing special to say share a sentence. */
function whyElements(key: KeyVersions, sight: Sight, visible: readonly Content[]): string[] {
  const elements = [...new Set(visible.map(({ element }) => element))].toSorted();
  const special: string[] = [];
  const plain: string[] = [];
  for (const element of elements.slice(0, REPORT_ELEMENTS_MAX)) {
    const there = visible.filter((item) => item.element === element);
    const name = sight.view.type === "string" ? "" : `${nameOfElement(sight.view, element, there)}: `;
    const reasons = [...whyValue(key, there), ...whyCount(key, there), ...whySurvives(key, sight, there)];
    if (reasons.length > 0) special.push(...reasons.map((reason) => name + reason));
    else plain.push(`${name}${list(there.map((item) => nameOf(key, item)))}`);
  }
  if (plain.length > 0) special.push(`Written once, not removed or replaced since: ${plain.join(", ")}.`);
  return special;
}

/** A list's elements have no names but where they stand. */
function nameOfElement({ type, elements }: View, element: string, there: readonly Content[]): string {
  if (type !== "list") return word(element);
  const put = there.find((item) => item.kind === "put");
  return word(elements.get(element) ?? put?.value ?? "");
}

/** Concurrent values: the newest stamp wins, the others stay hidden beside it. */
function whyValue(key: KeyVersions, items: readonly Content[]): string[] {
  const puts = items.filter((item): item is Put => item.kind === "put").toSorted(newestFirst);
  const [winner, ...losers] = puts;
  if (winner === undefined || losers.length === 0) return [];
  if (winner.type === "set")
    return [`added by ${list(puts.map((put) => nameOf(key, put)))}, none of which had seen the other; once is enough.`];
  const tie = losers.some(({ stamp }) => stamp === winner.stamp) ? " (equal stamps: the greater origin wins)" : "";
  return [
    `newest stamp: ${stampOf(key, winner)} above ${list(losers.map((put) => stampOf(key, put)))}${tie}. None had seen the other, so ${list(losers.map((put) => word(put.value, 24)))} stays hidden beside it.`,
  ];
}

function whyCount(key: KeyVersions, items: readonly Content[]): string[] {
  const counts = items.filter((item): item is Count => item.kind === "count");
  if (counts.length === 0) return [];
  const puts = items.filter((item): item is Put => item.kind === "put").toSorted(newestFirst);
  const base = puts[0];
  const sum = list(counts.map((count) => `${amountText(count)} by ${nameOf(key, count)}`));
  if (base === undefined) return [`the sum of the increments that nothing has reset: ${sum}.`];
  if (decimalOf(base.value) === undefined)
    return [`${nameOf(key, base)} is no number, so the increments are hidden: ${sum}.`];
  const baseEvent = eventOf(key, base);
  const unaware = counts.filter((count) => !hadSeen(eventOf(key, count), baseEvent));
  const name = nameOf(key, base);
  const which = unaware.length === counts.length ? "which" : "some of which";
  const count = unaware.length > 1 ? "they were not reset, so they count" : "it was not reset, so it counts";
  const why = unaware.length === 0 ? "made on top of it" : `${which} ${name} had not seen: ${count}`;
  return [`${word(base.value)} by ${name}, and ${sum}, ${why}.`];
}

/** Add wins: removals of the same element that had not seen what stands. */
function whySurvives(key: KeyVersions, { seen }: Sight, items: readonly Content[]): string[] {
  return items.flatMap((item) => {
    const own = eventOf(key, item);
    const removals = seen.filter(
      ({ event, step }) =>
        event !== own &&
        step.kills.some(
          (killed) => isContent(killed) && killed.type === item.type && killed.element === item.element,
        ) &&
        !step.adds.some((added) => isContent(added) && added.element === item.element) &&
        !hadSeen(event, own) &&
        !hadSeen(own, event),
    );
    if (removals.length === 0) return [];
    const names = list(removals.map(({ number, event }) => `#${number} (${event.replica})`));
    return [`${nameOf(key, item)} survives the removal ${names}, which had not seen it.`];
  });
}

function whyDeadline(key: KeyVersions, view: View): string[] {
  const deadlines = view.items.filter((item): item is Deadline => item.kind === "deadline" && item.field === undefined);
  if (deadlines.length === 0) return [];
  const counts = deadlines.filter(({ lives }) => lives.some((life) => view.lives.includes(life)));
  const [latest, ...others] = counts.toSorted((a, b) => b.at - a.at || b.time - a.time);
  const stale = deadlines.filter((deadline) => !counts.includes(deadline));
  const told: string[] = [];
  if (latest !== undefined) {
    const over =
      others.length === 0
        ? ""
        : `; it is later than ${list(others.map((other) => `${deadlineText(other)} of ${nameOf(key, other)}`))}`;
    told.push(`Deadline: ${deadlineText(latest)}, by ${nameOf(key, latest)}${over}.`);
  }
  if (stale.length > 0)
    told.push(
      `${list(stale.map((deadline) => nameOf(key, deadline)))}: a deadline for an earlier life of the key, so it does not count.`,
    );
  return told;
}

function deadlineText({ at }: Deadline): string {
  return at === Number.POSITIVE_INFINITY ? "none (PERSIST)" : seconds(at - EPOCH_MS);
}

function newestFirst(a: Content, b: Content): number {
  return rank(b) - rank(a) || b.origin - a.origin;
}

function newestOf(items: readonly Content[]): Content | undefined {
  return items.toSorted(newestFirst)[0];
}

function rank(item: Content): number {
  return item.kind === "put" ? item.stamp : item.time;
}

/** `#3 (eu) at 1.204 s`: by the clock that its writer went by. */
function stampOf(key: KeyVersions, item: Content | undefined): string {
  if (item === undefined) return "?";
  const stamp = rank(item);
  const step = stamp - msOfTime(stamp) * TICKS_A_MS;
  return `${nameOf(key, item)} at ${seconds(msOfTime(stamp) - EPOCH_MS)}${step > 0 ? `+${step}` : ""}`;
}

/** A hybrid time counts so many events within a millisecond. */
const TICKS_A_MS = 2048;

function eventOf(key: KeyVersions, item: Item): RecordedEvent | undefined {
  return key.byDot.get(dotName(item))?.event;
}

/** Had the writer of the one seen the other? */
function hadSeen(one: RecordedEvent | undefined, other: RecordedEvent | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  if (one.replica === other.replica)
    return one.atMs > other.atMs || (one.atMs === other.atMs && one.dot.time > other.dot.time);
  const seenAtMs = other.seenAtMs.get(one.replica);
  return seenAtMs !== undefined && seenAtMs < one.atMs;
}
