/**
 * Bounds of what the keyspace does at once, and of how it lays things out. Work
 * that is larger is done in steps.
 */

/** What the compressed parts of one restored value may unfold to together: as much as the longest value that comes uncompressed. */
export const RESTORED_BYTES_MAX = 512 * 1024 * 1024;

/** Slots of a table's segment before it splits: one insertion never waits for more than the rebuilding of these. */
export const SEGMENT_SLOTS_MAX = 4096;

/** Empty buckets that one step of SCAN may pass for each entry it was asked for, as in Redis. */
export const SCAN_EMPTY_BUCKETS_OF_ENTRY = 10;

/** Tries to hit an entry at random; tables are at least a twentieth full, so hardly one search in a thousand gives up. */
export const RANDOM_PROBES_MAX = 128;

/** A collection with more elements, or more bytes of them, is repaired and kept in ranges: half the bytes of a chunk. */
export const WHOLE_COLLECTION_ELEMENTS_MAX = 1024;

export const WHOLE_COLLECTION_BYTES_MAX = 64 * 1024;

/** Ranges by which large collections are compared, first and then where they differ: ten bytes for each, against what one element costs to be sent. */
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

/** A node of the hash space with no more keys is described by a list of them: 8 bytes a key, against 4 for each of 16 children and one more step. */
export const DESCRIBED_KEYS_LISTED_MAX = 16;

/**
 * Bytes of a list element's position. It has 20, and 20 more where values go between the two that went there last, first on the
 * one side and then on the other; hundreds of times, and nowhere else, until there is no room in it.
 */
export const LIST_POSITION_BYTES_MAX = 4096;
