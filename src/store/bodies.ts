/** Keys and values that are too large for the arena: each pair in a buffer of its own. */
import { Handles } from "./handles.ts";

export const NO_BODY = new Uint8Array(0);

export class Bodies {
  /** Of all that are held. */
  byteLength = 0;
  private readonly bodies = new Handles<Uint8Array>();
  private reserved = NO_BODY;

  /** Takes memory that the next `take` of this size gets. Throws RangeError when there is none. */
  reserve(length: number): void {
    this.reserved = new Uint8Array(length);
  }

  /** Lets go what was reserved and not used. */
  releaseReserved(): void {
    if (this.reserved !== NO_BODY) release(this.reserved);
    this.reserved = NO_BODY;
  }

  take(length: number): Uint8Array {
    const { reserved } = this;
    if (reserved.length !== length) return new Uint8Array(length);
    this.reserved = NO_BODY;
    return reserved;
  }

  add(body: Uint8Array): number {
    this.byteLength += body.length;
    return this.bodies.add(body);
  }

  get(handle: number): Uint8Array {
    return this.bodies.get(handle);
  }

  drop(handle: number): void {
    const body = this.bodies.get(handle);
    this.byteLength -= body.length;
    this.bodies.delete(handle);
    release(body);
  }
}

/** Its memory goes now, not with some later garbage collection: until then much of it would look small to the collector. */
function release(body: Uint8Array): void {
  (body.buffer as ArrayBuffer).transfer(0);
}
