/** What each kind of fault does to the simulated world, and how it mends. */
import type { VirtualClock } from "./clock.ts";
import { DIALECTS, type Dialect } from "./dialect.ts";
import { changeMembers, restart, restore } from "./lives.ts";
import type { SimulatedNode } from "./node.ts";
import type { World } from "./world.ts";
import type { Fault } from "../scenario/scenario.ts";

/** Does the damage; returns what mends it, for faults that last. */
export function strike(world: World, fault: Fault): (() => void) | undefined {
  const { network } = world;
  switch (fault.kind) {
    case "break":
      network.breakBetween(...fault.between, "fault");
      return undefined;
    case "partition":
      return fault.flapMs > 0
        ? flap(world.clock, fault.flapMs, () => network.partition(fault))
        : network.partition(fault);
    case "cut":
      return network.cut(fault.from, fault.to, false);
    case "jam":
      return network.cut(fault.from, fault.to, true);
    case "slow":
      return network.slow(fault.from, fault.to, fault.bytesPerMs);
    case "double":
      network.open(world.node(fault.between[0]), world.node(fault.between[1]));
      return undefined;
    case "garbage":
      network.inject(fault.from, fault.to, Buffer.from(fault.bytes, "latin1"));
      return undefined;
    case "repeat":
      network.repeat(fault.from, fault.to);
      return undefined;
    case "dialect":
      return speak(world, world.node(fault.replica), DIALECTS[fault.speaks]());
    case "restart":
      return restart(world, world.node(fault.replica), fault);
    case "disk-full":
      return trouble(world.node(fault.replica), ["full"]);
    case "disk-fails":
      return trouble(world.node(fault.replica), fault.what === "all" ? ["writes", "syncs"] : [fault.what]);
    case "disk-slow":
      return slowDisk(world.node(fault.replica), fault.syncMs);
    case "bit-flip":
      world.node(fault.replica).disk.flipBit();
      return undefined;
    case "restore":
      return restore(world, world.node(fault.replica), world.backup(fault));
    case "save":
      save(world.node(fault.replica));
      return undefined;
    case "join":
    case "clone":
    case "leave":
    case "forget":
      changeMembers(world, fault);
      return undefined;
    case "pause":
      return world.node(fault.replica).pause();
    case "step":
      world.node(fault.replica).wall.step(fault.byMs);
      return undefined;
    case "drift":
      return world.node(fault.replica).wall.drift(world.clock.nowMs, fault.ppm);
    case "drill":
      return drill(world.node(fault.replica), fault.target);
  }
}

/** Does damage and mends it in turns; returns what ends that. */
function flap(clock: VirtualClock, everyMs: number, damage: () => () => void): () => void {
  let mend: (() => void) | undefined;
  let ended = false;
  const turn = (): void => {
    if (ended) return;
    if (mend === undefined) mend = damage();
    else {
      mend();
      mend = undefined;
    }
    clock.after(everyMs, turn);
  };
  turn();
  return () => {
    ended = true;
    mend?.();
  };
}

/** What goes out is rewritten; both ends greet each other anew when that begins and when it ends. */
function speak(world: World, node: SimulatedNode, dialect: Dialect): () => void {
  world.network.breakOf(node.id, "begins to speak a dialect");
  node.dialects.push(dialect);
  return () => {
    node.dialects.splice(node.dialects.indexOf(dialect), 1);
    world.network.breakOf(node.id, "speaks as before");
  };
}

function trouble({ disk }: SimulatedNode, kinds: readonly ("full" | "writes" | "syncs")[]): () => void {
  for (const kind of kinds) disk.troubles[kind]++;
  return () => {
    for (const kind of kinds) disk.troubles[kind]--;
  };
}

function slowDisk({ disk }: SimulatedNode, syncMs: number): () => void {
  const { troubles } = disk;
  troubles.syncMs.push(syncMs);
  return () => void troubles.syncMs.splice(troubles.syncMs.indexOf(syncMs), 1);
}

function save(node: SimulatedNode): void {
  node.act(() => void node.process.persistence?.begin("rewrite", node.wallMs));
}

function drill(node: SimulatedNode, target: string): () => void {
  node.act(() => void node.process.replica.cut(target));
  return () => node.act(() => void node.process.replica.heal());
}
