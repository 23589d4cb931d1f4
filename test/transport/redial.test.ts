/** A seed that lets a replica in and then turns it away is asked less and less often. */
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
