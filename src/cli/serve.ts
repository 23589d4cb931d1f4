/**
 * `atoll serve`: one replica in this process, from its flags to its last byte.
 *
 * SIGINT and SIGTERM stop it in order: no new connections, replies and intervals still owed are handed over, then the
 * process ends with code 0. A second signal ends it at once with code 1. When the launcher that started it (`atoll
 * local`) dies, the channel to it closes and the replica stops too.
 */
import { formatAddress } from "../server/address.ts";
import { createLog } from "../server/log.ts";
import { startNode } from "../server/node.ts";
import { packageVersion } from "../server/package-version.ts";
import { defaultNodeId, keptSettings, type ServeFlags } from "./serve-options.ts";

export async function serve(flags: ServeFlags): Promise<void> {
  const verbosity = { level: flags.logLevel };
  const log = createLog(
    verbosity,
    (line) => process.stdout.write(line),
    () => new Date(),
  );
  // Whoever read the log may go away; that is no reason to stop serving.
  process.stdout.on("error", () => {});

  const asked = stopAsked();
  const node = await startNode({
    nodeId: flags.nodeId ?? defaultNodeId(flags.port),
    region: flags.region,
    clusterId: flags.clusterId,
    host: flags.host,
    announceHost: flags.announceHost,
    port: flags.port,
    httpPort: flags.httpPort,
    peerPort: flags.peerPort,
    seeds: flags.seeds,
    maxClients: flags.maxclients,
    requirePass: flags.requirepass,
    clockOffsetMsMax: flags.maxClockOffset,
    loadingReads: flags.loadingReads,
    logBytesMax: flags.replBacklogSize,
    dataDir: flags.dataDir,
    kept: keptSettings(flags),
    version: packageVersion(),
    verbosity,
    log,
  });
  void asked.then((reason) => node.stop(reason));
  void node.ready.then(() => {
    const { resp, http, peers } = node.addresses;
    log("info", "ready", {
      node: node.nodeId,
      region: flags.region,
      resp: formatAddress(resp),
      http: formatAddress(http),
      peers: formatAddress(peers),
      pid: process.pid,
    });
    process.send?.("ready");
  });
  await node.stopped;
  // Whatever might still hold the process up is not worth waiting for.
  process.exit(0);
}

/** The reason why this process is asked to stop, once it is. A second request ends it at once. */
async function stopAsked(): Promise<string> {
  return await new Promise((resolve) => {
    let asked = false;
    const stop = (reason: string): void => {
      if (asked) process.exit(1);
      asked = true;
      resolve(reason);
    };
    process.on("SIGINT", stop).on("SIGTERM", stop);
    if (process.send !== undefined) process.once("disconnect", () => stop("its launcher has ended"));
  });
}
