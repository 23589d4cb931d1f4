/**
 * Who is to become equal in the end: the replicas that run and that nobody has forgotten, or that have begun anew since.
 *
 * A forgotten process that still runs, or comes back with what it was, is outside: it holds something beyond the fences
 * that the others keep, and nobody may let it in.
 */
import type { Checker } from "../oracles/check.ts";
import type { Marks } from "../oracles/marks.ts";
import type { Fault, Scenario } from "../scenario/scenario.ts";
import type { SimulatedNode } from "../world/node.ts";
import type { Process } from "../world/process.ts";

/** Replicas that come later: the first that is told of their lives is that they join, or begin as clones. */
export function comersOf({ faults }: Pick<Scenario, "faults">): ReadonlySet<string> {
  const firsts = new Map<string, Fault["kind"]>();
  for (const fault of faults.toSorted((a, b) => a.atMs - b.atMs)) {
    if (!("replica" in fault) || firsts.has(fault.replica)) continue;
    if (fault.kind === "join" || fault.kind === "clone" || fault.kind === "leave" || fault.kind === "forget")
      firsts.set(fault.replica, fault.kind);
  }
  return new Set([...firsts].filter(([, kind]) => kind === "join" || kind === "clone").map(([id]) => id));
}

export class Members {
  private readonly nodes: readonly SimulatedNode[];
  private readonly checker: Checker;
  private readonly marks: Marks;
  private readonly forgotten = new Set<SimulatedNode>();
  /** They began with what somebody forgotten had. */
  private readonly copies = new Set<SimulatedNode>();

  constructor(nodes: readonly SimulatedNode[], checker: Checker, marks: Marks) {
    this.marks = marks;
    this.nodes = nodes;
    this.checker = checker;
  }

  get all(): readonly SimulatedNode[] {
    const wanted = this.nodes.filter((node) => node.isWanted);
    const suspects = new Set([...this.forgotten, ...this.copies]);
    if (suspects.size === 0) return wanted;
    const fences = new Map<number, number>();
    for (const { process: life } of wanted.filter((node) => !suspects.has(node)))
      for (const { originId, finalTime } of life.replica.content.fences())
        fences.set(originId, Math.max(finalTime, fences.get(originId) ?? 0));
    return wanted.filter((node) => !suspects.has(node) || !isOut(node, fences));
  }

  /** How many of those who were forgotten are members again. */
  get comebacks(): number {
    return this.all.filter((node) => this.forgotten.has(node)).length;
  }

  /** Whom others have let go, and who holds on to what is past. */
  isOutside(node: SimulatedNode): boolean {
    return (this.forgotten.has(node) || this.copies.has(node)) && !this.all.includes(node);
  }

  /** A copy of somebody who was forgotten may hold on to what is past, too. */
  cloned(node: SimulatedNode, of: SimulatedNode): void {
    if (this.forgotten.has(of) || this.copies.has(of)) this.copies.add(node);
    else this.copies.delete(node);
  }

  /** CLUSTER FORGET at a member, which may not know of whom it is told. Two who forget each other would be two clusters. */
  forget(node: SimulatedNode, by: SimulatedNode): void {
    by.act(() => {
      if (this.isOutside(by)) return;
      if (by.process.replica.cluster.forget(node.id) !== "forgotten") return;
      this.forgotten.add(node);
      this.marks.add("member forgotten");
      this.checker.tampered(node);
      this.checker.forgot(by, node.process.originId);
    });
  }

  /**
   * Whoever has left is forgotten by those who stay and know of him, else they wait for him; or comes back, where nobody
   * does. So is a new start of a forgotten name, when what is past has taken its place again.
   */
  forgetAbsent(): void {
    const exiled = this.nodes.filter((node) => node.isUp && node.isWanted && node.process.replica.cluster.forgotten);
    for (const node of exiled) for (const by of this.all) this.forget(node, by);
    // Who was forgotten may have come back as a new one, and have left since.
    const absent = this.nodes.filter((node) => !node.isWanted && node.hasRun);
    for (const node of absent) {
      for (const by of this.all) this.forget(node, by);
      if (this.forgotten.has(node)) continue;
      node.isWanted = true;
      node.start();
    }
  }

  /**
   * Who keeps residue for somebody that its seeds name and that is no member: it has not met that one since it began, or
   * it is alone, and has lost who else there may be when it began with what it had kept. Its operator, who knows, has to
   * say so.
   */
  get misled(): { readonly node: SimulatedNode; readonly seeds: readonly string[] } | undefined {
    const members = this.all;
    const ids = members.map(({ id }) => id);
    const node = members.find(
      ({ isUp, isPaused, seeds, process: life }) =>
        isUp &&
        !isPaused &&
        life.keyspace.residueCount > 0 &&
        seeds.some((id) => !ids.includes(id)) &&
        waitsForSeeds(life) &&
        // The last one that has anything is not started anew where that would be lost.
        (life.persistence !== undefined || members.length > 1),
    );
    return node && { node, seeds: ids.filter((id) => id !== node.id) };
  }
}

function waitsForSeeds({ replica: { cluster, counters }, peersExpected, hasRecovered }: Process): boolean {
  return cluster.metCount < peersExpected || (hasRecovered && counters.linksOpened === 0);
}

/** Who was told so stays out, even where the fences have died with the memory that held them. */
function isOut({ process: life }: SimulatedNode, fences: ReadonlyMap<number, number>): boolean {
  if (life.replica.cluster.forgotten) return true;
  const { origins, context } = life.keyspace;
  if (fences.has(life.originId)) return true;
  for (const [originId, finalTime] of fences) {
    const origin = origins.find(originId);
    if (origin !== undefined && context.get(origin) > finalTime) return true;
  }
  return false;
}
