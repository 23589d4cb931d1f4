/**
 * All that has to do with repairs, as the replica sees it: repairs of this
 * replica, repairs of others, and the alarm that may ask for one.
 */
import type { Digest, Message } from "../../transport/message.ts";
import { Divergence } from "./divergence.ts";
import type { Environment } from "./environment.ts";
import type { HoldBounds } from "./gate.ts";
import type { Journal } from "./journal.ts";
import type { Link } from "./link.ts";
import type { Mesh } from "./mesh.ts";
import type { Outbound } from "./outbound.ts";
import { RepairReceiver } from "./repair-receiver.ts";
import { RepairSender } from "./repair-sender.ts";
import { localTimes } from "./times.ts";

export type RepairMessage = Extract<Message, { readonly kind: `repair-${string}` }> | Digest;

/** What repairs take up just now. */
export interface RepairFigures {
  /** Received and not yet part of the content. */
  readonly stagedBytes: number;
  /** Parts of the hash space that are still to be asked about. */
  readonly waitingNodes: number;
  /** Peers that are being repaired from here, and their questions that wait. */
  readonly serving: number;
  readonly asksQueued: number;
}

export class Repairs {
  readonly sender: RepairSender;
  readonly receiver: RepairReceiver;
  private readonly divergence: Divergence;
  private readonly journal: Journal;
  private readonly mesh: Mesh;
  private readonly environment: Environment;

  constructor(journal: Journal, mesh: Mesh, outbound: Outbound, environment: Environment) {
    this.journal = journal;
    this.mesh = mesh;
    this.environment = environment;
    this.sender = new RepairSender(journal, mesh, outbound, environment);
    this.receiver = new RepairReceiver(journal, mesh, environment);
    this.divergence = new Divergence(journal, mesh, environment);
    this.divergence.onDiverged = (link) => this.receiver.request(link);
    journal.holdBounds = () => this.holdBounds();
  }

  get figures(): RepairFigures {
    const { sender, receiver } = this;
    return {
      stagedBytes: receiver.bytes + this.journal.state.repair.stagedBytes,
      waitingNodes: receiver.waitingNodes,
      serving: sender.sessionCount,
      asksQueued: sender.asksQueued,
    };
  }

  receive(link: Link, message: RepairMessage, wallMs: number): void {
    switch (message.kind) {
      case "repair-request":
        return this.sender.request(link, localTimes(this.journal.state.origins, message.resume));
      case "repair-compare":
      case "repair-fetch":
        return this.sender.ask(link, message);
      case "repair-compare-range":
      case "repair-fetch-ranges":
        return this.sender.askRange(link, message);
      case "repair-done":
        return this.sender.done(link);
      case "repair-begin":
        return this.receiver.begin(link, message);
      case "repair-vector":
        return this.receiver.vector(link, message);
      case "repair-residue":
        return this.receiver.residue(link, message);
      case "repair-description":
      case "repair-chunk":
      case "repair-range-description":
      case "repair-range-chunk":
        return this.receiver.answer(link, message);
      case "repair-end":
        return this.receiver.end(link, message, wallMs);
      case "repair-abort":
        if (message.bySender === 0) this.sender.drop(link);
        else if (this.receiver.link === link) this.receiver.leave(message.reason, false);
        return;
      case "digest":
        return this.divergence.receive(link, message);
    }
  }

  /** Something was applied, or could not be held. */
  admitted(dropped: boolean, wallMs: number): void {
    if (dropped) this.receiver.overflowed();
    this.receiver.commitWhenComplete(wallMs);
    this.divergence.risen();
  }

  left(link: Link): void {
    this.sender.drop(link);
    this.divergence.forget(link);
    if (this.receiver.link === link) this.receiver.leave("the link is lost", false);
  }

  turn(wallMs: number): void {
    this.receiver.turn(wallMs);
    this.sender.turn();
    for (const link of this.mesh.open()) this.divergence.tell(link);
  }

  /** A repair lends room to the intervals that wait for it. */
  private holdBounds(): HoldBounds {
    const { limits } = this.environment;
    return this.receiver.isActive
      ? { bytesMax: limits.stagedBytesMax, countMax: limits.stagedHeldCountMax }
      : { bytesMax: limits.heldBytesMax, countMax: limits.heldCountMax };
  }
}
