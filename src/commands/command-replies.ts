/** How COMMAND INFO and COMMAND DOCS print one command. */
import type { ReplyWriter } from "../resp/reply.ts";
import { commandCategories, commandFlags } from "./command-categories.ts";
import type { ArgumentDocs, FindDocs, KeySpec } from "./command-docs.ts";
import type { CommandEntry } from "./command.ts";

export function replyInfo(reply: ReplyWriter, entry: CommandEntry, docs: FindDocs): void {
  const { command } = entry;
  const more = docs(entry.fullName);
  reply.array(10);
  reply.bulkText(entry.fullName);
  reply.integer(command.arity);
  replyStatusSet(reply, commandFlags(command));
  reply.integer(command.keys.first);
  reply.integer(command.keys.last);
  reply.integer(command.keys.step);
  replyStatusSet(
    reply,
    commandCategories(command).map((category) => `@${category}`),
  );
  const tips = more?.tips ?? [];
  reply.set(tips.length);
  for (const tip of tips) reply.bulkText(tip);
  const specs = more?.keySpecs ?? [];
  reply.set(specs.length);
  for (const spec of specs) replyKeySpec(reply, spec);
  const children = entry.subcommands?.entries ?? [];
  reply.set(children.length);
  for (const child of children) replyInfo(reply, child, docs);
}

/** `range` counts its last key from the first, `limit` divides what is left. */
function replyKeySpec(reply: ReplyWriter, spec: KeySpec): void {
  reply.map(spec.notes === undefined ? 3 : 4);
  if (spec.notes !== undefined) replyText(reply, "notes", spec.notes);
  reply.bulkText("flags");
  replyStatusSet(reply, spec.flags);
  reply.bulkText("begin_search");
  if (spec.unknown === true) replySpecPart(reply, "unknown", {});
  else if (spec.keyword === undefined) replySpecPart(reply, "index", { index: spec.index });
  else replySpecPart(reply, "keyword", { keyword: spec.keyword, startfrom: spec.index });
  reply.bulkText("find_keys");
  if (spec.unknown === true) {
    replySpecPart(reply, "unknown", {});
  } else if (spec.keynum !== undefined) {
    const [keynumidx, firstkey, keystep] = spec.keynum;
    replySpecPart(reply, "keynum", { keynumidx, firstkey, keystep });
  } else {
    const [lastkey, keystep, limit] = spec.range ?? [0, 1, 0];
    replySpecPart(reply, "range", { lastkey, keystep, limit });
  }
}

function replySpecPart(reply: ReplyWriter, type: string, figures: Readonly<Record<string, number | string>>): void {
  reply.map(2);
  replyText(reply, "type", type);
  reply.bulkText("spec");
  const pairs = Object.entries(figures);
  reply.map(pairs.length);
  for (const [name, value] of pairs) {
    reply.bulkText(name);
    if (typeof value === "number") reply.integer(value);
    else reply.bulkText(value);
  }
}

/** A name and its docs, as one pair of a map. */
export function replyDocs(reply: ReplyWriter, entry: CommandEntry, find: FindDocs): void {
  const docs = find(entry.fullName);
  reply.bulkText(entry.fullName);
  const mark = reply.beginMap();
  let pairs = 0;
  for (const [label, text] of [
    ["summary", docs?.summary],
    ["since", docs?.since],
    ["group", docs?.group ?? entry.command.group],
    ["complexity", docs?.complexity],
  ] as const) {
    pairs += replyOptionalText(reply, label, text);
  }
  if (docs?.docFlags !== undefined) {
    reply.bulkText("doc_flags");
    replyStatusSet(reply, docs.docFlags);
    pairs++;
  }
  pairs += replyOptionalText(reply, "deprecated_since", docs?.deprecatedSince);
  pairs += replyOptionalText(reply, "replaced_by", docs?.replacedBy);
  if (docs?.history !== undefined) {
    reply.bulkText("history");
    reply.set(docs.history.length);
    for (const change of docs.history) {
      reply.array(2);
      for (const text of change) reply.bulkText(text);
    }
    pairs++;
  }
  if (docs?.arguments !== undefined) {
    replyArguments(reply, docs.arguments);
    pairs++;
  }
  if (entry.subcommands !== undefined) {
    const children = entry.subcommands.entries;
    reply.bulkText("subcommands");
    reply.map(children.length);
    for (const child of children) replyDocs(reply, child, find);
    pairs++;
  }
  reply.endMap(mark, pairs);
}

function replyArguments(reply: ReplyWriter, all: readonly ArgumentDocs[]): void {
  reply.bulkText("arguments");
  reply.array(all.length);
  for (const argument of all) {
    const mark = reply.beginMap();
    let pairs = 2;
    replyText(reply, "name", argument.name);
    replyText(reply, "type", argument.type);
    if (argument.keySpecIndex !== undefined) {
      reply.bulkText("key_spec_index");
      reply.integer(argument.keySpecIndex);
      pairs++;
    }
    pairs += replyOptionalText(reply, "token", argument.token);
    pairs += replyOptionalText(reply, "since", argument.since);
    pairs += replyOptionalText(reply, "deprecated_since", argument.deprecatedSince);
    if (argument.flags !== undefined) {
      reply.bulkText("flags");
      replyStatusSet(reply, argument.flags);
      pairs++;
    }
    if (argument.arguments !== undefined) {
      replyArguments(reply, argument.arguments);
      pairs++;
    }
    reply.endMap(mark, pairs);
  }
}

function replyText(reply: ReplyWriter, label: string, text: string): void {
  reply.bulkText(label);
  reply.bulkText(text);
}

/** How many pairs it wrote. */
function replyOptionalText(reply: ReplyWriter, label: string, text: string | undefined): number {
  if (text === undefined) return 0;
  replyText(reply, label, text);
  return 1;
}

function replyStatusSet(reply: ReplyWriter, words: readonly string[]): void {
  reply.set(words.length);
  for (const word of words) reply.simple(word);
}
