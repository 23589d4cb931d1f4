/** What each kind of fault does to the simulated world, and how it mends. */
import type { VirtualClock } from "./clock.ts";
import { DIALECTS, type Dialect } from "./dialect.ts";
import type { Network } from "./network.ts";
import type { SimulatedNode } from "./node.ts";
import type { Fault } from "../scenario/scenario.ts";

export interface World {
  readonly clock: VirtualClock;
  readonly network: Network;
  node(id: string): SimulatedNode;
  nextOriginId(): number;
  /** A process has died; its origin will write no more. */
  died(node: SimulatedNode): void;
}

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
      return restart(world, world.node(fault.replica));
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

/** A process that is down already stays down until its first fault mends. */
function restart(world: World, node: SimulatedNode): (() => void) | undefined {
  if (!node.isUp) return undefined;
  world.died(node);
  node.kill();
  world.network.abandon(node);
  return () => node.restart(world.nextOriginId());
}

function drill(node: SimulatedNode, target: string): () => void {
  node.act(() => void node.process.replica.cut(target));
  return () => node.act(() => void node.process.replica.heal());
}
