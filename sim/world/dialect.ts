/**
 * Dialects: what a replica of another version of the wire would say.
 *
 *   other   its hello names another version: nobody may take it in
 *   newer   the same version, with what docs/PROTOCOL.md lets later ones add:
 *           fields after the known ones, messages of unknown kinds
 *
 * A dialect rewrites the bytes that a replica of our own version sends, so
 * both sides of the conversation stay real.
 */
import { MessageCodec } from "../../transport/message-codec.ts";

/** The messages that stand for one. */
export type Dialect = (message: Uint8Array) => readonly Uint8Array[];

/** MessagePack: the head of an array of no elements; the number of its elements is added to it. */
const ARRAY = 0x90;
const ARRAY_LENGTH_MAX = 15;
const HELLO = 1;
/** A field that is a text, and one that is nil. */
const LATER_FIELDS = Uint8Array.of(0xa5, 0x6c, 0x61, 0x74, 0x65, 0x72, 0xc0);
const LATER_FIELD_COUNT = 2;
/** A control message and a binary one that no version of today knows. */
const LATER_MESSAGES = [Uint8Array.of(ARRAY + 2, 0x5f, 0x07), Uint8Array.of(0x0f, 0xde, 0xad)];
/** A newer replica has something new to say after every so many control messages. */
const LATER_MESSAGE_EVERY = 4;

export const DIALECTS: Readonly<Record<"other" | "newer", () => Dialect>> = { other, newer };

function other(): Dialect {
  const codec = new MessageCodec();
  return (message) => {
    if (!isControl(message) || message[1] !== HELLO) return [message];
    const hello = codec.decode(message);
    return hello.kind === "hello" ? [codec.encode({ ...hello, version: hello.version + 1 })] : [message];
  };
}

function newer(): Dialect {
  let said = 0;
  return (message) => {
    if (!isControl(message)) return [message];
    const isTime = message[1] !== HELLO && ++said % LATER_MESSAGE_EVERY === 0;
    return isTime ? [extended(message), ...LATER_MESSAGES] : [extended(message)];
  };
}

function isControl(message: Uint8Array): boolean {
  return ((message[0] ?? 0) & 0xf0) === ARRAY;
}

function extended(message: Uint8Array): Uint8Array {
  const count = (message[0] ?? 0) - ARRAY + LATER_FIELD_COUNT;
  if (count > ARRAY_LENGTH_MAX) return message;
  const longer = Buffer.concat([message, LATER_FIELDS]);
  longer[0] = ARRAY + count;
  return longer;
}
