/**
 * Why listening failed, in words that a person can act on.
 */
import { type Address, formatAddress } from "./address.ts";
import { UsageError } from "./usage-error.ts";

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: "is in use by another process",
  EACCES: "may not be used by this user",
  EADDRNOTAVAIL: "is not an address of this machine",
  ENOTFOUND: "names a host that is not known",
  EAI_AGAIN: "names a host that is not known",
  EINVAL: "is not an address of this machine",
};

/** A UsageError for what the person who chose the address can mend, the error itself for anything else. */
export function explainListenError(error: unknown, address: Address, remedy: string): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const reason = REASONS[code];
  return reason === undefined ? error : new UsageError(`${formatAddress(address)} ${reason}; ${remedy}`);
}
