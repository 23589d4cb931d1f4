/**
 * The greeter: says hello, and opens a link or ends it by what the peer says.
 * It also keeps the fault drill: who is not let in until the drill is over.
 */
import type { Context } from "../../crdt/context.ts";
import type { Origin } from "../../crdt/origin.ts";
import { PROTOCOL_VERSION, type Hello } from "../../transport/message.ts";
import type { Environment } from "./environment.ts";
import { refusalOf, survivor } from "./greeting.ts";
import type { Journal } from "./journal.ts";
import type { Link } from "./link.ts";
import type { Mesh } from "./mesh.ts";
import { localTimes, originOf, raiseAll, timesOf } from "./times.ts";

/** Who this replica says it is. */
export interface OwnIdentity {
  readonly clusterId: string;
  readonly nodeId: string;
  readonly region: string;
  /** Its peer port as others reach it; without a host they take the one that the connection comes from. */
  readonly address: string;
  /** Where clients connect, likewise. */
  readonly clientAddress?: string;
}

export class Greeter {
  private readonly identity: OwnIdentity;
  private readonly journal: Journal;
  private readonly mesh: Mesh;
  private readonly environment: Environment;
  private readonly cuts = new Set<string>();

  constructor(identity: OwnIdentity, journal: Journal, mesh: Mesh, environment: Environment) {
    this.identity = identity;
    this.journal = journal;
    this.mesh = mesh;
    this.environment = environment;
  }

  hello(wallMs: number): Hello {
    const { clusterId, nodeId, region, address } = this.identity;
    const { origins, self, context } = this.journal.state;
    const { messageBytesMax, creditBytes } = this.environment.limits;
    const floors: number[] = [];
    context.each((origin) => {
      const floor = this.journal.log.servesFrom(origin);
      if (floor > 0) floors.push(origins.id(origin), floor);
    });
    return {
      kind: "hello",
      version: PROTOCOL_VERSION,
      clusterId,
      nodeId,
      region,
      address,
      originId: origins.id(self),
      wallMs,
      messageBytesMax,
      creditBytes,
      context: timesOf(origins, context),
      floors,
      hasPast: this.hasPast ? 1 : 0,
    };
  }

  /** Did this process begin with what an earlier one had kept? */
  hasPast = false;

  /** Judges what a hello brings, and as which origin; refuses the link when it is to be refused. */
  admits: (link: Link, hello: Hello, origin: Origin, context: Context) => boolean = () => true;

  /** Judges a hello. True when the link is open now. */
  accept(link: Link, hello: Hello, wallMs: number): boolean {
    const { origins } = this.journal.state;
    const refusal = this.refusal(hello, wallMs);
    if (refusal !== undefined) {
      this.mesh.end(link, refusal.code, refusal.reason);
      return false;
    }
    const context = localTimes(origins, hello.context);
    const floors = localTimes(origins, hello.floors);
    const origin = originOf(origins, hello.originId);
    link.peer = { nodeId: hello.nodeId, region: hello.region, address: hello.address, originId: hello.originId };
    raiseAll(link.greeted, context);
    if (!this.admits(link, hello, origin, link.greeted)) return false;
    const older = this.mesh.members.get(hello.nodeId)?.link;
    const stays = older === undefined ? link : survivor(this.identity.nodeId, hello.nodeId, older, link);
    const loser = stays === link ? older : link;
    if (loser !== undefined) this.mesh.end(loser, "duplicateLink", "another link to this node stays");
    if (loser === link) return false;
    link.peerOrigin = origin;
    link.state = "open";
    link.openedMs = this.environment.stopwatch.nowMs;
    link.peerCreditBytes = hello.creditBytes;
    link.peerMessageBytesMax = hello.messageBytesMax;
    raiseAll(link.acknowledged, context);
    raiseAll(link.floors, floors);
    this.mesh.greet(link, link.peer, origin);
    this.environment.counters.linksOpened++;
    this.environment.log("info", `linked to ${hello.nodeId} (${hello.region})`);
    return true;
  }

  /** Drops and refuses links to a region or node until healed; the number of links dropped. */
  cut(regionOrNode: string): number {
    this.cuts.add(regionOrNode);
    let dropped = 0;
    for (const link of this.mesh.open()) {
      if (link.peer === undefined || !this.refuses(link.peer.nodeId, link.peer.region)) continue;
      this.mesh.end(link, "cut", "a fault drill");
      dropped++;
    }
    return dropped;
  }

  /** Ends all cuts; the number of cuts ended. */
  heal(): number {
    const healed = this.cuts.size;
    this.cuts.clear();
    return healed;
  }

  refuses(nodeId: string, region: string): boolean {
    return this.cuts.has(nodeId) || this.cuts.has(region);
  }

  private refusal(hello: Hello, wallMs: number): ReturnType<typeof refusalOf> {
    const { origins, self, clock } = this.journal.state;
    const policy = {
      clusterId: this.identity.clusterId,
      nodeId: this.identity.nodeId,
      originId: origins.id(self),
      maxOffsetMs: clock.maxOffsetMs,
      refuses: (nodeId: string, region: string) => this.refuses(nodeId, region),
    };
    const { nowMs } = this.environment.stopwatch;
    return refusalOf(hello, { policy, wallMs, nowMs, others: this.mesh.links });
  }
}
