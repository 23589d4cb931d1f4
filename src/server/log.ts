/**
 * Log lines for people and machines at once (the logfmt convention):
 *
 *   2026-01-31T12:00:00.000Z info  ready node=us-1 resp=127.0.0.1:6379
 *
 * A line is written at once and whole. Nothing logs per command, so there is no buffer to tune and nothing is lost
 * when the process dies; that is all of a logging library that is needed here.
 */
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export type Log = (level: LogLevel, message: string, fields?: Readonly<Record<string, string | number>>) => void;

/** The least level that is logged; it may change while the process runs. */
export interface Verbosity {
  level: LogLevel;
}

/** A log that drops what is below the verbosity and hands whole lines to `write`. */
export function createLog(verbosity: Verbosity, write: (line: string) => void, now: () => Date): Log {
  return (level, message, fields) => {
    if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(verbosity.level)) return;
    let line = `${now().toISOString()} ${level.padEnd(5)} ${oneLine(message)}`;
    for (const [name, value] of Object.entries(fields ?? {})) line += ` ${name}=${quoted(String(value))}`;
    write(`${line}\n`);
  };
}

/** What peers and clients send may end up in a message: no control character leaves as it is. */
function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what this is about
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (c) => JSON.stringify(c).slice(1, -1));
}

function quoted(value: string): string {
  return /^[^\s"=]+$/.test(value) ? oneLine(value) : oneLine(JSON.stringify(value));
}
