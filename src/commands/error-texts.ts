/**
 * The error replies that several commands share, in Redis's own words, because
 * clients match on them.
 */
export const SYNTAX_ERROR = "ERR syntax error";
export const WRONG_TYPE = "WRONGTYPE Operation against a key holding the wrong kind of value";
export const NO_SUCH_KEY = "ERR no such key";
export const SAME_OBJECT = "ERR source and destination objects are the same";
export const INDEX_OUT_OF_RANGE = "ERR index out of range";
/** Own words: Redis lists have no positions to run out of. */
export const NO_ROOM_IN_LIST = "ERR no room for another element at this place of the list";
export const NOT_AN_INTEGER = "ERR value is not an integer or out of range";
export const NOT_A_FLOAT = "ERR value is not a valid float";
export const OUT_OF_RANGE = "ERR value is out of range";
export const COUNTER_OVERFLOW = "ERR increment or decrement would overflow";
export const COUNTER_INFINITE = "ERR increment would produce NaN or Infinity";
export const NOT_POSITIVE = "ERR value is out of range, must be positive";
export const NOT_A_HYPERLOGLOG = "WRONGTYPE Key is not a valid HyperLogLog string value.";
export const CORRUPTED_HYPERLOGLOG = "INVALIDOBJ Corrupted HLL object detected";
export const INVALID_CURSOR = "ERR invalid cursor";
export const STRING_TOO_LONG = "ERR string exceeds maximum allowed size (proto-max-bulk-len)";
export const OUT_OF_MEMORY = "OOM command not allowed: there is not enough memory for it";
export const DATABASE_OUT_OF_RANGE = "ERR DB index is out of range";
export const TIMEOUT_NOT_AN_INTEGER = "ERR timeout is not an integer or out of range";
export const TIMEOUT_NOT_A_FLOAT = "ERR timeout is not a float or out of range";
export const TIMEOUT_NEGATIVE = "ERR timeout is negative";
export const TIMEOUT_OUT_OF_RANGE = "ERR timeout is out of range";
/** What a replica that the others have forgotten answers: clients of Redis Cluster go to another one then. */
export const CLUSTER_DOWN = "CLUSTERDOWN The cluster is down";
export const LOADING = "LOADING Redis is loading the dataset in memory";
export const UNBLOCKED = "UNBLOCKED client unblocked via CLIENT UNBLOCK";

/** `name` as the client wrote it, in any case. */
export function wrongArity(name: string): string {
  return `ERR wrong number of arguments for '${name.toLowerCase()}' command`;
}

export function invalidExpireTime(name: string): string {
  return `ERR invalid expire time in '${name.toLowerCase()}' command`;
}
