/** The arena against a model: blocks are disjoint and keep their bytes, the accounts are exact, memory comes back. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { type Address, byteOf, doubleOf, pageOf, wordOf } from "../../src/store/address.ts";
import { Arena } from "../../src/store/arena.ts";
import { BLOCK_BYTES_MAX, SLAB_BYTES } from "../../src/store/size-classes.ts";

const SMALL_PAGE_BYTES = 4 * SLAB_BYTES;

/** Every live block is filled with its own mark; a block that overlaps another would spoil it. */
class MarkedBlocks {
  readonly arena: Arena;
  private readonly live: { address: Address; mark: number }[] = [];
  private marks = 0;

  constructor(arena: Arena) {
    this.arena = arena;
  }

  alloc(size: number): void {
    const address = this.arena.alloc(size);
    const capacity = this.arena.sizeOf(address);
    if (address <= 0 || capacity < size) throw new Error(`block ${address} of ${capacity} bytes for ${size}`);
    this.marks = (this.marks % 255) + 1;
    this.bytesOf(address).fill(this.marks);
    this.live.push({ address, mark: this.marks });
  }

  free(choice: number): void {
    const block = this.live.splice(choice % this.live.length, 1)[0];
    if (block === undefined) return;
    this.check(block);
    this.arena.free(block.address);
  }

  freeAll(): void {
    while (this.live.length > 0) this.free(this.live.length - 1);
  }

  checkAll(): void {
    for (const block of this.live) this.check(block);
    const used = this.live.reduce((sum, { address }) => sum + this.arena.sizeOf(address), 0);
    expect(this.arena.usedBytes).toBe(used);
    expect(this.arena.slabBytes).toBeGreaterThanOrEqual(used);
    expect(this.arena.reservedBytes).toBeGreaterThanOrEqual(this.arena.slabBytes);
  }

  private check({ address, mark }: { address: Address; mark: number }): void {
    const bytes = this.bytesOf(address);
    if (!bytes.equals(Buffer.alloc(bytes.length, mark))) throw new Error(`block ${address} was spoilt by another`);
  }

  private bytesOf(address: Address): Buffer {
    const at = byteOf(address);
    // The arena has handed the address out, so the page exists.
    return this.arena.bytes[pageOf(address)]!.subarray(at, at + this.arena.sizeOf(address));
  }
}

const size = fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: BLOCK_BYTES_MAX }));
const step = fc.oneof(
  fc.record({ kind: fc.constant("alloc" as const), size, times: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ kind: fc.constant("free" as const), choice: fc.nat(), times: fc.integer({ min: 1, max: 40 }) }),
);

/** Of nine slabs of 64 blocks: is the block in the second, fifth or eighth? */
function emptied(block: number): boolean {
  return Math.floor(block / 64) % 3 === 1;
}

describe("arena", () => {
  test.prop([fc.array(step, { maxLength: 60, size: "max" })], { numRuns: 40 })(
    "keeps live blocks apart and accounts for each, whatever the order of requests",
    (steps) => {
      const blocks = new MarkedBlocks(new Arena(SMALL_PAGE_BYTES));
      for (const each of steps) {
        for (let i = 0; i < each.times; i++) {
          if (each.kind === "alloc") blocks.alloc(each.size);
          else blocks.free(each.choice + i * 7);
        }
        blocks.checkAll();
      }
      blocks.freeAll();
      expect(blocks.arena.usedBytes).toBe(0);
      expect(blocks.arena.slabBytes).toBe(0);
      expect(blocks.arena.reservedBytes).toBeLessThanOrEqual(SMALL_PAGE_BYTES);
    },
  );

  test("serves another size class from the memory that one has freed", () => {
    const arena = new Arena(SMALL_PAGE_BYTES);
    const held = Array.from({ length: 20_000 }, () => arena.alloc(80));
    const reservedBytes = arena.reservedBytes;
    for (const address of held) arena.free(address);
    expect(arena.reservedBytes).toBe(SMALL_PAGE_BYTES);
    for (let bytes = 0; bytes + 1024 <= 20_000 * 80 * 0.95; bytes += 1024) arena.alloc(1024);
    expect(arena.reservedBytes).toBeLessThanOrEqual(reservedBytes);
  });

  test("takes a slab whose blocks are all free for any class while others stay", () => {
    const arena = new Arena(SMALL_PAGE_BYTES);
    const small = Array.from({ length: SLAB_BYTES / 64 }, () => arena.alloc(64));
    arena.alloc(4096);
    expect(arena.slabCount).toBe(2);
    for (const address of small) arena.free(address);
    expect(arena.slabCount).toBe(1);
    for (let i = 0; i < 100; i++) arena.alloc(128);
    expect(arena.slabCount).toBe(2);
  });

  test("fills the room in every slab before it takes another", () => {
    const arena = new Arena(SMALL_PAGE_BYTES);
    const held = Array.from({ length: (9 * SLAB_BYTES) / 1024 }, () => arena.alloc(1024));
    expect(arena.slabCount).toBe(9);
    const thinned = held.filter((_, block) => block % 3 === 0 && !emptied(block));
    // First every slab gets room, then three go from the middle of the list of those with room.
    const first = held.filter((_, block) => block % 64 === 0 && emptied(block));
    const rest = held.filter((_, block) => block % 64 !== 0 && emptied(block));
    const freed = [...first, ...thinned, ...rest];
    for (const address of freed) arena.free(address);
    expect(arena.slabCount).toBe(6);
    for (let i = 0; i < freed.length; i++) arena.alloc(1024);
    expect(arena.slabCount).toBe(9);
    arena.alloc(1024);
    expect(arena.slabCount).toBe(10);
  });

  test("gives pages back to the system and makes them again, keeping one", () => {
    const arena = new Arena(SMALL_PAGE_BYTES);
    for (let round = 0; round < 3; round++) {
      const held = Array.from({ length: 100 }, () => arena.alloc(BLOCK_BYTES_MAX));
      expect(arena.reservedBytes).toBe(7 * SMALL_PAGE_BYTES);
      for (const address of held) arena.free(address);
      expect(arena.reservedBytes).toBe(SMALL_PAGE_BYTES);
    }
  });

  test("grows without giving the garbage collector a reason to run, and gives it one when a page goes", () => {
    const arena = new Arena();
    const before = process.memoryUsage().external;
    const blocks = Array.from({ length: 2000 }, () => arena.alloc(BLOCK_BYTES_MAX));
    expect(arena.reservedBytes).toBeGreaterThan(30e6);
    const full = process.memoryUsage().external;
    expect(full - before).toBeLessThan(1e6);
    for (const block of blocks) arena.free(block);
    expect(process.memoryUsage().external - full).toBeGreaterThan(10e6);
  });

  test("loses at most an eighth of a block up to 4 KiB to rounding, and a quarter of a larger one's", () => {
    const arena = new Arena();
    for (let bytes = 65; bytes <= BLOCK_BYTES_MAX; bytes += 13) {
      const capacity = arena.sizeOf(arena.alloc(bytes));
      expect(capacity - bytes).toBeLessThanOrEqual(Math.max(8, capacity / (bytes <= 4096 ? 8 : 4)));
    }
  });

  test("aligns every block to 8 bytes, so that words and doubles can be read in place", () => {
    const arena = new Arena();
    for (const bytes of [1, 17, 33, 100, 5000]) {
      const address = arena.alloc(bytes);
      const page = pageOf(address);
      arena.words[page]![wordOf(address) + 3] = 0xdead_beef; // A page of a block just allocated exists.
      arena.doubles[page]![doubleOf(address)] = 1.5;
      expect(arena.bytes[page]!.readUInt32LE(byteOf(address) + 12)).toBe(0xdead_beef);
      expect(arena.bytes[page]!.readDoubleLE(byteOf(address))).toBe(1.5);
    }
  });

  test("refuses sizes that no block has", () => {
    const arena = new Arena();
    expect(() => arena.alloc(BLOCK_BYTES_MAX + 1)).toThrow("no block has 16385 bytes");
    expect(() => arena.alloc(-1)).toThrow("no block has -1 bytes");
  });

  test("throws when a block is freed twice or was never allocated", () => {
    const arena = new Arena();
    const [first, second] = [arena.alloc(64), arena.alloc(64)];
    arena.free(first);
    expect(() => arena.free(first)).toThrow("freed twice");
    arena.free(second);
    expect(() => arena.free(second)).toThrow("not allocated");
    expect(() => arena.free(0)).toThrow("not allocated");
    expect(() => arena.free(0xffff_ffff)).toThrow("not allocated");
  });

  test("frees a block whose content merely looks freed", () => {
    const arena = new Arena();
    const donor = arena.alloc(64);
    const keeper = arena.alloc(64);
    arena.free(donor);
    const words = arena.words[0]!; // The first page exists since the first block.
    words[wordOf(keeper) + 1] = words[wordOf(donor) + 1] as number;
    arena.free(keeper);
    expect(arena.usedBytes).toBe(0);
  });
});
