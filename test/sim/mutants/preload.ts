/**
 * Turns a process into a mutant: `ATOLL_MUTANT=name node --import ./test/sim/mutants/preload.ts file.ts`.
 *
 * The source of each file that the mutant patches is rewritten while it loads, in the main thread and in every
 * worker, which inherit the import. "none" is the control: one file goes through the same hook and stays as it is.
 */
import { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";
import { MUTANT_VARIABLE, patched, pathOf, type Patch } from "./mutant.ts";
import { mutantNamed } from "./mutants.ts";

const patchesByUrl = new Map<string, Patch[]>();
for (const patch of mutantNamed(process.env[MUTANT_VARIABLE] ?? "").patches) {
  const url = pathToFileURL(pathOf(patch)).href;
  patchesByUrl.set(url, [...(patchesByUrl.get(url) ?? []), patch]);
}

registerHooks({
  load: (url, context, nextLoad) => {
    const loaded = nextLoad(url, context);
    const patches = patchesByUrl.get(url);
    if (patches === undefined) return loaded;
    return { ...loaded, source: patches.reduce(patched, textOf(loaded.source)) };
  },
});

function textOf(source: unknown): string {
  if (typeof source === "string") return source;
  if (source instanceof Uint8Array) return new TextDecoder().decode(source);
  throw new Error("a module without a source cannot be patched");
}
