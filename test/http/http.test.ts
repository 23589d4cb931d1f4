/**
 * The HTTP side without sockets: health, readiness, metrics, and problem documents for everything else.
 */
import { describe, expect, test } from "vitest";
import { createHttpApp, type Readiness } from "../../src/server/http.ts";

function appThatIs(readiness: Readiness, metrics: () => Promise<string> = async () => "atoll_up 1\n") {
  const errors: Error[] = [];
  const app = createHttpApp({
    describe: () => ({ node: "us-1" }),
    readiness: () => readiness,
    metrics: async () => ({ contentType: "text/plain; version=0.0.4", text: await metrics() }),
    onError: (error) => errors.push(error),
  });
  return { app, errors };
}

async function expectProblem(response: Response, status: number, title: string): Promise<void> {
  expect(response.status).toBe(status);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  expect(await response.json()).toMatchObject({ type: "about:blank", status, title });
}

describe("health", () => {
  test.each(["ready", "loading", "stopping"] as const)("is 200 while the replica is %s", async (readiness) => {
    const response = await appThatIs(readiness).app.request("/health");
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: "alive", node: "us-1" });
  });
});

describe("readiness", () => {
  test("is 200 when the replica serves", async () => {
    const response = await appThatIs("ready").app.request("/ready");
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ status: "ready" });
  });

  test.each(["loading", "stopping"] as const)("is a problem with 503 while the replica is %s", async (readiness) => {
    const response = await appThatIs(readiness).app.request("/ready");
    expect(response.headers.get("retry-after")).toBe("1");
    await expectProblem(response, 503, "Not ready");
  });
});

describe("metrics", () => {
  test("are handed over with the type of their format", async () => {
    const response = await appThatIs("ready").app.request("/metrics");
    expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4");
    expect(await response.text()).toBe("atoll_up 1\n");
  });

  test("that cannot be read are a problem with 500, and the reason goes to the log alone", async () => {
    const { app, errors } = appThatIs("ready", async () => {
      throw new Error("secret");
    });
    const response = await app.request("/metrics");
    expect(await response.clone().text()).not.toContain("secret");
    await expectProblem(response, 500, "Internal error");
    expect(errors.map(({ message }) => message)).toEqual(["secret"]);
  });
});

test("a path that is not there is a problem with 404", async () => {
  await expectProblem(await appThatIs("ready").app.request("/nowhere"), 404, "Not found");
});

test("a method that is not allowed is a problem with 405 that names those that are", async () => {
  const response = await appThatIs("ready").app.request("/health", { method: "POST" });
  expect(response.headers.get("allow")).toBe("GET, HEAD");
  await expectProblem(response, 405, "Method not allowed");
});

test("HEAD is answered like GET, without a body", async () => {
  const response = await appThatIs("ready").app.request("/health", { method: "HEAD" });
  expect(response.status).toBe(200);
  expect(await response.text()).toBe("");
});
