/** What peers that have heard of everything have in common: digest, content, and books that are right. */
import { expect } from "vitest";
import { type Peer, picture } from "./peer.ts";

/** `atMs`: when the content is looked at. */
export function expectEqual(peers: readonly Peer[], atMs: number): void {
  const [first, ...others] = peers.map(({ keyspace }) => ({
    digest: keyspace.digest(),
    shows: picture(keyspace, atMs),
    audit: keyspace.audit(),
  }));
  expect(first?.audit).toEqual([]);
  for (const other of others) expect(other).toEqual(first);
}
