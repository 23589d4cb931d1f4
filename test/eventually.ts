/**
 * Waiting for something to become true, without a fixed sleep: asks again and again until it holds or time is up.
 */
import { setTimeout as pause } from "node:timers/promises";

const ASK_AGAIN_MS = 10;
const DEADLINE_MS = 45_000;

/** The first result that `attempt` gives without throwing; after the deadline, what it threw last. */
export async function eventually<T>(attempt: () => T | Promise<T>, deadlineMs = DEADLINE_MS): Promise<T> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > end) throw error;
    }
    await pause(ASK_AGAIN_MS);
  }
}
