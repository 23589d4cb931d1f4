/**
 * Memory outside the JavaScript heap: up to 512 pages of up to 64 MiB, cut into
 * slabs of 64 KiB that are lent out one by one. The first page has 1 MiB and each
 * further one twice as much, so that a small keyspace reserves little.
 *
 *   slab (19 bits) = page (9 bits) | offset / 65,536 (10 bits) = address >>> 13
 *
 * P1. Slab 0 is never lent, so neither slab 0 nor address 0 exists: 0 = nothing.
 * P2. The lowest page with room is used first, so that high pages drain.
 * P3. At most one page without a lent slab is kept; others go back to the system.
 *
 * The operating system backs a fresh page with memory as it is touched, so a
 * page costs nothing by existing. A slab given back is chained to the page's
 * others through its first word.
 *
 * Nobody shares the memory of a page; it is a SharedArrayBuffer because V8 counts
 * the bytes of others, and collects all garbage whenever they have grown by
 * 64 MiB: a pause for each page, to find nothing. When a page goes, there is
 * something to find, and an ArrayBuffer of its size that nobody keeps says so.
 */
import { wordOf } from "./address.ts";
import { SLAB_BYTES } from "./size-classes.ts";

const PAGES_MAX = 512;
const FIRST_PAGE_BYTES = 1_048_576;
export const PAGE_BYTES_MAX = 67_108_864;
export const SLABS_OF_PAGE = PAGE_BYTES_MAX / SLAB_BYTES;
/** Addresses from one slab to the next. */
export const SLAB_UNITS = SLAB_BYTES / 8;

export class Pages {
  /** The views of each page, by page; those of a released page are empty. */
  readonly bytes: Buffer[] = [];
  readonly words: Uint32Array[] = [];
  readonly doubles: Float64Array[] = [];
  /** Pages that exist now, and what they reserve. */
  count = 0;
  reservedBytes = 0;

  private readonly pageBytesMax: number;
  private readonly freeSlabs = new Uint16Array(PAGES_MAX);
  /** By page: the first slab that was never lent since the page was made. */
  private readonly freshSlab = new Uint16Array(PAGES_MAX);
  /** By page: the head of the chain of slabs given back. */
  private readonly returnedSlab = new Uint32Array(PAGES_MAX);
  /** No page below this one has a free slab. */
  private lowestFree = 0;
  private idlePages = 0;

  constructor(pageBytesMax: number) {
    if (pageBytesMax > PAGE_BYTES_MAX || pageBytesMax < 2 * SLAB_BYTES || pageBytesMax % SLAB_BYTES !== 0) {
      throw new RangeError(`a page of ${pageBytesMax} bytes cannot be cut into slabs`);
    }
    this.pageBytesMax = pageBytesMax;
  }

  takeSlab(): number {
    const page = this.pageWithRoom();
    const free = this.freeSlabs[page] as number;
    if (free === this.slabsUsable(page)) this.idlePages--;
    this.freeSlabs[page] = free - 1;
    const slab = this.returnedSlab[page] as number;
    if (slab === 0) return page * SLABS_OF_PAGE + (this.freshSlab[page] as number)++;
    this.returnedSlab[page] = (this.words[page] as Uint32Array)[wordOf(slab * SLAB_UNITS)] as number;
    return slab;
  }

  giveBackSlab(slab: number): void {
    const page = Math.floor(slab / SLABS_OF_PAGE);
    (this.words[page] as Uint32Array)[wordOf(slab * SLAB_UNITS)] = this.returnedSlab[page] as number;
    this.returnedSlab[page] = slab;
    const free = (this.freeSlabs[page] as number) + 1;
    this.freeSlabs[page] = free;
    if (page < this.lowestFree) this.lowestFree = page;
    if (free < this.slabsUsable(page)) return;
    if (this.idlePages > 0) this.release(page);
    else this.idlePages++;
  }

  private pageWithRoom(): number {
    while (this.lowestFree < this.bytes.length) {
      if ((this.freeSlabs[this.lowestFree] as number) > 0) return this.lowestFree;
      this.lowestFree++;
    }
    this.lowestFree = this.create();
    return this.lowestFree;
  }

  private create(): number {
    let page = 0;
    while (page < this.bytes.length && this.bytes[page]?.length !== 0) page++;
    if (page === PAGES_MAX) throw new RangeError(`all ${PAGES_MAX} pages of the arena are in use`);
    this.setViews(page, new SharedArrayBuffer(this.bytesOf(page)));
    this.reservedBytes += this.bytesOf(page);
    this.freeSlabs[page] = this.slabsUsable(page);
    this.freshSlab[page] = page === 0 ? 1 : 0;
    this.returnedSlab[page] = 0;
    this.count++;
    this.idlePages++;
    return page;
  }

  private release(page: number): void {
    this.setViews(page, NO_MEMORY);
    suggestCollection(this.bytesOf(page));
    this.reservedBytes -= this.bytesOf(page);
    this.freeSlabs[page] = 0;
    this.count--;
  }

  private setViews(page: number, memory: SharedArrayBuffer): void {
    this.bytes[page] = Buffer.from(memory);
    this.words[page] = new Uint32Array(memory);
    this.doubles[page] = new Float64Array(memory);
  }

  /** P1: the first slab of page 0 is not for use. */
  private slabsUsable(page: number): number {
    return this.bytesOf(page) / SLAB_BYTES - (page === 0 ? 1 : 0);
  }

  private bytesOf(page: number): number {
    return Math.min(this.pageBytesMax, FIRST_PAGE_BYTES * 2 ** page);
  }
}

const NO_MEMORY = new SharedArrayBuffer(0);

/** Makes garbage that V8 counts. The system never backs it, since nobody touches it; where it has no room, V8 has collected. */
function suggestCollection(bytes: number): void {
  try {
    void new ArrayBuffer(bytes);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
}
