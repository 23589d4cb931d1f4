/**
 * How replicas heal, and what durability costs: all of it, or one part alone while working on it.
 */
import type { Bench } from "../bench.ts";
import { bootstrap } from "./bootstrap.ts";
import { detection } from "./detection.ts";
import { durability } from "./durability.ts";
import { partition } from "./partition.ts";
import { restart } from "./restart.ts";
import { snapshot } from "./snapshot.ts";

export const HEALING_PARTS = {
  "healing:partition": partition,
  "healing:bootstrap": bootstrap,
  "healing:durability": durability,
  "healing:restart": restart,
  "healing:snapshot": snapshot,
  "healing:detection": detection,
} as const satisfies Record<string, Bench>;

export const healing: Bench = async (workbench) => {
  for (const part of Object.values(HEALING_PARTS)) await part(workbench);
};
