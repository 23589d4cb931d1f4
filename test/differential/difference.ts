/** A difference between the two servers, told so that people see what was asked and what each said. */
import { canonical, type ReplyNode } from "../commands/resp-reply.ts";
import type { CommandLine } from "./line.ts";

export class Difference extends Error {
  constructor(line: CommandLine, ours: string, theirs: string) {
    super(`${JSON.stringify(line)}\n  Atoll: ${ours}\n  Redis: ${theirs}`);
    this.name = "Difference";
  }
}

/** Alike to the byte, up to the order of groups of so many elements where `group` > 0. */
export function sameReply(line: CommandLine, ours: ReplyNode, theirs: ReplyNode, group = 0): void {
  sameText(line, canonical(ours, group), canonical(theirs, group));
}

export function sameText(line: CommandLine, ours: string, theirs: string): void {
  if (ours !== theirs) throw new Difference(line, ours, theirs);
}

/** Types and lengths without the texts. */
export function shapeOf(node: ReplyNode): string {
  return node.type + (node.items.length > 0 ? `[${node.items.map(shapeOf).join("")}]` : "");
}

/** Parts texts that belong together; no latin1 text has it. */
export const PARTING = "\u2192";

/** The texts of a reply's elements, neighbours that belong together joined. */
export function unitsOf(node: ReplyNode, group: number): string[] {
  if (node.type === "$") return [node.text ?? ""];
  const texts = node.items.map((item) =>
    item.items.length > 0 ? item.items.map((inner) => inner.text).join(PARTING) : (item.text ?? ""),
  );
  if (node.items.some((item) => item.items.length > 0)) return texts;
  const joined: string[] = [];
  for (let i = 0; i < texts.length; i += group) joined.push(texts.slice(i, i + group).join(PARTING));
  return joined;
}
