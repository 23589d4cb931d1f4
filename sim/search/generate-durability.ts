/** What is kept on disks: most seeds keep nothing, some all alike, some each replica in its own way. */
import type { Durability, ReplicaPlan, Scenario } from "../scenario/scenario.ts";
import type { Random } from "../world/random.ts";
import type { Leaning } from "./leanings.ts";

export interface Kept {
  readonly durability: Durability;
  readonly persistence: Scenario["persistence"];
  readonly replicas: readonly ReplicaPlan[];
  /** Does anybody keep anything? */
  readonly isDurable: boolean;
}

const KEPT: readonly Durability[] = ["no", "everysec", "always"];
const ALL: readonly Durability[] = ["memory", ...KEPT];

export function drawDurability(random: Random, replicas: readonly ReplicaPlan[], { keeps }: Leaning): Kept {
  const isDurable = keeps || random.chance(0.35);
  const durability = isDurable ? random.pick(KEPT) : "memory";
  const isMixed = isDurable && random.chance(0.3);
  return {
    durability,
    persistence: drawPersistence(random),
    replicas: isMixed ? replicas.map((plan) => ({ ...plan, durability: random.pick(ALL) })) : replicas,
    isDurable,
  };
}

/** Logs are rewritten often, so that snapshots run while others write. */
function drawPersistence(random: Random): Scenario["persistence"] {
  return {
    appendOnly: !random.chance(0.12),
    saveRules: random.chance(0.3) ? [{ seconds: random.pick([1, 3]), changes: random.pick([1, 10]) }] : [],
    rewritePercent: random.pick([0, 20, 100]),
    rewriteBytesMin: random.pick([500, 5000, 100_000]),
    stopWritesOnSaveError: !random.chance(0.2),
  };
}
