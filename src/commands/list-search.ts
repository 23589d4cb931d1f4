/** LPOS: where in a list a value stands. */
import { ByteRange } from "../byte-range.ts";
import { KeyType } from "../store/key-type.ts";
import type { Call } from "./command.ts";
import { OUT_OF_RANGE, SYNTAX_ERROR } from "./error-texts.ts";
import { MISTYPED, readTyped } from "./lookup.ts";
import { parseExactInteger, readAtLeast, readInteger } from "./number.ts";
import { COUNT, isOption, MAXLEN, RANK } from "./option.ts";

/** Has no negative. */
const INT64_MIN = -(2n ** 63n);
const RANK_ZERO =
  "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start from the end of the list";

interface PositionOptions {
  /** Which match is the first that counts; negative: from the tail. */
  rank: number;
  /** How many matches; 0 for all, -1 for one that is replied alone. */
  count: number;
  /** Elements to be looked at; 0 for all. */
  comparisonsMax: number;
}

export function lpos(call: Call): void {
  const { args, reply } = call;
  const options = readOptions(call);
  if (options === undefined) return;
  const { rank, count } = options;
  const ref = readTyped(call, args.at(1), KeyType.list);
  if (ref === MISTYPED) return;
  if (ref === 0) return count < 0 ? reply.nil() : reply.array(0);
  const list = call.keyspace.lists.elements(ref);
  const value = args.at(2);
  const shown = new ByteRange();
  const step = rank < 0 ? -1 : 1;
  const looked = options.comparisonsMax === 0 ? list.size : options.comparisonsMax;
  const wanted = count < 0 ? 1 : count === 0 ? Infinity : count;
  const found: number[] = [];
  let skipped = Math.abs(rank) - 1;
  let at = step === 1 ? 0 : list.size - 1;
  list.walk(at, looked, step, (element) => {
    list.value(element, shown);
    if (shown.equals(value) && skipped-- <= 0) found.push(at);
    at += step;
    return found.length < wanted;
  });
  if (count >= 0) {
    reply.array(found.length);
    for (const index of found) reply.integer(index);
  } else if (found[0] === undefined) {
    reply.nil();
  } else {
    reply.integer(found[0]);
  }
}

/** Undefined after the error reply. */
function readOptions({ args, reply }: Call): PositionOptions | undefined {
  const options: PositionOptions = { rank: 1, count: -1, comparisonsMax: 0 };
  for (let i = 3; i < args.count; i += 2) {
    const word = args.at(i);
    const hasValue = i + 1 < args.count;
    let value = Number.NaN;
    if (hasValue && isOption(word, RANK)) {
      value = options.rank = readInteger(reply, args.at(i + 1));
      const isOutOfRange = parseExactInteger(args.at(i + 1)) === INT64_MIN;
      if (value === 0 || isOutOfRange) {
        reply.error(isOutOfRange ? OUT_OF_RANGE : RANK_ZERO);
        return undefined;
      }
    } else if (hasValue && isOption(word, COUNT)) {
      value = options.count = readAtLeast(reply, args.at(i + 1), 0, "ERR COUNT can't be negative");
    } else if (hasValue && isOption(word, MAXLEN)) {
      value = options.comparisonsMax = readAtLeast(reply, args.at(i + 1), 0, "ERR MAXLEN can't be negative");
    } else {
      reply.error(SYNTAX_ERROR);
    }
    if (Number.isNaN(value)) return undefined;
  }
  return options;
}
