/**
 * The replica's options as configuration parameters, under the names that CONFIG GET and SET use.
 */
import { resolve } from "node:path";
import { Config } from "../commands/config.ts";
import type { LogLevel as RedisLogLevel } from "../commands/config-settings.ts";
import type { LogLevel } from "./log.ts";
import type { NodeOptions } from "./node-options.ts";
import { UsageError } from "./usage-error.ts";

const TO_REDIS: Readonly<Record<LogLevel, RedisLogLevel>> = {
  debug: "debug",
  info: "notice",
  warn: "warning",
  error: "warning",
};

const FROM_REDIS: Readonly<Record<RedisLogLevel, LogLevel>> = {
  debug: "debug",
  verbose: "debug",
  notice: "info",
  warning: "warn",
};

/** Throws UsageError when a text is none that its parameter takes. */
export function createConfig({ verbosity, ...options }: NodeOptions): Config {
  const config = configOf({
    port: String(options.port),
    bind: options.host,
    maxclients: String(options.maxClients),
    requirepass: options.requirePass,
    "max-clock-offset": String(options.clockOffsetMsMax),
    "repl-backlog-size": String(options.logBytesMax),
    "repl-loading-reads": options.loadingReads,
    loglevel: TO_REDIS[verbosity.level],
    dir: options.dataDir === "" ? "" : resolve(options.dataDir),
    appendonly: options.dataDir === "" ? "no" : "yes",
    ...options.kept,
  });
  config.onChange = (names) => {
    if (names.includes("loglevel")) verbosity.level = FROM_REDIS[config.settings.logLevel];
  };
  return config;
}

function configOf(initial: Readonly<Record<string, string>>): Config {
  try {
    return new Config(initial);
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(error.message) : error;
  }
}
