/**
 * The options of SET and GETEX, as one number: flags in the low bits, above
 * them the position of the argument that holds the time (0: none). A number,
 * because SET must not make an object to say what it was asked.
 *
 * Which options go together is Redis's own table: an option that is excluded by
 * an earlier one is a syntax error, repeating one is not.
 */
import type { Arguments } from "../resp/arguments.ts";
import type { Call } from "./command.ts";
import { MILLISECONDS, readPositiveDeadline, SECONDS } from "./deadline.ts";
import type { OptionWord } from "./option.ts";
import { EX, EXAT, GET, isOption, KEEPTTL, NX, PERSIST, PX, PXAT, XX } from "./option.ts";

export const StringFlag = {
  nx: 1,
  xx: 2,
  get: 4,
  keepTtl: 8,
  persist: 16,
  ex: 32,
  px: 64,
  exat: 128,
  pxat: 256,
} as const;

/** The time's position is above the nine flags. Positions are below 2^20, so it all fits into 31 bits. */
const TIME_SHIFT = 9;
const FLAGS_MASK = (1 << TIME_SHIFT) - 1;

export const BAD_OPTIONS = -1;

const LIVES = StringFlag.ex | StringFlag.px | StringFlag.exat | StringFlag.pxat;
const ABSOLUTE = StringFlag.exat | StringFlag.pxat;
const IN_SECONDS = StringFlag.ex | StringFlag.exat;

interface OptionRow {
  readonly word: OptionWord;
  readonly flag: number;
  readonly excludedBy: number;
  readonly takesTime: boolean;
}

function lifeRow(word: OptionWord, flag: number): OptionRow {
  const excludedBy = (LIVES | StringFlag.keepTtl | StringFlag.persist) & ~flag;
  return { word, flag, excludedBy, takesTime: true };
}

const LIFE_ROWS: readonly OptionRow[] = [
  lifeRow(EX, StringFlag.ex),
  lifeRow(PX, StringFlag.px),
  lifeRow(EXAT, StringFlag.exat),
  lifeRow(PXAT, StringFlag.pxat),
];

export const SET_OPTIONS: readonly OptionRow[] = [
  ...LIFE_ROWS,
  { word: NX, flag: StringFlag.nx, excludedBy: StringFlag.xx, takesTime: false },
  { word: XX, flag: StringFlag.xx, excludedBy: StringFlag.nx, takesTime: false },
  { word: GET, flag: StringFlag.get, excludedBy: 0, takesTime: false },
  { word: KEEPTTL, flag: StringFlag.keepTtl, excludedBy: LIVES, takesTime: false },
];

export const GETEX_OPTIONS: readonly OptionRow[] = [
  ...LIFE_ROWS,
  { word: PERSIST, flag: StringFlag.persist, excludedBy: LIVES, takesTime: false },
];

/** The options from argument `from` on, or BAD_OPTIONS. */
export function parseStringOptions(args: Arguments, from: number, rows: readonly OptionRow[]): number {
  let flags = 0;
  let timeAt = 0;
  for (let i = from; i < args.count; i++) {
    const row = findRow(args, i, rows);
    if (row === undefined || (flags & row.excludedBy) !== 0) return BAD_OPTIONS;
    if (row.takesTime) {
      if (i + 1 >= args.count) return BAD_OPTIONS;
      timeAt = ++i;
    }
    flags |= row.flag;
  }
  return (timeAt << TIME_SHIFT) | flags;
}

function findRow(args: Arguments, at: number, rows: readonly OptionRow[]): OptionRow | undefined {
  const option = args.at(at);
  for (let r = 0; r < rows.length; r++) {
    const row = rows[r] as OptionRow; // r < length
    if (isOption(option, row.word)) return row;
  }
  return undefined;
}

/** The deadline that the options ask for: -1 when none; NaN after the error reply. */
export function optionsDeadline(call: Call, options: number): number {
  const timeAt = options >> TIME_SHIFT;
  if (timeAt === 0) return -1;
  const flags = options & FLAGS_MASK;
  const base = (flags & ABSOLUTE) === 0 ? call.keyspace.nowMs : 0;
  return readPositiveDeadline(call, call.args.at(timeAt), (flags & IN_SECONDS) === 0 ? MILLISECONDS : SECONDS, base);
}
