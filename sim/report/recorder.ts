/**
 * The recorder: watches a run and keeps what a report needs, the latest of each
 * kind (sim/limits.ts). It only looks: a run is the same with and without it.
 *
 * Which replica has seen which event is known from the replicas' own contexts:
 * after every change, the events that a context newly covers are seen now. A
 * process that begins anew has seen nothing.
 */
import {
  REPORT_COMMANDS_MAX,
  REPORT_EVENTS_MAX,
  REPORT_FAULTS_MAX,
  REPORT_MESSAGES_MAX,
  REPORT_UPKEEP_MESSAGES_MAX,
} from "../limits.ts";
import type { CommandCause, ObservedRun, RunObserver } from "../run/observer.ts";
import type { Fault } from "../scenario/scenario.ts";
import type { Dot, Step } from "../spec/history.ts";
import type { Reply } from "../spec/reply.ts";
import type { SimulatedNode } from "../world/node.ts";
import { EXPIRY, type ExpiredKey } from "../world/observed-keyspace.ts";
import type { Process } from "../world/process.ts";
import type { TappedParcel } from "../world/wiretap.ts";
import { contentsOf } from "./message-kind.ts";
import { Recent } from "./recent.ts";
import { endBeforeMore, finalEnd, type RunEnd } from "./run-end.ts";
import type {
  OriginName,
  RecordedCommand,
  RecordedEvent,
  RecordedFault,
  RecordedMessage,
  Recording,
} from "./recording.ts";

const UPKEEP: ReadonlySet<string> = new Set(["heartbeat", "ack", "hello"]);

/** How far one process has seen each origin's events: by origin, an index into that origin's list. */
interface Sight {
  readonly process: Process;
  readonly counts: Map<number, number>;
}

export class Recorder implements RunObserver {
  private run: ObservedRun | undefined;
  private readonly commands = new Recent<RecordedCommand>(REPORT_COMMANDS_MAX);
  private readonly events = new Recent<RecordedEvent>(REPORT_EVENTS_MAX);
  private readonly messages = new Recent<RecordedMessage>(REPORT_MESSAGES_MAX);
  private readonly upkeep = new Recent<RecordedMessage>(REPORT_UPKEEP_MESSAGES_MAX);
  private readonly faults = new Recent<RecordedFault>(REPORT_FAULTS_MAX);
  private readonly underway = new Map<TappedParcel, RecordedMessage>();
  private readonly ongoing = new Map<Fault, RecordedFault>();
  private readonly origins = new Map<number, OriginName>();
  private readonly byOrigin = new Map<number, RecordedEvent[]>();
  private readonly sights = new Map<SimulatedNode, Sight>();
  private last: RecordedCommand | undefined;
  private running: RecordedEvent | undefined;
  private beforeClearing: RunEnd | undefined;

  // RunObserver

  begins(run: ObservedRun): void {
    this.run = run;
    run.history.recorded = (path, step) => this.step(path, step);
  }

  asks(cause: CommandCause, node: SimulatedNode, database: number, words: readonly string[]): void {
    const { nowMs } = this;
    if (cause === "clearing") this.beforeClearing ??= endBeforeMore(this.recording(false));
    this.last = { cause, replica: node.id, atMs: nowMs, database, words, reply: undefined, event: undefined };
    // The reading at the end is as long as the run; only what fails in it is of interest.
    if (cause !== "reading") this.commands.add(this.last);
    this.nameOrigin(node);
  }

  answered(reply: Reply, dot: Dot | undefined): void {
    const { last } = this;
    if (last === undefined) return;
    last.reply = reply;
    if (dot !== undefined) last.event = this.minted(dot, last.replica, last.database, last.words);
  }

  expired(node: SimulatedNode, dot: Dot, keys: readonly ExpiredKey[]): void {
    this.nameOrigin(node);
    const words = [
      EXPIRY,
      ...keys.flatMap(({ key, fields }) => (fields.length > 0 ? fields.map((field) => `${key}.${field}`) : [key])),
    ];
    this.minted(dot, node.id, keys[0]?.database ?? 0, words);
  }

  changed(node: SimulatedNode): void {
    const sight = this.sightOf(node);
    const { context, origins } = node.process.keyspace;
    for (const [id, events] of this.byOrigin) {
      let count = sight.counts.get(id) ?? 0;
      if (count === events.length) continue;
      const index = origins.find(id);
      if (index === undefined) continue;
      const time = context.get(index);
      for (let event = events[count]; event !== undefined && event.dot.time <= time; event = events[++count])
        if (!event.seenAtMs.has(node.id)) event.seenAtMs.set(node.id, this.nowMs);
      sight.counts.set(id, count);
    }
  }

  struck(fault: Fault): void {
    const recorded = { fault, fromMs: this.nowMs, untilMs: undefined };
    this.faults.add(recorded);
    this.ongoing.set(fault, recorded);
  }

  mended(fault: Fault): void {
    const recorded = this.ongoing.get(fault);
    if (recorded !== undefined) recorded.untilMs = this.nowMs;
    this.ongoing.delete(fault);
  }

  sent(parcel: TappedParcel, from: string, to: string): void {
    const message: RecordedMessage = {
      ...contentsOf(parcel.message),
      from,
      to,
      sentMs: this.nowMs,
      bytes: parcel.message.length,
      arrivedMs: undefined,
      lostMs: undefined,
    };
    (UPKEEP.has(message.kind) ? this.upkeep : this.messages).add(message);
    this.underway.set(parcel, message);
  }

  arrived(parcel: TappedParcel): void {
    const message = this.underway.get(parcel);
    if (message !== undefined) message.arrivedMs = this.nowMs;
    this.underway.delete(parcel);
  }

  lost(parcel: TappedParcel): void {
    const message = this.underway.get(parcel);
    if (message !== undefined) message.lostMs = this.nowMs;
    this.underway.delete(parcel);
  }

  // Afterwards

  /** How it ended; of a run that went well, how it stood before everything was deleted. */
  end(failed: boolean): RunEnd {
    return (failed ? undefined : this.beforeClearing) ?? finalEnd(this.recording(failed));
  }

  private recording(failed: boolean): Recording {
    const { run, last } = this;
    const failing = failed && last?.cause === "reading" ? [last] : [];
    if (run === undefined) throw new Error("nothing has been recorded yet");
    const messages = [...this.messages.all, ...this.upkeep.all].toSorted((a, b) => a.sentMs - b.sentMs);
    return {
      scenario: run.scenario,
      nodes: run.nodes,
      history: run.history,
      endMs: run.nowMs(),
      commands: [...this.commands.all, ...failing],
      events: [...this.events.all],
      messages,
      faults: [...this.faults.all],
      origins: this.origins,
      leftOut: this.leftOut(),
    };
  }

  private leftOut(): string[] {
    const rows: [number, string][] = [
      [this.commands.leftOut, "commands"],
      [this.events.leftOut, "events"],
      [this.messages.leftOut, "messages with changes"],
      [this.upkeep.leftOut, "heartbeats, acks and hellos"],
      [this.faults.leftOut, "faults"],
    ];
    return rows.filter(([count]) => count > 0).map(([count, what]) => `${count} earlier ${what}`);
  }

  private get nowMs(): number {
    return this.run?.nowMs() ?? 0;
  }

  private step(path: string, step: Step): void {
    this.running?.steps.set(path, step);
  }

  private minted(dot: Dot, replica: string, database: number, words: readonly string[]): RecordedEvent {
    const seenAtMs = new Map([[replica, this.nowMs]]);
    const event: RecordedEvent = { dot, replica, atMs: this.nowMs, database, words, steps: new Map(), seenAtMs };
    this.events.add(event);
    this.running = event;
    const known = this.byOrigin.get(dot.origin);
    if (known === undefined) this.byOrigin.set(dot.origin, [event]);
    else known.push(event);
    return event;
  }

  private sightOf(node: SimulatedNode): Sight {
    const known = this.sights.get(node);
    if (known?.process === node.process) return known;
    if (known !== undefined) this.forgetSight(node);
    const sight: Sight = { process: node.process, counts: new Map() };
    this.sights.set(node, sight);
    this.nameOrigin(node);
    return sight;
  }

  /** Its memory is gone. */
  private forgetSight(node: SimulatedNode): void {
    for (const event of this.events.all) event.seenAtMs.delete(node.id);
  }

  private nameOrigin(node: SimulatedNode): void {
    const { originId } = node.process;
    if (this.origins.has(originId)) return;
    const lives = [...this.origins.values()].filter(({ replica }) => replica === node.id);
    this.origins.set(originId, { replica: node.id, life: lives.length + 1 });
  }
}
