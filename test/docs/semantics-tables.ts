/**
 * The tables of docs/SEMANTICS.md: the rules in words, and beside them what replicas really did when they were tried.
 *
 * `npm run semantics` runs every scenario of sim/semantics and writes the tables anew; it refuses when a scenario fails or a
 * rule has none. A test fails when the document and the runs have drifted apart. The words around the tables are
 * written by hand. With `--fill`, replies that scenarios leave open (`us: GET k ->`) are first written down as they come.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { withGoldenReplies } from "../../sim/semantics/golden-replies.ts";
import { readProofs, runProof, type Proof, type ProofRun } from "../../sim/semantics/proof.ts";
import { SEMANTICS, type SemanticsTable } from "../../sim/semantics/rows.ts";

export const SEMANTICS_DOCUMENT = fileURLToPath(new URL("../../docs/SEMANTICS.md", import.meta.url));

const END = "<!-- end of table -->";

/** A proof that has been run. */
export type Shown = Proof & ProofRun;

/** The document with its tables replaced by those of these rules and runs. */
export function withCurrentTables(
  document: string,
  shown: readonly Shown[],
  tables: readonly SemanticsTable[] = SEMANTICS,
): string {
  const failed = shown.filter(({ failure }) => failure !== "");
  if (failed.length > 0) throw new Error(failed.map(({ failure }) => failure).join("\n"));
  const ids = new Set(tables.flatMap(({ rows }) => rows.map(({ id }) => id)));
  const stray = shown.find(({ row }) => !ids.has(row));
  if (stray !== undefined) throw new Error(`${stray.file} proves ${stray.row}, and there is no such rule`);
  return tables.reduce((text, table) => withTable(text, table, shown), document);
}

function withTable(document: string, table: SemanticsTable, shown: readonly Shown[]): string {
  const begin = `<!-- table: ${table.name} -->`;
  const from = document.indexOf(begin);
  const to = document.indexOf(END, from);
  if (from < 0 || to < 0) throw new Error(`the document has no place '${begin}' ... '${END}'`);
  return `${document.slice(0, from)}${begin}\n\n${drawTable(table, shown)}\n${document.slice(to)}`;
}

function drawTable({ name, situations, rows }: SemanticsTable, shown: readonly Shown[]): string {
  const lines = rows.map(({ id, situation, result }) => {
    if (!id.startsWith(`${name}-`)) throw new Error(`the rule ${id} stands in the table '${name}'`);
    const proofs = shown.filter(({ row }) => row === id);
    if (proofs.length === 0) throw new Error(`no scenario proves the rule ${id}: sim/semantics/${id}-*.scenario`);
    return `| ${id} | ${situation} | ${result} | ${proofs.map(link).join("<br>")} |\n`;
  });
  return `| id | ${situations} | result | when run |\n|---|---|---|---|\n${lines.join("")}`;
}

function link({ file, line }: Shown): string {
  return `[\`${line.replaceAll("|", "\\|")}\`](../sim/semantics/${file})`;
}

function main(): void {
  if (process.argv.includes("--fill")) fill();
  const shown = readProofs().map((proof) => ({ ...proof, ...runProof(proof) }));
  try {
    writeFileSync(SEMANTICS_DOCUMENT, withCurrentTables(readFileSync(SEMANTICS_DOCUMENT, "utf8"), shown));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}

/** Writes down what comes where a scenario leaves a reply open. */
function fill(): void {
  for (const { file, text } of readProofs()) {
    const filled = withGoldenReplies(file, text);
    if (filled !== text) writeFileSync(new URL(`../../sim/semantics/${file}`, import.meta.url), filled);
  }
}

if (import.meta.main) main();
