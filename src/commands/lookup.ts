/**
 * Finding keys for commands: type checks with their error reply, and the
 * counting of hits and misses, which only reading commands do.
 *
 * The answer is one number, so that the hot path makes no object:
 *
 *   > 0  the entry          0  no such key          MISTYPED  error already replied
 */
import type { ByteRange } from "../byte-range.ts";
import type { EntryRef } from "../store/entry.ts";
import type { KeyTypeValue } from "../store/key-type.ts";
import type { Call } from "./command.ts";
import { WRONG_TYPE } from "./error-texts.ts";

export const MISTYPED: EntryRef = -1;

/** For reading: counts a hit or a miss. */
export function findToRead(call: Call, key: ByteRange): EntryRef {
  return counted(call, call.keyspace.find(call.client.db, key));
}

/** For reading about a key (TYPE, TTL, EXISTS): leaves the access clock alone, counts all the same. */
export function peekToRead(call: Call, key: ByteRange): EntryRef {
  return counted(call, call.keyspace.peek(call.client.db, key));
}

export function readTyped(call: Call, key: ByteRange, type: KeyTypeValue): EntryRef {
  return checked(call, counted(call, call.keyspace.find(call.client.db, key)), type);
}

/** For commands that write: no hit, no miss. */
export function findTyped(
  call: Pick<Call, "client" | "keyspace" | "reply">,
  key: ByteRange,
  type: KeyTypeValue,
): EntryRef {
  return checked(call, call.keyspace.find(call.client.db, key), type);
}

function counted(call: Call, ref: EntryRef): EntryRef {
  const statistics = call.host.statistics;
  if (ref === 0) statistics.keyspaceMisses++;
  else statistics.keyspaceHits++;
  return ref;
}

function checked(call: Pick<Call, "keyspace" | "reply">, ref: EntryRef, type: KeyTypeValue): EntryRef {
  if (ref === 0 || call.keyspace.typeOf(ref) === type) return ref;
  call.reply.error(WRONG_TYPE);
  return MISTYPED;
}
