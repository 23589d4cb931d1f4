/**
 * The HTTP port of a replica. What answers there is loaded by the first request:
 * its libraries take several megabytes, which a replica that nobody asks saves.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { HTTP_DRAIN_MS_MAX, HTTP_HEADER_BYTES_MAX, HTTP_REQUEST_MS_MAX } from "../limits/clients.ts";
import type { Address } from "./address.ts";

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

export class HttpServer {
  private readonly address: Address;
  private readonly server: Server;
  private readonly load: () => Promise<Listener>;
  private listener: Promise<Listener> | undefined;

  constructor(address: Address, load: () => Promise<Listener>) {
    this.address = address;
    this.load = load;
    const options = { maxHeaderSize: HTTP_HEADER_BYTES_MAX, requestTimeout: HTTP_REQUEST_MS_MAX };
    this.server = createServer(options, (request, response) => void this.answer(request, response));
  }

  get port(): number {
    const address = this.server.address();
    return address !== null && typeof address === "object" ? address.port : 0;
  }

  /** Rejects with the system's error when the address cannot be had. */
  async listen(): Promise<void> {
    this.server.listen(this.address.port, this.address.host);
    await once(this.server, "listening");
  }

  /** Lets running requests finish, for a moment; idle connections end at once. */
  async close(): Promise<void> {
    const closed = once(this.server, "close");
    this.server.close();
    const force = setTimeout(() => this.server.closeAllConnections(), HTTP_DRAIN_MS_MAX);
    await closed;
    clearTimeout(force);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.listener ??= this.load();
    (await this.listener)(request, response);
  }
}
