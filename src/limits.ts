/**
 * Every bound of a replica in one place, each with its reason: queues, buffers, frames, caches, loops. What is allowed to
 * grow and how far is decided here and nowhere else; a limit that an operator may set is a configuration parameter,
 * and what stands here is then its default or its ceiling.
 */

/** Distinct error codes in INFO errorstats, as in Redis 7.0.16 and later: a client that invents codes must not grow it. */
export const ERROR_CODES_MAX = 128;

/** Arguments kept of a slow command, as in Redis; the last one then says how many were left out. */
export const SLOWLOG_ARGUMENTS_MAX = 32;

/** Bytes kept of each argument of a slow command, as in Redis. */
export const SLOWLOG_ARGUMENT_BYTES_MAX = 128;

/** Spikes remembered for each event of the latency monitor, as in Redis: 160 fill the width of LATENCY GRAPH twice. */
export const LATENCY_HISTORY_MAX = 160;

/** Distinct events of the latency monitor; they are named by code, so this only guards against a mistake of ours. */
export const LATENCY_EVENTS_MAX = 64;

/** Steps that one glob match may take: beyond it a pattern is an attack ("*aaaaaaab" over megabytes of a), and is taken not to match. */
export const GLOB_STEPS_MAX = 1_000_000;

/** What the text's length adds to that, so that honest patterns see all of a large key. */
export const GLOB_STEPS_PER_BYTE = 8;

/** Bytes of an unknown command's name and arguments that its error repeats, as in Redis. */
export const ERROR_ECHO_BYTES_MAX = 128;

/** DEBUG SLEEP beyond this is a mistake of the caller: the process would be taken for dead. */
export const DEBUG_SLEEP_MS_MAX = 600_000;

/** Argument ranges kept between commands; one command of a million arguments must not hold its pool for ever. */
export const ARGUMENT_RANGES_KEPT_MAX = 1024;

/** Arguments of one command, as in Redis before 7. */
export const MULTIBULK_LENGTH_MAX = 1024 * 1024;

/** Bytes of one argument, as in Redis (proto-max-bulk-len). */
export const BULK_BYTES_MAX = 512 * 1024 * 1024;

/** What the compressed parts of one restored value may unfold to together: as much as the longest value that comes uncompressed. */
export const RESTORED_BYTES_MAX = 512 * 1024 * 1024;

/** Bytes of an inline command, and of a length line, as in Redis (PROTO_INLINE_MAX_SIZE). */
export const INLINE_BYTES_MAX = 64 * 1024;

/** Bytes one client may have waiting to become a command, as in Redis (client-query-buffer-limit). */
export const QUERY_BUFFER_BYTES_MAX = 1024 * 1024 * 1024;

/** Arguments and bytes of an argument that a client may send before it has authenticated, as in Redis. */
export const UNAUTHENTICATED_MULTIBULK_LENGTH_MAX = 10;
export const UNAUTHENTICATED_BULK_BYTES_MAX = 16 * 1024;

/** An announced bulk gets its memory at once up to this size; beyond it memory follows what has really arrived. */
export const BULK_PREALLOCATED_BYTES_MAX = 1024 * 1024;

/** Memory that a parser keeps between commands for a command that straddles two reads. */
export const STRADDLE_BUFFER_KEPT_BYTES_MAX = 1024;

/** First size of the reply buffer, which all connections share: the replies of one turn of the event loop. */
export const REPLY_BUFFER_BYTES = 256 * 1024;

/** Replies that wait for the end of the turn leave early when there are so many, so that the reply buffer need not grow. */
export const REPLY_TURN_BYTES = 192 * 1024;

/** A reply buffer that one large reply had grown beyond this is let go. */
export const REPLY_BUFFER_KEPT_BYTES_MAX = 512 * 1024;

/** A bulk of this size is copied once into a chunk of its own instead of growing the reply buffer. */
export const REPLY_OWN_CHUNK_BYTES = 64 * 1024;

/** The latest deadline of a key: exact as a number, the year 287396. Later ones, which Redis would keep, are cut to it. */
export const DEADLINE_MS_MAX = Number.MAX_SAFE_INTEGER;

/** Picks with repetition (negative counts) that one SRANDMEMBER or HRANDFIELD may ask for: the reply is built in memory. */
export const RANDOM_PICKS_MAX = 16 * 1024 * 1024;

/** The greatest `maxclients`: what a process may have open files, generously. */
export const CLIENTS_MAX = 1_000_000;

/** The greatest `--max-clock-offset`: beyond an hour a clock is wrong, not skewed. */
export const CLOCK_OFFSET_MS_MAX = 3_600_000;

/** How long a stopping replica waits for clients and peers to take the bytes that it still owes them. */
export const DRAIN_MS_MAX = 5_000;

/** Request bytes that the health and metrics port reads: it takes none, so a small line is plenty. */
export const HTTP_HEADER_BYTES_MAX = 16 * 1024;

/** How long a stopping replica lets HTTP requests finish: a scrape takes milliseconds. */
export const HTTP_DRAIN_MS_MAX = 500;

/** Time for an HTTP request to arrive: probes and scrapers are quick, and idle sockets must not pile up. */
export const HTTP_REQUEST_MS_MAX = 10_000;

/** Slots of a table's segment before it splits: one insertion never waits for more than the rebuilding of these. */
export const SEGMENT_SLOTS_MAX = 4096;

/** Empty buckets that one step of SCAN may pass for each entry it was asked for, as in Redis. */
export const SCAN_EMPTY_BUCKETS_OF_ENTRY = 10;

/** Tries to hit an entry at random; tables are at least a twentieth full, so hardly one search in a thousand gives up. */
export const RANDOM_PROBES_MAX = 128;

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

/** A collection with more elements, or more bytes of them, is repaired and kept in ranges: half the bytes of a chunk. */
export const WHOLE_COLLECTION_ELEMENTS_MAX = 1024;
export const WHOLE_COLLECTION_BYTES_MAX = 64 * 1024;

/** Ranges by which large collections are compared, first and then where they differ: nine bytes for each, against what one element costs to be sent. */
export const COARSE_RANGE_ELEMENTS = 1024;
export const COARSE_RANGE_BYTES = 256 * 1024;
export const FINE_RANGE_ELEMENTS = 64;
export const FINE_RANGE_BYTES = 8 * 1024;

/** Elements of one exported range: some milliseconds of work for who takes it in. */
export const RANGE_ELEMENTS_MAX = 2048;

/** Elements of one part of a collection that is fetched or kept whole: few enough that they do not crowd a table; and such parts at the most. */
export const FILLED_ELEMENTS = 256;
export const FILLED_PARTS_MAX = 65_536;

/** Elements of a large collection that are joined, removed or made in one step: a millisecond or two of work. */
export const RANGE_STEP_ELEMENTS = 512;

/** Elements that one answer about ranges may be compared with: more than it speaks of, where much was added here. */
export const COMPARED_ELEMENTS_MAX = 16 * 1024;

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

/** A repair without any progress for so long is given up, by either side. */
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

/** The one buffer that all connections read into, in turn. */
export const READ_BUFFER_BYTES = 64 * 1024;

/** Replies are handed to the socket when so many are pending, also in the middle of a pipeline. */
export const REPLY_FLUSH_BYTES = 64 * 1024;

/**
 * What a client may send while it waits for a reply (WAIT, or a read that a peer answers) before it is not read from: it is
 * read at all only so that its end is noticed, and pipelines behind a WAIT are short.
 */
export const WAITING_QUERY_BYTES_MAX = 256 * 1024;

/** A connection with more unsent output is not read from until all of it has gone: a client that does not read costs no memory. */
export const OUTPUT_PAUSE_BYTES = 1024 * 1024;

/** Commands and bytes that one connection may have in one turn of the event loop, so that a long pipeline does not keep others waiting. */
export const TURN_COMMANDS_MAX = 1024;
export const TURN_BYTES_MAX = 256 * 1024;

/** A connection that is being closed may take so long to accept its last replies and close its own side. */
export const CLOSING_SECONDS_MAX = 5;

/** Queue of connections that the kernel has accepted and we have not, as in Redis (tcp-backlog). */
export const TCP_BACKLOG = 511;

/** The latest deadline of a field, as in Redis: the year 4199. Keys live longer. */
export const FIELD_DEADLINE_MS_MAX = 2 ** 46 - 1;

/** A key past its deadline is left this long to the replica that set the deadline; then any other removes it. */
export const EXPIRY_GRACE_MS = 10_000;

/** Expired fields of a hash that one round of active expiry looks at, though others may have to remove them: well below a millisecond of work. */
export const EXPIRY_DUE_ELEMENTS_MAX = 4096;

/** Table slots that one round of active expiry looks at: about a millisecond of work. */
export const EXPIRY_SWEEP_SLOTS_MAX = 65_536;

/**
 * Elements, and bytes of all of them, of a collection that lives whole in its key's entry: more would take longer to look
 * through, and to move when they grow, than a table takes.
 */
export const SMALL_COLLECTION_ELEMENTS_MAX = 32;
export const SMALL_COLLECTION_BYTES_MAX = 1536;

/** Entries of dropped collections and databases freed in one round: about a millisecond of work. */
export const RECLAIM_ENTRIES_MAX = 8192;

/** Draws before RANDOMKEY gives up on a keyspace of mostly expired keys, as in Redis. */
export const RANDOM_KEY_DRAWS_MAX = 100;

/** Deferred work of the keyspace in one go: what a client may notice of it. */
export const UPKEEP_MS_MAX = 1;

/** A WebSocket close frame has room for 123 bytes of reason; ours are ASCII but for names in them. */
export const CLOSE_REASON_CHARACTERS_MAX = 40;

/** Pieces of one export of a repair, in chunks: a huge value travels as many frames. */
export const PIECE_CHUNKS_MAX = 4;

/** What one step of the wall clock may count as elapsed: beyond it the clock leapt or the process stood still. */
export const STEP_MS_MAX = 1000;

/** A record of the log or a snapshot: the greatest message, a repair's piece included, with its head. Beyond it a length is damage. */
export const RECORD_BYTES_MAX = 128 * 1024 * 1024;

/** Bytes read from a file at once while recovering: some milliseconds of work. */
export const RECOVERY_READ_BYTES = 1024 * 1024;

/** Exported content is compressed when it has so many bytes: below that the fixed cost is greater than the gain. */
export const COMPRESSED_BYTES_MIN = 1024;

/** A segment of the log that is larger is followed by a new one: what a snapshot makes superfluous goes in such pieces. */
export const LOG_SEGMENT_BYTES = 64 * 1024 * 1024;

/** Log records that wait in memory while the disk fails, and those kept until they are synced: as much as peers are kept waiting for. */
export const LOG_BUFFER_BYTES_MAX = 64 * 1024 * 1024;

/** A larger file is removed in the background: to free its blocks takes a system some milliseconds for every ten megabytes. */
export const REMOVED_AT_ONCE_BYTES_MAX = 1024 * 1024;

/** Between two tries of a disk that fails. */
export const LOG_RETRY_MS = 1000;

/** Between two syncs with `appendfsync everysec`. */
export const LOG_SYNC_MS = 1000;

/** How long writes wait for a sync that runs, as in Redis; then they are done at the risk of waiting in the kernel. */
export const LOG_SYNC_WAIT_MS_MAX = 2000;

/** And how many bytes may wait so. */
export const LOG_SYNC_WAIT_BYTES_MAX = 8 * 1024 * 1024;

/** Content of one piece of a snapshot: a millisecond or two of work. */
export const SNAPSHOT_PIECE_BYTES = 128 * 1024;

/** A snapshot is synced so often that the kernel never has to stop its writer. */
export const SNAPSHOT_SYNC_BYTES = 16 * 1024 * 1024;

/** Intervals that wait for a snapshot's sync; with more, the disk is too slow and the snapshot is given up. */
export const SNAPSHOT_QUEUE_BYTES_MAX = 64 * 1024 * 1024;

/** A snapshot that failed is tried again after this time, as in Redis (CONFIG_BGSAVE_RETRY_DELAY). */
export const SNAPSHOT_RETRY_MS = 5000;

/** The manifest and the marker are small; a file that is larger is neither. */
export const MANIFEST_BYTES_MAX = 64 * 1024;

/** The file of the members: MEMBERS_MAX addresses with the longest names there are, and room to spare. */
export const KEPT_MEMBERS_BYTES_MAX = 512 * 1024;

/** An address that is kept: a name of 253 characters, brackets, a colon and a port. */
export const KEPT_ADDRESS_CHARACTERS_MAX = 261;

/** The members are written again this often at most, since each write waits for the disk. */
export const KEPT_MEMBERS_MS = 5000;

/** A node of the hash space with no more keys is described by a list of them: 8 bytes a key, against 4 for each of 16 children and one more step. */
export const DESCRIBED_KEYS_LISTED_MAX = 16;

/** Time that pieces of a snapshot may take of one turn: what a client may notice of it. */
export const SNAPSHOT_TURN_MS_MAX = 2;

/** Time that a recovery may take of one turn, so that clients get their answer that it is loading. */
export const RECOVERY_TURN_MS_MAX = 20;

/**
 * Bytes of a list element's position. It has 20, and 20 more where values go between the two that went there last, first on the
 * one side and then on the other; hundreds of times, and nowhere else, until there is no room in it.
 */
export const LIST_POSITION_BYTES_MAX = 4096;

/** Made-up elements that PFSELFTEST counts: enough to fill most registers, and a fifth of a second of work. */
export const HYPERLOGLOG_TEST_ELEMENTS = 131_072;
