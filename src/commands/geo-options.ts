/**
 * The arguments of the six commands that search: GEOSEARCH, GEORADIUS,
 * GEORADIUSBYMEMBER and their relatives. They are read in the order and refused
 * in the words of Redis, whose six commands share one reader.
 */
import type { ByteRange } from "../byte-range.ts";
import { Area, type Shape } from "../geo/area.ts";
import { type Position, readPosition } from "../geo/grid.ts";
import type { Elements } from "../store/elements.ts";
import type { Call } from "./command.ts";
import { SYNTAX_ERROR } from "./error-texts.ts";
import { readDouble, readPositionArguments, readUnit } from "./geo-arguments.ts";
import { readInteger } from "./number.ts";
import { COUNT, isOption, type OptionWord, optionWord } from "./option.ts";

/** Which of the six. */
export interface SearchForm {
  readonly source: number;
  /** Where the centre stands: in options, at argument 2, or in the member there. */
  readonly centre: "options" | "position" | "member";
  /** Where the result may go: nowhere, to a key named by an option, or to the first argument. */
  readonly target: "none" | "option" | "argument";
}

export interface Search {
  /** Undefined where there is no such key. */
  area: Area | undefined;
  metres: number;
  withDistance: boolean;
  withHash: boolean;
  withPosition: boolean;
  /** 0: all. */
  count: number;
  /** As soon as there are so many, not the nearest. */
  isAny: boolean;
  order: "none" | "ascending" | "descending";
  target: ByteRange | undefined;
  storesDistance: boolean;
}

/** What is known of the centre and the shape while options are read. */
interface Draft extends Search {
  readonly centre: Position;
  centreBy: "nothing" | "member" | "position";
  shape: Shape | undefined;
}

/**
 * How an option is read: how many arguments of its own it has, and whether the
 * form and the options before it allow it. `read` returns false after the error
 * reply.
 */
interface Option {
  readonly word: OptionWord;
  readonly more: number;
  readonly isAllowed?: (form: SearchForm, draft: Draft) => boolean;
  readonly read: (call: Call, at: number, draft: Draft, set: Elements | undefined) => boolean | void;
}

const isSearch = (form: SearchForm): boolean => form.centre === "options";
const takesTarget = (form: SearchForm): boolean => form.target === "option";

const OPTIONS: readonly Option[] = [
  { word: optionWord("withdist"), more: 0, read: (_call, _at, draft) => void (draft.withDistance = true) },
  { word: optionWord("withhash"), more: 0, read: (_call, _at, draft) => void (draft.withHash = true) },
  { word: optionWord("withcoord"), more: 0, read: (_call, _at, draft) => void (draft.withPosition = true) },
  { word: optionWord("any"), more: 0, read: (_call, _at, draft) => void (draft.isAny = true) },
  { word: optionWord("asc"), more: 0, read: (_call, _at, draft) => void (draft.order = "ascending") },
  { word: optionWord("desc"), more: 0, read: (_call, _at, draft) => void (draft.order = "descending") },
  { word: COUNT, more: 1, read: readCount },
  { word: optionWord("store"), more: 1, isAllowed: takesTarget, read: readTarget(false) },
  { word: optionWord("storedist"), more: 1, isAllowed: takesTarget, read: readTarget(true) },
  {
    word: optionWord("storedist"),
    more: 0,
    isAllowed: (form) => form.target === "argument",
    read: (_call, _at, draft) => void (draft.storesDistance = true),
  },
  {
    word: optionWord("frommember"),
    more: 1,
    isAllowed: (form, draft) => isSearch(form) && draft.centreBy !== "position",
    read: (call, at, draft, set) => readMember(call, at, draft, set),
  },
  {
    word: optionWord("fromlonlat"),
    more: 2,
    isAllowed: (form, draft) => isSearch(form) && draft.centreBy !== "member",
    read: readCentre,
  },
  {
    word: optionWord("byradius"),
    more: 2,
    isAllowed: (form, draft) => isSearch(form) && draft.shape?.kind !== "box",
    read: readCircle,
  },
  {
    word: optionWord("bybox"),
    more: 3,
    isAllowed: (form, draft) => isSearch(form) && draft.shape?.kind !== "circle",
    read: readBox,
  },
];

/** Undefined after the error reply. `set` is what is searched, undefined when there is no such key. */
export function readSearch(call: Call, form: SearchForm, set: Elements | undefined): Search | undefined {
  const draft: Draft = {
    area: undefined,
    metres: 1,
    withDistance: false,
    withHash: false,
    withPosition: false,
    count: 0,
    isAny: false,
    order: "none",
    target: form.target === "argument" ? call.args.at(1) : undefined,
    storesDistance: false,
    centre: { longitude: 0, latitude: 0 },
    centreBy: "nothing",
    shape: undefined,
  };
  const first = readFixed(call, form, draft, set);
  if (first < 0 || !readOptions(call, form, draft, set, first)) return undefined;
  const wrong = contradictionOf(call, form, draft);
  if (wrong !== "") {
    call.reply.error(wrong);
    return undefined;
  }
  const { centre, shape } = draft;
  if (set !== undefined && shape !== undefined) draft.area = new Area(centre.longitude, centre.latitude, shape);
  return draft;
}

/** The arguments before the options; returns where those begin, -1 after the error reply. */
function readFixed(call: Call, form: SearchForm, draft: Draft, set: Elements | undefined): number {
  switch (form.centre) {
    case "options":
      return form.source + 1;
    case "position":
      return readCentre(call, 2, draft) && readCircle(call, 4, draft) ? 6 : -1;
    case "member":
      // Where there is no key nothing is asked of these arguments.
      return set === undefined || (readMember(call, 2, draft, set) && readCircle(call, 3, draft)) ? 5 : -1;
  }
}

function readOptions(call: Call, form: SearchForm, draft: Draft, set: Elements | undefined, first: number): boolean {
  const { args, reply } = call;
  for (let at = first; at < args.count; at++) {
    const range = args.at(at);
    const option = OPTIONS.find(
      ({ word, more, isAllowed }) =>
        isOption(range, word) && at + more < args.count && (isAllowed === undefined || isAllowed(form, draft)),
    );
    if (option === undefined) {
      reply.error(SYNTAX_ERROR);
      return false;
    }
    if (option.read(call, at + 1, draft, set) === false) return false;
    at += option.more;
  }
  return true;
}

/** The error of options that are missing or do not go together; "" when all is well. */
function contradictionOf({ args }: Call, form: SearchForm, draft: Draft): string {
  if (draft.target !== undefined && (draft.withDistance || draft.withHash || draft.withPosition)) {
    const who = form.target === "argument" ? "GEOSEARCHSTORE" : "STORE option in GEORADIUS";
    return `ERR ${who} is not compatible with WITHDIST, WITHHASH and WITHCOORD options`;
  }
  if (isSearch(form) && draft.centreBy === "nothing") {
    return `ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for ${args.at(0).latin1()}`;
  }
  if (isSearch(form) && draft.shape === undefined) {
    return `ERR exactly one of BYRADIUS and BYBOX can be specified for ${args.at(0).latin1()}`;
  }
  return draft.isAny && draft.count === 0 ? "ERR the ANY argument requires COUNT argument" : "";
}

function readCount({ args, reply }: Call, at: number, draft: Draft): boolean {
  const count = readInteger(reply, args.at(at));
  if (Number.isNaN(count)) return false;
  draft.count = count;
  if (count > 0) return true;
  reply.error("ERR COUNT must be > 0");
  return false;
}

function readTarget(storesDistance: boolean): Option["read"] {
  return ({ args }, at, draft) => {
    draft.target = args.at(at);
    draft.storesDistance = storesDistance;
  };
}

/** Where there is no key there is no member either, but that is not said before all options are read. */
function readMember(call: Call, at: number, draft: Draft, set: Elements | undefined): boolean {
  draft.centreBy = "member";
  if (set === undefined) return true;
  const found = set.find(call.args.at(at));
  if (found === 0) {
    call.reply.error("ERR could not decode requested zset member");
    return false;
  }
  readPosition(set.score(found), draft.centre);
  return true;
}

function readCentre({ args, reply }: Call, at: number, draft: Draft): boolean {
  draft.centreBy = "position";
  return readPositionArguments(reply, args, at, draft.centre);
}

function readCircle({ args, reply }: Call, at: number, draft: Draft): boolean {
  const radius = readDouble(reply, args.at(at), "ERR need numeric radius");
  if (Number.isNaN(radius)) return false;
  if (radius < 0) {
    reply.error("ERR radius cannot be negative");
    return false;
  }
  draft.metres = readUnit(reply, args.at(at + 1));
  draft.shape = { kind: "circle", radius: radius * draft.metres };
  return !Number.isNaN(draft.metres);
}

function readBox({ args, reply }: Call, at: number, draft: Draft): boolean {
  const width = readDouble(reply, args.at(at), "ERR need numeric width");
  if (Number.isNaN(width)) return false;
  const height = readDouble(reply, args.at(at + 1), "ERR need numeric height");
  if (Number.isNaN(height)) return false;
  if (width < 0 || height < 0) {
    reply.error("ERR height or width cannot be negative");
    return false;
  }
  draft.metres = readUnit(reply, args.at(at + 2));
  draft.shape = { kind: "box", width: width * draft.metres, height: height * draft.metres };
  return !Number.isNaN(draft.metres);
}
