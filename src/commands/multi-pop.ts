/** What LMPOP, ZMPOP and their blocking forms ask for: numkeys, keys, which end, and perhaps how many. */
import type { Call } from "./command.ts";
import { SYNTAX_ERROR } from "./error-texts.ts";
import { readAtLeast } from "./number.ts";
import { COUNT, isOption, type OptionWord } from "./option.ts";

export interface MultiPop {
  /** The arguments that are keys, the second exclusive. */
  readonly from: number;
  readonly to: number;
  /** The end that the second word names: RIGHT, MAX. */
  readonly isSecond: boolean;
  readonly count: number;
}

/** `countAt`: the argument that says how many keys follow. Undefined after the error reply. */
export function readMultiPop(
  { args, reply }: Call,
  countAt: number,
  first: OptionWord,
  second: OptionWord,
): MultiPop | undefined {
  const keys = readAtLeast(reply, args.at(countAt), 1, "ERR numkeys should be greater than 0");
  if (Number.isNaN(keys)) return undefined;
  const from = countAt + 1;
  const to = from + keys;
  const isSecond = to < args.count && isOption(args.at(to), second);
  if (to < args.count && (isSecond || isOption(args.at(to), first))) {
    if (to + 1 === args.count) return { from, to, isSecond, count: 1 };
    if (to + 2 < args.count && isOption(args.at(to + 1), COUNT)) {
      const count = readAtLeast(reply, args.at(to + 2), 1, "ERR count should be greater than 0");
      if (Number.isNaN(count)) return undefined;
      if (to + 3 === args.count) return { from, to, isSecond, count };
    }
  }
  reply.error(SYNTAX_ERROR);
  return undefined;
}
