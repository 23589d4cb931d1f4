/** What is in a message, as a report tells it: bytes of the wire in words. */
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
    case "pull":
      return plain("pull", `asks for what is missing of ${message.have.length / 2} origins`);
    case "lapped":
      return plain("lapped", `its log no longer reaches back for ${message.floors.length / 2} origins`);
    case "repair-chunk":
      return plain("repair", `state of slots ${message.fromSlot} to ${message.nextSlot - 1}`);
    case "repair-request":
      return plain("repair", "asks for the whole state");
    case "repair-begin":
      return plain("repair", "the whole state begins");
    case "repair-vector":
      return plain("repair", "what an origin's last changes depend on");
    case "repair-end":
      return plain("repair", "the whole state ends");
    case "repair-abort":
      return plain("repair", `given up: ${message.reason}`);
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

function plain(kind: MessageKind, detail: string): Contents {
  return { kind, detail, interval: undefined };
}
