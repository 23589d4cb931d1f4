/**
 * Where results go: to the screen as they come, and kept as Markdown for the documentation.
 *
 * What is under way shows on a single line of stderr, only when that is a terminal.
 */
import { type Column, markdownTable, type Row, screenTable } from "./table.ts";

export class Report {
  /** All that was reported, ready to be put into a document. */
  markdown = "";
  readonly #live = process.stderr.isTTY;

  heading(text: string): void {
    this.#print(`\n${text}\n${"=".repeat(text.length)}\n`, `## ${text}\n\n`);
  }

  /** Each line is a statement of its own. */
  lines(...lines: readonly string[]): void {
    this.#print(lines.map((line) => `${line}\n`).join(""), `${lines.map((line) => `- ${line}\n`).join("")}\n`);
  }

  table(columns: readonly Column[], rows: readonly Row[]): void {
    this.#print(`\n${screenTable(columns, rows)}`, `${markdownTable(columns, rows)}\n`);
  }

  progress(text: string): void {
    if (this.#live) process.stderr.write(`\r\u001B[K${text}`);
  }

  #print(screen: string, markdown: string): void {
    this.progress("");
    process.stdout.write(screen);
    this.markdown += markdown;
  }
}
