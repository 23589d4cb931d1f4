/**
 * Tables: aligned columns for a screen, and the same as Markdown.
 *
 * The first column of text is flush left, figures are flush right.
 */
export interface Column {
  readonly title: string;
  readonly align: "left" | "right";
}

export type Row = readonly string[];

export function left(title: string): Column {
  return { title, align: "left" };
}

export function right(title: string): Column {
  return { title, align: "right" };
}

export function screenTable(columns: readonly Column[], rows: readonly Row[]): string {
  const widths = widthsOf(columns, rows);
  const line = (cells: Row): string => alignCells(cells, columns, widths).join("  ").trimEnd();
  return [
    line(columns.map(({ title }) => title)),
    widths.map((width) => "-".repeat(width)).join("  "),
    ...rows.map(line),
  ]
    .map((text) => `${text}\n`)
    .join("");
}

export function markdownTable(columns: readonly Column[], rows: readonly Row[]): string {
  const widths = widthsOf(columns, rows);
  const line = (cells: Row): string => `| ${alignCells(cells, columns, widths).join(" | ")} |\n`;
  const rule = columns.map(({ align }, i) => {
    const dashes = "-".repeat(Math.max(2, (widths[i] ?? 0) - 1));
    return align === "left" ? `${dashes}-` : `${dashes}:`;
  });
  return `${line(columns.map(({ title }) => title))}| ${rule.join(" | ")} |\n${rows.map(line).join("")}`;
}

function widthsOf(columns: readonly Column[], rows: readonly Row[]): number[] {
  return columns.map(({ title }, i) => Math.max(3, title.length, ...rows.map((row) => row[i]?.length ?? 0)));
}

function alignCells(cells: Row, columns: readonly Column[], widths: readonly number[]): string[] {
  return columns.map(({ align }, i) => {
    const cell = cells[i] ?? "";
    return align === "left" ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0);
  });
}
