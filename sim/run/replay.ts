/**
 * Replay: what a replica's log says is what the replica holds. A process that is fed with a copy of the disk, and meets
 * nobody, comes to the same context and the same digest, whether what it holds came by intervals or by repairs.
 */
import { DamagedFile } from "../../src/persistence/record-format.ts";
import type { Checker } from "../oracles/check.ts";
import type { SimulatedNode } from "../world/node.ts";
import type { Process } from "../world/process.ts";

/** What the log brings back; a log that cannot be read is as wrong as one that says something else. */
function replayedOf(node: SimulatedNode, checker: Checker): Process["keyspace"] {
  try {
    return node.replayed().keyspace;
  } catch (error) {
    if (error instanceof DamagedFile) return checker.fail("replay", node, error.message);
    throw error;
  }
}

export function demandReplay({ members, checker }: { members: readonly SimulatedNode[]; checker: Checker }): void {
  for (const node of members) {
    if (!node.logs || node.disk.isDamaged) continue;
    node.endTick();
    const { keyspace } = node.process;
    const replayed = replayedOf(node, checker);
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
