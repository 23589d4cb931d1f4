/** How a peer that a test plays itself introduces itself, in the newest version of the wire. */
import { type Hello, PROTOCOL_VERSION } from "../../transport/message.ts";

export const HELLO: Hello = {
  kind: "hello",
  version: PROTOCOL_VERSION,
  clusterId: "test",
  nodeId: "peer",
  region: "region-peer",
  address: "peer:7946",
  originId: 77,
  wallMs: 1_000_000,
  messageBytesMax: 1_000_000,
  creditBytes: 1_000_000,
  context: [],
  floors: [],
  hasPast: 0,
};
