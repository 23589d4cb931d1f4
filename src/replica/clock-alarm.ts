/**
 * The alarm for clocks that run too far ahead to be followed (rule 9): counted
 * each time, told once in a while for each origin.
 */
import type { Origin } from "../../crdt/origin.ts";
import { CLOCK_ALARM_LOG_MS } from "../limits/replication.ts";
import type { Environment } from "./environment.ts";
import type { Mesh } from "./mesh.ts";

export class ClockAlarm {
  private readonly mesh: Mesh;
  private readonly environment: Environment;
  private readonly loggedMs = new Map<Origin, number>();

  constructor(mesh: Mesh, environment: Environment) {
    this.mesh = mesh;
    this.environment = environment;
  }

  raise(origin: Origin): void {
    const { counters, stopwatch, log } = this.environment;
    counters.clockAlarms++;
    if (stopwatch.nowMs - (this.loggedMs.get(origin) ?? -Infinity) < CLOCK_ALARM_LOG_MS) return;
    this.loggedMs.set(origin, stopwatch.nowMs);
    const who = [...this.mesh.members.values()].find((member) => member.origin === origin)?.identity.nodeId;
    log("warn", `the clock of ${who ?? "a peer"} runs too far ahead; its data is taken, its time is not`);
  }
}
