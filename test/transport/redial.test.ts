/** Seeds that turn a replica away are asked less and less often; those that are not there are spoken of, once. */
import { expect, test } from "vitest";
import { CloseCode, type LinkPort } from "../../transport/link.ts";
import { type LinkOwner, type OwnedLink, PeerNetwork } from "../../transport/websocket.ts";
import { eventually } from "../eventually.ts";

/** Meets a peer in every first message, as a replica does in a hello. */
function owner(connected: (port: LinkPort) => void): LinkOwner<{ peer: OwnedLink["peer"] }> {
  return {
    connected: (port) => {
      connected(port);
      return { peer: undefined };
    },
    receive: (link) => void (link.peer = { nodeId: "n2", region: "eu" }),
    closed: () => {},
    drained: () => {},
    garbled: () => {},
    turnedAway: () => {},
    linkedTo: () => false,
    refuses: () => false,
  };
}

test("the delay grows although each link has said hello", async () => {
  const times: number[] = [];
  const refusing = new PeerNetwork({ host: "127.0.0.1", port: 0, seeds: [], random: () => 1 });
  refusing.attach(
    owner((port) => {
      times.push(performance.now());
      port.send(Uint8Array.of(1));
      port.close(CloseCode.cut, "a fault drill");
    }),
  );
  await refusing.listen();
  const seeds = [{ host: "127.0.0.1", port: refusing.port }];
  const dialing = new PeerNetwork({ host: "127.0.0.1", port: 0, seeds, random: () => 1 });
  dialing.attach(owner(() => {}));
  await dialing.listen();
  dialing.dial();
  await eventually(() => expect(times.length).toBeGreaterThanOrEqual(5));
  await Promise.all([dialing.close(), refusing.close()]);
  // 50 + 100 + 200 + 400 ms, less what timers may be early.
  expect((times[4] as number) - (times[0] as number)).toBeGreaterThan(740);
});

test("a seed that is not there is told of once, and again when it is reached", async () => {
  const seed = new PeerNetwork({ host: "127.0.0.1", port: 0, seeds: [], random: () => 0 });
  await seed.listen();
  const { port } = seed;
  await seed.close();
  const logged: string[] = [];
  const log = (level: string, message: string): void => void logged.push(`${level}: ${message}`);
  const seeds = [{ host: "127.0.0.1", port }];
  let tries = 0;
  const random = (): number => {
    tries++;
    return 0;
  };
  const dialing = new PeerNetwork({ host: "127.0.0.1", port: 0, seeds, random, log });
  dialing.attach(owner(() => {}));
  await dialing.listen();
  dialing.dial();
  expect(dialing.seedsUnreached).toBe(0);
  await eventually(() => expect(tries).toBeGreaterThan(2));
  expect(logged).toEqual([expect.stringMatching(`^warn: the seed 127.0.0.1:${port} cannot be reached.*ECONNREFUSED`)]);
  expect(dialing.seedsUnreached).toBe(1);
  const found = new PeerNetwork({ host: "127.0.0.1", port, seeds: [], random: () => 0 });
  found.attach(owner(() => {}));
  await found.listen();
  await eventually(() => expect(dialing.seedsUnreached).toBe(0));
  expect(logged.slice(1)).toEqual([`info: the seed 127.0.0.1:${port} is reached now`]);
  await Promise.all([dialing.close(), found.close()]);
});
