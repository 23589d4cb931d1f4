/**
 * Every command that Atoll knows, in one table. A new file of commands is
 * wired in here and nowhere else.
 */
import { atollCommands } from "./atoll.ts";
import { clientCommands } from "./client-commands.ts";
import { bitmapCommands } from "./bitmap.ts";
import { buildCommandTable } from "./command-table.ts";
import { clusterCommands } from "./cluster.ts";
import { commandCommands } from "./command-commands.ts";
import { configCommands } from "./config-commands.ts";
import { connectionCommands } from "./connection.ts";
import { debugCommands } from "./debug.ts";
import { genericCommands } from "./generic.ts";
import { geoCommands } from "./geo.ts";
import { hashCommands } from "./hash.ts";
import { hyperLogLogCommands } from "./hyperloglog.ts";
import { infoCommands } from "./info.ts";
import { latencyCommands } from "./latency.ts";
import { listCommands } from "./list.ts";
import { objectCommands } from "./object.ts";
import { saveCommands } from "./save-commands.ts";
import { serverCommands } from "./server.ts";
import { setCommands } from "./set.ts";
import { slowlogCommands } from "./slowlog.ts";
import { sortedSetCommands } from "./sorted-set.ts";
import { sortCommands } from "./sort.ts";
import { stringCommands } from "./string.ts";
import { waitCommands } from "./wait.ts";

export const commandTable = buildCommandTable([
  ...connectionCommands,
  ...clientCommands,
  ...commandCommands,
  ...configCommands,
  ...clusterCommands,
  ...infoCommands,
  ...serverCommands,
  ...saveCommands,
  ...debugCommands,
  ...objectCommands,
  ...latencyCommands,
  ...slowlogCommands,
  ...atollCommands,
  ...genericCommands,
  ...waitCommands,
  ...stringCommands,
  ...bitmapCommands,
  ...hyperLogLogCommands,
  ...hashCommands,
  ...setCommands,
  ...sortedSetCommands,
  ...geoCommands,
  ...listCommands,
  ...sortCommands,
]);
