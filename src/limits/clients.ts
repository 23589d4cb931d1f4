/**
 * Bounds of what clients may ask and what is kept for them: protocol, commands,
 * connections. Each with its reason; beyond it there is an error reply or a
 * closed connection, never a stall.
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

/** A reply buffer of this size grows no more: its bytes become a chunk, which need not be copied again. */
export const REPLY_BUFFER_BYTES_MAX = 16 * 1024 * 1024;

/** A bulk of this size is copied once into a chunk of its own instead of growing the reply buffer. */
export const REPLY_OWN_CHUNK_BYTES = 64 * 1024;

/** The latest deadline of a key: exact as a number, the year 287396. Later ones, which Redis would keep, are cut to it. */
export const DEADLINE_MS_MAX = Number.MAX_SAFE_INTEGER;

/** Picks with repetition (negative counts) that one SRANDMEMBER or HRANDFIELD may ask for: the reply is built in memory. */
export const RANDOM_PICKS_MAX = 16 * 1024 * 1024;

/** The greatest `maxclients`: what a process may have open files, generously. */
export const CLIENTS_MAX = 1_000_000;

/** How long a stopping replica waits for clients and peers to take the bytes that it still owes them. */
export const DRAIN_MS_MAX = 5_000;

/** Request bytes that the health and metrics port reads: it takes none, so a small line is plenty. */
export const HTTP_HEADER_BYTES_MAX = 16 * 1024;

/** How long a stopping replica lets HTTP requests finish: a scrape takes milliseconds. */
export const HTTP_DRAIN_MS_MAX = 500;

/** Time for an HTTP request to arrive: probes and scrapers are quick, and idle sockets must not pile up. */
export const HTTP_REQUEST_MS_MAX = 10_000;

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

/** Deferred work of the keyspace in one go: what a client may notice of it. */
export const UPKEEP_MS_MAX = 1;

/** Made-up elements that PFSELFTEST counts: enough to fill most registers, and a fifth of a second of work. */
export const HYPERLOGLOG_TEST_ELEMENTS = 131_072;
