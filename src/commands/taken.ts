/** A member that a command replies with and removes: its removal frees the memory that it stands in, so that it is copied. */
import { ByteRange } from "../byte-range.ts";
import { copyBytes } from "../copy-bytes.ts";

/** Members up to this size are copied into memory that is there already. */
const TAKEN_BYTES = 256;
/** One member at a time; it carries nothing from one command to the next. */
const taken = new ByteRange();
const takenBytes = new Uint8Array(TAKEN_BYTES);

/** The copy, valid until the next one is made. */
export function copyTaken(member: ByteRange): ByteRange {
  const { length } = member;
  if (length > TAKEN_BYTES) return taken.set(member.copy(), 0, length);
  copyBytes(takenBytes, 0, member.bytes, member.start, member.end);
  return taken.set(takenBytes, 0, length);
}
