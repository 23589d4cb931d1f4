/**
 * What each replica has seen, counted in events.
 *
 * The oracles know every event that any replica minted, and its writer's sight
 * at that moment. A replica's sight is its context in these terms. (Contexts
 * themselves are hardly ever equal, because heartbeats move them all the time.)
 *
 * Three promises are checked here, whatever the events contain:
 *
 *   dots are unique          an origin's times rise, above all that it announced
 *   contexts rise            no replica ever has seen less than before: together
 *                            with the specification, clients never go back
 *   effects after causes     whoever has seen an event has seen all that its
 *                            writer had seen
 *
 * An origin's events are seen in order and their causes only grow, so of those
 * newly seen the last one's causes are all there is to check.
 */
import type { Dot } from "../spec/history.ts";
import type { SimulatedNode } from "../world/node.ts";
import type { Process } from "../world/process.ts";
import type { FailureDetails } from "./failure.ts";

/** Throws. */
export type Fail = (oracle: FailureDetails["oracle"], node: SimulatedNode, message: string) => never;

/** By the number of an origin, how many of its events. */
type Counts = readonly number[];

/** All events of one origin, in its order. */
interface OriginEvents {
  readonly id: number;
  /** Names it in counts. */
  readonly number: number;
  readonly times: number[];
  /** What the writer of each had seen; shared while that did not change. */
  readonly causes: Counts[];
}

/** What one life of a process has seen. */
export interface Sight {
  readonly process: Process;
  /** By the process's own index of an origin: its events, and its time in the context. */
  readonly origins: OriginEvents[];
  readonly times: number[];
  /** By the number of an origin. */
  readonly counts: number[];
  /** Of all origins together: rises with every event seen. */
  version: number;
  /** The counts when the process last minted an event, and whether they still are these but for its own. */
  causes: Counts;
  sawOthers: boolean;
  /** By the number of an origin, of its last event seen the causes, which were there. */
  readonly verified: (Counts | undefined)[];
}

export class Sights {
  private readonly fail: Fail;
  private readonly events = new Map<number, OriginEvents>();
  private readonly sights = new Map<SimulatedNode, Sight>();

  constructor(fail: Fail) {
    this.fail = fail;
  }

  of(node: SimulatedNode): Sight {
    const known = this.sights.get(node);
    if (known?.process === node.process) return known;
    const sight = {
      process: node.process,
      origins: [],
      times: [],
      counts: [],
      version: 0,
      causes: [],
      sawOthers: true,
      verified: [],
    };
    this.sights.set(node, sight);
    return sight;
  }

  /** A replica has made an event of its own; it had announced its time up to `before`. */
  minted(node: SimulatedNode, dot: Dot, before: number): void {
    const { times, causes } = this.eventsOf(dot.origin);
    const last = times.at(-1) ?? 0;
    if (dot.time <= last || dot.time <= before)
      this.fail("dots are unique", node, `an event at ${dot.time} after ${last}, announced up to ${before}`);
    const sight = this.of(node);
    if (sight.sawOthers) {
      sight.causes = sight.counts.slice();
      sight.sawOthers = false;
    }
    times.push(dot.time);
    causes.push(sight.causes);
  }

  /** Brings a sight up to its replica's context. True when it covers more events than before. */
  refresh(node: SimulatedNode): boolean {
    const sight = this.of(node);
    const { context, self } = node.process.keyspace;
    const before = sight.version;
    let risen: OriginEvents[] | undefined;
    for (let index = 0; index < context.length; index++) {
      const time = context.get(index);
      const last = sight.times[index] ?? 0;
      if (time === last) continue;
      const origin = sight.origins[index] ?? this.originAt(sight, index);
      if (time < last)
        this.fail("contexts rise", node, `the context of ${node.id} fell from ${last} to ${time} for ${origin.id}`);
      sight.times[index] = time;
      if (!this.count(sight, origin, time) || index === self) continue;
      sight.sawOthers = true;
      (risen ??= []).push(origin);
    }
    if (risen !== undefined) for (const origin of risen) this.demandCauses(node, sight, origin);
    return sight.version !== before;
  }

  /** Has the replica of a sight seen this event, or nothing later of its origin? */
  covers(sight: Sight, origin: number, time: number): boolean {
    const index = sight.process.keyspace.origins.find(origin);
    return index !== undefined && (sight.times[index] ?? 0) >= time;
  }

  /** Have these all seen everything that any of them has seen? */
  allEqual(nodes: readonly SimulatedNode[]): boolean {
    const [first, ...others] = nodes.map((node) => this.of(node));
    return first === undefined || others.every((sight) => equalSights(first, sight));
  }

  describe(node: SimulatedNode): string {
    const { counts } = this.of(node);
    const seen = [...this.events.values()].filter(({ number }) => (counts[number] ?? 0) > 0);
    return seen.map(({ id, number }) => `${counts[number]} events of origin ${id}`).join(", ") || "no events";
  }

  private count(sight: Sight, { number, times }: OriginEvents, time: number): boolean {
    const before = sight.counts[number] ?? 0;
    let count = before;
    while (count < times.length && (times[count] ?? 0) <= time) count++;
    sight.counts[number] = count;
    sight.version += count - before;
    return count > before;
  }

  private demandCauses(node: SimulatedNode, sight: Sight, { id, number, causes }: OriginEvents): void {
    const last = causes[(sight.counts[number] ?? 0) - 1];
    if (last === undefined || last === sight.verified[number]) return;
    sight.verified[number] = last;
    const { counts } = sight;
    for (let cause = 0; cause < last.length; cause++) {
      if ((counts[cause] ?? 0) >= (last[cause] ?? 0)) continue;
      const lacking = [...this.events.values()].find((origin) => origin.number === cause)?.id;
      const message = `${node.id} has seen ${counts[number]} events of origin ${id}, whose writer had seen ${last[cause]} of origin ${lacking}; but ${node.id} only ${counts[cause] ?? 0}`;
      this.fail("effects after causes", node, message);
    }
  }

  private originAt(sight: Sight, index: number): OriginEvents {
    return (sight.origins[index] = this.eventsOf(sight.process.keyspace.origins.id(index)));
  }

  private eventsOf(id: number): OriginEvents {
    const known = this.events.get(id);
    if (known !== undefined) return known;
    const made = { id, number: this.events.size, times: [], causes: [] };
    this.events.set(id, made);
    return made;
  }
}

export function equalSights(a: Sight, b: Sight): boolean {
  if (a.version !== b.version) return false;
  const length = Math.max(a.counts.length, b.counts.length);
  for (let i = 0; i < length; i++) if ((a.counts[i] ?? 0) !== (b.counts[i] ?? 0)) return false;
  return true;
}
