/**
 * One connected client, as commands see it: plain state, no socket.
 *
 * The session (TCP, or a simulator's) owns the object, counts its bytes and
 * obeys `state`; commands read and change the rest. `state` goes one way:
 *
 *   open ──► closing (reply is flushed, then the connection ends) ──► closed
 */
import type { Time } from "../../crdt/clock.ts";
import type { Suspension, WaitEnd } from "./suspension.ts";

export type ClientState = "open" | "closing" | "closed";

/** CLIENT REPLY: `skip` silences the command itself, `skip-next` the one after it. */
export type ReplyMode = "on" | "off" | "skip-next" | "skip";

export class Client {
  readonly id: number;
  /** "127.0.0.1:51234" */
  readonly address: string;
  readonly localAddress: string;
  readonly createdAtMs: number;

  state: ClientState = "open";
  db = 0;
  protocol: 2 | 3 = 2;
  name = "";
  libraryName = "";
  libraryVersion = "";
  user = "default";
  /** The session sets it at connect when no password is asked for; a password set later does not undo it. */
  authenticated = false;
  replyMode: ReplyMode = "on";
  noEvict = false;
  noTouch = false;

  /** Wall milliseconds of the last command; for `timeout` and CLIENT LIST's idle. */
  lastActiveMs: number;
  /** "get", "client|list"; empty before the first command. */
  lastCommand = "";
  commandsCalled = 0;

  /** This replica's own time after the client's last write; 0: it has written nothing. */
  lastWrite: Time = 0;
  /** What the client waits for; its next command runs when it was answered. */
  suspension: Suspension | undefined;
  /** Why it need not wait any longer; undefined while it must. */
  waitEnd: WaitEnd | undefined;

  // Kept by the session.
  /** There is a session that can wait for a reply. */
  maySuspend = false;
  /** Bytes received and not yet executed. */
  queryBytes = 0;
  /** Memory held by the query buffer. */
  queryBufferBytes = 0;
  /** Reply bytes that the socket has not taken yet. */
  outputBytes = 0;
  /** Bytes and commands of a whole life. */
  bytesIn = 0;
  bytesOut = 0;
  /** The socket's file descriptor where it is known; -1 otherwise. */
  descriptor = -1;

  constructor(id: number, address: string, localAddress: string, createdAtMs: number) {
    this.id = id;
    this.address = address;
    this.localAddress = localAddress;
    this.createdAtMs = createdAtMs;
    this.lastActiveMs = createdAtMs;
  }
}
