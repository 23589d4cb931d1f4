/**
 * Bounds of what replicas hold for, send to and expect of each other. Beyond
 * them there is repair or refusal: no writer ever waits for a peer.
 */

/** The greatest `--max-clock-offset`: beyond an hour a clock is wrong, not skewed. */
export const CLOCK_OFFSET_MS_MAX = 3_600_000;

/** Bytes of the replication log: at 10,000 small writes a second a peer may be away for more than half a minute before it needs a repair. */
export const LOG_BYTES_MAX = 64 * 1024 * 1024;

/** Least that the log may be set to: room for some intervals, or every hiccup of a link ends in a repair. */
export const LOG_BYTES_MIN = 16 * 1024;

/** What a logged interval costs beside its bytes (objects, queue places); counted, so that heartbeats cannot fill the heap unseen. */
export const LOG_ENTRY_OVERHEAD_BYTES = 256;

/** Intervals that wait for what they depend on: as much as a peer's log could send at once; beyond it they are dropped and pulled later. */
export const HELD_BYTES_MAX = 64 * 1024 * 1024;

/** The same as a count, because tiny intervals cost more than their bytes. */
export const HELD_COUNT_MAX = 65_536;

/** Staged state and held intervals during a repair: more than any machine's memory that a keyspace would be filled into, less than a runaway peer. */
export const REPAIR_STAGED_BYTES_MAX = 64 * 1024 * 1024 * 1024;

/** Intervals held during a repair: an hour of a thousand ticks a second. */
export const REPAIR_HELD_COUNT_MAX = 4_000_000;

/** Bytes on the way on one link before the receiver says that it took them: covers 300 Mbit/s across 200 ms. */
export const LINK_CREDIT_BYTES = 8 * 1024 * 1024;

/** Bytes waiting in a link's socket above which intervals wait at their cursor instead. */
export const LINK_BUFFERED_BYTES_MAX = 4 * 1024 * 1024;

/** The same for repair chunks: live intervals must find room. */
export const REPAIR_BUFFERED_BYTES_MAX = 1024 * 1024;

/** Bytes of one repair chunk: about a millisecond of work for either side. */
export const REPAIR_CHUNK_BYTES = 128 * 1024;

/** Entries that may be walked to describe nodes of the hash space: about a millisecond of work. */
export const REPAIR_WALKED_ENTRIES_MAX = 4096;

/** Ranges of large collections that one repair may still have to ask about: a chunk's worth of stubs, cut into many. */
export const REPAIR_PENDING_RANGES_MAX = 1024 * 1024;

/** Answers to small questions that one turn of a repair may give. */
export const REPAIR_TURN_ANSWERS_MAX = 16;

/** Hashes of residue in one message. */
export const REPAIR_RESIDUE_HASHES = 16_384;

/** Nodes that a receiver may still have to ask about, 128 MB of them: what differs is asked for depth first, so few wait. */
export const REPAIR_PENDING_NODES_MAX = 16 * 1024 * 1024;

/** A repair's first comparison waits at least so long for what is on its way, since it holds what comes later (repair-progress.ts). */
export const REPAIR_SETTLE_MS_MIN = 50;

/** What there is of a repair that broke off is kept so long for a peer that goes on with it. */
export const REPAIR_KEPT_MS = 60_000;

/** And so long a peer is waited for that can, before one is asked that would begin anew. */
export const REPAIR_RESUME_MS = 2000;

/** Between two tries of a repair that had no room. */
export const REPAIR_TOO_LARGE_RETRY_MS = 30_000;

/** Share of a second for which a bounded repair may send at once, and the size of its pieces. */
export const REPAIR_PACE_PART = 1 / 8;

/** Between two digests on one link. */
export const DIGEST_MS = 1000;

/** A divergence is logged once in this time, and a repair for its sake asked for once in that. */
export const DIVERGENCE_LOG_MS = 60_000;

export const DIVERGENCE_REPAIR_MS = 10_000;

/** Links at once: a full mesh of 32 writing replicas, and as many again while links are replaced. */
export const LINKS_MAX = 64;

/** Nodes remembered, links or not; the longest lost is forgotten first. */
export const MEMBERS_MAX = 1024;

/** A linked member from which nothing came for so long is asked for at others: ten heartbeats. */
export const PROBE_SILENT_MS = 1000;

/** A member without a link is asked for after this time: a link that just broke is often dialed again by then. */
export const PROBE_LOST_MS = 300;

/** Members that are asked at once whether they hear of one: as in SWIM, three miss a living one hardly ever. */
export const PROBE_PEERS = 3;

/** A replica that heard a member within this time vouches for it: five heartbeats. */
export const PROBE_FRESH_MS = 500;

/** How long answers are waited for; beyond a round trip around the earth. */
export const PROBE_ANSWER_MS = 500;

/** A member that only others reach is asked for this often. */
export const PROBE_AGAIN_MS = 1000;

/** Time to refute a suspicion; with the silence and the answers before it a dead member is known to be dead within 5 s. */
export const SUSPECT_MS = 2000;

/** Refutations are at least this far apart, so that two processes of one name do not outdo each other at full speed. */
export const REFUTE_MS_MIN = 100;

/** How often all that is known of members is sent to one peer, in case something was lost on the way. */
export const MEMBERS_EXCHANGE_MS = 10_000;

/** Addresses that CLUSTER MEET has asked for and that are still dialed, and for how long. */
export const MEETS_MAX = 64;

export const MEET_MS_MAX = 60_000;

/** An idle replica closes its time this often. */
export const HEARTBEAT_MS = 100;

/**
 * When nothing but heartbeats has come or gone for so long, time is closed less often: residue is pruned by then, and
 * heartbeats must not push out of the log what a peer that was away still lacks. Acknowledgements keep their pace.
 */
export const QUIET_MS = 10_000;

export const QUIET_HEARTBEAT_MS = 1000;

/** Acknowledgements of one link are at least this far apart, unless credit is due. */
export const ACK_MS_MIN = 10;

/** A read that a peer is to answer for a loading replica: its command, far longer than those of reads are, and its reply. */
export const FORWARD_COMMAND_BYTES_MAX = 64 * 1024;

export const FORWARD_REPLY_BYTES_MAX = 4 * 1024 * 1024;

/** How long a client waits for such a reply: a round trip around the world, some times over; then it is told -LOADING. */
export const FORWARD_MS_MAX = 1000;

/** Reads that one replica has under way at its peers, and what their commands take: a second's worth. */
export const FORWARDED_READS_MAX = 1000;

export const FORWARDED_READS_BYTES_MAX = 4 * 1024 * 1024;

/** A peer that has refused a read, because it is loading itself, is not asked again for so long. */
export const FORWARD_REFUSED_MS = 100;

/** A link on which nothing came for so long is dead: twenty heartbeats. */
export const LINK_SILENT_MS_MAX = 2000;

/** An interval of somebody else's is relayed when the peer still lacks it after this time or three round trips. */
export const RELAY_DELAY_MS_MIN = 100;

/** A peer that makes progress on its own is not helped, but only for so many relay delays. */
export const RELAY_PATIENCE_DELAYS = 10;

/** A held interval waits two round trips, and at least so long, before what it lacks is pulled. */
export const PULL_DELAY_MS_MIN = 50;

/** A peer has something for so long and we have not, though nothing is held: pull it. */
export const PULL_STALLED_MS = 1000;

/** Between two pulls of the same origin without progress. */
export const PULL_AGAIN_MS_MAX = 5000;

/** How long a starting replica waits for a peer to say that it needs a repair. */
export const JOIN_MS_MAX = 1000;

/** A running replica that a peer's log has lapped waits so long for another peer to serve it from its log. */
export const LAPPED_GRACE_MS = 200;

/** A repair without any progress for so long is given up, by either side; what its sender owes before it goes on is progress. */
export const REPAIR_STALLED_MS = 10_000;

/** Between two tries of a repair. */
export const REPAIR_RETRY_MS = { firstMs: 100, lastMs: 5000 } as const;

/** How often residue is looked at: its life is a few round trips anyway. */
export const STABILITY_MS = 100;

/** After a process was replaced: its links are closed as silent within two seconds, and an ack on its way takes less than as much again. */
export const REPLACED_SETTLED_MS = 4000;

/** A clock alarm is logged once for a peer in this time. */
export const CLOCK_ALARM_LOG_MS = 60_000;

/** How often due keys are removed, and how many are looked at: a bounded part of a tick. */
export const ACTIVE_EXPIRY_MS = 100;

export const ACTIVE_EXPIRY_KEYS_MAX = 1000;

/** A WebSocket close frame has room for 123 bytes of reason; ours are ASCII but for names in them. */
export const CLOSE_REASON_CHARACTERS_MAX = 40;

/** Pieces of one export of a repair, in chunks: a huge value travels as many frames. */
export const PIECE_CHUNKS_MAX = 4;

/** What one step of the wall clock may count as elapsed: beyond it the clock leapt or the process stood still. */
export const STEP_MS_MAX = 1000;

/** The file of the members: MEMBERS_MAX addresses with the longest names there are, and room to spare. */
export const KEPT_MEMBERS_BYTES_MAX = 512 * 1024;

/** An address that is kept: a name of 253 characters, brackets, a colon and a port. */
export const KEPT_ADDRESS_CHARACTERS_MAX = 261;

/** The members are written again this often at most, since each write waits for the disk. */
export const KEPT_MEMBERS_MS = 5000;
