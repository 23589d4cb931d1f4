/** SORT and SORT_RO. */
import { ByteRange } from "../byte-range.ts";
import type { Arguments } from "../resp/arguments.ts";
import type { EntryRef } from "../store/entry.ts";
import { KeyType } from "../store/key-type.ts";
import { ByteList } from "./byte-list.ts";
import type { Call, Command } from "./command.ts";
import { READS, GROWS } from "./command-flags.ts";
import { SYNTAX_ERROR, WRONG_TYPE } from "./error-texts.ts";
import { findToRead } from "./lookup.ts";
import { readInteger } from "./number.ts";
import { ALPHA, ASC, BY, DESC, GET, isOption, LIMIT, STORE } from "./option.ts";
import { sortedIndexes } from "./sort-order.ts";
import { SortPattern } from "./sort-pattern.ts";

const NOT_NUMBERS = "ERR One or more scores can't be converted into double";

interface SortOptions {
  by: SortPattern | undefined;
  /** BY names no other key: nothing is compared. */
  keepsOrder: boolean;
  readonly gets: SortPattern[];
  /** How many are passed over, and how many follow at the most; negative: all. */
  skipped: number;
  count: number;
  isAlphabetic: boolean;
  isDescending: boolean;
  target: ByteRange | undefined;
}

/** What is to be sorted, and which of it is wanted. */
interface Window {
  readonly items: ByteList;
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

function sort(call: Call): void {
  sortBy(call, true);
}

function sortReadOnly(call: Call): void {
  sortBy(call, false);
}

function sortBy(call: Call, mayStore: boolean): void {
  const { args, keyspace, reply } = call;
  const options = readOptions(call, mayStore);
  if (options === undefined) return;
  const ref = findToRead(call, args.at(1));
  const type = ref === 0 ? KeyType.none : keyspace.typeOf(ref);
  if (type === KeyType.string || type === KeyType.hash) return reply.error(WRONG_TYPE);
  // A set that is stored without an order gets one, so that it is the same everywhere.
  const isForced = options.keepsOrder && options.target !== undefined && type === KeyType.set;
  const keepsOrder = options.keepsOrder && !isForced;
  const { items, from, to } = readItems(call, ref, options, keepsOrder);
  const isUnordered = type === KeyType.set;
  const order = isForced ? { ...options, by: undefined, isAlphabetic: true, isUnordered } : { ...options, isUnordered };
  const indexes = keepsOrder ? undefined : sortedIndexes(call, items, order);
  if (!keepsOrder && indexes === undefined) return reply.error(NOT_NUMBERS);
  const item = new ByteRange();
  const wanted = indexes?.slice(from, to) ?? Array.from({ length: to - from }, (_, n) => from + n);
  const result = new ResultRows(call, options.gets);
  if (options.target !== undefined) return result.store(items, wanted, options.target);
  reply.array(wanted.length * Math.max(1, options.gets.length));
  for (const index of wanted) result.reply(items.at(index, item));
}

/** The elements, of which only those within LIMIT where their order stays; lists and sorted sets can be read backwards. */
function readItems(call: Call, ref: EntryRef, options: SortOptions, keepsOrder: boolean): Window {
  const items = new ByteList();
  if (ref === 0) return { items, from: 0, to: 0 };
  const elements = call.keyspace.collection(ref);
  const { size, type } = elements;
  const from = Math.min(Math.max(0, options.skipped), size);
  const to = options.count < 0 ? size : Math.min(from + options.count, size);
  const item = new ByteRange();
  const take = (element: number): void => {
    if (type === KeyType.list) elements.value(element, item);
    else elements.element(element, item);
    items.push(item);
  };
  if (!keepsOrder || type === KeyType.set) {
    elements.forEach(take);
    return { items, from, to };
  }
  const { isDescending } = options;
  elements.walk(isDescending ? size - 1 - from : from, to - from, isDescending ? -1 : 1, take);
  return { items, from: 0, to: items.count };
}

/** What becomes of each element: itself, or what GET finds for it. */
class ResultRows {
  private readonly call: Call;
  private readonly gets: readonly SortPattern[];
  private readonly value = new ByteRange();

  constructor(call: Call, gets: readonly SortPattern[]) {
    this.call = call;
    this.gets = gets;
  }

  reply(item: ByteRange): void {
    const { call, gets, value } = this;
    const { reply } = call;
    if (gets.length === 0) reply.bulk(item);
    for (const pattern of gets) {
      if (pattern.read(call, item, value)) reply.bulk(value);
      else reply.nil();
    }
  }

  /** As a list in the place of whatever is there; what is not found is empty. */
  store(items: ByteList, wanted: readonly number[], target: ByteRange): void {
    const { call, gets, value } = this;
    const { keyspace, reply } = call;
    const db = call.client.db;
    const item = new ByteRange();
    const values = new ByteList();
    for (const index of wanted) {
      items.at(index, item);
      if (gets.length === 0) values.push(item);
      for (const pattern of gets) {
        if (!pattern.read(call, item, value)) value.set(item.bytes, item.start, item.start);
        values.push(value);
      }
    }
    keyspace.remove(db, target);
    for (let n = 0; n < values.count; n++) keyspace.lists.push(db, target, "tail", values.at(n, value), n > 0);
    reply.integer(values.count);
  }
}

/** Undefined after the error reply. */
function readOptions(call: Call, mayStore: boolean): SortOptions | undefined {
  const { args, reply } = call;
  const options: SortOptions = {
    by: undefined,
    keepsOrder: false,
    gets: [],
    skipped: 0,
    count: -1,
    isAlphabetic: false,
    isDescending: false,
    target: undefined,
  };
  for (let i = 2; i < args.count; i++) {
    const word = args.at(i);
    const following = args.count - i - 1;
    if (isOption(word, ASC)) options.isDescending = false;
    else if (isOption(word, DESC)) options.isDescending = true;
    else if (isOption(word, ALPHA)) options.isAlphabetic = true;
    else if (following >= 2 && isOption(word, LIMIT)) {
      options.skipped = readInteger(reply, args.at(++i));
      if (Number.isNaN(options.skipped)) return undefined;
      options.count = readInteger(reply, args.at(++i));
      if (Number.isNaN(options.count)) return undefined;
    } else if (following >= 1 && mayStore && isOption(word, STORE)) options.target = args.at(++i);
    else if (following >= 1 && isOption(word, BY)) {
      options.by = new SortPattern(args.at(++i));
      options.keepsOrder ||= options.by.isConstant;
    } else if (following >= 1 && isOption(word, GET)) options.gets.push(new SortPattern(args.at(++i)));
    else {
      reply.error(SYNTAX_ERROR);
      return undefined;
    }
  }
  return options;
}

/** The key that is sorted, and the one that is stored; what BY and GET read, only the content tells. */
function keysOfSort(args: Arguments): readonly number[] | undefined {
  if (args.count < 2) return undefined;
  let target = 0;
  for (let i = 2; i < args.count; i++) {
    const word = args.at(i);
    if (isOption(word, LIMIT)) i += 2;
    else if (isOption(word, GET) || isOption(word, BY)) i++;
    else if (isOption(word, STORE) && i + 1 < args.count) target = ++i;
  }
  return target === 0 ? [1] : [1, target];
}

const group = "generic";
const categories = ["set", "sortedset", "list", "dangerous"] as const;

export const sortCommands: readonly Command[] = [
  {
    name: "sort",
    arity: -2,
    flags: GROWS,
    keys: { first: 1, last: 1, step: 1, movable: keysOfSort },
    group,
    categories,
    handler: sort,
  },
  {
    name: "sort_ro",
    arity: -2,
    flags: READS,
    keys: { first: 1, last: 1, step: 1, movable: () => [1] },
    group,
    categories,
    handler: sortReadOnly,
  },
];
