/**
 * The files themselves: what was written is read again, and no damage passes for data.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { checkFolder, repairFolder } from "../../src/persistence/folder-check.ts";
import { DamagedFile, encodeHeader, encodeRecord, FileKind, RecordKind } from "../../src/persistence/record-format.ts";
import {
  beginRecord,
  endRecord,
  fenceRecord,
  rangeRecord,
  readEnd,
  readFence,
  readRange,
  readRepairPart,
  readRepairRange,
  readSlots,
  readRepairCommitted,
  readStart,
  repairCommittedRecord,
  repairPartRecord,
  repairRangeRecord,
  slotsRecord,
} from "../../src/persistence/record-payloads.ts";
import { type FileRecord, RecordReader } from "../../src/persistence/record-reader.ts";
import { MalformedDelta } from "../../src/store/byte-reader.ts";
import { KeyType } from "../../src/store/key-type.ts";
import { KeptNode } from "./kept-node.ts";
import { MemoryStorage } from "./memory-storage.ts";

const records = fc.array(
  fc.record({ kind: fc.integer({ min: 1, max: 8 }), payload: fc.uint8Array({ maxLength: 60 }) }),
  { minLength: 1, maxLength: 8 },
);
const times = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 2 ** 47 }), fc.integer({ min: 0, max: 2 ** 52 })), { maxLength: 5 })
  .map((pairs) => pairs.flat());
const vectors = fc.array(fc.record({ originId: fc.integer({ min: 1, max: 2 ** 47 }), dependencies: times }), {
  maxLength: 4,
});
const content = fc.oneof(
  fc.uint8Array({ maxLength: 100 }),
  fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 20 }), fc.integer({ min: 100, max: 400 })).map(([piece, count]) => {
    return new Uint8Array(Buffer.concat(Array.from({ length: count }, () => piece)));
  }),
);

const placeOfHash = fc.uint8Array({ minLength: 4, maxLength: 4 });
const ranges = fc
  .record({
    db: fc.nat(15),
    key: fc.uint8Array({ maxLength: 20 }),
    type: fc.constant(KeyType.set),
    from: placeOfHash,
    to: placeOfHash,
  })
  .filter(({ from, to }) => Buffer.compare(from, to) < 0);

function fileOf(list: readonly { kind: number; payload: Uint8Array }[], fragmentBytes?: number): MemoryStorage {
  const disk = new MemoryStorage();
  disk.append("f", encodeHeader(FileKind.log, "cluster"));
  for (const { kind, payload } of list) disk.append("f", encodeRecord(kind, payload, fragmentBytes));
  return disk;
}

/** All records, and what is wrong behind them. */
function readAll(disk: MemoryStorage): {
  found: { kind: number; payload: Buffer }[];
  damage?: DamagedFile;
  end: number;
} {
  const found: { kind: number; payload: Buffer }[] = [];
  let reader: RecordReader | undefined;
  try {
    reader = new RecordReader(disk, "f", FileKind.log, "cluster");
    for (let record = reader.next(); record !== undefined; record = reader.next()) {
      found.push({ kind: record.kind, payload: Buffer.from(record.payload) });
    }
    return { found, end: reader.offset };
  } catch (error) {
    if (!(error instanceof DamagedFile)) throw error;
    return { found, damage: error, end: reader?.offset ?? 0 };
  }
}

function expectPrefix(
  found: readonly { kind: number; payload: Buffer }[],
  list: readonly { kind: number; payload: Uint8Array }[],
): void {
  expect(found).toEqual(
    list.slice(0, found.length).map(({ kind, payload }) => ({ kind, payload: Buffer.from(payload) })),
  );
}

const payloadOf = (record: Buffer): Uint8Array => {
  const disk = new MemoryStorage();
  disk.append("f", Buffer.concat([encodeHeader(FileKind.log, "cluster"), record]));
  return (new RecordReader(disk, "f", FileKind.log, "cluster").next() as FileRecord).payload;
};

function written(): MemoryStorage {
  const disk = new MemoryStorage();
  const node = new KeptNode(disk);
  for (let i = 0; i < 50; i++) {
    node.set(`key:${i}`, `value ${i}`);
    node.endTurn();
    if (i === 25) node.persistence.save(node.nowMs);
  }
  return disk;
}

describe("records", () => {
  test.prop([records])("are read as they were written", (list) => {
    const { found, damage } = readAll(fileOf(list));
    expect(damage).toBeUndefined();
    expect(found).toHaveLength(list.length);
    expectPrefix(found, list);
  });

  test.prop([records, fc.integer({ min: 1, max: 30 })])(
    "of any length may stand in fragments",
    (list, fragmentBytes) => {
      const { found, damage } = readAll(fileOf(list, fragmentBytes));
      expect(damage).toBeUndefined();
      expect(found).toHaveLength(list.length);
      expectPrefix(found, list);
    },
  );

  test.prop([records, fc.nat(), fc.option(fc.integer({ min: 1, max: 30 }))])(
    "of a file that lost its end are all there up to the cut, which is told as such",
    (list, at, fragmentBytes) => {
      const disk = fileOf(list, fragmentBytes ?? undefined);
      disk.truncate("f", at % disk.size("f"));
      const { found, damage, end } = readAll(disk);
      expectPrefix(found, list);
      if (damage === undefined) expect(end).toBe(disk.size("f"));
      else expect(damage.torn).toBe(true);
      // What is cut off there leaves a whole file.
      disk.truncate("f", end);
      if (end > 0) expect(readAll(disk)).toMatchObject({ found, end });
    },
  );

  test.prop([records, fc.nat(), fc.integer({ min: 1, max: 255 })])(
    "of a file with one wrong byte are refused from there on, with the place",
    (list, at, flip) => {
      const disk = fileOf(list);
      const { bytes } = disk.files.get("f") as { bytes: Buffer }; // it was just made
      const place = at % bytes.length;
      bytes[place] = (bytes[place] as number) ^ flip;
      const { found, damage } = readAll(disk);
      expectPrefix(found, list);
      expect(found.length).toBeLessThan(list.length);
      expect(damage?.torn).toBe(false);
      expect(damage?.offset).toBeLessThanOrEqual(place);
    },
  );

  test.prop([records, fc.integer({ min: 1, max: 5000 })])("before a tail of zeros are good", (list, zeros) => {
    const disk = fileOf(list);
    disk.append("f", new Uint8Array(zeros));
    const { found, damage } = readAll(disk);
    expect(found).toHaveLength(list.length);
    expect(damage?.torn).toBe(true);
  });

  test.prop([fc.uint8Array({ maxLength: 200 })])("are not found in any bytes", (bytes) => {
    const disk = new MemoryStorage();
    disk.append("f", bytes);
    expect(readAll(disk).found).toEqual([]);
    const tail = fileOf([]);
    tail.append("f", bytes);
    expect(readAll(tail).found).toEqual([]);
  });
});

describe("payloads", () => {
  test.prop([times, vectors])("of a snapshot's begin and end come back", (start, list) => {
    expect(readStart(payloadOf(beginRecord(start, list)))).toEqual({ start, vectors: list });
    expect(readEnd(payloadOf(endRecord(start)))).toEqual(start);
  });

  test.prop([fc.integer({ min: 0, max: 16_383 }), content])("of slots come back, compressed or not", (from, bytes) => {
    const read = readSlots(payloadOf(slotsRecord({ from, next: from + 1, bytes })));
    expect({ ...read, bytes: [...read.bytes] }).toEqual({ from, next: from + 1, bytes: [...bytes] });
  });

  test.prop([fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 })), times, content, fc.boolean()])(
    "of repairs and fences come back",
    (nodes, context, bytes, replaces) => {
      const read = readRepairPart(payloadOf(repairPartRecord({ bits: 14, nodes, replaces, context, bytes })));
      expect({ ...read, bytes: [...read.bytes] }).toEqual({ bits: 14, nodes, replaces, context, bytes: [...bytes] });
      const fence = { originId: 7, finalTime: 9, nodeId: "näh" };
      expect(readFence(payloadOf(fenceRecord(fence)))).toEqual(fence);
    },
  );

  test.prop([ranges, times, content, fc.boolean()])(
    "of ranges of large collections come back",
    (range, context, bytes, replaces) => {
      const read = readRange(payloadOf(rangeRecord({ range, bytes })));
      expect({ ...read, bytes: [...read.bytes] }).toEqual({ range, bytes: [...bytes] });
      const part = readRepairRange(payloadOf(repairRangeRecord({ range, replaces, context, bytes })));
      expect({ ...part, bytes: [...part.bytes] }).toEqual({ range, replaces, context, bytes: [...bytes] });
    },
  );

  test.prop([times, vectors, fc.array(content, { maxLength: 3 })])(
    "of a repair's commit come back with what it released",
    (start, list, messages) => {
      const read = readRepairCommitted(payloadOf(repairCommittedRecord({ start, vectors: list, released: messages })));
      expect({ ...read, released: read.released.map((message) => [...message]) }).toEqual({
        start,
        vectors: list,
        released: messages.map((message) => [...message]),
      });
    },
  );

  test.prop([fc.uint8Array({ maxLength: 100 })])("of nonsense are refused, and nothing else is thrown", (bytes) => {
    for (const read of [
      readStart,
      readRepairCommitted,
      readSlots,
      readRange,
      readEnd,
      readRepairPart,
      readRepairRange,
      readFence,
    ]) {
      try {
        read(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedDelta);
      }
    }
  });
});

describe("a folder that is looked over", () => {
  test("is whole as it was written", () => {
    const { files } = checkFolder(written());
    expect(files.map(({ kind, damage }) => [kind, damage])).toEqual([
      ["snapshot", undefined],
      ["log", undefined],
    ]);
  });

  test("is whole with collections that are written in ranges", () => {
    const disk = new MemoryStorage();
    const node = new KeptNode(disk);
    for (let i = 0; i < 3000; i++) node.add("large", `member ${i}`);
    node.endTurn();
    expect(node.persistence.save(node.nowMs)).toBe(true);
    expect(node.persistence.status()?.snapshot.rangesWritten).toBeGreaterThan(5);
    expect(checkFolder(disk).files.filter(({ damage }) => damage !== undefined)).toEqual([]);
    expect(new KeptNode(disk).keyspace.digest()).toBe(node.keyspace.digest());
  });

  test("is cut where it is damaged, and what is cut is kept", () => {
    const disk = written();
    const size = disk.size("log-000001.atoll");
    const { bytes } = disk.files.get("log-000001.atoll") as { bytes: Buffer }; // it was just written
    bytes[size - 100] = (bytes[size - 100] as number) ^ 1;
    const said: string[] = [];
    const found = checkFolder(disk);
    const offset = found.files[1]?.damage?.offset as number; // it was just damaged
    expect(found.files[1]?.damage?.torn).toBe(false);
    expect(() => new KeptNode(disk.copy(true))).toThrow(`log-000001.atoll is damaged at byte ${offset}`);
    expect(repairFolder(disk, found, (line) => said.push(line))).toBe(true);
    expect(said.join()).toContain(`cut ${size - offset} bytes`);
    expect(disk.size(`log-000001.atoll.from-${offset}.bak`)).toBe(size - offset);
    expect(checkFolder(disk).files.every(({ damage }) => damage === undefined)).toBe(true);
    const keys = new KeptNode(disk).keys;
    expect(keys).toBeGreaterThanOrEqual(46);
    expect(keys).toBeLessThan(50);
  });

  test("is not mended where the snapshot is damaged", () => {
    const disk = written();
    disk.truncate("snapshot-000001.atoll", 100);
    expect(repairFolder(disk, checkFolder(disk), () => {})).toBe(false);
  });

  test("tells a record of a kind that is not known", () => {
    const disk = written();
    disk.append("log-000001.atoll", encodeRecord(99, new Uint8Array(3)));
    expect(checkFolder(disk).files[1]?.damage?.reason).toBe("no record of kind 99 is known");
    expect(RecordKind.interval).toBe(4);
  });
});
