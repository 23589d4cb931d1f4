/** A running hash over everything that happens, by which two runs are compared event for event. */
export class Trace {
  hash = 0x811c9dc5;
  /** The hash after each event, when asked for. */
  readonly eventHashes: number[] | undefined;

  constructor(records = false) {
    this.eventHashes = records ? [] : undefined;
  }

  add(number: number): void {
    this.hash = Math.imul(this.hash ^ (number | 0), 0x01000193);
    this.hash = Math.imul(this.hash ^ Math.floor(number / 2 ** 32), 0x01000193) ^ (this.hash >>> 15);
  }

  addBytes(bytes: Uint8Array): void {
    let hash = this.hash ^ bytes.length;
    for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
    this.hash = hash;
  }

  addText(text: string): void {
    let hash = this.hash ^ text.length;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    this.hash = hash;
  }

  endEvent(): void {
    this.eventHashes?.push(this.hash);
  }
}

/** The index of the first event that differs between two runs; undefined when none does. */
export function firstDifference(a: Trace, b: Trace): number | undefined {
  const [left, right] = [a.eventHashes ?? [], b.eventHashes ?? []];
  const length = Math.max(left.length, right.length);
  for (let i = 0; i < length; i++) if (left[i] !== right[i]) return i;
  return a.hash === b.hash ? undefined : length;
}
