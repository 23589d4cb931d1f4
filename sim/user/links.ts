/** Delays of links as people write them, `{ "us-eu": 40 }`, to links with ends. */
import { ScenarioError } from "../scenario/checked-scenario.ts";
import type { ScenarioInput } from "../scenario/scenario.ts";
import type { DelayDescription } from "./description.ts";

type Links = NonNullable<ScenarioInput["links"]>;

/** "us-eu" becomes two links. Throws ScenarioError. */
export function linksOf(
  given: Readonly<Partial<Record<string, number | DelayDescription>>>,
  replicas: readonly string[],
): Links {
  return Object.entries(given).flatMap(([name, delay]) => {
    const [, from = "", sign, to = ""] = /^(\w+)([->])(\w+)$/.exec(name) ?? [];
    const path = `links.${name}`;
    if (sign === undefined) throw new ScenarioError(`${path}: a link is "us-eu" (both directions) or "us>eu" (one)`);
    const unknown = [from, to].find((replica) => !replicas.includes(replica));
    if (unknown !== undefined) throw new ScenarioError(`${path}: there is no replica '${unknown}'`);
    if (from === to) throw new ScenarioError(`${path}: names a replica twice`);
    if (delay === undefined) return [];
    const plan = typeof delay === "number" ? { baseMs: delay } : delay;
    const there = { from, to, ...plan };
    return sign === ">" ? [there] : [there, { ...there, from: to, to: from }];
  });
}
