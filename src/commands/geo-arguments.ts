/** Positions, units and lengths in the arguments of geo commands, and how they are printed. */
import type { ByteRange } from "../byte-range.ts";
import { parseDouble } from "../double-text.ts";
import { isOnMap, type Position } from "../geo/grid.ts";
import type { Arguments } from "../resp/arguments.ts";
import type { ReplyWriter } from "../resp/reply.ts";
import { NOT_A_FLOAT } from "./error-texts.ts";
import { isOption, optionWord } from "./option.ts";

const UNITS = [
  { word: optionWord("m"), metres: 1 },
  { word: optionWord("km"), metres: 1000 },
  { word: optionWord("ft"), metres: 0.3048 },
  { word: optionWord("mi"), metres: 1609.34 },
];

const POSITION_DECIMALS = 17;
const DISTANCE_DECIMALS = 4;
const ERROR_DECIMALS = 6;
/** From here on JavaScript prints exponents, and every double is an integer. */
const EXPONENT_FROM = 1e21;

/** Longitude and latitude at `at` and after it. False after the error reply. */
export function readPositionArguments(reply: ReplyWriter, args: Arguments, at: number, out: Position): boolean {
  const longitude = readDouble(reply, args.at(at), NOT_A_FLOAT);
  if (Number.isNaN(longitude)) return false;
  const latitude = readDouble(reply, args.at(at + 1), NOT_A_FLOAT);
  if (Number.isNaN(latitude)) return false;
  if (!isOnMap(longitude, latitude)) {
    const pair = `${fixed(longitude, ERROR_DECIMALS)},${fixed(latitude, ERROR_DECIMALS)}`;
    reply.error(`ERR invalid longitude,latitude pair ${pair}`);
    return false;
  }
  out.longitude = longitude;
  out.latitude = latitude;
  return true;
}

/** NaN after the error reply. */
export function readDouble(reply: ReplyWriter, range: ByteRange, error: string): number {
  const value = parseDouble(range);
  if (Number.isNaN(value)) reply.error(error);
  return value;
}

/** Metres in a unit; NaN after the error reply. */
export function readUnit(reply: ReplyWriter, range: ByteRange): number {
  for (const { word, metres } of UNITS) if (isOption(range, word)) return metres;
  reply.error("ERR unsupported unit provided. please use M, KM, FT, MI");
  return Number.NaN;
}

/** Four decimals, as many as tell centimetres in kilometres. */
export function replyDistance(reply: ReplyWriter, distance: number): void {
  reply.bulkText(Number.isNaN(distance) ? "-nan" : fixed(distance, DISTANCE_DECIMALS));
}

export function replyPosition(reply: ReplyWriter, { longitude, latitude }: Position): void {
  reply.array(2);
  replyDegrees(reply, longitude);
  replyDegrees(reply, latitude);
}

function replyDegrees(reply: ReplyWriter, angle: number): void {
  const text = angle.toFixed(POSITION_DECIMALS);
  let end = text.length;
  while (text.codePointAt(end - 1) === 0x30) end--;
  if (text.codePointAt(end - 1) === 0x2e) end--;
  reply.doubleText(text.slice(0, end));
}

/** C's %f. */
function fixed(value: number, decimals: number): string {
  if (Math.abs(value) < EXPONENT_FROM)
    return Object.is(value, -0) ? `-${value.toFixed(decimals)}` : value.toFixed(decimals);
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  return `${BigInt(value)}.${"0".repeat(decimals)}`;
}
