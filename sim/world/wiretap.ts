/**
 * The port of whoever listens to the wire: every message is told of when it is
 * sent, and once more when it arrives or is lost. What is sent to two peers is
 * two parcels, even when the bytes are the same.
 */

/** A message on its way; the same object each time it is told of. */
export interface TappedParcel {
  readonly message: Uint8Array;
}

export interface Wiretap {
  sent(parcel: TappedParcel, from: string, to: string): void;
  arrived(parcel: TappedParcel): void;
  lost(parcel: TappedParcel): void;
}
