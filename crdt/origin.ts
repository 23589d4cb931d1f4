/**
 * Origins: who wrote an event.
 *
 * An origin is one incarnation of one replica, named by a random 48-bit number.
 * Inside a process origins are interned: everything in memory speaks of small
 * indexes, so that dots are two numbers, contexts are arrays and nothing on a
 * hot path hashes an identity. Indexes differ between processes and never
 * travel; what travels is the id.
 */

/** An index into {@link Origins}; meaningful inside one process only. */
export type Origin = number;

/** The 48-bit identity of an origin, as it travels. */
export type OriginId = number;

/** Entries in packed memory keep an origin in two bytes. */
export const ORIGINS_MAX = 65_535;

export const ORIGIN_ID_MAX = 2 ** 48 - 1;

export class Origins {
  private readonly ids: OriginId[] = [];
  private readonly indexes = new Map<OriginId, Origin>();

  get count(): number {
    return this.ids.length;
  }

  /** The index of an id, made on first sight. Throws RangeError when the id is malformed or the table is full. */
  intern(id: OriginId): Origin {
    const known = this.indexes.get(id);
    if (known !== undefined) return known;
    if (!Number.isInteger(id) || id <= 0 || id > ORIGIN_ID_MAX) throw new RangeError(`not an origin id: ${id}`);
    if (this.ids.length >= ORIGINS_MAX) throw new RangeError(`more than ${ORIGINS_MAX} origins`);
    this.ids.push(id);
    this.indexes.set(id, this.ids.length - 1);
    return this.ids.length - 1;
  }

  /** The index of an id if it was seen before. */
  find(id: OriginId): Origin | undefined {
    return this.indexes.get(id);
  }

  id(origin: Origin): OriginId {
    const id = this.ids[origin];
    if (id === undefined) throw new RangeError(`unknown origin index ${origin}`);
    return id;
  }
}

/** Twelve hexadecimal digits. */
export function formatOriginId(id: OriginId): string {
  return id.toString(16).padStart(12, "0");
}
