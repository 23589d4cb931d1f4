/**
 * `atoll serve`: one replica in this process, from its flags to its last byte.
 *
 * SIGINT and SIGTERM stop it in order: no new connections, replies and intervals still owed are handed over, then the
 * process ends with code 0. A second signal ends it at once with code 1. When the launcher that started it (`atoll
 * local`) dies, the channel to it closes and the replica stops too.
 */
import { formatAddress } from "../server/address.ts";
import { createLog, type LogLevel } from "../server/log.ts";
import { startNode } from "../server/node.ts";
import { defaultNodeId, type ServeFlags } from "./serve-options.ts";

const HOST_LOG_LEVELS = { debug: "debug", verbose: "debug", notice: "info", warning: "warn" } as const;

export async function serve(flags: ServeFlags): Promise<void> {
  const log = createLog(
    flags.logLevel,
    (line) => process.stdout.write(line),
    () => new Date(),
  );
  // Whoever read the log may go away; that is no reason to stop serving.
  process.stdout.on("error", () => {});

  const node = await startNode({
    ...flags,
    nodeId: flags.nodeId ?? defaultNodeId(flags.port),
    log,
  });

}
