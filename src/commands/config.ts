/**
 * The running configuration: Redis's parameter names over typed settings.
 *
 * `settings` is what the program reads, live, with a plain field for every
 * parameter that means something. CONFIG GET and SET speak of parameters, rows
 * of one table (config-parameters.ts): a row checks a text, brings it into
 * canonical form and stores it into the settings.
 *
 * A SET of several pairs is atomic: all are checked before the first is stored.
 * Whoever must act on a change subscribes with `onChange`.
 */
import { PARAMETERS } from "./config-parameters.ts";
import type { Parameter } from "./config-parameters.ts";
import { defaultSettings } from "./config-settings.ts";
import type { Settings } from "./config-settings.ts";
import { matchesGlob } from "./glob.ts";

export type ConfigFailure =
  | { readonly kind: "unknown"; readonly name: string }
  | { readonly kind: "refused"; readonly name: string; readonly reason: string };

export class Config {
  readonly settings: Settings = defaultSettings();
  /** Told the names after every successful CONFIG SET. */
  onChange: ((names: readonly string[]) => void) | undefined;
  private readonly byName = new Map<string, Parameter>();
  /** Canonical texts by the parameter's own name. */
  private readonly texts = new Map<string, string>();

  constructor(initial: Readonly<Record<string, string>> = {}) {
    for (const parameter of PARAMETERS) {
      for (const name of [parameter.name, ...parameter.aliases]) this.byName.set(name, parameter);
      this.store(parameter, parameter.initial);
    }
    for (const [name, text] of Object.entries(initial)) this.initialise(name, text);
  }

  /** From the command line: immutable parameters too. Throws with a line for people. */
  initialise(name: string, text: string): void {
    const parameter = this.byName.get(name);
    if (parameter === undefined) throw new RangeError(`unknown configuration parameter ${name}`);
    const checked = parameter.check(text, this.texts.get(parameter.name) ?? parameter.initial, this.settings);
    if ("error" in checked) throw new RangeError(`${name}: ${checked.error}`);
    this.store(parameter, checked.text);
  }

  get(name: string): string | undefined {
    const parameter = this.byName.get(name.toLowerCase());
    return parameter === undefined ? undefined : this.texts.get(parameter.name);
  }

  /** Pairs whose name, or alias, matches any of the patterns; each once. A plain name comes back as it was spelled. */
  match(patterns: readonly string[]): Map<string, string> {
    const found = new Map<string, string>();
    for (const pattern of patterns) {
      const text = this.get(pattern);
      if (text !== undefined) found.set(pattern, text);
      if (!/[[*?]/.test(pattern)) continue;
      const glob = Buffer.from(pattern);
      for (const [name, parameter] of this.byName) {
        if (matchesGlob(glob, Buffer.from(name), true)) found.set(name, this.texts.get(parameter.name) ?? "");
      }
    }
    return found;
  }

  set(pairs: readonly (readonly [name: string, text: string])[]): ConfigFailure | undefined {
    const accepted: [Parameter, string][] = [];
    const named = new Set<string>();
    for (const [name] of pairs) {
      const parameter = this.byName.get(name.toLowerCase());
      if (parameter === undefined) return { kind: "unknown", name };
      if (!parameter.mutable) return { kind: "refused", name, reason: "can't set immutable config" };
      if (named.has(name.toLowerCase())) return { kind: "refused", name, reason: "duplicate parameter" };
      named.add(name.toLowerCase());
      accepted.push([parameter, ""]);
    }
    for (const [i, [name, text]] of pairs.entries()) {
      const pair = accepted[i] as [Parameter, string];
      const checked = pair[0].check(text, this.texts.get(pair[0].name) ?? "", this.settings);
      if ("error" in checked) return { kind: "refused", name, reason: checked.error };
      pair[1] = checked.text;
    }
    for (const [parameter, text] of accepted) this.store(parameter, text);
    this.onChange?.(accepted.map(([parameter]) => parameter.name));
    return undefined;
  }

  private store(parameter: Parameter, text: string): void {
    this.texts.set(parameter.name, text);
    parameter.store(this.settings, text);
  }
}
