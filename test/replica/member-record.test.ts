/** The laws of the gossip map: whatever comes in whatever order, all who have heard the same hold the same. */
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { Fences } from "../../src/replica/fences.ts";
import { MemberMap } from "../../src/replica/member-map.ts";
import {
  compareRecords,
  joinRecords,
  messageOf,
  recordOf,
  sameRecords,
  withHost,
  type MemberRecord,
} from "../../src/replica/member-record.ts";
import { MEMBER_STATES } from "../../transport/message.ts";

const originId = fc.integer({ min: 1, max: 5 });
const address = fc.constantFrom("", ":7946", "10.0.0.1:7946", "10.0.0.2:7946");

const record: fc.Arbitrary<MemberRecord> = fc.record({
  nodeId: fc.constantFrom("us-1", "eu-1"),
  region: fc.constantFrom("us", "eu"),
  address,
  clientAddress: address,
  originId,
  incarnation: fc.nat(3),
  state: fc.constantFrom(...MEMBER_STATES),
  origins: fc.array(fc.tuple(originId, fc.nat(3))).map((pairs) => new Map(pairs)),
});

const ofOne = record.map((one) => ({ ...one, nodeId: "us-1" }));

function plain(one: MemberRecord): unknown {
  return messageOf(one);
}

function linesOf(map: MemberMap): string[] {
  return [...map.all()].map((each) => JSON.stringify(plain(each))).toSorted();
}

function inOrder(fences: Fences): unknown[] {
  return [...fences.all()].toSorted((a, b) => a.origin - b.origin);
}

describe("records of one member", () => {
  test.prop([ofOne, ofOne])("join in either order to the same", (a, b) => {
    expect(plain(joinRecords(a, b))).toEqual(plain(joinRecords(b, a)));
  });

  test.prop([ofOne, ofOne, ofOne])("join in any grouping to the same", (a, b, c) => {
    expect(plain(joinRecords(joinRecords(a, b), c))).toEqual(plain(joinRecords(a, joinRecords(b, c))));
  });

  test.prop([ofOne, ofOne])("joined again change nothing", (a, b) => {
    const joined = joinRecords(a, b);
    expect(sameRecords(joinRecords(joined, a), joined)).toBe(true);
    expect(sameRecords(joinRecords(a, a), a)).toBe(true);
  });

  test.prop([ofOne, ofOne])("never join to less than either", (a, b) => {
    const joined = joinRecords(a, b);
    for (const one of [a, b]) {
      expect(compareRecords(joined, one)).toBeGreaterThanOrEqual(0);
      for (const [id, incarnation] of one.origins) expect(joined.origins.get(id)).toBeGreaterThanOrEqual(incarnation);
    }
  });

  test.prop([ofOne])("travel as they are", (one) => {
    expect(sameRecords(recordOf(messageOf(one)), one)).toBe(true);
  });

  test.prop([ofOne, ofOne])("of a higher incarnation beat any state", (a, b) => {
    const refuted: MemberRecord = { ...a, state: "alive", incarnation: b.incarnation + 1 };
    expect(joinRecords(refuted, b).state).toBe("alive");
  });
});

test.prop([fc.array(record, { maxLength: 20 }), fc.array(record, { maxLength: 20 })])(
  "two maps that hear the same in different orders, some of it twice, are the same",
  (records, again) => {
    const [one, other] = [new MemberMap(), new MemberMap()];
    for (const each of [...records, ...again]) one.join(each);
    for (const each of [...again.toReversed(), ...records.toReversed(), ...again]) other.join(each);
    expect(linesOf(one)).toEqual(linesOf(other));
  },
);

const fence = fc.record({ origin: fc.nat(3), finalTime: fc.nat(9), nodeId: fc.constantFrom("us-1", "eu-1") });

test.prop([fc.array(fence, { maxLength: 20 })])("fences only rise, and come to the same in any order", (told) => {
  const [one, other] = [new Fences(), new Fences()];
  for (const each of told) {
    const before = one.finalOf(each.origin);
    const isNew = one.get(each.origin) === undefined;
    one.raise(each);
    if (!isNew) expect(one.finalOf(each.origin)).toBeGreaterThanOrEqual(before);
  }
  for (const each of [...told, ...told].toReversed()) other.raise(each);
  expect(inOrder(one)).toEqual(inOrder(other));
});

describe("an address without a host", () => {
  test("gets the one that the connection comes from", () => {
    expect(withHost(":7946", "10.0.0.7")).toBe("10.0.0.7:7946");
    expect(withHost(":7946", "fe80::7")).toBe("[fe80::7]:7946");
    expect(withHost("atoll-1:7946", "10.0.0.7")).toBe("atoll-1:7946");
    expect(withHost(":7946", "")).toBe(":7946");
  });
});
