/**
 * What was found wrong in a run. The first of it ends the run: `signal` aborts what need not go on.
 */
export class Findings {
  readonly list: string[] = [];
  readonly #abort = new AbortController();

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get none(): boolean {
    return this.list.length === 0;
  }

  add(what: string): void {
    this.list.push(what);
    this.#abort.abort();
  }
}
