/**
 * The questions of a repair as messages, and back: what its receiver has to ask
 * (repair-asks.ts), and what its sender is asked about ranges.
 */
import type { ControlMessage, RepairCompareRange, RepairFetchRanges } from "../../transport/message.ts";
import { isKeyRange, OPEN } from "../store/repair/key-range.ts";
import type { Ask, RangeAsk } from "./repair-asks.ts";

export function question(ask: Ask): ControlMessage {
  if ("nodes" in ask) {
    const { bits, nodes } = ask;
    return { kind: ask.verb === "fetch" ? "repair-fetch" : "repair-compare", bits, nodes };
  }
  if (ask.verb === "compare-range") return { kind: "repair-compare-range", ...ask.range, fine: ask.isFine ? 1 : 0 };
  const { of, ranges } = ask;
  return { kind: "repair-fetch-ranges", ...of, ranges };
}

/** Undefined when it is no question. */
export function rangeAskOf(message: RepairCompareRange | RepairFetchRanges): RangeAsk | undefined {
  const { db, key, type } = message;
  if (message.kind === "repair-compare-range") {
    const { from, to, fine } = message;
    const range = { db, key, type, from, to };
    return isKeyRange(range) ? { verb: "compare-range", range, isFine: fine !== 0 } : undefined;
  }
  const { ranges } = message;
  const whole = { db, key, type, from: OPEN, to: OPEN };
  if (!isKeyRange(whole) || !ranges.every((range) => isKeyRange({ ...whole, ...range }))) return undefined;
  return { verb: "fetch-ranges", of: whole, ranges };
}
