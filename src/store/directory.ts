/**
 * Which segment holds a hash: extendible hashing (Fagin et al., 1979).
 *
 *   directory   000 001 010 011 100 101 110 111      by the first `depth` bits
 *   segments    └──── A ────┘   B   └ C ┘   └ D ┘    depths 1, .., 2
 *
 * D1. A segment of depth d stands in 2^(depth - d) neighbouring places.
 * D2. A full segment grows up to SEGMENT_SLOTS_MAX, then splits in two; so
 *     however large the table, one insertion rebuilds one segment.
 * D3. The directory never outgrows the entries: hashes that no prefix tells
 *     apart make their segment grow instead.
 * D4. Two halves that have become small unite again, up to a single segment.
 */
import { SEGMENT_SLOTS_MAX } from "../limits/keyspace.ts";
import { Segment } from "./segment.ts";

/** D3: places in the directory for as many entries; evenly spread hashes need a tenth of it. */
const ENTRIES_OF_PLACE_MIN = 128;
/** A half with fewer entries looks whether it can unite .. */
const LONELY_COUNT = SEGMENT_SLOTS_MAX / 5;
/** .. with the other, if both together have no more than this, well below a new split. */
const UNITED_COUNT_MAX = (SEGMENT_SLOTS_MAX * 2) / 5;

export class Directory {
  /** Bytes of all segments. */
  segmentBytes: number;
  /** No segment is larger, nor has been since the directory last changed its size downwards. */
  private capacityMax = 1;
  private places: Segment[];
  private depth = 0;
  /** Hash to place: `hash >>> shift >>> 1`, since a shift by 32 is none. */
  private shift = 31;
  /** Segments as deep as the directory. */
  private deepest = 1;

  constructor() {
    const only = new Segment(0);
    this.places = [only];
    this.segmentBytes = only.byteLength;
  }

  get byteLength(): number {
    return this.segmentBytes + this.places.length * 8;
  }

  /** Slots there would be if every segment were as deep and as large as any has been. */
  get slotsMax(): number {
    return this.depth === 0 ? this.segmentOf(0).capacity : this.capacityMax * this.places.length;
  }

  segmentOf(hash: number): Segment {
    // The place has `depth` bits, and there are 2^depth places.
    return this.places[(hash >>> this.shift) >>> 1] as Segment;
  }

  /** The least hash of the segment that holds a hash. */
  startOf(hash: number): number {
    const rest = this.spanOf(hash);
    return Math.floor((hash >>> 0) / rest) * rest;
  }

  /** How many hashes belong to the segment that holds a hash. */
  spanOf(hash: number): number {
    return 2 ** (32 - this.segmentOf(hash).depth);
  }

  /** The segment for a new entry, with room for it; `size` is the number of entries in all. */
  segmentWithRoom(hash: number, size: number): Segment {
    let segment = this.segmentOf(hash);
    while (segment.isFull) {
      this.segmentBytes -= segment.byteLength;
      if (segment.capacity >= SEGMENT_SLOTS_MAX && this.maySplit(segment, size)) {
        const sibling = this.split(segment, hash);
        this.segmentBytes += sibling.byteLength;
        this.capacityMax = Math.max(this.capacityMax, sibling.capacity);
      } else {
        segment.grow();
      }
      this.segmentBytes += segment.byteLength;
      this.capacityMax = Math.max(this.capacityMax, segment.capacity);
      segment = this.segmentOf(hash);
    }
    return segment;
  }

  /** Returns memory after an entry with this hash has left its segment. */
  tighten(hash: number): void {
    let segment = this.segmentOf(hash);
    while (segment.depth > 0 && segment.count < LONELY_COUNT) {
      const buddy = this.buddyOf(segment, hash);
      if (buddy.depth !== segment.depth || buddy.count + segment.count > UNITED_COUNT_MAX) break;
      this.unite(segment, buddy, hash);
      segment = this.segmentOf(hash);
    }
    if (!segment.isSparse) return;
    this.segmentBytes -= segment.byteLength;
    segment.fit();
    this.segmentBytes += segment.byteLength;
  }

  private maySplit(segment: Segment, size: number): boolean {
    return segment.depth < this.depth || this.places.length * ENTRIES_OF_PLACE_MIN <= size;
  }

  private split(segment: Segment, hash: number): Segment {
    if (segment.depth === this.depth) this.double();
    const width = 2 ** (this.depth - segment.depth);
    const first = this.firstPlaceOf(segment, hash);
    const sibling = segment.split();
    this.places.fill(sibling, first + width / 2, first + width);
    if (segment.depth === this.depth) this.deepest += 2;
    return sibling;
  }

  private unite(segment: Segment, buddy: Segment, hash: number): void {
    this.segmentBytes -= segment.byteLength + buddy.byteLength;
    if (segment.depth === this.depth) this.deepest -= 2;
    segment.absorb(buddy);
    this.segmentBytes += segment.byteLength;
    this.capacityMax = Math.max(this.capacityMax, segment.capacity);
    const first = this.firstPlaceOf(segment, hash);
    this.places.fill(segment, first, first + 2 ** (this.depth - segment.depth));
    while (this.deepest === 0) this.halve();
  }

  private buddyOf(segment: Segment, hash: number): Segment {
    // In bounds: the hash with another first `depth` bits is still a hash.
    return this.segmentOf(hash ^ (1 << (32 - segment.depth)));
  }

  private firstPlaceOf(segment: Segment, hash: number): number {
    const width = 2 ** (this.depth - segment.depth);
    const place = (hash >>> this.shift) >>> 1;
    return place - (place % width);
  }

  private double(): void {
    const places: Segment[] = [];
    for (const segment of this.places) places.push(segment, segment);
    this.places = places;
    this.depth++;
    this.shift--;
    this.deepest = 0;
  }

  private halve(): void {
    this.places = this.places.filter((_, place) => place % 2 === 0);
    this.depth--;
    this.shift++;
    this.deepest = 0;
    this.capacityMax = 1;
    for (const segment of this.places) {
      if (segment.depth === this.depth) this.deepest++;
      this.capacityMax = Math.max(this.capacityMax, segment.capacity);
    }
  }
}
