/**
 * A link: all that a replica knows about one connection to a peer. Plain state;
 * what happens to it is in the files that send and receive.
 */
import { Context } from "../../crdt/context.ts";
import type { Origin, OriginId } from "../../crdt/origin.ts";
import type { LinkPort } from "../../transport/link.ts";
import { ChangedOrigins } from "./changed-origins.ts";

export interface PeerIdentity {
  readonly nodeId: string;
  readonly region: string;
  readonly address: string;
  readonly originId: OriginId;
}

export type LinkState = "greeting" | "open" | "closed";

/** An origin's entries [next, until) that the peer has asked for. */
export interface PullProgress {
  next: number;
  readonly until: number;
}

export class Link {
  readonly port: LinkPort;
  readonly connectedMs: number;
  state: LinkState = "greeting";
  peer: PeerIdentity | undefined;
  peerOrigin: Origin = -1;
  heardMs: number;
  openedMs = 0;
  bytesIn = 0;
  bytesOut = 0;

  // -- what the peer has --
  /** What it had when it said hello. */
  readonly greeted = new Context();
  /** What the peer has said that it has. */
  acknowledged = new Context();
  /** That, and what is on its way to it on this link. */
  known = new Context();
  /** From where the peer's log serves each origin. */
  floors = new Context();
  /** When an ack last raised an origin, by the stopwatch. */
  readonly progressMs: number[] = [];
  /** The peer's own time as it last told it, and when. */
  peerTime = 0;
  peerTimeMs = 0;

  /** Up to where the peer has our own events on disk. */
  durableTime = 0;

  // -- sending --
  /** The next own entry, by its number within the origin. */
  ownNext = 0;
  /** The next entry to look at for relaying, by its number in the log. */
  relayNext = 0;
  readonly pulls = new Map<Origin, PullProgress>();
  /** The peer was told that the log does not reach back to it; own intervals wait until it has caught up. */
  lapped = false;
  /** The peer receives a repair from here: everything flows at once. */
  repairing = false;
  /** When a digest was last sent, and how many effects it told of. */
  digestMs = -Infinity;
  digestedEffects = -1;
  peerCreditBytes = 0;
  peerMessageBytesMax = 0;
  creditSentBytes = 0;
  creditAcknowledgedBytes = 0;

  // -- telling of members --
  /** Names whose record, or whose fences, the peer may lack. */
  readonly membersDue = new Set<string>();
  readonly fencesDue = new Set<string>();

  // -- acknowledging --
  readonly unacknowledged = new ChangedOrigins();
  ackSentMs = -Infinity;
  creditReceivedBytes = 0;
  creditReportedBytes = 0;
  /** When the peer last would not answer a read for us. */
  readsRefusedMs = -Infinity;
  /** The peer waits for an ack of its events up to these times; 0: it does not. */
  promisedTime = 0;
  promisedDurableTime = 0;
  echoMs = 0;
  echoHeardMs = 0;
  /** Smoothed round trip; negative until measured. */
  rttMs = -1;
  /** Since when the peer's floors have been above V, or -1. */
  lappedSinceMs = -1;

  constructor(port: LinkPort, nowMs: number) {
    this.port = port;
    this.connectedMs = nowMs;
    this.heardMs = nowMs;
  }
}
