/**
 * The last look: what must be true once all replicas have converged.
 *
 *   every key, at every replica, reads as the specification demands
 *   all replicas show the same, key by key
 *   what was only ever added to holds all that was added
 *   digests, counts and memory are those that walking the entries gives
 *
 * What DUMP gives can be restored; and when everything was deleted, nothing is left of it.
 */
import { contentCommand, disagreement, type Shown } from "../oracles/agreement.ts";
import type { Checker } from "../oracles/check.ts";
import { leftover } from "../oracles/leftovers.ts";
import { databaseOf, keyOf } from "../spec/history.ts";
import type { Reply } from "../spec/reply.ts";
import type { SimulatedNode } from "../world/node.ts";

/** The world that is looked at; commands go through the specification. */
export interface Converged {
  /** Those that have converged. */
  readonly members: readonly SimulatedNode[];
  readonly checker: Checker;
  readonly ask: (node: SimulatedNode, database: number, command: readonly string[]) => Reply;
}

/** Every key that was ever written, by database and name. */
export function* everyKey({ checker }: Pick<Converged, "checker">): Iterable<readonly [database: number, key: string]> {
  for (const path of checker.history.paths()) yield [databaseOf(path), keyOf(path)];
}

export function lookAtEverything(world: Converged): void {
  const { members: nodes, checker, ask } = world;
  for (const [database, key] of everyKey(world)) {
    const problem = disagreement(nodes.map((node) => shownAt(world, node, database, key)));
    if (problem !== undefined) checker.fail("agreement", undefined, `${key} in database ${database}: ${problem}`);
  }
  for (const node of nodes) {
    for (const database of databasesOf(world)) ask(node, database, ["KEYS", "*"]);
    const missing = checker.missing(node, (path, command = "", ...more) =>
      ask(node, databaseOf(path), [command, keyOf(path), ...more]),
    );
    for (const problem of missing) checker.fail("conservation", node, problem);
    demandAudit(checker, node);
  }
}

/** What DUMP gives is restored elsewhere, and must read the same there. Returns how often that was done. */
export function restoreCopies(world: Converged, pick: (nodes: readonly SimulatedNode[]) => SimulatedNode): number {
  let copies = 0;
  for (const [database, key] of Array.from(everyKey(world))) {
    const [from, to] = [pick(world.members), pick(world.members)];
    const payload = world.ask(from, database, ["DUMP", key]);
    if (typeof payload !== "string") continue;
    const copy = `copy of ${key}`;
    world.ask(to, database, ["RESTORE", copy, "0", payload, "REPLACE"]);
    shownAt(world, to, database, copy);
    copies++;
  }
  return copies;
}

export function demandNothingLeft(world: Converged): void {
  for (const node of world.members) {
    // What was dropped is freed by and by.
    while (node.process.keyspace.upkeep());
    demandAudit(world.checker, node);
    const problem = leftover(node.process, databasesOf(world));
    if (problem !== undefined) world.checker.fail("nothing left", node, problem);
  }
}

function shownAt({ ask }: Converged, node: SimulatedNode, database: number, key: string): Shown {
  const type = ask(node, database, ["TYPE", key]);
  const fields = type === "hash" ? elementsOf(ask(node, database, ["HKEYS", key])) : [];
  const content = ask(node, database, contentCommand(type, key) ?? ["EXISTS", key]);
  const deadline = ask(node, database, ["PEXPIRETIME", key]);
  const dues =
    fields.length === 0
      ? []
      : elementsOf(ask(node, database, ["HPEXPIRETIME", key, "FIELDS", String(fields.length), ...fields]));
  const fieldDeadlines = new Map(fields.map((field, i) => [field, Number(dues[i])]));
  if (typeof content === "string" && content.startsWith("HYLL")) ask(node, database, ["PFCOUNT", key]);
  return { replica: node.id, type, content, deadline, fieldDeadlines, nowMs: node.process.keyspace.nowMs };
}

function elementsOf(reply: Reply): string[] {
  return Array.isArray(reply) ? (reply as readonly Reply[]).map(String) : [];
}

function demandAudit(checker: Checker, node: SimulatedNode): void {
  const [difference] = node.process.keyspace.audit();
  if (difference !== undefined) checker.fail("digest from scratch", node, difference);
}

function databasesOf(world: Converged): Set<number> {
  return new Set(Array.from(everyKey(world), ([database]) => database));
}
