/** Every rule of docs/SEMANTICS.md, by the scenarios that prove it; and the document, by what their runs show. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { runScenario } from "../../sim/run/run.ts";
import { parseScenario } from "../../sim/scenario/text-scenario.ts";
import { withGoldenReplies } from "../../sim/semantics/golden-replies.ts";
import { proofIn, readProofs, runProof, type Proof, type ProofRun } from "../../sim/semantics/proof.ts";
import { SEMANTICS } from "../../sim/semantics/rows.ts";
import { SEMANTICS_DOCUMENT, withCurrentTables, type Shown } from "../docs/semantics-tables.ts";

const proofs = readProofs();
const runs = new Map<Proof, ProofRun>();

function shown(proof: Proof): Shown {
  const run = runs.get(proof) ?? runProof(proof);
  runs.set(proof, run);
  return { ...proof, ...run };
}

/** A proof of a rule that holds, with a right or a wrong expectation. */
function tried(result: string): Shown {
  const text = `# set-1: keeps x
replicas us eu
us: SADD s x
partition us|eu
us: SADD s x
eu: SREM s x
heal
expect s = ${result}
`;
  const proof = proofIn("set-1-add.scenario", text);
  return { ...proof, ...runProof(proof) };
}

describe("what concurrent commands mean", () => {
  it.each(proofs.map((proof) => [proof.row, proof.sentence, proof] as const))("%s %s", (_row, _sentence, proof) => {
    expect(shown(proof).failure).toBe("");
  });

  it("stands in docs/SEMANTICS.md as the runs show it; `npm run semantics` writes it anew", () => {
    const text = readFileSync(SEMANTICS_DOCUMENT, "utf8");
    expect(text).toBe(withCurrentTables(text, proofs.map(shown)));
  });

  it("has one row for each id, and one sentence for each scenario", () => {
    const ids = SEMANTICS.flatMap(({ rows }) => rows.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(proofs.map(({ sentence }) => sentence)).size).toBe(proofs.length);
  });
});

describe("a scenario that leaves replies open", () => {
  it("gets those that come, and is judged by them from there on", () => {
    const open = `replicas us eu
us: SADD s "a b"  # a comment
us: SADD s x ->
us: SPOP s 0 ->
eu: SCARD s -> 2
eu: GET missing ->
partition us|eu
eu: SET k 7
us: SCAN 0 ->
eu: GET k -> 
eu: SADD k x ->`;
    const filled = withGoldenReplies("test", open);
    expect(filled).toBe(`replicas us eu
us: SADD s "a b"  # a comment
us: SADD s x -> 1
us: SPOP s 0 -> []
eu: SCARD s -> 2
eu: GET missing -> (nil)
partition us|eu
eu: SET k 7
us: SCAN 0 -> ["0" [s]]
eu: GET k -> "7"
eu: SADD k x -> -WRONGTYPE Operation against a key holding the wrong kind of value`);
    expect(runScenario(parseScenario("test", filled)).failure).toBeUndefined();
    expect(withGoldenReplies("test", filled)).toBe(filled);
  });
});

describe("the writer of docs/SEMANTICS.md", () => {
  const page = "before\n<!-- table: set -->\nold\n<!-- end of table -->\nafter\n";
  const rows = [{ id: "set-1", situation: "SADD x ∥ SREM x", result: "x stays" }];
  const tables = [{ name: "set", situations: "concurrent", rows }];

  it("puts what was done side by side, and what was read, next to the words", () => {
    expect(withCurrentTables(page, [tried("{x}")], tables)).toBe(`before
<!-- table: set -->

| id | concurrent | result | when run |
|---|---|---|---|
| set-1 | SADD x ∥ SREM x | x stays | [\`us: SADD s x; us: SADD s x ∥ eu: SREM s x → s = {x}\`](../sim/semantics/set-1-add.scenario) |

<!-- end of table -->
after
`);
  });

  it("refuses a scenario that fails", () => {
    expect(() => withCurrentTables(page, [tried("{y}")], tables)).toThrow(/^set-1-add\.scenario: [^]*expect s = \{y\}/);
  });

  it("refuses a rule without a scenario, and a scenario without a rule", () => {
    expect(() => withCurrentTables(page, [], tables)).toThrow("no scenario proves the rule set-1");
    expect(() => withCurrentTables(page, [tried("{x}")], [])).toThrow("proves set-1, and there is no such rule");
  });

  it("refuses a document that has no place for a table", () => {
    expect(() => withCurrentTables("", [tried("{x}")], tables)).toThrow("no place '<!-- table: set -->'");
  });

  it("refuses a scenario whose name and first line disagree", () => {
    expect(() => proofIn("set-2-add.scenario", "# set-1: keeps x\n")).toThrow("set-2-add.scenario: a proof begins");
  });
});
