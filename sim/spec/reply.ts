/** A reply as a client sees it, in RESP2; text is one character a byte (latin1). */
export type Reply = null | number | string | { readonly error: string } | readonly Reply[];
