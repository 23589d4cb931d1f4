/**
 * Replay: what a replica's log says is what the replica holds. A process that is fed with a copy of the disk, and meets
 * nobody, comes to the same context and the same digest, whether what it holds came by intervals or by repairs.
 */
import type { Checker } from "../oracles/check.ts";
import type { SimulatedNode } from "../world/node.ts";

export function demandReplay({ members, checker }: { members: readonly SimulatedNode[]; checker: Checker }): void {
  for (const node of members) {
    if (!node.logs || node.disk.isDamaged) continue;
    node.endTick();
    const { keyspace } = node.process;
    const replayed = node.replayed().keyspace;
    keyspace.context.each((origin, has) => {
      const id = keyspace.origins.id(origin);
      const index = replayed.origins.find(id);
      const came = index === undefined ? 0 : replayed.context.get(index);
      if (came !== has) checker.fail("replay", node, `it has origin ${id} up to ${has}; its log goes to ${came}`);
    });
    const [has, came] = [keyspace.digest(), replayed.digest()];
    if (came !== has) checker.fail("replay", node, `its digest is ${has}; that of its log is ${came}`);
  }
}
