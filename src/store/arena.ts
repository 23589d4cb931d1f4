/**
 * Blocks of memory outside the JavaScript heap, for what must not burden the
 * garbage collector: keys, small values, elements.
 *
 * A slab (64 KiB, see `pages.ts`) serves one size class at a time:
 *
 *   | block | block | block | .. | never used yet .. | rest |
 *             freed: word 0 = next freed block of the slab, word 1 = FREED
 *
 * A1. A slab with both live and free blocks, and no other, is in the
 *     doubly linked list of its class, `partial`. Allocation takes its head.
 * A2. A slab without live blocks goes back to the pages: any class may take it.
 * A3. `usedBytes` is the sum of the capacities of the live blocks.
 * A4. Freeing a block twice is our own bug and throws.
 *
 * Every step is O(1) and makes no JavaScript object. Fresh blocks are not
 * zeroed. An address stays valid until it is freed, but fetch the page's views
 * anew for each use: a page may be released and made again.
 */
import { type Address, pageOf, wordOf } from "./address.ts";
import { Pages, PAGE_BYTES_MAX, SLAB_UNITS, SLABS_OF_PAGE } from "./pages.ts";
import { BLOCK_BYTES_MAX, CLASS_BLOCKS, CLASS_BYTES, CLASS_COUNT, CLASS_OF_UNITS, SLAB_BYTES } from "./size-classes.ts";

/** Unlikely in word 1 of a live block; where it is there by chance, the chain decides (A4). */
const FREED = 0xf4ee_b10c;

export class Arena {
  /** The views of each page, indexed by `pageOf(address)`. */
  readonly bytes: Buffer[];
  readonly words: Uint32Array[];
  readonly doubles: Float64Array[];
  usedBytes = 0;
  /** Slabs in use by some class. */
  slabCount = 0;

  private readonly pages: Pages;
  /** By class: the first slab with room; 0 = none. */
  private readonly partial = new Uint32Array(CLASS_COUNT);
  // By slab:
  private classOf = new Uint8Array(0);
  private live = new Uint16Array(0);
  private freshBlock = new Uint16Array(0);
  private freedBlock = new Uint32Array(0);
  private next = new Uint32Array(0);
  private previous = new Uint32Array(0);

  /** Tests take small pages to see them come and go. */
  constructor(pageBytes: number = PAGE_BYTES_MAX) {
    this.pages = new Pages(pageBytes);
    this.bytes = this.pages.bytes;
    this.words = this.pages.words;
    this.doubles = this.pages.doubles;
  }

  /** Address space taken from the system; memory is committed as it is touched. */
  get reservedBytes(): number {
    return this.pages.reservedBytes;
  }

  /** What the slabs in use occupy: close to what the system has committed. */
  get slabBytes(): number {
    return this.slabCount * SLAB_BYTES;
  }

  /** A block of at least `size` bytes, aligned to 8. */
  alloc(size: number): Address {
    if (size > BLOCK_BYTES_MAX || size < 0) throw new RangeError(`no block has ${size} bytes`);
    const sizeClass = CLASS_OF_UNITS[(size + 7) >>> 3] as number;
    let slab = this.partial[sizeClass] as number;
    if (slab === 0) slab = this.openSlab(sizeClass);
    const bytes = CLASS_BYTES[sizeClass] as number;
    let address = this.freedBlock[slab] as number;
    if (address === 0) {
      const block = this.freshBlock[slab] as number;
      this.freshBlock[slab] = block + 1;
      address = slab * SLAB_UNITS + block * (bytes >>> 3);
    } else {
      const words = this.words[pageOf(address)] as Uint32Array;
      const at = wordOf(address);
      this.freedBlock[slab] = words[at] as number;
      words[at + 1] = 0;
    }
    const live = (this.live[slab] as number) + 1;
    this.live[slab] = live;
    if (live === CLASS_BLOCKS[sizeClass]) this.unlink(slab, sizeClass);
    this.usedBytes += bytes;
    return address;
  }

  free(address: Address): void {
    const slab = address >>> 13;
    const live = slab < this.live.length ? (this.live[slab] as number) : 0;
    if (live === 0) throw new Error(`block ${address} is not allocated`);
    const words = this.words[pageOf(address)] as Uint32Array;
    const at = wordOf(address);
    if (words[at + 1] === FREED && this.isFreed(slab, address)) throw new Error(`block ${address} is freed twice`);
    words[at] = this.freedBlock[slab] as number;
    words[at + 1] = FREED;
    this.freedBlock[slab] = address;
    this.live[slab] = live - 1;
    const sizeClass = this.classOf[slab] as number;
    this.usedBytes -= CLASS_BYTES[sizeClass] as number;
    if (live === CLASS_BLOCKS[sizeClass]) this.link(slab, sizeClass);
    if (live === 1) this.closeSlab(slab, sizeClass);
  }

  /** The capacity of a live block: what was asked for, rounded up. */
  sizeOf(address: Address): number {
    return CLASS_BYTES[this.classOf[address >>> 13] as number] as number;
  }

  private openSlab(sizeClass: number): number {
    const slab = this.pages.takeSlab();
    if (slab >= this.live.length) this.describePages(slab);
    this.classOf[slab] = sizeClass;
    this.freshBlock[slab] = 0;
    this.freedBlock[slab] = 0;
    this.link(slab, sizeClass);
    this.slabCount++;
    return slab;
  }

  private closeSlab(slab: number, sizeClass: number): void {
    this.unlink(slab, sizeClass);
    this.slabCount--;
    this.pages.giveBackSlab(slab);
  }

  private link(slab: number, sizeClass: number): void {
    const head = this.partial[sizeClass] as number;
    this.next[slab] = head;
    this.previous[slab] = 0;
    if (head !== 0) this.previous[head] = slab;
    this.partial[sizeClass] = slab;
  }

  private unlink(slab: number, sizeClass: number): void {
    const next = this.next[slab] as number;
    const previous = this.previous[slab] as number;
    if (next !== 0) this.previous[next] = previous;
    if (previous === 0) this.partial[sizeClass] = next;
    else this.next[previous] = next;
  }

  private isFreed(slab: number, address: Address): boolean {
    const words = this.words[pageOf(address)] as Uint32Array;
    let freed = this.freedBlock[slab] as number;
    while (freed !== 0 && freed !== address) freed = words[wordOf(freed)] as number;
    return freed === address;
  }

  /** Makes room for the description of every slab up to the end of the given one's page. */
  private describePages(slab: number): void {
    const pages = Math.floor(slab / SLABS_OF_PAGE) + 1;
    const slabs = Math.max(pages, (this.live.length / SLABS_OF_PAGE) * 2) * SLABS_OF_PAGE;
    this.classOf = widened(this.classOf, new Uint8Array(slabs));
    this.live = widened(this.live, new Uint16Array(slabs));
    this.freshBlock = widened(this.freshBlock, new Uint16Array(slabs));
    this.freedBlock = widened(this.freedBlock, new Uint32Array(slabs));
    this.next = widened(this.next, new Uint32Array(slabs));
    this.previous = widened(this.previous, new Uint32Array(slabs));
  }
}

function widened<T extends Uint8Array | Uint16Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
