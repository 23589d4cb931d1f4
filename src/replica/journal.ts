/**
 * The journal: the one place where V rises. Own intervals are cut here, foreign
 * ones applied, a repair committed; each step also enters the log and notes
 * what changed. The rules of replication that are about state stand here:
 *
 * rule 2  V[origin] rises along intervals without gaps: `Gate.judge`.
 * rule 3  A heartbeat closes the time by an empty interval of its own.
 * rule 4  Applying anything remote cuts the running interval first; foreign
 *         intervals enter the log as they came.
 * rule 5  Nothing is applied before its dependencies: `Gate.judge`.
 * rule 6  A repair raises V last, to the sender's V at its start.
 * rule 12 Nothing beyond a fence enters: `admit`, and F2 in fences.ts.
 *
 * All of it is told to a durable reader, and taken back from one (recovery.ts).
 */
import type { Time } from "../../crdt/clock.ts";
import { Context } from "../../crdt/context.ts";
import type { Origin } from "../../crdt/origin.ts";
import { encodeInterval } from "../../transport/message-codec.ts";
import { HEARTBEAT_MS, QUIET_HEARTBEAT_MS, QUIET_MS } from "../limits/replication.ts";
import { ChangedOrigins } from "./changed-origins.ts";
import type { Environment } from "./environment.ts";
import { type JournalFollower, NO_FOLLOWER, type OriginVector } from "./follower.ts";
import { type Fence, Fences } from "./fences.ts";
import { Gate, type LocalInterval, type Verdict } from "./gate.ts";
import { IntervalLog } from "./log.ts";
import type { ReplicatedState } from "./state.ts";
import { coversAll, raiseAll, timesOf } from "./times.ts";

export class Journal {
  readonly state: ReplicatedState;
  readonly log: IntervalLog;
  readonly gate = new Gate();
  readonly fences = new Fences();
  /** The fence that what is here lies beyond: this replica was forgotten by the others. */
  exile: Fence | undefined;
  /** Is told of everything that enters; it hears nothing of what was recovered from it. */
  follower: JournalFollower = NO_FOLLOWER;
  /** When the last own interval was cut, by the stopwatch. */
  cutMs = 0;
  /** When something other than a heartbeat was last cut or applied. */
  effectMs = 0;
  /** For each origin a time within V after which nothing of it has had any effect here. */
  readonly effects = new Context();
  /** How often something has had an effect: an interval, or a repair. */
  effectCount = 0;
  /** Nothing is applied, all is held: the state is being made a copy of a peer's (repair-progress.ts). */
  holdsAll = false;
  /** What this covers is held: a repair that has begun to compare will jump over it (repair-progress.ts). */
  holdsUpTo: Context | undefined;
  /** Called for every origin whose place in V has risen. */
  onRise: (origin: Origin) => void = () => {};
  /** Called when an interval's time lies too far ahead for the clock to follow (rule 9). */
  onClockAhead: (origin: Origin) => void = () => {};
  /** Called when an origin got a fence, or a later one. */
  onFenced: (origin: Origin, nodeId: string) => void = () => {};
  private readonly environment: Environment;
  /** By origin: what its last applied interval depended on, the base for the next one's changes. */
  private readonly dependencies: Context[] = [];
  /** What is applied now was told with the repair that it was held for. */
  private isTold = false;
  private readonly changedSinceCut = new ChangedOrigins();

  constructor(state: ReplicatedState, environment: Environment) {
    this.state = state;
    this.environment = environment;
    this.log = new IntervalLog(Math.min(environment.limits.logBytesMax, environment.limits.messageBytesMax));
    state.context.each((origin, time) => {
      this.log.raiseFloor(origin, time);
      this.noteEffect(origin, time);
      if (origin !== state.self) this.changedSinceCut.add(origin);
    });
  }

  /** There is somebody to write for: what happened until now they get by repair, what comes by intervals. */
  open(): void {
    const { state } = this;
    if (state.logging) return;
    state.enableDeltas();
    const time = state.context.get(state.self);
    if (time === 0) return;
    this.log.raiseFloor(state.self, time);
    this.noteEffect(state.self, time);
  }

  /** Ends the running interval if it has effects. True when there was something to cut. */
  cut(): boolean {
    if (this.state.pendingBytes === 0) return false;
    const { from, to, body } = this.state.cutInterval();
    this.appendOwn(from, to, body);
    this.environment.counters.intervalsCut++;
    this.effectMs = this.environment.stopwatch.nowMs;
    return true;
  }

  /** Closes the time up to now (rule 3). */
  heartbeat(wallMs: number): void {
    const { from, to } = this.state.heartbeat(wallMs);
    if (to <= from) return;
    this.appendOwn(from, to, NO_BYTES);
    this.environment.counters.heartbeatsCut++;
  }

  /** Is it time for a heartbeat? In a quiet cluster they are rarer. */
  get heartbeatIsDue(): boolean {
    const { nowMs } = this.environment.stopwatch;
    const everyMs = nowMs - this.effectMs < QUIET_MS ? HEARTBEAT_MS : QUIET_HEARTBEAT_MS;
    return nowMs - this.cutMs >= everyMs;
  }

  /** Takes an interval that came from outside and was validated. */
  admit(interval: LocalInterval, wallMs: number): Verdict | "dropped" | "fenced" {
    const { counters } = this.environment;
    if (interval.to > this.fences.finalOf(interval.origin)) {
      counters.intervalsFenced++;
      return "fenced";
    }
    const verdict = this.gate.judge(this.state.context, interval, this.mayPass(interval));
    if (verdict === "apply") {
      this.apply(interval, wallMs);
      this.release(wallMs);
    } else if (verdict === "hold") {
      if (!this.gate.hold(keepable(interval), this.holdBounds())) {
        counters.heldDropped++;
        return "dropped";
      }
      counters.intervalsHeld++;
    } else if (verdict === "duplicate") counters.intervalsDuplicate++;
    return verdict;
  }

  /** Bounds of what may be held: a repair lends its own. */
  holdBounds = (): { bytesMax: number; countMax: number } => ({
    bytesMax: this.environment.limits.heldBytesMax,
    countMax: this.environment.limits.heldCountMax,
  });

  /** Nothing of this origin is taken from now on beyond what was told or is here, whichever is later (rule 12). */
  fence(origin: Origin, toldTime: Time, nodeId: string): void {
    const finalTime = Math.max(toldTime, this.state.context.get(origin));
    if (!this.fences.raise({ origin, finalTime, nodeId })) return;
    const fence = this.fences.get(origin) ?? { finalTime, nodeId };
    this.gate.dropBeyond(origin, fence.finalTime);
    this.follower.fenced(this.state.origins.id(origin), fence.finalTime, fence.nodeId);
    this.onFenced(origin, fence.nodeId);
  }

  /** This replica was forgotten. A durable reader knows it by a fence that what it was told of lies beyond. */
  goIntoExile(origin: Origin, toldTime: Time, nodeId: string): void {
    this.cut();
    const finalTime = Math.max(0, Math.min(toldTime, this.effects.get(origin) - 1));
    this.exile = { origin, finalTime, nodeId };
    this.follower.fenced(this.state.origins.id(origin), finalTime, nodeId);
  }

  /** What a member has that is not forgotten counts: fences that lie below are raised. */
  raiseFences(context: Context): void {
    for (const { origin, nodeId } of this.fences.beyond(context)) this.fence(origin, context.get(origin), nodeId);
  }

  /** What the last interval of an origin within V depended on. */
  dependenciesOf(origin: Origin): Context {
    return this.dependencies[origin] ?? this.setDependencies(origin, new Context(1));
  }

  /** What the last interval of each origin within `context` depended on; nothing of those that depended on nothing. */
  vectorsOf(context: Context): OriginVector[] {
    const { origins } = this.state;
    const vectors: OriginVector[] = [];
    context.each((origin) => {
      const dependencies = timesOf(origins, this.dependenciesOf(origin));
      if (dependencies.length > 0) vectors.push({ originId: origins.id(origin), dependencies });
    });
    return vectors;
  }

  /** Would joining `start` and then what is held reach `end`? Changes nothing. */
  reaches(start: Context, end: Context): boolean {
    const reached = this.state.context.copy();
    reached.merge(start);
    this.gate.follow(reached, (interval) => reached.raise(interval.origin, interval.to));
    return reached.includes(end);
  }

  /** Joins a complete repair and everything that was held for it, in one step (rule 6). */
  commitRepair(start: Context, vectors: ReadonlyMap<Origin, Context>, wallMs: number): void {
    this.cut();
    const before = this.state.context.copy();
    this.state.repair.commit(start);
    start.each((origin, time) => {
      if (!before.covers(origin, time)) this.jumped(origin, time, vectors.get(origin));
    });
    this.effectCount++;
    this.raiseFences(this.state.context);
    this.gate.prune(this.state.context);
    this.tellOfRepair(start, vectors);
    this.isTold = true;
    this.release(wallMs);
    this.isTold = false;
  }

  private tellOfRepair(start: Context, vectors: ReadonlyMap<Origin, Context>): void {
    const { origins } = this.state;
    const named = [...vectors].map(([origin, dependencies]) => ({
      originId: origins.id(origin),
      dependencies: timesOf(origins, dependencies),
    }));
    const reached = this.state.context.copy();
    const released: Uint8Array[] = [];
    this.gate.follow(reached, (interval) => {
      reached.raise(interval.origin, interval.to);
      released.push(interval.message);
    });
    this.follower.repairCommitted({ start: timesOf(origins, start), vectors: named, released });
  }

  // Recovery

  /** The state before anything was recovered begins at `start`, as a snapshot had it. */
  restore(start: Context, vectors: ReadonlyMap<Origin, Context>): void {
    start.each((origin, time) => {
      this.state.context.raise(origin, time);
      this.jumped(origin, time, vectors.get(origin));
    });
  }

  /** V[origin] has risen to `time` without the intervals up to there. */
  private jumped(origin: Origin, time: Time, dependencies = new Context(1)): void {
    this.setDependencies(origin, dependencies);
    this.log.raiseFloor(origin, time);
    this.noteEffect(origin, time);
    this.noteRise(origin);
  }

  /** Takes an interval again, own or foreign, in the order in which it was taken first. False when it does not follow. */
  replay(interval: LocalInterval, wallMs: number): boolean {
    const { context } = this.state;
    const have = context.get(interval.origin);
    if (have >= interval.to) return true;
    if (have !== interval.from || !coversAll(context, interval.changes)) return false;
    this.join(interval, wallMs);
    return true;
  }

  private setDependencies(origin: Origin, dependencies: Context): Context {
    while (this.dependencies.length < origin) this.dependencies.push(new Context(1));
    this.dependencies[origin] = dependencies;
    return dependencies;
  }

  /** Applies what is held and need not wait any more. */
  release(wallMs: number): void {
    if (this.gate.heldCount === 0) return;
    const take = (interval: LocalInterval): void => {
      this.gate.remove(interval);
      this.apply(interval, wallMs);
    };
    this.gate.follow(this.state.context, take, (interval) => this.mayPass(interval));
  }

  private mayPass({ origin, to }: LocalInterval): boolean {
    return !this.holdsAll && !(this.holdsUpTo?.covers(origin, to) ?? false);
  }

  private apply(interval: LocalInterval, wallMs: number): void {
    // Rule 4: what runs here has not seen this interval and must not claim so.
    this.cut();
    this.join(interval, wallMs);
    if (!this.state.clock.observe(interval.to, wallMs)) this.onClockAhead(interval.origin);
    this.environment.counters.intervalsApplied++;
    if (interval.body.length > 0) this.effectMs = this.environment.stopwatch.nowMs;
  }

  private join(interval: LocalInterval, wallMs: number): void {
    const { origin, from, to } = interval;
    const { state } = this;
    const dependencies = this.dependenciesOf(origin);
    raiseAll(dependencies, interval.changes);
    if (from > 0) dependencies.raise(origin, from);
    state.applyInterval(origin, from, to, dependencies, interval.body, wallMs);
    if (!state.context.covers(origin, to)) throw new Error("an applied interval did not raise the context");
    if (interval.body.length > 0) this.noteEffect(origin, to);
    this.append(origin, from, to, keepable(interval).message);
    this.noteRise(origin);
  }

  private appendOwn(from: Time, to: Time, body: Uint8Array): void {
    const { origins, self, context } = this.state;
    const changes = this.changedSinceCut.take(origins, context);
    const dependencies = this.dependenciesOf(self);
    for (let i = 0; i < changes.length; i += 2) {
      dependencies.raise(origins.intern(changes[i] as number), changes[i + 1] as Time);
    }
    if (body.length > 0) this.noteEffect(self, to);
    this.append(self, from, to, encodeInterval(origins.id(self), from, to, changes, body));
    this.cutMs = this.environment.stopwatch.nowMs;
    this.onRise(self);
  }

  private append(origin: Origin, from: Time, to: Time, message: Uint8Array): void {
    const kept = this.log.append(origin, from, to, message, this.environment.stopwatch.nowMs);
    if (!kept) this.environment.counters.intervalsUnlogged++;
    if (!this.isTold) this.follower.interval(message, origin === this.state.self);
  }

  private noteEffect(origin: Origin, time: Time): void {
    this.effects.raise(origin, time);
    this.effectCount++;
  }

  private noteRise(origin: Origin): void {
    if (origin !== this.state.self) this.changedSinceCut.add(origin);
    this.onRise(origin);
  }
}

const NO_BYTES = new Uint8Array(0);

/**
 * The interval in memory that may be kept: a small message is a view into a
 * large network buffer, which would stay alive as long as the message does.
 */
function keepable(interval: LocalInterval): LocalInterval {
  const { message, body } = interval;
  if (interval.owned || message.length * 2 >= message.buffer.byteLength) return interval;
  const own = Buffer.allocUnsafe(message.length);
  own.set(message);
  return { ...interval, message: own, body: own.subarray(own.length - body.length), owned: true };
}
