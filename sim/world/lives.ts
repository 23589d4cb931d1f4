/**
 * How processes end and begin again: crashes, clean stops, restored and cloned disks, joining, leaving, being forgotten.
 *
 * The end of a process is two things: what happens to the disk (nothing when it is killed, what was not safe is lost
 * when the power fails), and that its peers notice in their own time.
 */
import type { VirtualDisk } from "./disk.ts";
import type { SimulatedNode } from "./node.ts";
import type { World } from "./world.ts";
import type { Fault } from "../scenario/scenario.ts";

type Restart = Extract<Fault, { kind: "restart" }>;
type MemberFault = Extract<Fault, { kind: "join" | "clone" | "leave" | "forget" }>;

/** A process that is down already stays down until its first fault mends. */
export function restart(world: World, node: SimulatedNode, { how, effects }: Restart): (() => void) | undefined {
  const powerFails = how === "crash";
  if (how === "stop") return stopAndStart(world, node, effects);
  if (effects === 0) {
    if (!node.isUp) return undefined;
    die(world, node, powerFails);
    return () => startAgain(node);
  }
  const died = (): void => {
    world.happened("process died in the middle");
    die(world, node, powerFails);
  };
  if (!node.isWanted || !node.lastEffects.begin(effects, died)) return undefined;
  return () => {
    node.lastEffects.end();
    startAgain(node);
  };
}

/** A process that stands still is killed by whoever waits for its end; one that dies on the way is killed, too. */
function stopAndStart(world: World, node: SimulatedNode, effects: number): (() => void) | undefined {
  if (!node.isUp) return undefined;
  stop(world, node, effects);
  return () => startAgain(node);
}

function stop(world: World, node: SimulatedNode, effects: number, saves = false): void {
  const { lastEffects } = node;
  const counts = effects > 0 && lastEffects.begin(effects, () => {});
  const stops = !node.isPaused;
  if (stops) node.stop(saves);
  if (counts) lastEffects.end();
  die(world, node, false, stops);
}

/** The operator finds it dead, and replaces its disk by a backup of it; by an empty one where there is none. */
export function restore(world: World, node: SimulatedNode, backup: VirtualDisk | undefined): (() => void) | undefined {
  if (!node.isWanted) return undefined;
  die(world, node, false);
  if (backup === undefined) node.disk.wipe();
  else node.disk.take(backup);
  world.tampered(node);
  return () => startAgain(node);
}

export function changeMembers(world: World, fault: MemberFault): void {
  const node = world.node(fault.replica);
  switch (fault.kind) {
    case "join":
      if (node.isUp) die(world, node, false);
      if (fault.fresh) {
        node.disk.wipe();
        world.tampered(node);
      }
      return enter(node, fault.through);
    case "clone":
      if (node.isUp) die(world, node, false);
      node.disk.take(world.node(fault.of).disk);
      world.cloned(node, world.node(fault.of));
      world.tampered(node);
      return enter(node, fault.of);
    case "leave":
      node.isWanted = false;
      if (node.isUp) stop(world, node, 0);
      world.tampered(node);
      return;
    case "forget":
      world.forget(node, world.node(fault.by));
  }
}

function enter(node: SimulatedNode, through: string): void {
  node.isWanted = true;
  node.seeds = [through];
  node.start();
}

/** Its operator starts it anew, keeps what it has, and names others whom it should look for. */
export function startWithSeeds(world: World, node: SimulatedNode, seeds: readonly string[]): void {
  stop(world, node, 0, true);
  node.seeds = seeds;
  node.start();
}

function startAgain(node: SimulatedNode): void {
  if (!node.isUp && node.isWanted) node.start();
}

function die(world: World, node: SimulatedNode, powerFails: boolean, wasAsked = false): void {
  if (node.isUp) {
    world.died(node, wasAsked);
    node.kill();
    world.network.abandon(node);
  }
  if (powerFails) node.disk.losePower();
}
