/**
 * What the receiver of a repair has to ask: nodes of the hash space to be
 * described, and nodes to be fetched.
 *
 *   waiting ─► open, in the order in which they were asked ─► answered
 *
 * What is to be fetched is asked first, and of what is to be described the
 * deepest: so the list of what waits stays as short as one path down the tree
 * is wide, however much differs.
 */
import { ASK_NODES_MAX, ASKS_OPEN_MAX } from "../../transport/message.ts";

export type AskVerb = "compare" | "fetch";

export interface Ask {
  readonly verb: AskVerb;
  readonly bits: number;
  readonly nodes: readonly number[];
  /** How many of the nodes were answered. */
  done: number;
}

export class RepairAsks {
  /** Nodes that nobody was asked about yet. */
  waitingNodes = 0;
  /** Asked and not fully answered, the oldest first. */
  private readonly open: Ask[] = [];
  private readonly waiting = { compare: new Map<number, number[]>(), fetch: new Map<number, number[]>() };

  add(verb: AskVerb, bits: number, nodes: readonly number[]): void {
    if (nodes.length === 0) return;
    this.waitingNodes += nodes.length;
    const waiting = this.waiting[verb].get(bits);
    if (waiting === undefined) this.waiting[verb].set(bits, [...nodes]);
    else for (const node of nodes) waiting.push(node);
  }

  /** The next to be asked now; undefined while nothing waits or enough is open. */
  next(): Ask | undefined {
    if (this.open.length >= ASKS_OPEN_MAX) return undefined;
    const ask = this.take("fetch") ?? this.take("compare");
    if (ask !== undefined) this.open.push(ask);
    return ask;
  }

  /** The one that is being answered. */
  get oldest(): Ask | undefined {
    return this.open[0];
  }

  answered(done: number): void {
    const ask = this.open[0];
    if (ask === undefined) return;
    ask.done += done;
    if (ask.done >= ask.nodes.length) this.open.shift();
  }

  /** Whoever was asked answers no more: what is open waits again. */
  reopen(): void {
    for (const { verb, bits, nodes, done } of this.open.splice(0)) this.add(verb, bits, nodes.slice(done));
  }

  get isEmpty(): boolean {
    return this.open.length === 0 && this.waitingNodes === 0;
  }

  private take(verb: AskVerb): Ask | undefined {
    const waiting = this.waiting[verb];
    if (waiting.size === 0) return undefined;
    const bits = Math.max(...waiting.keys());
    const all = waiting.get(bits) ?? [];
    const nodes = all.splice(-ASK_NODES_MAX);
    if (all.length === 0) waiting.delete(bits);
    this.waitingNodes -= nodes.length;
    return { verb, bits, nodes, done: 0 };
  }
}
