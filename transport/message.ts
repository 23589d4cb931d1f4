/**
 * What replicas say to each other. `docs/PROTOCOL.md` tells the conversation;
 * this file names its sentences, `message-codec.ts` spells them.
 *
 * Times by origin travel as flat pairs: id, time, id, time. Origins are always
 * named by their id here; the indexes of `crdt/origin.ts` never travel.
 *
 * Bounds of the wire stand here rather than with the limits of the server,
 * because both ends must agree on them.
 */
import type { OriginId } from "../crdt/origin.ts";
import type { Time } from "../crdt/clock.ts";

export const PROTOCOL_VERSION = 3;

/** The WebSocket subprotocol; it names the family, hello's version says the rest. */
export const SUBPROTOCOL = "atoll.v1";

/** Names in a hello: node, region, cluster, address. Long enough for any host name. */
export const NAME_BYTES_MAX = 255;

/** Words that go with an abort or a goodbye. */
export const REASON_BYTES_MAX = 123;

/** The greatest message a replica takes unless told otherwise: the whole log, and room for the header. */
export const MESSAGE_BYTES_MAX = 64 * 1024 * 1024 + 1024 * 1024;

/** Nodes that one question of a repair may name. */
export const ASK_NODES_MAX = 1024;

/** Ranges that one question of a repair may name. */
export const ASK_RANGES_MAX = 256;

/** Questions of one repair that may be open at once: the way to a far peer stays full, and its queue is short. */
export const ASKS_OPEN_MAX = 8;

/** Flat pairs of origin id and time. */
export type Times = readonly number[];

export interface Hello {
  readonly kind: "hello";
  readonly version: number;
  readonly clusterId: string;
  readonly nodeId: string;
  readonly region: string;
  readonly address: string;
  readonly originId: OriginId;
  readonly wallMs: number;
  /** The greatest message the sender takes. */
  readonly messageBytesMax: number;
  /** Bytes of intervals and repair that may be on the way to the sender. */
  readonly creditBytes: number;
  /** V of the sender. */
  readonly context: Times;
  /** From which time on the sender's log serves an origin; left out where that is the beginning. */
  readonly floors: Times;
  /** 1: the sender began with what an earlier process had kept; 0: whatever it holds, members have given it. */
  readonly hasPast: number;
}

/** An interval as its origin cut it. It is forwarded as it came, byte for byte. */
export interface Interval {
  readonly kind: "interval";
  readonly originId: OriginId;
  readonly from: Time;
  readonly to: Time;
  /** What the writer had seen, as changes since the same origin's previous interval. */
  readonly changes: Times;
  readonly body: Uint8Array;
}

/** What the sender has, what it has received, and two numbers to measure the round trip by. */
export interface Ack {
  readonly kind: "ack";
  /** The sender's stopwatch now. */
  readonly sentMs: number;
  /** The greatest `sentMs` it has received. */
  readonly echoMs: number;
  /** How long ago that was. */
  readonly heldMs: number;
  /** Bytes of intervals and repair taken from this link so far: the credit they used is free again. */
  readonly receivedBytes: number;
  /** V[sender] of the sender: every event of its own up to now. */
  readonly ownTime: Time;
  /** Up to where the sender has the receiver's events on disk; 0: it keeps no log there. */
  readonly durableTime: Time;
  /** Changes of V since the last ack on this link. */
  readonly changes: Times;
}

/** "Somebody waits: tell me as soon as you have everything of mine up to here." 0: this is not waited for. */
export interface AckRequest {
  readonly kind: "ack-request";
  readonly time: Time;
  readonly durableTime: Time;
}

/** "Send me these origins' intervals from here on, without waiting for anybody else to do it." */
export interface Pull {
  readonly kind: "pull";
  readonly have: Times;
}

/** "My log does not reach back to where you are; it serves these origins from here on." */
export interface Lapped {
  readonly kind: "lapped";
  readonly floors: Times;
}

/** "Bring me to where you are." */
export interface RepairRequest {
  readonly kind: "repair-request";
  /** V at the start of a repair that broke off and of which something was kept; or nothing. */
  readonly resume: Times;
}

export interface RepairBegin {
  readonly kind: "repair-begin";
  /** What the receiver's V is raised to, last (rule 6): V of the sender now, or what was to be resumed. Every interval after it flows on this link. */
  readonly context: Times;
  /** 1: the receiver goes on with what it has kept. 0: it begins anew. */
  readonly resumed: number;
  /** 32 bits that vary the fingerprints below the slots, so that a collision does not come again. */
  readonly salt: number;
}

/** The dependencies of an origin's last interval within `repair-begin`'s context, so that later changes have a base. */
export interface RepairVector {
  readonly kind: "repair-vector";
  readonly originId: OriginId;
  readonly dependencies: Times;
}

/** Hashes of keys that hold what fingerprints do not show: always to be fetched. At least one such message follows the vectors. */
export interface RepairResidue {
  readonly kind: "repair-residue";
  readonly more: boolean;
  readonly hashes: readonly number[];
}

/** "Describe these nodes of the hash space": all hashes with the same first `bits` bits. */
export interface RepairCompare {
  readonly kind: "repair-compare";
  readonly bits: number;
  readonly nodes: readonly number[];
}

/** "Send me all that these nodes hold." */
export interface RepairFetch {
  readonly kind: "repair-fetch";
  readonly bits: number;
  readonly nodes: readonly number[];
}

/** A large collection: what is too much for one answer is asked for by ranges of places in its order (src/store/repair/key-range.ts). */
interface AskedCollection {
  readonly db: number;
  readonly key: Uint8Array;
  readonly type: number;
}

/** From a place up to another; empty ones are the beginning and the end. */
export interface PlaceRange {
  readonly from: Uint8Array;
  readonly to: Uint8Array;
}

/** "Describe this range": in large parts, or in small ones where those differ. */
export interface RepairCompareRange extends AskedCollection, PlaceRange {
  readonly kind: "repair-compare-range";
  /** 1: in small ones. */
  readonly fine: number;
}

/** "Send me the elements of these ranges, in this order." */
export interface RepairFetchRanges extends AskedCollection {
  readonly kind: "repair-fetch-ranges";
  readonly ranges: readonly PlaceRange[];
}

/** Answers the oldest open question, a compare: describes its next `done` nodes. */
export interface RepairDescription {
  readonly kind: "repair-description";
  readonly done: number;
  /** V of the sender when it described them, as changes since `repair-begin`. */
  readonly changes: Times;
  readonly bytes: Uint8Array;
}

/** Answers the oldest open question, a fetch: the content of its next `done` nodes. */
export interface RepairChunk {
  readonly kind: "repair-chunk";
  readonly done: number;
  /** More bytes of the same nodes follow. */
  readonly more: boolean;
  /** V of the sender when it exported them, as changes since `repair-begin`. */
  readonly changes: Times;
  readonly bytes: Uint8Array;
}

/** Answers the oldest open question as far as `next` in its (first) range, which stays open from there on; empty: all of that range. */
export interface RepairRangeDescription {
  readonly kind: "repair-range-description";
  readonly next: Uint8Array;
  readonly changes: Times;
  readonly bytes: Uint8Array;
}

export interface RepairRangeChunk {
  readonly kind: "repair-range-chunk";
  readonly next: Uint8Array;
  /** More bytes of the same elements follow. */
  readonly more: boolean;
  readonly changes: Times;
  readonly bytes: Uint8Array;
}

/** The receiver has nothing more to ask. */
export interface RepairDone {
  readonly kind: "repair-done";
}

export interface RepairEnd {
  readonly kind: "repair-end";
  /** V of the sender at the end; every interval up to it has been sent. */
  readonly context: Times;
}

/** Either side gives up this repair. What the receiver has got it may keep, to resume with. */
export interface RepairAbort {
  readonly kind: "repair-abort";
  /** 1: whom it was asked of gives up; 0: who had asked. */
  readonly bySender: number;
  readonly reason: string;
}

/** What the sender's content amounts to: equal effects, equal digests. */
export interface Digest {
  readonly kind: "digest";
  /** V of the sender. */
  readonly context: Times;
  /** For each origin a time within V after which nothing of it had any effect. */
  readonly effects: Times;
  readonly digest: string;
}

/** "I am still loading: answer this read for me." */
export interface Forward {
  readonly kind: "forward";
  /** Comes back with the answer. */
  readonly id: number;
  readonly db: number;
  /** The version of the Redis protocol that the reply is to be in. */
  readonly protocol: number;
  /** The command as a client would send it. */
  readonly command: Uint8Array;
}

export interface Forwarded {
  readonly kind: "forwarded";
  readonly id: number;
  /** 1: here is the reply, as a client would get it. 0: I may not, or cannot now. */
  readonly served: number;
  readonly reply: Uint8Array;
}

export interface Goodbye {
  readonly kind: "goodbye";
  readonly reason: string;
}

/** What is known of a member, numbered by rank: of two records of one incarnation the higher rank counts. */
export const MEMBER_STATES = ["alive", "suspect", "dead", "left", "forgotten"] as const;
export type MemberState = (typeof MEMBER_STATES)[number];

/** What the sender knows of one member: itself, or somebody else. `src/replica/member-record.ts` says how records join. */
export interface MemberMessage {
  readonly kind: "member";
  readonly nodeId: string;
  readonly region: string;
  /** Its peer port as others reach it; without a host: where the connection came from. */
  readonly address: string;
  /** Where its clients connect, likewise. */
  readonly clientAddress: string;
  readonly originId: OriginId;
  readonly incarnation: number;
  /** An index of MEMBER_STATES. */
  readonly state: number;
  /** Every origin that this name was ever met with, and the incarnation at that time. */
  readonly origins: Times;
}

/** The last accepted times of a forgotten member's origins (rule 12). */
export interface FencesMessage {
  readonly kind: "fences";
  readonly nodeId: string;
  readonly finals: Times;
}

/** "I hear nothing of this member. Do you?" */
export interface ProbeRequest {
  readonly kind: "probe-request";
  readonly sequence: number;
  readonly nodeId: string;
}

export interface ProbeAnswer {
  readonly kind: "probe-answer";
  readonly sequence: number;
  /** 1: the member was heard of just now, or answered; 0: not. */
  readonly reached: number;
}

/** "You were forgotten: you hold events of this origin beyond what is still accepted of it." */
export interface Forgotten {
  readonly kind: "forgotten";
  readonly originId: OriginId;
  readonly finalTime: Time;
}

/** A kind that a later version may have: ignored and counted. */
export interface Unknown {
  readonly kind: "unknown";
}

export type ControlMessage =
  | Hello
  | Ack
  | AckRequest
  | Pull
  | Lapped
  | RepairRequest
  | RepairBegin
  | RepairVector
  | RepairCompare
  | RepairFetch
  | RepairCompareRange
  | RepairFetchRanges
  | RepairDone
  | RepairEnd
  | RepairAbort
  | Digest
  | Forward
  | Forwarded
  | Goodbye
  | MemberMessage
  | FencesMessage
  | ProbeRequest
  | ProbeAnswer
  | Forgotten;

export type Message =
  | ControlMessage
  | Interval
  | RepairResidue
  | RepairDescription
  | RepairChunk
  | RepairRangeDescription
  | RepairRangeChunk
  | Unknown;

/** Bytes from a peer that are no message. Nothing was changed by them. */
export class MalformedMessage extends Error {}
