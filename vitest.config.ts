/**
 * How the tests run: files side by side in processes of their own, two at a time, because the end-to-end tests start
 * servers beside themselves. The time limit of a test is generous for a busy machine; tests wait for events, never
 * for a fixed time, so that a quick machine is quick.
 */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: ["./test/property-seed.ts"],
    pool: "forks",
    maxWorkers: 2,
    maxConcurrency: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ["default", "./test/summary-reporter.ts"],
  },
});
