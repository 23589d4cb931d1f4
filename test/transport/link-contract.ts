/**
 * What every LinkPort promises, whatever carries it.
 */
import { describe, expect, it } from "vitest";
import type { LinkPort } from "../../transport/link.ts";

/** One end of a link under test, and all that has happened to it. */
export interface LinkEnd {
  readonly port: LinkPort;
  readonly received: Uint8Array[];
  readonly closes: { code: number; reason: string }[];
  drains: number;
}

export interface LinkPair {
  readonly dialing: LinkEnd;
  readonly listening: LinkEnd;
  /** Lets the carrier work until the condition holds. */
  readonly until: (done: () => boolean) => Promise<void>;
  /** Breaks the connection without a word. */
  readonly sever: () => void;
  readonly end: () => Promise<void>;
}

export function linkContract(carrier: string, connect: () => Promise<LinkPair>): void {
  describe(`a link over ${carrier}`, () => {
    it("knows which side dialed", () =>
      checkPair(connect, async ({ dialing, listening }) => {
        expect([dialing.port.dialed, listening.port.dialed]).toEqual([true, false]);
      }));

    it("delivers whole messages in order, in both directions", () =>
      checkPair(connect, async ({ dialing, listening, until }) => {
        const messages = Array.from({ length: 200 }, (_, i) => new Uint8Array(i * 37).fill(i & 255));
        for (const message of messages) {
          dialing.port.send(message);
          listening.port.send(message);
        }
        await until(() => dialing.received.length === 200 && listening.received.length === 200);
        for (const end of [dialing, listening]) {
          end.received.forEach((message, i) =>
            expect(Buffer.from(message).equals(messages[i] as Uint8Array)).toBe(true),
          );
        }
      }));

    it("leaves the bytes it is given as they are, for they are shared with other links", () =>
      checkPair(connect, async ({ dialing, until, listening }) => {
        const message = new Uint8Array(100_000).fill(7);
        dialing.port.send(message);
        await until(() => listening.received.length === 1);
        expect(message.every((byte) => byte === 7)).toBe(true);
      }));

    it("says how many bytes wait, and when they have gone", () =>
      checkPair(connect, async ({ dialing, listening, until }) => {
        const message = new Uint8Array(4_000_000);
        for (let i = 0; i < 4; i++) dialing.port.send(message);
        expect(dialing.port.bufferedBytes).toBeGreaterThan(0);
        await until(() => listening.received.length === 4 && dialing.drains > 0 && dialing.port.bufferedBytes === 0);
      }));

    it("closes with a code after what was sent before has arrived", () =>
      checkPair(connect, async ({ dialing, listening, until }) => {
        dialing.port.send(Uint8Array.of(1, 2, 3));
        dialing.port.close(4020, "malformed: an example");
        dialing.port.send(Uint8Array.of(4));
        await until(() => listening.closes.length > 0 && dialing.closes.length > 0);
        expect(listening.received.map((message) => [...message])).toEqual([[1, 2, 3]]);
        expect(listening.closes).toEqual([{ code: 4020, reason: "malformed: an example" }]);
      }));

    it("may be closed again and sent to after it is gone", () =>
      checkPair(connect, async ({ dialing, listening, until, sever }) => {
        sever();
        await until(() => listening.closes.length > 0 && dialing.closes.length > 0);
        listening.port.send(Uint8Array.of(1));
        listening.port.close(4040, "goodbye");
        dialing.port.close(4040, "goodbye");
        expect(listening.closes).toHaveLength(1);
      }));
  });
}

type PairCheck = (pair: LinkPair) => Promise<void>;

async function checkPair(connect: () => Promise<LinkPair>, check: PairCheck): Promise<void> {
  const pair = await connect();
  try {
    await check(pair);
  } finally {
    await pair.end();
  }
}
