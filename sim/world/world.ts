/** The world as faults see it: what they may harm, and whom they must tell. */
import type { Fault } from "../scenario/scenario.ts";
import type { VirtualClock } from "./clock.ts";
import type { VirtualDisk } from "./disk.ts";
import type { Network } from "./network.ts";
import type { Happening, SimulatedNode } from "./node.ts";

export interface World {
  readonly clock: VirtualClock;
  readonly network: Network;
  node(id: string): SimulatedNode;
  /** The copy of a disk that a fault restores; undefined where none was made. */
  backup(fault: Fault): VirtualDisk | undefined;
  happened(what: Happening): void;
  /** A process is about to end; perhaps because it was asked to, and has done what it does then, or some of it. */
  died(node: SimulatedNode, wasAsked: boolean): void;
  /** An operator tells a replica to forget another. */
  forget(node: SimulatedNode, by: SimulatedNode): void;
  /** A replica is to begin with a copy of another's disk. */
  cloned(node: SimulatedNode, of: SimulatedNode): void;
  /** What is on the disk is not what the process has left there, or nobody will ask for it again. */
  tampered(node: SimulatedNode): void;
}
