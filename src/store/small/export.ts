/** Writes a key that holds a small collection in the format of all keys (../slots-format.ts). */
import { emptyCell } from "../../../crdt/cell.ts";
import { ByteRange } from "../../byte-range.ts";
import { packedDeadline } from "../cell-packing.ts";
import type { Core } from "../core.ts";
import type { Database } from "../database.ts";
import type { EntryRef } from "../entry.ts";
import type { SlotsWriter } from "../slots-writer.ts";

export function exportSmall(core: Core, writer: SlotsWriter, database: Database, key: ByteRange, ref: EntryRef): void {
  const { entries } = core.memory;
  const { small } = core.keys;
  const { layout } = small;
  const deadline = packedDeadline(entries, ref);
  writer.key(database.index, key);
  writer.cell(emptyCell());
  writer.deadlines(deadline === undefined ? [] : [deadline]);
  writer.collections(1);
  writer.collection(layout.typeOf(ref), [{ life: small.life(ref), support: small.support(ref) }], layout.size(ref));
  const element = new ByteRange();
  const value = new ByteRange();
  const end = layout.end(ref);
  for (let at = layout.first; at < end; at = layout.next(ref, at)) {
    layout.element(ref, at, element);
    if (layout.isCounter(ref, at)) {
      writer.element(element, { siblings: [], deadlines: [], contributions: [small.contribution(ref, at)] });
    } else {
      layout.value(ref, at, value);
      writer.plainElement(element, layout.origin(ref, at), layout.time(ref, at), value);
    }
  }
}
