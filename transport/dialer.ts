/**
 * Whom to dial, and when: for the network over WebSocket, with real names,
 * timers and patience.
 *
 *   seeds      addresses that a person gave: asked for first, and again and again.
 *              A name is resolved anew every few seconds, all its addresses are dialed.
 *   members    addresses of members that have no link, as the replica knows them by then
 *
 * D1. An address is dialed once at a time; after a failure, or a link that was
 *     refused, the wait doubles, up to two seconds.
 * D2. Where a link to the node that was met there is open, or a drill is on,
 *     nothing is dialed. An address that is this replica itself is left alone.
 * D3. At most DIALS_MAX tries are under way, and ADDRESSES_MAX addresses known.
 */
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { Backoff } from "./backoff.ts";

export interface PeerAddress {
  readonly host: string;
  readonly port: number;
}

/** Whom the replica wants to reach, besides the seeds. */
export interface DialTarget {
  /** `host:port`, an IPv6 host in brackets. */
  readonly address: string;
  readonly nodeId: string | undefined;
}

/** What the dialer asks of the replica. */
export interface DialAdvice {
  /** A node that is linked already, or is not wanted now, is not dialed. */
  linkedTo(nodeId: string): boolean;
  refuses(nodeId: string, region: string): boolean;
  /** Undefined: nobody is dialed at all. */
  dialTargets?(): readonly DialTarget[] | undefined;
}

export interface DialerOptions {
  readonly seeds: readonly PeerAddress[];
  readonly random: () => number;
  readonly log?: ((level: "info" | "warn", message: string) => void) | undefined;
  /** All addresses of a name; the system's resolver unless given. */
  readonly resolve?: ((host: string) => Promise<string[]>) | undefined;
  /** Makes a connection, and tells the dial what comes of it. */
  readonly connect: (dial: Dial) => void;
}

/** Between two tries of an address. */
export const REDIAL_MS = { firstMs: 50, lastMs: 2000 } as const;

/** How often to look who needs dialing. */
const LOOK_MS = 20;

/** How often a seed's name is resolved. */
const RESOLVE_MS = 5000;

/** How often to look whether an address that needs no dialing now needs it again. */
const IDLE_MS = 250;

/** A member that was learned of may dial this replica at the same moment: one waits a little longer. */
const LEARNED_MS_MAX = 250;

const DIALS_MAX = 64;
const ADDRESSES_MAX = 2048;

interface Seed {
  readonly address: PeerAddress;
  addresses: readonly string[];
  resolvedMs: number;
  isResolving: boolean;
  /** Was there ever a connection? Unknown until first tries have ended. */
  reached: boolean | undefined;
}

/** An address that is dialed again and again. */
export class Dial {
  readonly address: string;
  readonly backoff: Backoff;
  seed: Seed | undefined;
  /** Who was met there last. */
  peer: { readonly nodeId: string; readonly region: string } | undefined;
  isUnderWay = false;
  dueMs: number;
  failure: string | undefined;
  isSelf = false;

  constructor(address: string, seed: Seed | undefined, random: () => number, dueMs: number) {
    this.address = address;
    this.seed = seed;
    this.backoff = new Backoff(REDIAL_MS, random);
    this.dueMs = dueMs;
  }
}

export class Dialer {
  private readonly options: DialerOptions;
  private readonly seeds: readonly Seed[];
  private readonly dials = new Map<string, Dial>();
  private advice: DialAdvice | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(options: DialerOptions) {
    this.options = options;
    this.seeds = options.seeds.map((address) => ({
      address,
      addresses: isIP(address.host) === 0 ? [] : [formatPeerAddress(address)],
      resolvedMs: Number.NEGATIVE_INFINITY,
      isResolving: false,
      reached: undefined,
    }));
  }

  /** Seeds that no connection was made to so far: perhaps an address is wrong. */
  get seedsUnreached(): number {
    return this.seeds.filter(({ reached }) => reached === false).length;
  }

  /** Seeds that are this replica itself, and nobody else at any other address. */
  get ownSeeds(): number {
    return this.seeds.filter(({ addresses }) => {
      const dials = addresses.map((address) => this.dials.get(address));
      const nobodyElse = dials.every((dial) => dial !== undefined && (dial.isSelf || dial.failure !== undefined));
      return nobodyElse && dials.some((dial) => dial?.isSelf === true);
    }).length;
  }

  start(advice: DialAdvice): void {
    this.advice = advice;
    this.timer = setInterval(() => this.look(), LOOK_MS);
    this.look();
  }

  stop(): void {
    clearInterval(this.timer);
    this.advice = undefined;
  }

  get isStopped(): boolean {
    return this.advice === undefined;
  }

  /** A try has failed; its end follows. */
  failed(dial: Dial, reason: string): void {
    dial.failure = reason;
    const { seed } = dial;
    if (seed === undefined || seed.reached !== undefined || this.isStopped) return;
    const others = seed.addresses.map((address) => this.dials.get(address));
    if (others.some((other) => other !== undefined && other.failure === undefined && !other.isSelf)) return;
    this.unreached(seed, reason);
  }

  reached(dial: Dial): void {
    const { seed } = dial;
    dial.failure = undefined;
    if (seed === undefined) return;
    if (seed.reached === false)
      this.options.log?.("info", `the seed ${formatPeerAddress(seed.address)} is reached now`);
    seed.reached = true;
  }

  /** A connection, or the try to make one, is over. One that lasted starts the patience anew. */
  ended(dial: Dial, lasted: boolean, isSelf: boolean): void {
    dial.isUnderWay = false;
    dial.isSelf = isSelf;
    if (lasted) dial.backoff.reset();
    dial.dueMs = performance.now() + dial.backoff.nextDelayMs();
  }

  private look(): void {
    const { advice } = this;
    const targets = advice?.dialTargets === undefined ? [] : advice.dialTargets();
    if (advice === undefined || targets === undefined) return;
    const nowMs = performance.now();
    const wanted = new Set<string>();
    for (const seed of this.seeds) {
      this.resolve(seed, nowMs);
      for (const address of seed.addresses) {
        wanted.add(address);
        this.know(address, seed, nowMs);
      }
    }
    for (const { address } of targets) {
      wanted.add(address);
      this.know(address, undefined, nowMs + this.options.random() * LEARNED_MS_MAX);
    }
    let underWay = 0;
    for (const dial of this.dials.values()) if (dial.isUnderWay) underWay++;
    for (const dial of this.dials.values()) {
      if (dial.isUnderWay) continue;
      if (!wanted.has(dial.address)) this.dials.delete(dial.address);
      else if (dial.dueMs <= nowMs && !dial.isSelf && underWay < DIALS_MAX && this.mayDial(dial, advice, nowMs)) {
        underWay++;
        dial.isUnderWay = true;
        this.options.connect(dial);
      }
    }
  }

  /** D2 */
  private mayDial(dial: Dial, advice: DialAdvice, nowMs: number): boolean {
    const { peer } = dial;
    if (peer === undefined || (!advice.linkedTo(peer.nodeId) && !advice.refuses(peer.nodeId, peer.region))) return true;
    dial.dueMs = nowMs + IDLE_MS;
    return false;
  }

  private know(address: string, seed: Seed | undefined, dueMs: number): void {
    const dial = this.dials.get(address);
    if (dial !== undefined) dial.seed ??= seed;
    else if (this.dials.size < ADDRESSES_MAX) {
      this.dials.set(address, new Dial(address, seed, this.options.random, dueMs));
    }
  }

  private resolve(seed: Seed, nowMs: number): void {
    const { host, port } = seed.address;
    if (isIP(host) !== 0 || seed.isResolving || nowMs - seed.resolvedMs < RESOLVE_MS) return;
    seed.isResolving = true;
    seed.resolvedMs = nowMs;
    const resolving = (this.options.resolve ?? resolveAll)(host);
    void resolving.then(
      (hosts) => {
        seed.isResolving = false;
        seed.addresses = [...new Set(hosts)].map((each) => formatPeerAddress({ host: each, port }));
      },
      (error: unknown) => {
        seed.isResolving = false;
        if (seed.reached === undefined && !this.isStopped) this.unreached(seed, String(error));
      },
    );
  }

  /** Said once for each seed; what breaks later is the replica's to tell. */
  private unreached(seed: Seed, reason: string): void {
    seed.reached = false;
    const name = formatPeerAddress(seed.address);
    this.options.log?.("warn", `the seed ${name} cannot be reached, trying again and again: ${reason}`);
  }
}

async function resolveAll(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

function formatPeerAddress({ host, port }: PeerAddress): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}
