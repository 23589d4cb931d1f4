/**
 * Bytes that look random and are the same for the same seed, so that a failure can be run again.
 */
import { createHash } from "node:crypto";

export function noise(seed: number, length: number): Uint8Array {
  const blocks: Buffer[] = [];
  for (let made = 0; made < length; made += 32) {
    blocks.push(createHash("sha256").update(`${seed}:${made}`).digest());
  }
  return Buffer.concat(blocks).subarray(0, length);
}
