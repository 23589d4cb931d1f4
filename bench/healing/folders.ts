/**
 * Data folders for servers under test, removed at the end.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export async function withFolders<T>(count: number, work: (folders: readonly string[]) => Promise<T>): Promise<T> {
  const root = mkdtempSync(join(tmpdir(), "atoll-bench-"));
  try {
    const folders = Array.from({ length: count }, (_, i) => join(root, `${i}`));
    for (const folder of folders) mkdirSync(folder);
    return await work(folders);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
