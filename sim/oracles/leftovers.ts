/**
 * Leftovers: once everything was deleted and all replicas know, nothing is
 * stored, visible or not, and memory is what it was when the process began.
 */
import type { Process } from "../world/process.ts";

/** What is left in a process that should hold nothing; undefined when nothing is. */
export function leftover({ keyspace, usedBytesAtStart }: Process, databases: Iterable<number>): string | undefined {
  for (const database of databases) {
    const size = keyspace.size(database);
    if (size > 0) return `${size} keys in database ${database} after everything was deleted`;
  }
  const digest = keyspace.digest();
  if (/[^0]/.test(digest)) return `the digest is ${digest}, not that of nothing`;
  const leakedBytes = keyspace.usedBytes - usedBytesAtStart;
  return leakedBytes === 0 ? undefined : `${leakedBytes} bytes more than at the start after everything was deleted`;
}
