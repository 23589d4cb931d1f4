/**
 * The commands that took longer than `slowlog-log-slower-than`, newest first.
 * Bounded by `slowlog-max-len`; arguments are cut as Redis cuts them, because
 * a slow command is often slow by the size of its arguments.
 */
import type { Arguments } from "../resp/arguments.ts";
import { SLOWLOG_ARGUMENTS_MAX, SLOWLOG_ARGUMENT_BYTES_MAX } from "../limits/clients.ts";
import type { Client } from "./client.ts";

export interface SlowCommand {
  readonly id: number;
  readonly wallSeconds: number;
  readonly microseconds: number;
  readonly args: readonly Uint8Array[];
  readonly clientAddress: string;
  readonly clientName: string;
}

export class Slowlog {
  private entries: SlowCommand[] = [];
  private nextId = 0;

  get length(): number {
    return this.entries.length;
  }

  /** Newest first; all when `count` is negative. */
  latest(count: number): readonly SlowCommand[] {
    return count < 0 ? this.entries : this.entries.slice(0, count);
  }

  /** `args` are shortened copies: see `shortenedArguments`. */
  add(args: readonly Uint8Array[], client: Client, wallMs: number, microseconds: number, lengthMax: number): void {
    if (lengthMax <= 0) return this.reset();
    this.entries.unshift({
      id: this.nextId++,
      wallSeconds: Math.floor(wallMs / 1000),
      microseconds,
      args,
      clientAddress: client.address,
      clientName: client.name,
    });
    if (this.entries.length > lengthMax) this.entries.length = lengthMax;
  }

  reset(): void {
    this.entries = [];
  }
}

/** What a command may have of passwords: all its arguments, or certain ones by their place. */
export type Secret = boolean | ((args: Arguments, index: number) => boolean);

const REDACTED = Buffer.from("(redacted)");

/** Passwords are not kept: of a command that is all secret there is only the name. */
export function shortenedArguments(args: Arguments, secret: Secret): Uint8Array[] {
  if (secret === true && args.count > 1) return [args.at(0).copy(), REDACTED];
  const kept = Math.min(args.count, SLOWLOG_ARGUMENTS_MAX);
  const copies: Uint8Array[] = [];
  for (let i = 0; i < kept; i++) {
    if (kept !== args.count && i === kept - 1) {
      copies.push(Buffer.from(`... (${args.count - kept + 1} more arguments)`));
      break;
    }
    if (typeof secret === "function" && secret(args, i)) {
      copies.push(REDACTED);
      continue;
    }
    const arg = args.at(i);
    if (arg.length <= SLOWLOG_ARGUMENT_BYTES_MAX) {
      copies.push(arg.copy());
      continue;
    }
    const head = arg.bytes.subarray(arg.start, arg.start + SLOWLOG_ARGUMENT_BYTES_MAX);
    const more = Buffer.from(`... (${arg.length - SLOWLOG_ARGUMENT_BYTES_MAX} more bytes)`);
    copies.push(Buffer.concat([head, more]));
  }
  return copies;
}
