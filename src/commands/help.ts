/** The replies to `<CONTAINER> HELP`, laid out as Redis lays them out. */
import type { ReplyWriter } from "../resp/reply.ts";

/** `lines` alternate between a form ("KILL <ip:port>") and, indented by four spaces, what it does. */
export function replyHelp(reply: ReplyWriter, container: string, lines: readonly string[]): void {
  reply.array(lines.length + 3);
  reply.simple(`${container} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:`);
  for (const line of lines) reply.simple(line);
  reply.simple("HELP");
  reply.simple("    Prints this help.");
}
