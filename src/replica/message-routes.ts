/**
 * Where each message of a peer goes: which part of the replica knows it. The
 * greeting and intervals are the replica's own; everything else is routed here.
 */
import type { Message } from "../../transport/message.ts";
import type { Origins } from "../../crdt/origin.ts";
import type { Acknowledger } from "./acknowledger.ts";
import type { Cluster } from "./cluster.ts";
import type { ReplicaCounters } from "./counters.ts";
import type { ForwardedReads } from "./forwarded-reads.ts";
import type { Link } from "./link.ts";
import type { Mesh } from "./mesh.ts";
import type { Outbound } from "./outbound.ts";
import type { Repairs } from "./repairs.ts";
import { localTimes, raiseAll } from "./times.ts";

export interface MessageParts {
  readonly origins: Origins;
  readonly counters: ReplicaCounters;
  readonly mesh: Mesh;
  readonly acknowledger: Acknowledger;
  readonly outbound: Outbound;
  readonly repairs: Repairs;
  readonly cluster: Cluster;
  readonly reads: ForwardedReads;
}

/** Has a part take a message. True when more may go out on the link now: it is to be served. */
export function route(
  parts: MessageParts,
  link: Link,
  message: Exclude<Message, HandledElsewhere>,
  wallMs: number,
): boolean {
  switch (message.kind) {
    case "ack":
      parts.acknowledger.receive(link, message);
      return true;
    case "ack-request":
      parts.acknowledger.promise(link, message);
      return false;
    case "pull":
      parts.outbound.pull(link, message.have);
      return true;
    case "lapped":
      parts.counters.lappedReceived++;
      raiseAll(link.floors, localTimes(parts.origins, message.floors));
      return false;
    case "forward":
      parts.reads.requested(link, message);
      return false;
    case "forwarded":
      parts.reads.answered(link, message);
      return false;
    case "repair-request":
    case "repair-compare":
    case "repair-fetch":
    case "repair-compare-range":
    case "repair-fetch-ranges":
    case "repair-done":
      parts.repairs.receive(link, message, wallMs);
      return true;
    case "repair-begin":
    case "repair-vector":
    case "repair-residue":
    case "repair-description":
    case "repair-chunk":
    case "repair-range-description":
    case "repair-range-chunk":
    case "repair-end":
    case "repair-abort":
    case "digest":
      parts.repairs.receive(link, message, wallMs);
      return false;
    case "goodbye":
      parts.cluster.left(link);
      parts.mesh.end(link, "goodbye", message.reason);
      return false;
    case "member":
    case "fences":
    case "probe-request":
    case "probe-answer":
    case "forgotten":
      parts.cluster.receive(link, message);
      return false;
    case "unknown":
      parts.counters.unknownMessages++;
      return false;
  }
}

type HandledElsewhere = { readonly kind: "hello" | "interval" };
