/**
 * Members of a sorted set written into a reply as they are visited, with or
 * without their scores:
 *
 *   members       member, member...
 *   flat pairs    member, score, member, score...      RESP2
 *   nested pairs  [member, score], [member, score]...  RESP3, and ZMPOP
 *
 * The visitor is one object used for every command, so that a walk makes none.
 */
import { ByteRange } from "../byte-range.ts";
import type { ReplyWriter } from "../resp/reply.ts";
import type { ElementRef, Elements } from "../store/elements.ts";

/** How scores go with members. */
export type Shape = "members" | "flat" | "nested";

/** Pairs as the client's protocol has them. */
export function pairShape(reply: ReplyWriter): Shape {
  return reply.protocol === 3 ? "nested" : "flat";
}

/** The head of a reply of so many members. */
export function beginMembers(reply: ReplyWriter, count: number, shape: Shape): void {
  reply.array(shape === "flat" ? count * 2 : count);
}

export function replyMember(reply: ReplyWriter, member: ByteRange, score: number, shape: Shape): void {
  if (shape === "nested") reply.array(2);
  reply.bulk(member);
  if (shape !== "members") reply.double(score);
}

class MemberReplies {
  private readonly member = new ByteRange();
  private set: Elements | undefined;
  private reply: ReplyWriter | undefined;
  private shape: Shape = "members";

  /** Replies with `count` members, which must be there, from a rank on. */
  write(reply: ReplyWriter, set: Elements, rank: number, count: number, step: 1 | -1, shape: Shape): void {
    beginMembers(reply, count, shape);
    if (count === 0) return;
    this.set = set;
    this.reply = reply;
    this.shape = shape;
    set.walk(rank, count, step, this.visit);
    this.set = undefined;
    this.reply = undefined;
  }

  private readonly visit = (ref: ElementRef, score: number): void => {
    const { set, member, shape, reply } = this;
    if (set === undefined || reply === undefined) return;
    set.element(ref, member);
    replyMember(reply, member, score, shape);
  };
}

const replies = new MemberReplies();

export function replyRange(
  reply: ReplyWriter,
  set: Elements,
  rank: number,
  count: number,
  step: 1 | -1,
  shape: Shape,
): void {
  replies.write(reply, set, rank, count, step, shape);
}
