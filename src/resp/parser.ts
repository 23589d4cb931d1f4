/**
 * Turns bytes into commands; the bytes may be split anywhere.
 *
 * `feed` lends the parser what was read, `next` yields one command after the
 * other. A command that lies entirely in the lent bytes is not copied: its
 * arguments point there. A command that straddles two reads is completed in
 * memory of the parser's own, which takes just that command's bytes:
 *
 *   read 1  [SET..][GET..][SE          held  [SE|T..]
 *   read 2           T..][GET..][GET.         ▲ no further than the command's end
 *
 * 1. Memory follows what has arrived, never what was announced (beyond a small size).
 * 2. The result does not depend on where the bytes were split.
 * 3. The lent bytes are not touched after `next` said `more`, or after `retain`.
 */
import {
  BULK_BYTES_MAX,
  BULK_PREALLOCATED_BYTES_MAX,
  INLINE_BYTES_MAX,
  MULTIBULK_LENGTH_MAX,
  QUERY_BUFFER_BYTES_MAX,
  STRADDLE_BUFFER_KEPT_BYTES_MAX,
  UNAUTHENTICATED_BULK_BYTES_MAX,
  UNAUTHENTICATED_MULTIBULK_LENGTH_MAX,
} from "../limits/clients.ts";
import type { Arguments } from "./arguments.ts";
import { copyBytes } from "../copy-bytes.ts";
import { splitInline } from "./inline.ts";
import { LengthLine, readLength } from "./length-line.ts";

export const ParseResult = {
  /** Every command that has arrived whole was yielded. */
  more: 0,
  command: 1,
  /** `errorText` says why; send it and close. Nothing further is parsed. */
  error: 2,
  /** The client has more waiting than it may: close without a word. */
  overflow: 3,
} as const;
export type ParseResult = (typeof ParseResult)[keyof typeof ParseResult];

/** Read at every use, so that they may be changed while the parser runs. */
export interface ParserLimits {
  readonly bulkBytesMax: number;
  readonly queryBufferBytesMax: number;
}

const DEFAULT_LIMITS: ParserLimits = { bulkBytesMax: BULK_BYTES_MAX, queryBufferBytesMax: QUERY_BUFFER_BYTES_MAX };
const EMPTY = Buffer.alloc(0);
const HELD_BYTES_FIRST = 256;
/** An empty command: parsed, and nothing to run. */
const SKIPPED = 4;
type Outcome = ParseResult | typeof SKIPPED;

const CR = 13;
const LF = 10;
const STAR = 42;
const DOLLAR = 36;

export class RequestParser {
  /** Stricter limits hold until a client that must authenticate has done so. */
  authenticated = true;
  /** The full error reply, without its minus sign. */
  errorText = "";
  private readonly limits: ParserLimits;

  private input: Uint8Array = EMPTY;
  private inputAt = 0;
  private inputEnd = 0;
  private inputIsOurs = false;

  /** The straddling command: its bytes so far, how far they are parsed, where its arguments lie (start, end). */
  private held: Buffer = EMPTY;
  private heldAt = 0;
  private heldLength = 0;
  private heldIsSpent = false;
  private marks: number[] = [];

  /** Arguments still to come of the running multibulk; 0 at the start of a command. */
  private argumentsLeft = 0;
  /** Announced length of the running bulk; -1 before its length line. */
  private bulkLength = -1;
  /** What the last look was short of: so many bytes of a bulk, or 0 for the rest of a line. */
  private bytesMissing = 0;
  /** Where the last look stopped. */
  private parsedTo = 0;

  constructor(limits: ParserLimits = DEFAULT_LIMITS) {
    this.limits = limits;
  }

  /** Lends `bytes[start .. end)` until `next` says `more`; only then may it be called again. */
  feed(bytes: Uint8Array, start = 0, end: number = bytes.length): void {
    if (this.inputAt < this.inputEnd) throw new Error("fed before the last bytes were parsed");
    this.input = bytes;
    this.inputAt = start;
    this.inputEnd = end;
    this.inputIsOurs = false;
  }

  /** Parses one command into `args`, whose ranges are valid until the next call of any method. */
  next(args: Arguments): ParseResult {
    args.clear();
    if (this.errorText !== "") return ParseResult.error;
    if (this.heldIsSpent) this.releaseHeld();
    for (;;) {
      const outcome = this.heldLength > 0 ? this.parseHeld(args) : this.parseInput(args);
      if (outcome !== SKIPPED) return outcome;
    }
  }

  /** Ends the loan: what is unparsed moves to memory of the parser's own. */
  retain(): void {
    if (this.inputIsOurs) return;
    this.input = new Uint8Array(this.input.subarray(this.inputAt, this.inputEnd));
    this.inputEnd -= this.inputAt;
    this.inputAt = 0;
    this.inputIsOurs = true;
  }

  /** Adds to what waits unparsed, in memory of the parser's own: nothing is to be parsed for now. */
  append(bytes: Uint8Array, start: number, end: number): void {
    this.retain();
    const waiting = this.inputEnd - this.inputAt;
    const added = end - start;
    if (this.inputEnd + added > this.input.length) {
      const grown = new Uint8Array(Math.max(waiting + added, waiting * 2));
      copyBytes(grown, 0, this.input, this.inputAt, this.inputEnd);
      this.input = grown;
      this.inputAt = 0;
      this.inputEnd = waiting;
    }
    copyBytes(this.input, this.inputEnd, bytes, start, end);
    this.inputEnd += added;
  }

  /** Bytes that have arrived and are not yet a command. */
  get pendingBytes(): number {
    return (this.heldIsSpent ? 0 : this.heldLength) + this.inputEnd - this.inputAt;
  }

  /** Memory of the parser's own. */
  get memoryBytes(): number {
    return this.held.length + (this.inputIsOurs ? this.input.length : 0);
  }

  private parseInput(args: Arguments): Outcome {
    const start = this.inputAt;
    if (start >= this.inputEnd) {
      this.input = EMPTY;
      this.inputAt = this.inputEnd = 0;
      this.inputIsOurs = false;
      return ParseResult.more;
    }
    const outcome = this.parse(this.input, start, this.inputEnd, args);
    if (outcome === ParseResult.more) {
      this.hold(start, args);
      return SKIPPED;
    }
    this.inputAt = this.parsedTo;
    return outcome;
  }

  private parseHeld(args: Arguments): Outcome {
    for (;;) {
      const outcome = this.parse(this.held, this.heldAt, this.heldLength, args);
      this.heldAt = this.parsedTo;
      if (outcome === SKIPPED) this.releaseHeld();
      if (outcome === ParseResult.command) this.finishHeld(args);
      if (outcome !== ParseResult.more) return outcome;
      const wanted = this.bytesMissing > 0 ? this.bytesMissing : this.lineBytes();
      const taken = Math.min(wanted, this.inputEnd - this.inputAt);
      if (this.heldLength + taken > this.limits.queryBufferBytesMax) return ParseResult.overflow;
      if (taken === 0) return this.parseInputEnd();
      this.pull(taken);
    }
  }

  /** All that was lent is held now. */
  private parseInputEnd(): Outcome {
    this.input = EMPTY;
    this.inputAt = this.inputEnd = 0;
    this.inputIsOurs = false;
    return ParseResult.more;
  }

  /** Looks at one command (or what there is of it) in `bytes[at .. end)`, from where the last look stopped. */
  private parse(bytes: Uint8Array, at: number, end: number, args: Arguments): Outcome {
    let from = at;
    this.parsedTo = at;
    if (this.argumentsLeft === 0) {
      if (bytes[from] !== STAR) return this.parseInline(bytes, from, end, args);
      const count = readLength(bytes, from, end);
      if (count === LengthLine.incomplete) return this.needLine();
      if (count === LengthLine.tooLong) return this.fail("too big mbulk count string");
      if (count === LengthLine.invalid || count > MULTIBULK_LENGTH_MAX) return this.fail("invalid multibulk length");
      if (!this.authenticated && count > UNAUTHENTICATED_MULTIBULK_LENGTH_MAX) {
        return this.fail("unauthenticated multibulk length");
      }
      from = this.parsedTo = afterLine(bytes, from);
      if (count <= 0) return SKIPPED;
      this.argumentsLeft = count;
    }
    while (this.argumentsLeft > 0) {
      if (this.bulkLength < 0) {
        const length = readLength(bytes, from, end);
        if (length < 0 || length > UNAUTHENTICATED_BULK_BYTES_MAX || bytes[from] !== DOLLAR) {
          const outcome = this.checkBulkLength(bytes, from, length);
          if (outcome !== ParseResult.command) return outcome;
        }
        from = this.parsedTo = afterLine(bytes, from);
        this.bulkLength = length;
      }
      const bulkEnd = from + this.bulkLength;
      if (bulkEnd + 2 > end) {
        this.bytesMissing = bulkEnd + 2 - end;
        return ParseResult.more;
      }
      if (this.heldLength > 0) this.marks.push(from, bulkEnd);
      else args.push(bytes, from, bulkEnd);
      from = this.parsedTo = bulkEnd + 2;
      this.bulkLength = -1;
      this.argumentsLeft -= 1;
    }
    return ParseResult.command;
  }

  /** The rare ends of a bulk's length line; `command` when it is a length after all. */
  private checkBulkLength(bytes: Uint8Array, from: number, length: number): ParseResult {
    if (length === LengthLine.incomplete) return this.needLine();
    if (length === LengthLine.tooLong) return this.fail("too big bulk count string");
    const sign = bytes[from] as number; // a whole line starts here
    if (sign !== DOLLAR) return this.fail(`expected '$', got '${String.fromCharCode(sign)}'`);
    if (length < 0 || length > this.limits.bulkBytesMax) return this.fail("invalid bulk length");
    if (!this.authenticated && length > UNAUTHENTICATED_BULK_BYTES_MAX) return this.fail("unauthenticated bulk length");
    return ParseResult.command;
  }

  private parseInline(bytes: Uint8Array, start: number, end: number, args: Arguments): Outcome {
    const length = bytes.subarray(start, end).indexOf(LF);
    if ((length < 0 ? end - start : length) > INLINE_BYTES_MAX) return this.fail("too big inline request");
    if (length < 0) return this.needLine();
    const lineFeed = start + length;
    this.parsedTo = lineFeed + 1;
    const lineEnd = length > 0 && bytes[lineFeed - 1] === CR ? lineFeed - 1 : lineFeed;
    if (!splitInline(bytes, start, lineEnd, args)) return this.fail("unbalanced quotes in request");
    return args.count === 0 ? SKIPPED : ParseResult.command;
  }

  private needLine(): ParseResult {
    this.bytesMissing = 0;
    return ParseResult.more;
  }

  private fail(reason: string): ParseResult {
    this.errorText = `ERR Protocol error: ${reason}`;
    return ParseResult.error;
  }

  /** The command that starts at `start` straddles: all there is of it moves into held memory. */
  private hold(start: number, args: Arguments): void {
    for (let i = 0; i < args.count; i++) {
      const range = args.at(i);
      this.marks.push(range.start - start, range.end - start);
    }
    args.clear();
    this.heldAt = this.parsedTo - start;
    this.inputAt = start;
    this.pull(this.inputEnd - start);
  }

  /** How many bytes of the input complete the line that `held` ends in. */
  private lineBytes(): number {
    const rest = this.input.subarray(this.inputAt, this.inputEnd);
    const isInline = this.argumentsLeft === 0 && this.held[0] !== STAR;
    if (isInline) return rest.indexOf(LF) + 1 || rest.length;
    const endsInReturn = this.heldLength > this.heldAt && this.held[this.heldLength - 1] === CR;
    if (endsInReturn) return 1;
    const carriageReturn = rest.indexOf(CR);
    return carriageReturn < 0 ? rest.length : carriageReturn + 2;
  }

  private pull(count: number): void {
    const length = this.heldLength + count;
    if (length > this.held.length) this.growHeld(length);
    copyBytes(this.held, this.heldLength, this.input, this.inputAt, this.inputAt + count);
    this.heldLength = length;
    this.inputAt += count;
  }

  /** At once for an announced bulk of moderate size, else by doubling, but not beyond what the bulk needs. */
  private growHeld(needed: number): void {
    const isBulk = this.bulkLength >= 0;
    const announced = isBulk ? Math.max(needed, this.heldAt + this.bulkLength + 2) : 0;
    const doubled = Math.max(needed, this.heldLength * 2, isBulk ? BULK_PREALLOCATED_BYTES_MAX : HELD_BYTES_FIRST);
    const grown = Buffer.allocUnsafeSlow(isBulk ? Math.min(doubled, announced) : doubled);
    grown.set(this.held.subarray(0, this.heldLength));
    this.held = grown;
  }

  /** Points `args` at the arguments in held memory, which stays until the next call. */
  private finishHeld(args: Arguments): void {
    const marks = this.marks;
    for (let i = 0; i < marks.length; i += 2) args.push(this.held, marks[i] as number, marks[i + 1] as number); // pairs
    this.heldIsSpent = true;
  }

  private releaseHeld(): void {
    this.heldIsSpent = false;
    this.heldAt = this.heldLength = 0;
    if (this.held.length > STRADDLE_BUFFER_KEPT_BYTES_MAX) this.held = EMPTY;
    if (this.marks.length > STRADDLE_BUFFER_KEPT_BYTES_MAX) this.marks = [];
    else this.marks.length = 0;
  }
}

/** The position after a length line that `readLength` has found whole. */
function afterLine(bytes: Uint8Array, from: number): number {
  let at = from + 1;
  while (bytes[at] !== CR) at++;
  return at + 2;
}
