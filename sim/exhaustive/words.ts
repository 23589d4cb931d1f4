/** A failed schedule in words, in an order in which it can happen. */
import type { Trial } from "./play.ts";
import { nameOf } from "./program.ts";
import { EXPIRY } from "../world/observed-keyspace.ts";

export function inWords({ setting, program, variant, schedule, order, repair }: Trial): string {
  const lines: string[] = [];
  const taken = schedule.map(() => 0);
  const numberOfUnit: string[] = [];
  let number = 0;
  const join = (replica: number): void => {
    if (repair?.receiver === replica && repair.receiverSteps === taken[replica])
      lines.push(`${nameOf(replica)} joins that state of ${nameOf(repair.source)}`);
  };
  for (const [place, ms] of variant.skewsMs.entries())
    if (ms !== 0) lines.push(`the clock of ${nameOf(place)} is ${ms} ms ahead`);
  for (const replica of order) {
    join(replica);
    const at = taken[replica] ?? 0;
    const unit = schedule[replica]?.[at] ?? 0;
    const { replica: owner, operations = [] } = variant.units[unit] ?? { replica };
    if (owner === replica) {
      const numbers = operations.map((operation) => {
        const command = program[operation]?.command ?? [];
        const what = command[0] === EXPIRY ? "removes what has expired" : command.join(" ");
        lines.push(`${++number}. ${nameOf(replica)}: ${what}   (at ${operation * setting.everyMs} ms)`);
        return number;
      });
      numberOfUnit[unit] = numbers.join(" and ");
      if (numbers.length > 1) lines.push(`   ${numberOfUnit[unit]} leave ${nameOf(replica)} together`);
    } else {
      lines.push(`   ${nameOf(replica)} gets ${numberOfUnit[unit] ?? "?"}${variant.redelivers ? ", twice" : ""}`);
    }
    taken[replica] = at + 1;
    if (repair?.source === replica && repair.sourceSteps === taken[replica])
      lines.push(`   the state of ${nameOf(replica)} is copied for ${nameOf(repair.receiver)}`);
  }
  if (repair !== undefined) join(repair.receiver);
  if (variant.redelivers) lines.push("   everybody gets everything once more");
  else if (repair !== undefined) lines.push("   everybody gets what is missing");
  return lines.join("\n");
}
