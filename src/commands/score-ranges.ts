/**
 * Ranges of sorted sets, by rank, by score or by member: read from arguments
 * once, then asked for the ranks that they cover.
 *
 *   score   5  (5  -inf  +inf        member   [a  (a  -  +
 *
 * The ranges here are objects that every command uses again; they keep nothing
 * from one command to the next.
 */
import { ByteRange } from "../byte-range.ts";
import { parseLoosely } from "../double-text.ts";
import type { ReplyWriter } from "../resp/reply.ts";
import type { Elements } from "../store/elements.ts";
import { readInteger } from "./number.ts";

/** What a command may be asked for; each says first rank and end (exclusive), where an end below the first is nothing. */
export interface Ranks {
  /** Reads the lower and the upper end. False after the error reply. */
  read(reply: ReplyWriter, low: ByteRange, high: ByteRange): boolean;
  first(set: Elements): number;
  end(set: Elements): number;
}

const OPEN = 0x28;
const CLOSED = 0x5b;
const LEAST = 0x2d;
const GREATEST = 0x2b;

class RankRange implements Ranks {
  private low = 0;
  private high = 0;

  read(reply: ReplyWriter, low: ByteRange, high: ByteRange): boolean {
    this.low = readInteger(reply, low);
    if (Number.isNaN(this.low)) return false;
    this.high = readInteger(reply, high);
    return !Number.isNaN(this.high);
  }

  first(set: Elements): number {
    return this.low < 0 ? Math.max(0, this.low + set.size) : Math.min(this.low, set.size);
  }

  end(set: Elements): number {
    return this.high < 0 ? this.high + set.size + 1 : Math.min(this.high + 1, set.size);
  }
}

class ScoreRange implements Ranks {
  private low = 0;
  private high = 0;
  private isLowOpen = false;
  private isHighOpen = false;

  read(reply: ReplyWriter, low: ByteRange, high: ByteRange): boolean {
    this.isLowOpen = isOpen(low);
    this.isHighOpen = isOpen(high);
    this.low = parseLoosely(low.bytes, this.isLowOpen ? low.start + 1 : low.start, low.end);
    this.high = parseLoosely(high.bytes, this.isHighOpen ? high.start + 1 : high.start, high.end);
    if (!Number.isNaN(this.low) && !Number.isNaN(this.high)) return true;
    reply.error("ERR min or max is not a float");
    return false;
  }

  first(set: Elements): number {
    return set.countBelow(this.low, this.isLowOpen);
  }

  end(set: Elements): number {
    return set.countBelow(this.high, !this.isHighOpen);
  }
}

/** The ends are C strings where they say that there is no end. */
class MemberRange implements Ranks {
  private readonly low = new ByteRange();
  private readonly high = new ByteRange();

  read(reply: ReplyWriter, low: ByteRange, high: ByteRange): boolean {
    this.low.set(low.bytes, low.start, low.end);
    this.high.set(high.bytes, high.start, high.end);
    if (isMemberBound(low) && isMemberBound(high)) return true;
    reply.error("ERR min or max not valid string range item");
    return false;
  }

  first(set: Elements): number {
    return countBefore(set, this.low, isOpen(this.low));
  }

  end(set: Elements): number {
    return countBefore(set, this.high, !isOpen(this.high));
  }
}

export const byRank: Ranks = new RankRange();
export const byScore: Ranks = new ScoreRange();
export const byMember: Ranks = new MemberRange();

/** A cursor on the bound in hand; it carries nothing from one command to the next. */
const member = new ByteRange();

function countBefore(set: Elements, bound: ByteRange, inclusive: boolean): number {
  const kind = bound.bytes[bound.start];
  if (kind === LEAST) return 0;
  if (kind === GREATEST) return set.size;
  return set.countBefore(member.set(bound.bytes, bound.start + 1, bound.end), inclusive);
}

function isOpen(bound: ByteRange): boolean {
  return bound.start < bound.end && bound.bytes[bound.start] === OPEN;
}

function isMemberBound({ bytes, start, end }: ByteRange): boolean {
  if (start === end) return false;
  const kind = bytes[start];
  if (kind === OPEN || kind === CLOSED) return true;
  return (kind === LEAST || kind === GREATEST) && (end === start + 1 || bytes[start + 1] === 0);
}
