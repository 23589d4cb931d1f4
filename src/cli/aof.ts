/**
 * `atoll aof check FOLDER [--fix]`: looks a data folder over, a line for each file.
 *
 * Exit codes: 0 everything is whole, 1 something is damaged (and could not be mended), 2 the folder cannot be looked at.
 */
import { lstatSync, statSync } from "node:fs";
import { join } from "node:path";
import { checkFolder, type FileCheck, repairFolder } from "../persistence/folder-check.ts";
import { DamagedFile } from "../persistence/record-format.ts";
import { StorageError } from "../persistence/storage.ts";
import { FileStorage } from "../server/file-storage.ts";
import { UsageError } from "../server/usage-error.ts";

export function checkAof(folder: string, { fix = false }: { readonly fix?: boolean }): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new UsageError(`there is no folder ${folder}`);
  if (!fix && lstatSync(join(folder, "lock"), { throwIfNoEntry: false }) !== undefined) {
    process.stderr.write(`atoll: a replica may be using ${folder}; its last record may seem to be cut short\n`);
  }
  const storage = new FileStorage(folder, fix ? "write" : "look");
  try {
    process.exitCode = look(storage, fix) ? 0 : 1;
  } catch (error) {
    if (error instanceof StorageError) throw new UsageError(`${folder} cannot be read: ${error.message}`);
    throw error;
  } finally {
    storage.close();
  }
}

/** True when everything is whole in the end. */
function look(storage: FileStorage, fix: boolean): boolean {
  try {
    const found = checkFolder(storage);
    for (const file of found.files) say(lineOf(file));
    for (const file of found.leftOver) say(`${file}: left over, not read`);
    if (found.files.every(({ damage }) => damage === undefined)) return true;
    return fix && repairFolder(storage, found, say);
  } catch (error) {
    if (!(error instanceof DamagedFile)) throw error;
    say(`${error.file}: ${error.reason}`);
    return false;
  }
}

function lineOf({ file, size, records, damage }: FileCheck): string {
  if (damage === undefined) return `${file}: ok, ${records} records in ${size} bytes`;
  return `${file}: ${damage.torn ? "cut short" : "damaged"} at byte ${damage.offset} of ${size}: ${damage.reason}`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
