/**
 * The running event: a command as its own replica sees it.
 *
 * Reads see what the replica has seen plus what the event itself has done so
 * far. Writes become items and kills under the event's one dot.
 *
 *   put      kills what it saw at its element (the whole key, for a string)
 *   remove   kills what it saw, and adds nothing
 *   count    kills nothing: concurrent puts and increments stand beside it
 *   grow     kills nothing: what is added to a sketch lives as long as that does
 *
 * E1. A write to a key also kills what it saw of other types: they were hidden
 *     only until a write had seen both.
 * E2. A write to an expired key first kills all that it saw there.
 * E3. A value's stamp is above the stamps of the values that it replaces. (Only
 *     of another type do increments count as values: beside a value of their own
 *     they have no stamp. Growth counts as a value where another origin's grew.)
 * E4. What an origin counts in a string or a field is a life of its own; it
 *     shows through only while there is no value to count upon.
 * E5. A write into a collection that has a deadline supports the collection's
 *     lives: a removal that has not seen it does not end them. A deadline for
 *     a collection whose lives have all ended begins a new one.
 * E6. Whoever set the deadline that counts removes the key, or the field, when it
 *     has come; any other leaves him ten seconds.
 * E7. A write to an expired field first kills all that it saw of it. A key that
 *     shows nothing because all its fields have expired has expired itself (E2).
 */
import {
  databaseOf,
  pathOf,
  type CollectionType,
  type Content,
  type ContentType,
  type Copy,
  type Dot,
  type History,
  type Item,
  type Life,
  type Seen,
  type Step,
} from "./history.ts";
import { contentAt, endOf, isContent, lifetimeOf, newestPut, viewOf, type View } from "./view.ts";

const GRACE_MS = 10_000;

export class RunningEvent {
  /** The database that keys belong to. */
  database: number;
  readonly nowMs: number;
  readonly dot: Dot;
  /** What bytes that DUMP has given stand for. */
  readonly dumps: Map<string, Copy>;
  private readonly history: History;
  private readonly seen: Seen;
  private readonly steps = new Map<string, Step>();
  /** What was looked at since the event last changed it. */
  private readonly views = new Map<string, View>();
  /** What it came across, for the marks. */
  readonly came = {
    sawSiblings: false,
    sawHiddenType: false,
    sawOutlivedReset: false,
    sawLostGrowth: false,
    removedOwnDeadline: false,
  };

  constructor(history: History, seen: Seen, dot: Dot, nowMs: number, database: number) {
    this.history = history;
    this.dumps = history.dumps;
    this.seen = seen;
    this.dot = dot;
    this.nowMs = nowMs;
    this.database = database;
  }

  /** It may be an event without doing anything: FLUSHDB does not look what there is. */
  mayBeEmpty = false;
  /** The specification cannot know whether it changes anything. */
  mayDoNothing = false;

  /** Did it change anything that a reader could ever see? Clearing what shows nothing need not be an event. */
  get hasEffect(): boolean {
    if (this.mayDoNothing) return false;
    return [...this.steps.values()].some((step) => step.adds.length > 0 || step.kills.some(isContent));
  }

  get paths(): string[] {
    return [...this.steps.keys()];
  }

  /** Makes what happened part of the history. */
  commit(): void {
    for (const [path, step] of this.steps) this.history.record(path, step);
  }

  /** Does something in another database. */
  within<T>(database: number, run: () => T): T {
    const home = this.database;
    this.database = database;
    const result = run();
    this.database = home;
    return result;
  }

  view(key: string): View {
    const path = pathOf(this.database, key);
    const known = this.views.get(path);
    if (known !== undefined) return known;
    const view = viewOf(this.history.live(path, this.seen, this.steps.get(path)), this.nowMs);
    this.views.set(path, view);
    if (view.hasSiblings) this.came.sawSiblings = true;
    if (view.hasHiddenType) this.came.sawHiddenType = true;
    if (view.hasOutlivedReset) this.came.sawOutlivedReset = true;
    if (view.hasLostGrowth) this.came.sawLostGrowth = true;
    return view;
  }

  /** The visible keys of the database. */
  keys(): string[] {
    const prefix = pathOf(this.database, "");
    const paths = new Set([...this.history.paths(), ...this.steps.keys()]);
    const keys = [...paths].filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length));
    return keys.filter((key) => this.view(key).type !== undefined);
  }

  /** A new life: nothing of the old remains. */
  setString(key: string, value: string, deadline?: number): void {
    const { items, writes } = this.view(key);
    const lives = [this.newLife()];
    this.kill(key, items);
    this.put(key, "string", "", value, lives, writes);
    if (deadline !== undefined) this.addDeadline(key, undefined, deadline, lives);
  }

  /** Another value in the same life; where no string shows, a new life that ends when what showed would have. */
  changeString(key: string, value: string): void {
    const { type, deadline } = this.view(key);
    if (type !== "string") return this.setString(key, value, deadline);
    const view = this.opened(key, "string");
    this.kill(
      key,
      view.items.filter((item) => item.kind !== "deadline"),
    );
    this.put(key, "string", "", value, [continued(view.lives, view.deadlineLives)], view.writes);
  }

  /** Adds to the sketch that shows. */
  growSketch(key: string, added: readonly string[]): void {
    const of = newestPut(this.opened(key, "string").items.filter(isContent));
    if (of === undefined) throw new RangeError(`${key} holds nothing that could grow`);
    this.add(key, { ...this.dot, kind: "growth", type: "string", of, added, deadAt: 0 });
  }

  /** Of a field: a new life, without a deadline. */
  putElement(key: string, type: CollectionType, element: string, value: string): void {
    const view = this.supported(key, type);
    const replaced = contentAt(view.items, type, element);
    this.kill(key, allAt(view.items, type, element));
    this.put(key, type, element, value, type === "hash" ? [this.newLife()] : [], replaced);
  }

  /** Another value in the field's same life; where none shows, a new one. */
  changeField(key: string, field: string, value: string): void {
    if (!this.opened(key, "hash").elements.has(field)) return this.putElement(key, "hash", field, value);
    const view = this.supported(key, "hash");
    const replaced = contentAt(view.items, "hash", field);
    const { lives, latest } = lifetimeOf(view.items, field);
    this.kill(key, replaced);
    this.put(key, "hash", field, value, [continued(lives, latest?.lives)], replaced);
  }

  countString(key: string, amount: bigint): void {
    const lives = this.livesToCount(contentAt(this.opened(key, "string").items, "string", ""));
    this.add(key, { ...this.dot, kind: "count", type: "string", element: "", amount, lives, deadAt: 0 });
  }

  countElement(key: string, type: "hash" | "zset", element: string, amount: bigint): void {
    const view = this.supported(key, type);
    if (!view.elements.has(element)) this.kill(key, allAt(view.items, type, element));
    const { items } = this.view(key);
    const lives = type === "hash" ? this.livesToCount(contentAt(items, type, element)) : [];
    this.add(key, { ...this.dot, kind: "count", type, element, amount, lives, deadAt: 0 });
  }

  /** The last element takes the key with it. */
  removeElement(key: string, element: string): void {
    const { type, elements } = this.view(key);
    if (type === undefined || !elements.has(element)) return;
    if (elements.size === 1) this.remove(key);
    else this.kill(key, allAt(this.opened(key, type).items, type, element));
  }

  /** Whatever there is, visible or expired. */
  remove(key: string): void {
    const { type, expired, items } = this.view(key);
    if (type !== undefined || expired) this.kill(key, items);
  }

  /** `Infinity` takes the deadline away. */
  expire(key: string, at: number): void {
    const { type, items, ...view } = this.view(key);
    const lives = view.lives.length > 0 ? view.lives : [this.newLife()];
    this.kill(
      key,
      items.filter((item) => item.kind === "deadline" && item.field === undefined),
    );
    this.addDeadline(key, undefined, at, lives);
    if (type !== undefined && type !== "string") this.renewBirths(key, type, items, lives);
  }

  /** The same for a field that shows. */
  expireField(key: string, field: string, at: number): void {
    const { items } = this.view(key);
    const { lives } = lifetimeOf(items, field);
    this.kill(
      key,
      items.filter((item) => item.kind === "deadline" && item.field === field),
    );
    this.addDeadline(key, field, at, lives);
  }

  /** The replica removes a key because its time has come: false when it had not (E6). */
  expireNow(key: string): boolean {
    const { endedAt, items, deadlineOrigin } = this.view(key);
    const isOwn = deadlineOrigin === this.dot.origin;
    this.came.removedOwnDeadline = isOwn;
    if (endedAt === undefined || endedAt + (isOwn ? 0 : GRACE_MS) > this.nowMs) return false;
    this.kill(key, items);
    return true;
  }

  /** The same for fields (E6); the last one takes the key with it. */
  expireFieldsNow(key: string, fields: readonly string[]): boolean {
    return fields.every((field) => {
      const { items } = this.view(key);
      const { latest } = lifetimeOf(items, field);
      const endedAt = endOf(latest);
      const isOwn = latest?.origin === this.dot.origin;
      this.came.removedOwnDeadline = isOwn;
      if (endedAt === undefined || endedAt + (isOwn ? 0 : GRACE_MS) > this.nowMs) return false;
      const isLast = items.every((item) => !isContent(item) || item.type !== "hash" || item.element === field);
      this.kill(key, isLast ? items : allAt(items, "hash", field));
      return true;
    });
  }

  clear(): void {
    this.mayBeEmpty = true;
    const prefix = pathOf(this.database, "");
    for (const path of this.history.paths()) {
      if (path.startsWith(prefix)) this.kill(path.slice(prefix.length), this.view(path.slice(prefix.length)).items);
    }
  }

  clearAll(): void {
    const databases = new Set(Array.from(this.history.paths(), databaseOf));
    for (const database of databases) this.within(database, () => this.clear());
  }

  /** Readies a key for a write of a type (E1, E2). */
  private opened(key: string, type: ContentType): View {
    const { expired, items } = this.view(key);
    this.kill(key, expired ? items : items.filter((item) => !isOfType(item, type)));
    return this.view(key);
  }

  /** Readies a collection for a write (E1, E2, E5). */
  private supported(key: string, type: CollectionType): View {
    this.support(key, type, this.opened(key, type));
    return this.view(key);
  }

  /** The lives of a collection that is about to be written to (E5); one that shows nothing begins anew. */
  private support(key: string, type: CollectionType, view: View): void {
    const hasDeadline = view.items.some((item) => item.kind === "deadline" && item.field === undefined);
    if (view.type === undefined) this.renewBirths(key, type, view.items, [this.newLife()]);
    else if (hasDeadline) this.renewBirths(key, type, view.items, view.lives);
  }

  private renewBirths(key: string, type: CollectionType, items: readonly Item[], lives: readonly Life[]): void {
    this.kill(
      key,
      items.filter((item) => item.kind === "birth" && item.type === type),
    );
    for (const life of lives) this.add(key, { ...this.dot, kind: "birth", type, life, deadAt: 0 });
  }

  /** What this origin counts belongs to a life of its own (E4). */
  private livesToCount(there: readonly Content[]): readonly Life[] {
    const own = there.find((item) => item.kind === "count" && item.origin === this.dot.origin);
    return own?.lives ?? [this.newLife()];
  }

  private addDeadline(key: string, field: string | undefined, at: number, lives: readonly Life[]): void {
    this.add(key, { ...this.dot, kind: "deadline", field, at, lives, deadAt: 0 });
  }

  private put(
    key: string,
    type: ContentType,
    element: string,
    value: string,
    lives: readonly Life[],
    replaced: readonly Item[],
  ): void {
    let stamp = this.dot.time;
    for (const item of replaced) {
      const isOwn = item.time === this.dot.time && item.origin === this.dot.origin;
      if (item.kind === "put") stamp = Math.max(stamp, isOwn ? item.stamp : item.stamp + 1);
      else if (item.kind === "count" && item.type !== type) stamp = Math.max(stamp, item.time + 1);
      else if (item.kind === "growth" && item.origin !== this.dot.origin) stamp = Math.max(stamp, item.time + 1);
    }
    this.add(key, { ...this.dot, kind: "put", type, element, value, stamp, lives, deadAt: 0 });
  }

  private add(key: string, item: Item): void {
    this.step(key).adds.push(item);
  }

  private kill(key: string, items: readonly Item[]): void {
    if (items.length > 0) this.step(key).kills.push(...items);
  }

  private step(key: string): Step {
    const path = pathOf(this.database, key);
    this.views.delete(path);
    const known = this.steps.get(path);
    if (known !== undefined) return known;
    const step: Step = { dot: this.dot, adds: [], kills: [] };
    this.steps.set(path, step);
    return step;
  }

  private newLife(): Life {
    return this.dot;
  }
}

/** Of the lives of several increments, the one that the deadline names goes on, or else the oldest. */
function continued(lives: readonly Life[], deadlineLives: readonly Life[] | undefined): Life {
  const named = deadlineLives === undefined ? lives : lives.filter((life) => deadlineLives.includes(life));
  return named.toSorted((a, b) => a.time - b.time || a.origin - b.origin)[0] as Life; // what is visible has a life
}

/** Fields have deadlines; those of the key are of all types. */
function isOfType(item: Item, type: ContentType): boolean {
  if (item.kind === "deadline") return item.field === undefined || type === "hash";
  return item.type === type;
}

function allAt(items: readonly Item[], type: ContentType, element: string): Item[] {
  const deadlines = items.filter((item) => item.kind === "deadline" && item.field === element && type === "hash");
  return [...contentAt(items, type, element), ...deadlines];
}
