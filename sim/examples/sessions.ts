/**
 * Sessions that end when nobody uses them: a key that lives for a second and a half after its last use.
 *
 * People log in (SET with a deadline), use their session (GET, and a later deadline), and log out (DEL). Those who
 * stay in one region notice nothing of a partition. Those who log in here and go on there do.
 *
 *     atoll sim search sim/examples/sessions.ts
 *
 * finds a run in which the last expectation does not hold. The rows that the comments cite are those of
 * docs/SEMANTICS.md.
 */
import { scenario, wait, type RunView } from "atoll/sim";

const IDLE_MS = 1_500;

export default scenario({
  name: "sessions",
  replicas: ["us", "eu"],
  delay: { baseMs: 40, jitterMs: 5 },
  endMs: 12_000,
  faults: { kinds: ["partition"], everyMs: 3_000, forMs: 2_500 },

  clients: {
    // Logs in and stays where it is.
    *resident({ replica, random }) {
      const key = `session:of-${replica}`;
      for (;;) {
        yield ["SET", key, "signed in", "PX", IDLE_MS];
        for (let uses = random.between(3, 20); uses > 0; uses--) {
          yield wait(random.between(100, 600));
          if ((yield ["GET", key]) !== null) yield ["PEXPIRE", key, IDLE_MS];
        }
        yield ["DEL", key];
        yield wait(random.between(200, 1_000));
      }
    },

    // Logs in at home...
    laptop: {
      at: "us",
      *program({ random }) {
        for (;;) {
          yield ["SET", "session:of-traveller", "signed in", "PX", IDLE_MS];
          yield wait(random.between(3_000, 5_000));
        }
      },
    },
    // ... and goes on abroad.
    phone: {
      at: "eu",
      *program({ random }) {
        for (;;) {
          yield wait(random.between(100, 600));
          if ((yield ["GET", "session:of-traveller"]) !== null) yield ["PEXPIRE", "session:of-traveller", IDLE_MS];
        }
      },
    },
  },

  expectations: {
    // Holds. The deadlines are set where they are read, so that each replica knows the newest of its own residents'
    // (row life-5: by the reader's clock), and nobody else removes a key before its owner does (row life-6).
    "who stays in one region is not signed out while active": (run) => {
      for (const replica of run.replicas) demandNoLoss(run, `session:of-${replica}`, "resident");
    },

    // Holds. Row all-2, and a deadline is no update of the value: prolonging a session elsewhere does not bring back one
    // that was ended by DEL.
    "a session that has been ended stays ended": (run) => {
      for (const replica of run.replicas) {
        const key = `session:of-${replica}`;
        const last = run.commands({ key }).findLast(({ command }) => command[0] === "SET" || command[0] === "DEL");
        for (const reader of last?.command[0] === "DEL" ? run.replicas : [])
          if (run.ask(reader, "EXISTS", key) !== 0) throw new Error(`${key} was ended, and is there at ${reader}`);
      }
    },

    // Breaks under a partition. Row life-8: the phone prolongs the session in eu, but us does not hear of it, and at the
    // deadline that it has set itself removes what it has seen (row life-6). When the regions are joined, that
    // removal arrives in eu and takes the session away in the middle of its use.
    "who travels is not signed out while active": (run) => demandNoLoss(run, "session:of-traveller", "phone"),
  },
});

/** Throws when a session was gone at a use that came in time after the use before. */
function demandNoLoss(run: RunView, key: string, client: string): void {
  let aliveUntilMs = 0;
  for (const { atMs, command, reply, replica } of run.commands({ key, client })) {
    const [name] = command;
    if (name === "GET" && reply === null && atMs < aliveUntilMs)
      throw new Error(
        `${key} is gone at ${replica} at ${atMs.toFixed(0)} ms, and was to live until ${aliveUntilMs.toFixed(0)} ms`,
      );
    if (name === "SET" || (name === "PEXPIRE" && reply === 1)) aliveUntilMs = atMs + IDLE_MS;
    else if (name === "DEL") aliveUntilMs = 0;
  }
}
