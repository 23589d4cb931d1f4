/** Two replicas, a and b, as the specification alone imagines them: no production code runs here. */
import type { Reply } from "../../sim/spec/reply.ts";
import { History, type Seen } from "../../sim/spec/history.ts";
import { interpret, type Findings } from "../../sim/spec/specification.ts";

const ORIGINS: Readonly<Record<string, number>> = { a: 1, b: 2 };

export function expectedReply() {
  const history = new History();
  let time = 1000;
  /** By replica, what it has seen of each origin. */
  const seen: Record<string, Map<number, number>> = { a: new Map(), b: new Map() };
  const contextOf = (replica: string): Map<number, number> => seen[replica] ?? new Map<number, number>();

  const run = (replica: string, command: readonly string[], reply: Reply, effects: boolean): Findings => {
    const context = contextOf(replica);
    const known: Seen = (origin, at) => (context.get(origin) ?? 0) >= at;
    const origin = ORIGINS[replica] ?? 0;
    const dot = effects ? { origin, time: ++time } : undefined;
    const findings = interpret(history, { command, database: 0, reply, seen: known, dot, nowMs: time });
    if (dot !== undefined) context.set(origin, time);
    return findings;
  };

  return {
    history,
    /** What the specification demands as the reply; the command then counts as run. */
    at(replica: string, ...command: string[]): Reply {
      const impossible = "\u0000";
      const demand = /^expected (.*), read "\\u0000"$/s.exec(run(replica, command, impossible, false).problem ?? "");
      const reply = JSON.parse(demand?.[1] ?? "null") as Reply;
      run(replica, command, reply, true);
      return reply;
    },
    problem: (replica: string, command: readonly string[], reply: Reply) => run(replica, command, reply, false).problem,
    sync(): void {
      for (const origin of Object.values(ORIGINS)) {
        const latest = Math.max(...Object.values(seen).map((context) => context.get(origin) ?? 0));
        for (const context of Object.values(seen)) context.set(origin, latest);
      }
    },
    wait(ms: number): void {
      time += ms;
    },
  };
}
