/**
 * The kinds of values that configuration parameters take, with Redis's words
 * for what is wrong with a value. A kind turns a text into its canonical form,
 * the one that CONFIG GET prints, or says why it will not.
 */
import type { OutputClass, OutputLimit, SaveRule, Settings } from "./config-settings.ts";

export type Checked = { readonly text: string } | { readonly error: string };
/** `current` is the parameter's present canonical text, `settings` are those in force. */
export type Check = (text: string, current: string, settings: Readonly<Settings>) => Checked;

export const checkText: Check = (text) => ({ text });

export const checkBoolean: Check = (text) => {
  const lower = text.toLowerCase();
  return lower === "yes" || lower === "no" ? { text: lower } : { error: "argument must be 'yes' or 'no'" };
};

/** Takes what lies outside `most` for `most`, as Redis does with hz. */
export function checkClamped(least: number, most: number): Check {
  const check = checkInteger(0, 2 ** 31 - 1);
  return (text, current, settings) => {
    const checked = check(text, current, settings);
    return "error" in checked ? checked : { text: String(Math.min(most, Math.max(least, Number(checked.text)))) };
  };
}

export function checkInteger(least: number, most: number): Check {
  return (text) => {
    const value = parseInteger(text);
    if (value === undefined) return { error: "argument couldn't be parsed into an integer" };
    return within(value, least, most);
  };
}

const MEMORY_UNITS = new Map([
  ["", 1],
  ["b", 1],
  ["k", 1000],
  ["kb", 1024],
  ["m", 1000 ** 2],
  ["mb", 1024 ** 2],
  ["g", 1000 ** 3],
  ["gb", 1024 ** 3],
]);

/** "100mb", "1k", "4096". */
function parseMemory(text: string): number | undefined {
  const parts = /^(-?\d{1,19})([a-z]*)$/i.exec(text);
  const unit = MEMORY_UNITS.get((parts?.[2] ?? "none").toLowerCase());
  if (parts === null || unit === undefined) return undefined;
  return Number(parts[1]) * unit;
}

export function checkMemory(least: number, most: number): Check {
  return (text) => {
    const value = parseMemory(text);
    return value === undefined || value < 0 ? { error: "argument must be a memory value" } : within(value, least, most);
  };
}

export function checkChoice(...choices: readonly string[]): Check {
  return (text) => {
    const lower = text.toLowerCase();
    if (choices.includes(lower)) return { text: lower };
    return { error: `argument(s) must be one of the following: ${choices.join(", ")}` };
  };
}

/** For parameters whose other values, though Redis has them, would promise what is not there. */
export function checkOnly(allowed: string, reason: string, check: Check = checkText): Check {
  return (text, current, settings) => {
    const checked = check(text, current, settings);
    return "error" in checked || checked.text === allowed ? checked : { error: reason };
  };
}

/** For what needs a data folder: without one only `none` can be had. */
export function checkKept(none: string, reason: string, check: Check): Check {
  return (text, current, settings) => {
    const checked = check(text, current, settings);
    if ("error" in checked || checked.text === none || settings.dataDir !== "") return checked;
    return { error: reason };
  };
}

/** Pairs of seconds and changes. */
export const checkSavePoints: Check = (text) => {
  const words = wordsOf(text);
  const isSound = words.length % 2 === 0 && words.every((word) => /^\d{1,10}$/.test(word));
  const hasSeconds = parseSaveRules(text).every(({ seconds }) => seconds > 0);
  if (!isSound || !hasSeconds) return { error: "Invalid save parameters" };
  return { text: words.map((word) => String(Number(word))).join(" ") };
};

/** Of a canonical text. */
export function parseSaveRules(text: string): SaveRule[] {
  const numbers = wordsOf(text).map(Number);
  const rules: SaveRule[] = [];
  for (let i = 0; i + 1 < numbers.length; i += 2) {
    rules.push({ seconds: numbers[i] as number, changes: numbers[i + 1] as number });
  }
  return rules;
}

export const checkPercentiles: Check = (text) => {
  const words = wordsOf(text);
  for (const word of words) {
    const value = Number(word);
    if (!Number.isFinite(value)) return { error: "Invalid latency-tracking-info-percentiles parameters" };
    if (value < 0 || value > 100) {
      return { error: "latency-tracking-info-percentiles parameters should sit between [0.0,100.0]" };
    }
  }
  return { text: words.map((word) => String(Number(word))).join(" ") };
};

const OUTPUT_CLASSES = new Map<string, OutputClass>([
  ["normal", "normal"],
  ["slave", "slave"],
  ["replica", "slave"],
  ["pubsub", "pubsub"],
]);

/** Classes that the text does not name keep their limits. */
export const checkOutputLimits: Check = (text, current) => {
  const words = wordsOf(text);
  if (words.length === 0 || words.length % 4 !== 0) {
    return { error: "Wrong number of arguments in buffer limit configuration." };
  }
  const limits = parseOutputLimits(current);
  for (let i = 0; i < words.length; i += 4) {
    const name = OUTPUT_CLASSES.get((words[i] ?? "").toLowerCase());
    if (name === undefined) return { error: "Invalid client class specified in buffer limit configuration." };
    const hardBytes = parseMemory(words[i + 1] ?? "");
    const softBytes = parseMemory(words[i + 2] ?? "");
    const softSeconds = parseInteger(words[i + 3] ?? "");
    if (hardBytes === undefined || softBytes === undefined || softSeconds === undefined || softSeconds < 0) {
      return { error: "Error in hard, soft or soft_seconds setting in buffer limit configuration." };
    }
    limits[name] = { hardBytes, softBytes, softSeconds };
  }
  const texts = Object.entries(limits).map(([name, l]) => `${name} ${l.hardBytes} ${l.softBytes} ${l.softSeconds}`);
  return { text: texts.join(" ") };
};

/** Of a canonical text. */
export function parseOutputLimits(text: string): Record<OutputClass, OutputLimit> {
  const none: OutputLimit = { hardBytes: 0, softBytes: 0, softSeconds: 0 };
  const limits: Record<OutputClass, OutputLimit> = { normal: none, slave: none, pubsub: none };
  const words = wordsOf(text);
  for (let i = 0; i + 3 < words.length; i += 4) {
    const name = OUTPUT_CLASSES.get(words[i] ?? "");
    if (name === undefined) continue;
    const [hardBytes = 0, softBytes = 0, softSeconds = 0] = words.slice(i + 1, i + 4).map(Number);
    limits[name] = { hardBytes, softBytes, softSeconds };
  }
  return limits;
}

export function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}

function within(value: number, least: number, most: number): Checked {
  if (value >= least && value <= most) return { text: String(value) };
  return { error: `argument must be between ${least} and ${printed(most)} inclusive` };
}

/** 64-bit bounds are not exact as numbers; print them as Redis does. */
function printed(bound: number): string {
  return bound === 2 ** 63 ? "9223372036854775807" : String(bound);
}

function parseInteger(text: string): number | undefined {
  return /^(0|-?[1-9]\d{0,18})$/.test(text) ? Number(text) : undefined;
}
