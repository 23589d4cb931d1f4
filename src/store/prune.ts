/**
 * Prunes residue: what every replica has seen the reason of (residue.ts).
 */
import { isLiveContribution } from "../../crdt/cell.ts";
import { ByteRange } from "../byte-range.ts";
import type { Collection } from "./collection.ts";
import type { Core } from "./core.ts";
import { withoutResidue } from "./element-state.ts";
import { closeKeyQuietly, openKey, type OpenKey } from "./join.ts";
import { collectionOf, isAliveDeadline } from "./key-state.ts";
import { type CollectionType, KeyType } from "./key-type.ts";
import type { ResiduePath } from "./residue.ts";

export function pruneResidue(core: Core): void {
  // What a repair has brought to a sealed path, and is still to be joined, notes the path again (residue.ts, Z1).
  core.residue.eachSealed(({ key }) => core.keys.settle(core.memory.hash(new ByteRange(key))));
  for (const path of core.residue.takeSealed()) prune(core, path);
}

function prune(core: Core, path: ResiduePath): void {
  const open = openKey(core, core.keys.database(path.db), new ByteRange(path.key));
  const { state } = open;
  if (path.type === KeyType.string) {
    state.cell = { siblings: state.cell.siblings, contributions: state.cell.contributions.filter(isLiveContribution) };
    state.deadlines = state.deadlines.filter((d) => isAliveDeadline(state, d));
    for (const collection of state.collections) endDeadLives(collection);
  } else if (path.type !== KeyType.none) {
    pruneElement(core, open, path.type, new ByteRange(path.element));
    // Lives without content that came since the seal wait with their key (Z1).
    const collection = core.residue.isOpen(path.db, open.key) ? undefined : collectionOf(state, path.type);
    if (collection !== undefined) endDeadLives(collection);
  }
  closeKeyQuietly(core, open);
}

function pruneElement(core: Core, open: OpenKey, type: CollectionType, element: ByteRange): void {
  const collection = collectionOf(open.state, type);
  if (collection === undefined) return;
  const hash = core.memory.hash(element);
  const ref = collection.raw(hash, element);
  if (ref === 0) return;
  collection.write(hash, element, ref, withoutResidue(collection.cellAt(ref)));
}

/** A collection that holds nothing at all any more has no lives either. */
function endDeadLives(collection: Collection): void {
  if (collection.members.size === 0) collection.births = [];
}
