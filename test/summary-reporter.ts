/**
 * A vitest reporter that ends the run with one line alone, for machines to read:
 *
 *   N passed, N failed            or            N passed, N failed, N skipped
 *
 * A file that could not be loaded and an error outside of any test count as failures.
 */
import type { Reporter, TestModule } from "vitest/node";

export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const testModule of modules) {
      const failedBefore = counts.failed;
      for (const test of testModule.children.allTests()) {
        const { state } = test.result();
        counts[state === "pending" ? "failed" : state]++;
      }
      if (testModule.state() === "failed" && counts.failed === failedBefore) counts.failed++;
    }
    const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : "";
    console.log(`\n${counts.passed} passed, ${counts.failed} failed${skipped}`);
  }
}
