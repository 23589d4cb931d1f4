/**
 * A graph in characters, for LATENCY GRAPH: four rows of three heights each,
 * filled below, with a label written downwards under every column. Long series
 * break into stripes.
 */
const ROWS = 4;
const HEIGHTS = "_o#";
const COLUMNS_MAX = 80;

export interface Column {
  readonly value: number;
  readonly label: string;
}

export function sparkline(columns: readonly Column[]): string {
  const values = columns.map(({ value }) => value);
  const least = Math.min(...values);
  const span = Math.max(...values) - least || 1;
  const stripes: string[] = [];
  for (let from = 0; from < columns.length; from += COLUMNS_MAX) {
    stripes.push(stripe(columns.slice(from, from + COLUMNS_MAX), least, span));
  }
  return stripes.join("\n");
}

function stripe(columns: readonly Column[], least: number, span: number): string {
  const steps = ROWS * HEIGHTS.length;
  const levels = columns.map(({ value }) => Math.min(steps - 1, Math.floor(((value - least) * steps) / span)));
  const lines: string[] = [];
  for (let row = ROWS - 1; row >= 0; row--) lines.push(levels.map((level) => drawn(level, row)).join(""));
  const labelRows = Math.max(...columns.map(({ label }) => label.length));
  for (let row = -1; row < labelRows; row++) lines.push(columns.map(({ label }) => label[row] ?? " ").join(""));
  return lines.map((line) => `${line}\n`).join("");
}

function drawn(level: number, row: number): string {
  const height = level - row * HEIGHTS.length;
  if (height < 0) return " ";
  return HEIGHTS[height] ?? "|";
}
