/**
 * The port between the replication core and whatever carries its messages.
 *
 * A link is one connection between two replicas: ordered, whole messages, no
 * duplicates, and a prefix of what was sent is what arrives. It may break at
 * any time; what was on the way is then lost. The core never learns more about
 * sockets than this. `transport/websocket.ts` and `transport/memory.ts`
 * implement it and pass one contract.
 */
export interface LinkPort {
  /** Did this side open the connection? Decides which of two links to one node stays. */
  readonly dialed: boolean;
  /** The host at the other end as the network names it; empty where there is no such thing. */
  readonly remoteHost: string;
  /** Bytes handed over and not yet taken by the network. The core stops sending above a limit. */
  readonly bufferedBytes: number;
  /** Takes a message. The bytes are shared with other links: nobody changes them afterwards. */
  send(message: Uint8Array): void;
  /** Ends the connection; what was sent before still leaves if it can. Harmless when closed already. */
  close(code: number, reason: string): void;
}

/**
 * Why a replica ends a link: WebSocket close codes of the private range.
 * A refusal (4000-4019) is about who the peer is, a fault (4020-4039) about
 * what it sent, the rest is ordinary life.
 */
export const CloseCode = {
  protocolVersion: 4000,
  clusterId: 4001,
  nodeIdTaken: 4002,
  ownReflection: 4003,
  clockAhead: 4004,
  cut: 4005,
  tooManyLinks: 4006,
  forgotten: 4007,
  malformed: 4020,
  unexpected: 4021,
  overlap: 4022,
  goodbye: 4040,
  duplicateLink: 4041,
  silent: 4042,
} as const;

export type CloseCodeName = keyof typeof CloseCode;
