/**
 * A scenario that proves a row of docs/SEMANTICS.md. The language is described in sim/text-scenario.ts.
 */
export interface SemanticsScenario {
  readonly row: string;
  readonly name: string;
  readonly text: string;
}
