/**
 * What a replica counts about its peers: plain numbers, read by INFO, the
 * metrics and the simulator. They only rise.
 */
import type { CloseCodeName } from "../../transport/link.ts";

export function newReplicaCounters() {
  return {
    intervalsCut: 0,
    heartbeatsCut: 0,
    intervalsSent: 0,
    intervalsRelayed: 0,
    intervalsApplied: 0,
    intervalsDuplicate: 0,
    intervalsHeld: 0,
    heldDropped: 0,
    /** Own or foreign intervals larger than the log or a message may be: every peer is lapped by them. */
    intervalsUnlogged: 0,
    pullsSent: 0,
    pullsServed: 0,
    lappedSent: 0,
    lappedReceived: 0,
    acksSent: 0,
    acksReceived: 0,
    /** Reads that peers were asked to answer while this replica was loading; that it answered for peers, or would not. */
    readsForwarded: 0,
    readsServed: 0,
    readsRefused: 0,
    /** Connections turned away before they could say hello. */
    handshakesRefused: 0,
    linksOpened: 0,
    linksLost: 0,
    repairsRequested: 0,
    repairsServed: 0,
    repairsCommitted: 0,
    repairsAborted: 0,
    /** Of those, the ones whose receiver took nothing more. */
    repairsStalled: 0,
    /** Of those requested, the ones that went on with what an earlier one had brought. */
    repairsResumed: 0,
    /** Repairs that were given up because what differs had no room. */
    repairsTooLarge: 0,
    /** Requests that were put off because the state was not ready to be told of. */
    repairsPutOff: 0,
    repairDescriptionsSent: 0,
    repairChunksSent: 0,
    repairChunksReceived: 0,
    /** Nodes of the hash space, and ranges of large collections, whose content was received; ranges that were compared. */
    repairNodesReceived: 0,
    repairRangesReceived: 0,
    repairRangesCompared: 0,
    /** Content of repairs, descriptions included. */
    repairBytesSent: 0,
    digestsCompared: 0,
    /** Digests that differed although nothing was to come that could explain it. */
    divergences: 0,
    unknownMessages: 0,
    clockAlarms: 0,
    /** Members that this replica asked others about. */
    probesSent: 0,
    probesAnswered: 0,
    suspicions: 0,
    /** Suspicions of this replica that it has refuted. */
    refutations: 0,
    /** Members found dead, and for how long nothing had been heard of them by then, in all. */
    deaths: 0,
    detectionMs: 0,
    /** Intervals of forgotten members beyond their fence: dropped. */
    intervalsFenced: 0,
    residuePruned: 0,
    bytesReceived: 0,
    bytesSent: 0,
    /** Links this replica ended, by reason. */
    closed: newClosedCounters(),
  };
}

function newClosedCounters(): Record<CloseCodeName, number> {
  return {
    protocolVersion: 0,
    clusterId: 0,
    nodeIdTaken: 0,
    ownReflection: 0,
    clockAhead: 0,
    cut: 0,
    tooManyLinks: 0,
    forgotten: 0,
    malformed: 0,
    unexpected: 0,
    overlap: 0,
    goodbye: 0,
    duplicateLink: 0,
    silent: 0,
  };
}

export type ReplicaCounters = ReturnType<typeof newReplicaCounters>;
