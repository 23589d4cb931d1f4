/**
 * Bounds: nothing that a replica keeps outgrows the limit it was given.
 *
 *   log, links            their limit, at all times
 *   held intervals        their limit; while a repair runs and until what it
 *                         left has drained, the repair's
 *   staged state          the repair's limit
 *   on the way to a peer  the peer's credit, and one message beyond it
 *   waiting in a socket   no interval goes where the limit is reached; what
 *                         goes there besides (acks and the like) is little
 *
 * A replica keeps these by itself; here they are read off from outside. Memory that is kept for nothing shows in the
 * end, when everything has been deleted: leftovers.ts.
 */
import { PIECE_CHUNKS_MAX } from "../../src/limits/replication.ts";
import type { Link } from "../../src/replica/link.ts";
import type { ReplicaLimits } from "../../src/replica/environment.ts";
import type { SimulatedPort } from "../world/connection.ts";
import type { Process } from "../world/process.ts";

/** Control messages that may wait in a socket: a link that is not heard for two seconds is closed, and acks are small. */
const CONTROL_BYTES_MAX = 64 * 1024;
/** The notice that the log has lapped a peer, about one origin: it may go out between the look at the room and the interval. */
const LAPPED_BYTES = 18;
/** Around the bytes of a repair's chunk: its head, and times by origin. */
const CHUNK_HEAD_BYTES_MAX = 4096;

export class Bounds {
  private readonly limits: ReplicaLimits;
  /** Processes that may still hold what a repair let them hold. */
  private readonly lent = new WeakSet<Process>();

  /** When a socket holds as much as both may come upon, nothing but control messages may follow. */
  private readonly roomMax: number;
  private readonly messageMax: number;

  constructor(limits: ReplicaLimits) {
    this.limits = limits;
    this.roomMax = Math.max(limits.bufferedBytesMax, limits.repairBufferedBytesMax);
    this.messageMax = Math.max(
      Math.min(limits.logBytesMax, limits.messageBytesMax),
      PIECE_CHUNKS_MAX * limits.repairChunkBytes + CHUNK_HEAD_BYTES_MAX,
    );
  }

  /** What is beyond its bound; undefined when nothing is. */
  excess(life: Process): string | undefined {
    const { limits } = this;
    const { replica } = life;
    const { logBytes, linkCount, stagedBytes } = replica;
    if (logBytes > limits.logBytesMax) return above("bytes in the log", logBytes, limits.logBytesMax);
    if (linkCount > limits.linksMax) return above("links", linkCount, limits.linksMax);
    if (stagedBytes > limits.stagedBytesMax) return above("staged bytes", stagedBytes, limits.stagedBytesMax);
    return replica.heldCount > 0 ? this.heldExcess(life) : undefined;
  }

  excessOfLinks(links: ReadonlyMap<SimulatedPort, Link>): string | undefined {
    for (const [port, link] of links) {
      const problem = link.state === "open" ? this.linkExcess(port, link) : undefined;
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  private heldExcess(life: Process): string | undefined {
    const { limits, lent } = this;
    const { heldCount, heldBytes, repairing } = life.replica;
    const isUsual = heldCount <= limits.heldCountMax && heldBytes <= limits.heldBytesMax;
    if (repairing) lent.add(life);
    else if (isUsual) lent.delete(life);
    if (isUsual) return undefined;
    if (!lent.has(life)) {
      return heldCount > limits.heldCountMax
        ? above("intervals held", heldCount, limits.heldCountMax)
        : above("bytes held", heldBytes, limits.heldBytesMax);
    }
    if (heldCount > limits.stagedHeldCountMax)
      return above("intervals held in a repair", heldCount, limits.stagedHeldCountMax);
    if (heldBytes > limits.stagedBytesMax) return above("bytes held in a repair", heldBytes, limits.stagedBytesMax);
    return undefined;
  }

  private linkExcess(port: SimulatedPort, link: Link): string | undefined {
    const { roomMax, messageMax, limits } = this;
    const { bufferedBytes, bufferedBeforeIntervalMax, bufferedBeforePieceMax, creditMessageBytesMax } = port;
    const bufferedMax = roomMax + creditMessageBytesMax + CONTROL_BYTES_MAX;
    const underWay = link.creditSentBytes - link.creditAcknowledgedBytes;
    const underWayMax = link.peerCreditBytes + creditMessageBytesMax;
    const to = link.peer?.nodeId ?? "a peer";
    if (underWay > underWayMax) return above(`bytes on the way to ${to}`, underWay, underWayMax);
    if (bufferedBytes > bufferedMax) return above(`bytes in the socket to ${to}`, bufferedBytes, bufferedMax);
    if (bufferedBeforeIntervalMax >= limits.bufferedBytesMax + LAPPED_BYTES)
      return above(
        `bytes before an interval to ${to}`,
        bufferedBeforeIntervalMax,
        limits.bufferedBytesMax + LAPPED_BYTES - 1,
      );
    if (bufferedBeforePieceMax >= limits.repairBufferedBytesMax)
      return above(`bytes before a repair to ${to}`, bufferedBeforePieceMax, limits.repairBufferedBytesMax - 1);
    return creditMessageBytesMax > messageMax
      ? above(`bytes of a message to ${to}`, creditMessageBytesMax, messageMax)
      : undefined;
  }
}

function above(what: string, is: number, most: number): string {
  return `${is} ${what}, at most ${most} are allowed`;
}
