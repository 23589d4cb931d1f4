/**
 * A snapshot of large collections is written in ranges over many turns. Whatever
 * happens between two of them, what is read back is the state of its end.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { HybridClock } from "../../crdt/clock.ts";
import { Origins } from "../../crdt/origin.ts";
import { encodeRecord, RecordKind } from "../../src/persistence/record-format.ts";
import { feedFile } from "../../src/persistence/recovery-reader.ts";
import { SnapshotWriter } from "../../src/persistence/snapshot-writer.ts";
import { NO_FOLLOWER } from "../../src/replica/follower.ts";
import { Replica } from "../../src/replica/replica.ts";
import { Keyspace } from "../../src/store/keyspace.ts";
import { act, START } from "../store/acts.ts";
import { largeLine, SMALL_RANGES } from "../store/repair/large-lines.ts";
import { picture } from "../store/peer.ts";
import { MemoryStorage } from "./memory-storage.ts";

const FILE = "snapshot-000001.atoll";
const AFTER = START + 100_000;

class Kept {
  readonly keyspace: Keyspace;
  readonly replica: Replica<Keyspace>;

  constructor(originId: number) {
    const clock = new HybridClock(500);
    this.keyspace = new Keyspace({
      originId,
      origins: new Origins(),
      clock,
      hashSeed: 7,
      logging: true,
      ranges: SMALL_RANGES,
    });
    this.replica = new Replica({
      nodeId: "n1",
      region: "us",
      clusterId: "test",
      address: "n1:1",
      peersExpected: 0,
      keyspace: this.keyspace,
      random: () => 0.5,
      log: () => {},
    });
  }

  run(nowMs: number, effect: (keyspace: Keyspace) => void): void {
    this.keyspace.beginEvent(nowMs);
    effect(this.keyspace);
  }
}

/** Lines of a turn; none is a piece of the snapshot. */
const turns = fc.array(fc.array(largeLine, { maxLength: 3 }), { minLength: 1, maxLength: 60, size: "max" });

describe("a snapshot of large collections", () => {
  test.prop([fc.array(largeLine, { maxLength: 60, size: "max" }), turns], { numRuns: 100 })(
    "is the state of its end, whatever happens between its pieces",
    (before, meanwhile) => {
      const node = new Kept(0xa1);
      const storage = new MemoryStorage();
      let now = START;
      for (const words of before) act(node, (now += 7), words);
      const source = node.replica.content;
      const writer = new SnapshotWriter({ storage, file: FILE, clusterId: "test", source, pieceBytes: 1 });
      const interval = (message: Uint8Array) => writer.add(encodeRecord(RecordKind.interval, message));
      node.replica.follow({ ...NO_FOLLOWER, interval });
      for (const lines of meanwhile) {
        if (lines.length === 0) writer.step();
        else act(node, (now += 7), ...lines);
        if (lines.length === 3) node.replica.endTick(now);
        if (writer.endContext !== undefined) break;
      }
      writer.finish();
      const atEnd = { digest: node.keyspace.digest(), shows: picture(node.keyspace, AFTER) };

      const copy = new Kept(0xb2);
      const reading = { file: FILE, kind: "snapshot" as const, offset: 0, isLast: true };
      const recovery = copy.replica.recover();
      for (const _ of feedFile(storage, reading, "test", recovery, now, { loadedBytes: 0 })) continue;
      recovery.finish();
      expect({ digest: copy.keyspace.digest(), shows: picture(copy.keyspace, AFTER) }).toEqual(atEnd);
    },
  );
});
