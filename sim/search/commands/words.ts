/** What the words of drawn commands are made of: keys, elements, values, deadlines. */
import type { Random } from "../../world/random.ts";

export interface Vocabulary {
  readonly keys: readonly string[];
  /** Fields and members. */
  readonly elements: readonly string[];
  readonly values: readonly string[];
  readonly scores: readonly string[];
  /** One key for all types, so that types conflict; else a key's name says its type. */
  readonly mixesTypes: boolean;
  /** About how far deadlines are away. */
  readonly deadlineMs: number;
  /** How many values a push has at most. */
  readonly pushedMax: number;
}

/** `wallMs`: true time when the command runs, for deadlines that are points in time. */
export type Draw = (random: Random, vocabulary: Vocabulary, wallMs: number) => string[];
export type Word = (random: Random, vocabulary: Vocabulary) => string;
export type Draws = Readonly<Record<string, Draw>>;

const MANY = 20;

const key =
  (prefix: string): Word =>
  (random, { keys, mixesTypes }) =>
    mixesTypes ? random.pick(keys) : `${prefix}:${random.pick(keys)}`;

export const stringKey = key("string");
export const hashKey = key("hash");
export const setKey = key("set");
export const zsetKey = key("zset");
export const listKey = key("list");
export const sketchKey = key("sketch");
/** Not mixed with others: at the edges of the map, where small scores lie, Redis finds what it finds. */
export const geoKey: Word = (random, { keys }) => `geo:${random.pick(keys)}`;
const KEYS = [stringKey, hashKey, setKey, zsetKey, listKey, sketchKey];
export const anyKey: Word = (random, vocabulary) => random.pick(KEYS)(random, vocabulary);

export const element: Word = (random, { elements }) => random.pick(elements);
export const value: Word = (random, { values }) => random.pick(values);
export const score: Word = (random, { scores }) => random.pick(scores);
/** An amount to add; near the ends of 64 bits where the values are. */
export const integer: Word = (random, { values }) =>
  random.pick(["0", "1", "1", "2", "5", "-1", "-7", "100", ...values.filter((text) => /^-?\d{18,}$/.test(text))]);
export const decimal = (random: Random): string => random.pick(["0.5", "-1.25", "3", "10.1", "0.001"]);
export const waitMs = (random: Random, { deadlineMs }: Vocabulary): number =>
  1 + Math.floor(random.exponential(deadlineMs));

export const several = <T>(random: Random, draw: () => T): T[] =>
  Array.from({ length: random.pick([1, 1, 2, 3]) }, draw);
/** Where there are many elements, now and then many at once, so that collections grow large and small again. */
export const many = <T>(random: Random, { elements }: Vocabulary, draw: () => T): T[] =>
  elements.length > MANY && random.chance(0.3) ? Array.from({ length: MANY }, draw) : several(random, draw);
export const optional = (random: Random, ...choices: readonly (readonly string[])[]): string[] =>
  random.chance(0.5) ? [] : [...random.pick(choices)];
export const between = (random: Random, from: number, to: number): string => String(random.between(from, to));

/** `NAME key` */
export const keyed =
  (name: string, drawKey: Word): Draw =>
  (r, v) => [name, drawKey(r, v)];
/** `NAME key element` */
export const onElement =
  (name: string, drawKey: Word): Draw =>
  (r, v) => [name, drawKey(r, v), element(r, v)];
/** `NAME key element [element...]` */
export const onElements =
  (name: string, drawKey: Word): Draw =>
  (r, v) => [name, drawKey(r, v), ...many(r, v, () => element(r, v))];
/** `NAME key [key...]` */
export const onKeys =
  (name: string, drawKey: Word): Draw =>
  (r, v) => [name, ...several(r, () => drawKey(r, v))];
/** `NAME key from to` */
export const onRange =
  (name: string, drawKey: Word): Draw =>
  (r, v) => [name, drawKey(r, v), between(r, -3, 2), between(r, -2, 4)];

/** The ways to say when a value dies. */
export const lifetime = (r: Random, v: Vocabulary, wallMs: number): string[] =>
  r.pick([
    ["EX", "1"],
    ["PX", String(waitMs(r, v))],
    ["EXAT", String(Math.ceil((wallMs + waitMs(r, v)) / 1000))],
    ["PXAT", String(wallMs + waitMs(r, v))],
  ]);
