/** How the values of flags are read, with their bounds. Commander puts the flag and the value before the message. */
import { InvalidArgumentError, Option } from "commander";

export function wholeOption(flags: string, description: string, least: number, most: number): Option {
  return new Option(flags, description).argParser((text) => {
    const number = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
  });
}

export function positiveOption(flags: string, description: string, most: number): Option {
  return new Option(flags, description).argParser((text) => {
    const number = /^\d{0,9}(\.\d{1,9})?$/.test(text) && text !== "" ? Number(text) : Number.NaN;
    if (number > 0 && number <= most) return number;
    throw new InvalidArgumentError(`Give a number above 0, up to ${most}.`);
  });
}

/** A seed in the place of a file; undefined when it is a file's name. */
export function seedIn(text: string): number | undefined {
  const seed = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(seed) ? seed : undefined;
}
