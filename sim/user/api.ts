/**
 * What `import ... from "atoll/sim"` gives: the words in which people describe
 * workloads of their own. This file is the package's public face; its parts
 * stand beside it.
 */
import type { ScenarioSource } from "../run/source.ts";
import { checkDescription } from "./description-check.ts";
import type { AlwaysCheck, Check, ScenarioDescription, Wait } from "./description.ts";
import { PreparedRuns } from "./prepared-run.ts";

export type { CommandFilter, ExecutedOperation, RunView } from "../run/options.ts";
export type { ScenarioSource } from "../run/source.ts";
export type { Reply } from "../spec/reply.ts";
export type {
  AlwaysCheck,
  Check,
  ClientContext,
  ClientDescription,
  ClientProgram,
  ClientStep,
  Command,
  DelayDescription,
  Expectation,
  FaultDescription,
  LinkName,
  OperationDescription,
  ReplicaDescription,
  ScenarioDescription,
  SwarmDescription,
  Wait,
} from "./description.ts";
export type { Draw, WorkloadDraw } from "./draw.ts";
export { isError, listOf, numberOf, pairsOf, textOf, type ErrorReply } from "./reply-readers.ts";

/**
 * A scenario of one's own. Export it as default, and run the file with `atoll sim run FILE` or `atoll sim search FILE`.
 *
 *     export default scenario({
 *       name: "counting",
 *       replicas: ["us", "eu"],
 *       endMs: 5_000,
 *       workload: (draw) => Array.from({ length: 20 }, () => ({
 *         atMs: draw.atMs(), replica: draw.replica(), command: ["INCR", "hits"],
 *       })),
 *       expectations: { "every hit counts": (run) => numberOf(run.ask("us", "GET", "hits")) === 20 },
 *     });
 *
 * Throws ScenarioError, with the path of the field that is wrong and why.
 */
export function scenario<const Replica extends string>(description: ScenarioDescription<Replica>): ScenarioSource {
  checkDescription(description);
  const runs = new PreparedRuns(description);
  return { name: description.name, prepare: (seed) => runs.prepare(seed) };
}

/** An expectation that is asked after every command, too, and not only when all replicas have become equal. */
export function always(check: Check): AlwaysCheck {
  return { when: "always", check };
}

/** What a client program yields to let virtual time pass, in milliseconds. It is resumed with null. */
export function wait(ms: number): Wait {
  return { waitMs: ms };
}
