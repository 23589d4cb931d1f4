/**
 * Writes the packed forms that Redis keeps small collections in, written from
 * their descriptions and apart from what reads them: entries as Redis writes
 * them, numbers as numbers wherever it does.
 */
export function intset(numbers: readonly bigint[], width: 2 | 4 | 8): Buffer {
  const bytes = Buffer.alloc(8 + numbers.length * width);
  bytes.writeUInt32LE(width, 0);
  bytes.writeUInt32LE(numbers.length, 4);
  for (const [i, n] of numbers.entries()) littleEndian(n, width).copy(bytes, 8 + i * width);
  return bytes;
}

export function zipmap(items: readonly Buffer[], unused = 0, isCounted = true): Buffer {
  const parts: Buffer[] = [Buffer.of(isCounted ? items.length / 2 : 254)];
  for (const [i, item] of items.entries()) {
    parts.push(item.length < 254 ? Buffer.of(item.length) : Buffer.concat([Buffer.of(254), word(item.length)]));
    if (i % 2 === 1) parts.push(Buffer.of(unused));
    parts.push(item);
    if (i % 2 === 1) parts.push(Buffer.alloc(unused, 0x78));
  }
  return Buffer.concat([...parts, Buffer.of(255)]);
}

export function ziplist(items: readonly Buffer[], isCounted = true): Buffer {
  const parts: Buffer[] = [];
  let at = 10;
  let last = 10;
  let previous = 0;
  for (const item of items) {
    const before = previous < 254 ? Buffer.of(previous) : Buffer.concat([Buffer.of(254), word(previous)]);
    const entry = Buffer.concat([before, ziplistEntry(item)]);
    last = at;
    at += entry.length;
    previous = entry.length;
    parts.push(entry);
  }
  const count = Buffer.alloc(2);
  count.writeUInt16LE(isCounted ? items.length : 0xffff);
  return Buffer.concat([word(at + 1), word(last), count, ...parts, Buffer.of(255)]);
}

function ziplistEntry(item: Buffer): Buffer {
  const n = numberOf(item);
  if (n !== undefined) {
    if (n >= 0n && n <= 12n) return Buffer.of(0xf1 + Number(n));
    for (const [code, width] of [
      [0xfe, 1],
      [0xc0, 2],
      [0xf0, 3],
      [0xd0, 4],
      [0xe0, 8],
    ] as const)
      if (fits(n, width)) return Buffer.concat([Buffer.of(code), littleEndian(n, width)]);
  }
  const { length } = item;
  if (length < 0x40) return Buffer.concat([Buffer.of(length), item]);
  if (length < 0x4000) return Buffer.concat([Buffer.of(0x40 | (length >> 8), length & 0xff), item]);
  return Buffer.concat([Buffer.of(0x80), word(length).toReversed(), item]);
}

export function listpack(items: readonly Buffer[], isCounted = true): Buffer {
  const entries = items.map((item) => {
    const entry = listpackEntry(item);
    return Buffer.concat([entry, backLength(entry.length)]);
  });
  const count = Buffer.alloc(2);
  count.writeUInt16LE(isCounted ? items.length : 0xffff);
  const body = Buffer.concat([count, ...entries, Buffer.of(255)]);
  return Buffer.concat([word(4 + body.length), body]);
}

function listpackEntry(item: Buffer): Buffer {
  const n = numberOf(item);
  if (n !== undefined) {
    if (n >= 0n && n <= 127n) return Buffer.of(Number(n));
    if (n >= -4096n && n <= 4095n) {
      const bits = Number(BigInt.asUintN(13, n));
      return Buffer.of(0xc0 | (bits >> 8), bits & 0xff);
    }
    for (const [code, width] of [
      [0xf1, 2],
      [0xf2, 3],
      [0xf3, 4],
      [0xf4, 8],
    ] as const)
      if (fits(n, width)) return Buffer.concat([Buffer.of(code), littleEndian(n, width)]);
  }
  const { length } = item;
  if (length < 0x40) return Buffer.concat([Buffer.of(0x80 | length), item]);
  if (length < 0x1000) return Buffer.concat([Buffer.of(0xe0 | (length >> 8), length & 0xff), item]);
  return Buffer.concat([Buffer.of(0xf0), word(length), item]);
}

function backLength(length: number): Buffer {
  const digits = [];
  for (let rest = length; digits.length === 0 || rest > 0; rest = Math.floor(rest / 128)) digits.unshift(rest % 128);
  return Buffer.from(digits.map((digit, i) => (i === 0 ? digit : digit | 0x80)));
}

function numberOf(item: Buffer): bigint | undefined {
  const text = item.toString("latin1");
  if (!/^(?:0|-?[1-9]\d{0,18})$/.test(text)) return undefined;
  const n = BigInt(text);
  return fits(n, 8) ? n : undefined;
}

function fits(n: bigint, width: number): boolean {
  return BigInt.asIntN(width * 8, n) === n;
}

function littleEndian(n: bigint, width: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(n);
  return bytes.subarray(0, width);
}

function word(n: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(n);
  return bytes;
}
