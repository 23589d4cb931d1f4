/**
 * Reads that a loading replica has a peer answer, in both roles. What a command
 * and its reply look like inside is not known here: the asking side is given the
 * bytes of one, and the serving side's port returns those of the other.
 *
 *   ask ──► nearest peer ──► serve ──► answer ──► done(reply)
 *               └── refused, or its link is lost ──► the next nearest ──► ... ──► done(undefined)
 *
 * F1. Whoever loads refuses, and a served read is never forwarded again: no read goes in circles.
 * F2. Reads under way are bounded in number and bytes, replies in bytes; time is the asking client's.
 */
import { FORWARDED_READS_BYTES_MAX, FORWARDED_READS_MAX, FORWARD_REFUSED_MS } from "../limits/replication.ts";
import type { Forward, Forwarded } from "../../transport/message.ts";
import type { Environment } from "./environment.ts";
import type { Link } from "./link.ts";
import type { Mesh } from "./mesh.ts";

export interface ReadRequest {
  readonly db: number;
  /** The version of the Redis protocol that the reply is to be in. */
  readonly protocol: number;
  /** The command as a client would send it. */
  readonly command: Uint8Array;
}

/** Runs a read for a peer; undefined when it must not, or cannot now. */
export type ServeRead = (request: ReadRequest) => Uint8Array | undefined;

/** Called once, with the reply, or without one when no peer would answer. */
export type ReadDone = (reply: Uint8Array | undefined) => void;

interface AskedRead {
  readonly request: ReadRequest;
  readonly done: ReadDone;
  readonly tried: Set<Link>;
  link: Link;
}

const NOTHING = new Uint8Array(0);

export class ForwardedReads {
  private readonly mesh: Mesh;
  private readonly environment: Environment;
  private readonly serve: ServeRead;
  private readonly asked = new Map<number, AskedRead>();
  private askedBytes = 0;
  private lastId = 0;

  constructor(mesh: Mesh, environment: Environment, serve: ServeRead) {
    this.mesh = mesh;
    this.environment = environment;
    this.serve = serve;
  }

  /** Has the nearest peer that may answer run a read. Its number, for `forget`; 0 when there is none, or too much is under way (F2). */
  ask(request: ReadRequest, done: ReadDone): number {
    const link = this.nearest(new Set());
    const bytes = this.askedBytes + request.command.length;
    if (link === undefined || this.asked.size >= FORWARDED_READS_MAX || bytes > FORWARDED_READS_BYTES_MAX) return 0;
    const id = ++this.lastId;
    this.askedBytes = bytes;
    this.environment.counters.readsForwarded++;
    this.send(id, { request, done, tried: new Set(), link });
    return id;
  }

  /** Nobody waits for the reply any more. */
  forget(id: number): void {
    const read = this.asked.get(id);
    if (read === undefined) return;
    this.asked.delete(id);
    this.askedBytes -= read.request.command.length;
  }

  /** A peer asks. */
  requested(link: Link, { id, db, protocol, command }: Forward): void {
    const hasRoom = link.port.bufferedBytes < this.environment.limits.bufferedBytesMax;
    const reply = hasRoom ? this.serve({ db, protocol, command }) : undefined;
    if (reply === undefined) this.environment.counters.readsRefused++;
    else this.environment.counters.readsServed++;
    this.mesh.send(link, { kind: "forwarded", id, served: reply === undefined ? 0 : 1, reply: reply ?? NOTHING });
  }

  /** A peer answers. */
  answered(link: Link, { id, served, reply }: Forwarded): void {
    const read = this.asked.get(id);
    if (read === undefined || read.link !== link) return;
    if (served === 1) return this.finish(id, read, reply);
    link.readsRefusedMs = this.environment.stopwatch.nowMs;
    this.goOn(id, read);
  }

  left(link: Link): void {
    for (const [id, read] of this.asked) if (read.link === link) this.goOn(id, read);
  }

  private goOn(id: number, read: AskedRead): void {
    const next = this.nearest(read.tried);
    if (next === undefined) this.finish(id, read, undefined);
    else this.send(id, { ...read, link: next });
  }

  private send(id: number, read: AskedRead): void {
    read.tried.add(read.link);
    this.asked.set(id, read);
    const { db, protocol, command } = read.request;
    this.mesh.send(read.link, { kind: "forward", id, db, protocol, command });
  }

  private finish(id: number, read: AskedRead, reply: Uint8Array | undefined): void {
    this.forget(id);
    read.done(reply);
  }

  /** By round trip; those that have not been measured come last. */
  private nearest(tried: ReadonlySet<Link>): Link | undefined {
    const { nowMs } = this.environment.stopwatch;
    let nearest: Link | undefined;
    for (const link of this.mesh.open()) {
      if (tried.has(link) || nowMs - link.readsRefusedMs < FORWARD_REFUSED_MS) continue;
      if (nearest === undefined || distance(link) < distance(nearest)) nearest = link;
    }
    return nearest;
  }
}

function distance({ rttMs }: Link): number {
  return rttMs < 0 ? Infinity : rttMs;
}
