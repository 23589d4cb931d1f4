/**
 * A server-side socket that reads into a buffer given by us.
 *
 * Node offers `onread` for connections that it opens, not for those that it
 * accepts. Wrapping the accepted handle anew gives it to both, and saves an
 * allocation, a copy and an event per read: 12.0 instead of 13.9 µs of CPU for
 * an unpipelined GET.
 */
import { Socket, type SocketConstructorOpts } from "node:net";

/** What Node keeps in an accepted socket and takes in its constructor, beyond what its types say. */
interface WithHandle {
  _handle: { readonly fd?: number } | null;
}
type HandleOptions = Omit<SocketConstructorOpts, "handle"> & { handle: object; highWaterMark: number };

export interface SocketReader {
  readonly buffer: Uint8Array;
  /** False: read no more until `resume`. */
  onRead(count: number): boolean;
}

/** Takes the connection out of `accepted`, which has just been accepted and does not read yet. */
export function rewrapSocket(accepted: Socket, reader: SocketReader, highWaterMark: number): Socket {
  const shell = accepted as unknown as WithHandle;
  const handle = shell._handle;
  if (handle === null) throw new Error("an accepted socket has a handle");
  const options: HandleOptions = {
    handle,
    highWaterMark,
    onread: { buffer: reader.buffer, callback: (count) => reader.onRead(count) },
  };
  shell._handle = null;
  const socket = new Socket(options as SocketConstructorOpts);
  accepted.destroy(); // without its handle this only tells the server that it has one connection less
  return socket;
}

/** -1 where the platform has none. */
export function descriptorOf(socket: Socket): number {
  return (socket as unknown as WithHandle)._handle?.fd ?? -1;
}
