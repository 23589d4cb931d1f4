/**
 * A rate limiter: a counter for each user and second, which goes away by itself.
 *
 * For each request: INCR the user's counter of this second, let it live a second longer, and refuse when it is above
 * the limit. The check reads what this region knows; while regions are cut off from each other, each counts alone.
 *
 *     atoll sim search sim/examples/rate-limiter.ts
 *
 * finds a run in which the last expectation does not hold. The rows that the comments cite are those of
 * docs/SEMANTICS.md.
 */
import { listOf, numberOf, scenario, wait, type ExecutedOperation, type RunView } from "atoll/sim";

const LIMIT = 20;
/** Between regions, what is on the way counts late: so much above the limit is nobody's fault. */
const LATE_MAX = 15;
const WINDOW_MS = 1_000;

export default scenario({
  name: "rate limiter",
  replicas: ["us", "eu", "ap"],
  links: { "us-eu": 40, "us-ap": 70, "eu-ap": 90 },
  endMs: 8_000,
  faults: { kinds: ["partition"], everyMs: 3_000, forMs: 2_000 },

  clients: {
    // One user who asks for more than is allowed, from everywhere at once.
    *caller(client) {
      for (;;) {
        const window = `rate:${Math.floor(client.nowMs / WINDOW_MS)}`;
        const hits = numberOf(yield ["INCR", window]);
        yield ["PEXPIRE", window, 2 * WINDOW_MS];
        // A well-behaved caller backs off when it is refused.
        yield wait(client.random.exponential(hits > LIMIT ? 100 : 25));
      }
    },
  },

  expectations: {
    // Holds. A region always knows its own increments, and others only add to them: no region lets more through
    // than the limit, partition or not.
    "no region alone lets more through than the limit": (run) => {
      for (const [window, hits] of allowedByWindow(run))
        for (const replica of run.replicas) {
          const own = hits.filter((hit) => hit.replica === replica).length;
          if (own > LIMIT)
            throw new Error(`${replica} let ${own} requests through in ${window}, the limit is ${LIMIT}`);
        }
    },

    // Holds. Row string-2: increments add up, so what the regions count together is right afterwards, for as long as
    // the counter lives; and rows life-2 and life-5: of concurrent deadlines the later one counts, and then the
    // counter is gone everywhere, by itself.
    "no counter outlives its second for long": (run) => {
      for (const key of listOf(run.ask("eu", "KEYS", "rate:*"))) {
        const endedMs = (Number(key.slice("rate:".length)) + 1) * WINDOW_MS;
        if (run.nowMs > endedMs + 3 * WINDOW_MS)
          throw new Error(`${key} ended at ${endedMs} ms, and is there at ${run.nowMs} ms`);
      }
    },

    // Breaks under a partition. INCR replies what this region knows (all-7: conditions look at the local replica
    // alone); the sum over all regions is known only later. Cut off from each other, three regions let three times
    // the limit through. A limit that must hold everywhere needs a share of it for each region.
    "all regions together keep to the limit": (run) => {
      for (const [window, hits] of allowedByWindow(run))
        if (hits.length > LIMIT + LATE_MAX)
          throw new Error(
            `${window}: ${hits.length} requests were let through, the limit is ${LIMIT} (` +
              `${run.replicas.map((id) => `${id} ${hits.filter(({ replica }) => replica === id).length}`).join(", ")})`,
          );
    },
  },
});

/** The requests that were let through, by the counter that counted them. */
function allowedByWindow(run: RunView): Map<string, ExecutedOperation[]> {
  const allowed = run.commands({ name: "INCR" }).filter(({ reply }) => numberOf(reply) <= LIMIT);
  return Map.groupBy(allowed, ({ command }) => command[1] ?? "");
}
