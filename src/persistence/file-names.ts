/**
 * The files of a data folder.
 *
 *   manifest.json             which files count (manifest.ts)
 *   clean-stop.json           only while no process runs, after an orderly stop (identity.ts)
 *   log-000007.atoll          a segment of the log
 *   snapshot-000008.atoll     a snapshot
 *   members.json              where the other members were last (the shell's)
 */
export const MANIFEST = "manifest.json";
export const CLEAN_STOP = "clean-stop.json";
export const MEMBERS = "members.json";

const DIGITS = 6;
const NUMBERED = /^(log|snapshot)-(\d{6,15})\.atoll$/;

export function segmentName(number: number): string {
  return `log-${String(number).padStart(DIGITS, "0")}.atoll`;
}

export function snapshotName(number: number): string {
  return `snapshot-${String(number).padStart(DIGITS, "0")}.atoll`;
}

/** What a numbered file is, and its number; undefined for any other. */
export function parseName(name: string): { kind: "log" | "snapshot"; number: number } | undefined {
  const [, kind, digits] = NUMBERED.exec(name) ?? [];
  if ((kind !== "log" && kind !== "snapshot") || digits === undefined) return undefined;
  return { kind, number: Number(digits) };
}
