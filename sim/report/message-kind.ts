/** What is in a message, as a report tells it: bytes of the wire in words. */
import { word } from "./printable.ts";
import { MessageCodec } from "../../transport/message-codec.ts";
import { MEMBER_STATES, type Message } from "../../transport/message.ts";
import type { MessageKind, RecordedMessage } from "./recording.ts";

type Contents = Pick<RecordedMessage, "kind" | "detail" | "interval">;

const codec = new MessageCodec();

export function contentsOf(bytes: Uint8Array): Contents {
  let message: Message;
  try {
    message = codec.decode(bytes);
  } catch {
    return plain("garbage", "no message at all");
  }
  if (isOfRepair(message)) return plain("repair", detailOfRepair(message));
  switch (message.kind) {
    case "interval": {
      const interval = { origin: message.originId, from: message.from, to: message.to };
      return message.body.length === 0
        ? { kind: "heartbeat", detail: "nothing new up to now", interval }
        : { kind: "changes", detail: "changes", interval };
    }
    case "ack":
      return plain("ack", `has taken ${message.receivedBytes} bytes; ${message.changes.length / 2} origins moved`);
    case "ack-request":
      return plain("ack", "asks to be told at once what has come");
    case "forward":
      return plain("read", "asks for an answer to a client's read");
    case "forwarded":
      return plain("read", message.served === 1 ? "answers a client's read" : "does not answer a client's read");
    case "pull":
      return plain("pull", `asks for what is missing of ${message.have.length / 2} origins`);
    case "lapped":
      return plain("lapped", `its log no longer reaches back for ${message.floors.length / 2} origins`);
    case "digest":
      return plain("ack", "what its content amounts to");
    case "hello":
      return plain("hello", `from ${message.nodeId}, knows ${message.context.length / 2} origins`);
    case "goodbye":
      return plain("goodbye", message.reason);
    case "member":
      return plain("member", `${message.nodeId} is ${MEMBER_STATES[message.state] ?? "?"} (${message.incarnation})`);
    case "fences":
      return plain("member", `${message.nodeId} was forgotten: ${message.finals.length / 2} origins have an end`);
    case "probe-request":
      return plain("member", `does anybody hear of ${message.nodeId}?`);
    case "probe-answer":
      return plain("member", message.reached === 1 ? "hears of it" : "hears nothing of it");
    case "forgotten":
      return plain("member", "the receiver was forgotten");
    default:
      return plain("unknown", "a kind that this version does not know");
  }
}

type RepairMessage = Extract<Message, { readonly kind: `repair-${string}` }>;

function isOfRepair(message: Message): message is RepairMessage {
  return message.kind.startsWith("repair-");
}

function detailOfRepair(message: RepairMessage): string {
  switch (message.kind) {
    case "repair-chunk":
      return `content of ${message.done} nodes`;
    case "repair-description":
      return `describes ${message.done} nodes`;
    case "repair-range-chunk":
      return "content of a part of a large collection";
    case "repair-range-description":
      return "describes a part of a large collection";
    case "repair-compare-range":
      return `asks for a description of a part of ${nameOf(message.key)}`;
    case "repair-fetch-ranges":
      return `asks for ${message.ranges.length} parts of ${nameOf(message.key)}`;
    case "repair-compare":
      return `asks for a description of ${message.nodes.length} nodes of ${message.bits} bits`;
    case "repair-fetch":
      return `asks for the content of ${message.nodes.length} nodes of ${message.bits} bits`;
    case "repair-residue":
      return `names ${message.hashes.length} keys with residue`;
    case "repair-done":
      return "has nothing more to ask";
    case "repair-request":
      return "asks for a repair";
    case "repair-begin":
      return message.resumed === 1 ? "goes on with a repair" : "begins a repair";
    case "repair-vector":
      return "what an origin's last changes depend on";
    case "repair-end":
      return "ends the repair";
    case "repair-abort":
      return `given up: ${message.reason}`;
  }
}

function nameOf(key: Uint8Array): string {
  return word(Buffer.from(key).toString("latin1"));
}

function plain(kind: MessageKind, detail: string): Contents {
  return { kind, detail, interval: undefined };
}
