/**
 * The specification's memory: every event, and what a set of events means.
 *
 * An event adds items (a value, an increment, an element, a deadline) and kills
 * items: those that its writer saw and that it replaces or removes. That is all
 * there is. What a replica must show is computed, naively and from nothing
 * else, from the events it has seen:
 *
 *   live   = the items of seen events that no seen event kills
 *   type   = the one that holds the newest live write
 *   string = newest live value + all live increments; so too a hash's field
 *            and a sorted set's score
 *   set    = the elements that have a live add; a list's are its positions
 *   sketch = a string of which only is known what was added to it (HyperLogLog):
 *            what it began with + all that was added to it while it lives
 *   expiry = the latest live deadline that names a life of what is visible
 *
 * This folder shares no code with production.
 */
export type OriginId = number;

/** Who wrote an event, and when. */
export interface Dot {
  readonly origin: OriginId;
  readonly time: number;
}

/** Has a replica seen this event? */
export type Seen = (origin: OriginId, time: number) => boolean;

export type ContentType = "string" | "hash" | "set" | "zset" | "list";
export type CollectionType = Exclude<ContentType, "string">;

/** A life of a key, named by the event that began it. */
export type Life = Dot;

export type Item =
  /**
   * A value of a string, a field, a member (of a set an empty one, of a sorted set a score) or a list's element, which
   * is named by its position. Strings have the element "".
   */
  | (Dot & {
      readonly kind: "put";
      readonly type: ContentType;
      readonly element: string;
      readonly value: string;
      readonly stamp: number;
      /** Of a string or a field: the lives that it belongs to. A collection's are its births. */
      readonly lives: readonly Life[];
      deadAt: number;
    })
  | (Dot & {
      readonly kind: "count";
      readonly type: ContentType;
      readonly element: string;
      /** Of a score in units of 2^-1074, else of 10^-17. */
      readonly amount: bigint;
      readonly lives: readonly Life[];
      deadAt: number;
    })
  /** What was added to a sketch: it lives and dies with that value. */
  | (Dot & {
      readonly kind: "growth";
      readonly type: "string";
      readonly of: Dot;
      readonly added: readonly string[];
      deadAt: number;
    })
  /** A collection's life, as begun or as supported by a later write. */
  | (Dot & { readonly kind: "birth"; readonly type: CollectionType; readonly life: Life; deadAt: number })
  /** Of the key, or of one field of its hash. Infinity: PERSIST. */
  | (Dot & {
      readonly kind: "deadline";
      readonly field: string | undefined;
      readonly at: number;
      readonly lives: readonly Life[];
      deadAt: number;
    });

export type Content = Extract<Item, { kind: "put" | "count" }>;
export type Deadline = Extract<Item, { kind: "deadline" }>;
export type Growth = Extract<Item, { kind: "growth" }>;
export type Birth = Extract<Item, { kind: "birth" }>;

/** What a key shows, for another one to be made like it. */
export interface Copy {
  readonly type: ContentType;
  /** In the order of a list, whose elements have no names. */
  readonly elements: readonly (readonly [element: string, value: string])[];
  /** Those of fields. */
  readonly deadlines: ReadonlyMap<string, number>;
  readonly deadline: number | undefined;
}

/** What one event did to one key. */
export interface Step {
  readonly dot: Dot;
  readonly adds: Item[];
  readonly kills: Item[];
}

/** What happened to one key, in order. */
interface KeyHistory {
  readonly all: Step[];
  /** The same without what was forgotten: enough for whoever has seen all of that. */
  recent: Step[];
  /** Of each origin the latest step that was forgotten. */
  readonly forgotten: Map<OriginId, number>;
}

export class History {
  /** What bytes that DUMP has given stand for. */
  readonly dumps = new Map<string, Copy>();
  private readonly keys = new Map<string, KeyHistory>();
  private reading = 0;
  /** The steps that the current reading sees; one list for all readings. */
  private readonly visible: Step[] = [];
  /** Told of every step; what is forgotten later was told of, too. */
  recorded: ((path: string, step: Step) => void) | undefined;

  record(path: string, step: Step): void {
    this.recorded?.(path, step);
    const known = this.keys.get(path);
    if (known === undefined) this.keys.set(path, { all: [step], recent: [step], forgotten: new Map() });
    else {
      known.all.push(step);
      known.recent.push(step);
    }
  }

  /** By database and key (`pathOf`). */
  paths(): Iterable<string> {
    return this.keys.keys();
  }

  /** The live items of a key, oldest first; `own` is the running event's step, seen by itself. */
  live(path: string, seen: Seen, own?: Step): Item[] {
    const steps = this.visible;
    steps.length = 0;
    for (const step of this.stepsFor(path, seen)) if (seen(step.dot.origin, step.dot.time)) steps.push(step);
    if (own !== undefined) steps.push(own);
    const reading = ++this.reading;
    for (const step of steps) for (const item of step.kills) item.deadAt = reading;
    const live: Item[] = [];
    for (const step of steps) for (const item of step.adds) if (item.deadAt !== reading) live.push(item);
    return live;
  }

  /** Leaves out what is dead at every replica when it is read by whoever has seen as much. */
  forget(path: string, seenByAll: Seen): void {
    const key = this.keys.get(path);
    if (key === undefined) return;
    const live = new Set(this.live(path, seenByAll));
    key.recent = key.recent.flatMap((step) => {
      const { origin, time } = step.dot;
      if (!seenByAll(origin, time)) return [step];
      key.forgotten.set(origin, Math.max(time, key.forgotten.get(origin) ?? 0));
      const adds = step.adds.filter((item) => live.has(item));
      return adds.length === 0 ? [] : [{ dot: step.dot, adds, kills: [] }];
    });
  }

  /** Steps that reading a key takes, for whoever has seen all. */
  stepCount(path: string): number {
    return this.keys.get(path)?.recent.length ?? 0;
  }

  private stepsFor(path: string, seen: Seen): readonly Step[] {
    const key = this.keys.get(path);
    if (key === undefined) return [];
    for (const [origin, time] of key.forgotten) if (!seen(origin, time)) return key.all;
    return key.recent;
  }
}

export function pathOf(database: number, key: string): string {
  return `${database}:${key}`;
}

export function databaseOf(path: string): number {
  return Number.parseInt(path, 10);
}

export function keyOf(path: string): string {
  return path.slice(path.indexOf(":") + 1);
}
