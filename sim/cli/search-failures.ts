/** The failures of a search on their way to a person: shrunk, saved, shown, and listed for the JSON document. */
import { renderReport } from "../report/report-page.ts";
import { describeFailure } from "../report/screen.ts";
import { runScenario } from "../run/run.ts";
import { asData } from "../run/source.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { firstLine } from "./bad-input.ts";
import { failureRow, type FailureRow } from "./json-document.ts";
import { savedName, saveScenario, saveText } from "./saved-scenario.ts";
import type { SearchFailure } from "./search.ts";
import { shrunkWords } from "./shrinking.ts";
import type { LoadedSource } from "./sources.ts";
import { commandLine, pathOf, shownPath, type Surroundings } from "./surroundings.ts";

export interface FailureOutput {
  readonly loaded: LoadedSource;
  /** The source's file as typed; undefined for the generator. */
  readonly file: string | undefined;
  /** Where scenarios are saved. */
  readonly out: string;
  readonly report: string | undefined;
  /** Shows text to the person. */
  readonly print: (text: string) => void;
}

export class SearchFailures {
  readonly rows: FailureRow[] = [];
  private readonly around: Surroundings;
  private readonly output: FailureOutput;
  private hasReport = false;

  constructor(around: Surroundings, output: FailureOutput) {
    this.around = around;
    this.output = output;
  }

  add({ seed, details, fatal, shrunk }: SearchFailure): void {
    if (shrunk === undefined) {
      const replay = this.replayOfSeed(seed);
      this.rows.push(failureRow(seed, details, { file: null, replay }));
      this.output.print(`FAILED seed ${seed}: ${details.oracle}: ${firstLine(details.message)}\nreplay: ${replay}\n\n`);
      if (!fatal) this.report(seed, undefined, replay);
      return;
    }
    const { loaded, out, print } = this.output;
    const file = shownPath(out, savedName(loaded, seed));
    saveScenario(pathOf(this.around, file), file, shrunk.scenario, loaded);
    const replay = commandLine(this.around, "replay", file);
    const prepared = asData(shrunk.scenario, loaded.source.prepare(seed));
    const outcome = runScenario(prepared.scenario, prepared.options);
    this.rows.push(failureRow(seed, outcome.failure?.details ?? details, { file, replay }));
    print(
      `FAILED ${describeFailure(outcome)}\n${shrunkWords(shrunk.stepsBefore, shrunk.scenario)}, saved as ${file}\nreplay: ${replay}\n\n`,
    );
    this.report(seed, shrunk.scenario, replay);
  }

  /** The first failure gets a page. */
  private report(seed: number, scenario: Scenario | undefined, replay: string): void {
    const { loaded, report, print } = this.output;
    if (report === undefined || this.hasReport) return;
    this.hasReport = true;
    const prepared = loaded.source.prepare(seed);
    const page = renderReport(scenario === undefined ? prepared : asData(scenario, prepared), { replay });
    saveText(pathOf(this.around, report), report, page);
    print(`report: ${report}\n\n`);
  }

  private replayOfSeed(seed: number): string {
    const { file } = this.output;
    return file === undefined
      ? commandLine(this.around, "replay", String(seed))
      : commandLine(this.around, "replay", file, "--seed", String(seed));
  }
}
