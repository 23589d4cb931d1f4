/**
 * LZF, as far as reading it goes: Redis compresses longer strings with it.
 *
 *   000LLLLL                    the next L + 1 bytes as they are
 *   LLLOOOOO oooooooo           L + 2 bytes (L from 1 to 6) from O:o + 1 bytes back
 *   111OOOOO llllllll oooooooo  l + 9 bytes from O:o + 1 bytes back
 *
 * Three bytes say 264 at most, so an announced length beyond that rate is a lie
 * and is refused before anything is allocated.
 */
import { MalformedValue, type PayloadCursor } from "./payload-cursor.ts";

const LITERALS_BELOW = 32;
const LONG_COPY = 7;
const RATE_MAX = 264 / 3;

/** The `length` bytes that the cursor's next `packedLength` bytes unfold to. */
export function unfoldLzf(cursor: PayloadCursor, packedLength: number, length: number): Uint8Array {
  if (length > packedLength * RATE_MAX) throw new MalformedValue("compressed bytes cannot be so long");
  const end = cursor.take(packedLength) + packedLength;
  const { bytes } = cursor;
  const out = new Uint8Array(length);
  let at = end - packedLength;
  let to = 0;
  const next = (): number => {
    if (at >= end) throw new MalformedValue("compressed bytes are cut short");
    return bytes[at++] as number; // at < end
  };
  while (at < end) {
    const control = next();
    if (control < LITERALS_BELOW) {
      const run = control + 1;
      if (run > end - at || run > length - to) throw new MalformedValue("a compressed run is too long");
      for (let i = 0; i < run; i++) out[to++] = bytes[at++] as number; // both were checked
      continue;
    }
    const short = control >> 5;
    const run = (short === LONG_COPY ? short + next() : short) + 2;
    let from = to - (((control & 0x1f) << 8) | next()) - 1;
    if (from < 0 || run > length - to) throw new MalformedValue("a compressed copy is out of bounds");
    // Byte by byte: a copy may overlap what it writes.
    for (let i = 0; i < run; i++) out[to++] = out[from++] as number; // from < to < length
  }
  if (to !== length) throw new MalformedValue("compressed bytes are not as long as announced");
  return out;
}
