/**
 * Nodes of the hash space, or single hashes, as bytes: 4 for each, little endian.
 */
import { MalformedMessage } from "./message.ts";

const NODE_BYTES = 4;

export function packNodes(nodes: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(nodes.length * NODE_BYTES);
  writeNodes(bytes, 0, nodes);
  return bytes;
}

export function writeNodes(bytes: Uint8Array, at: number, nodes: readonly number[]): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let i = 0; i < nodes.length; i++) view.setUint32(at + i * NODE_BYTES, nodes[i] as number, true);
}

/** At least one, at most `countMax`. */
export function unpackNodes(bytes: Uint8Array, countMax: number): number[] {
  const count = bytes.length / NODE_BYTES;
  if (!Number.isInteger(count) || count === 0 || count > countMax) throw new MalformedMessage("not a list of nodes");
  return readNodes(bytes, 0);
}

/** All from `at` to the end; the caller has checked that they are whole. */
export function readNodes(bytes: Uint8Array, at: number): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const nodes: number[] = [];
  for (; at < bytes.length; at += NODE_BYTES) nodes.push(view.getUint32(at, true));
  return nodes;
}
