/** Handshakes that are turned away give back their socket, whatever the stranger does with its own side. */
import { once } from "node:events";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { Random } from "../../sim/world/random.ts";
import { PeerNetwork } from "../../transport/websocket.ts";

const UPGRADE = [
  "GET / HTTP/1.1",
  "Host: x",
  "Origin: http://a-browser",
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  "",
  "",
].join("\r\n");

test("a refused stranger that keeps its side open does not keep a place", async () => {
  const network = new PeerNetwork({ host: "127.0.0.1", port: 0, seeds: [], random: new Random(1, "network").fraction });
  await network.listen();
  const stranger = connect({ port: network.port, host: "127.0.0.1", allowHalfOpen: true });
  stranger.resume();
  stranger.write(UPGRADE);
  await once(stranger, "end");
  // Its side is still open; a write finds nobody there any more.
  const knock = setInterval(() => stranger.write("x"), 5);
  const [error] = await once(stranger, "error");
  clearInterval(knock);
  expect((error as NodeJS.ErrnoException).code).toMatch(/^(?:EPIPE|ECONNRESET)$/);
  await network.close();
});
