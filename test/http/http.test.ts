/**
 * The HTTP side without sockets: health, readiness, metrics, and problem documents for everything else.
 */
import { describe, expect, test } from "vitest";
import type { MemberView } from "../../src/commands/host.ts";
import { clusterHealth } from "../../src/server/cluster-health.ts";
import { createHttpApp } from "../../src/server/http.ts";
import type { Readiness } from "../../src/server/readiness.ts";

const SELF: MemberView = {
  nodeId: "us-1",
  region: "us",
  address: "10.0.0.1:7946",
  clientAddress: "10.0.0.1:6379",
  state: "alive",
  incarnation: 1,
  isSelf: true,
  isLinked: false,
  heardAgoMs: -1,
  link: undefined,
};
const OTHER: MemberView = { ...SELF, nodeId: "eu-1", region: "eu", isSelf: false, isLinked: true, heardAgoMs: 10 };

function appThatIs(
  readiness: Readiness,
  metrics: () => Promise<string> = async () => "atoll_up 1\n",
  members: readonly MemberView[] = [SELF, OTHER],
) {
  const errors: Error[] = [];
  const app = createHttpApp({
    describe: () => ({ node: "us-1" }),
    readiness: () => readiness,
    cluster: () => clusterHealth(readiness, members),
    metrics: async () => ({ contentType: "text/plain; version=0.0.4", text: await metrics() }),
    onError: (error) => errors.push(error),
  });
  return { app, errors };
}

async function health(readiness: Readiness, other: Partial<MemberView>): Promise<Response> {
  const { app } = appThatIs(readiness, undefined, [SELF, { ...OTHER, ...other }]);
  return await app.request("/cluster/health");
}

async function expectProblem(response: Response, status: number, title: string): Promise<void> {
  expect(response.status).toBe(status);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  expect(await response.json()).toMatchObject({ type: "about:blank", status, title });
}

describe("health", () => {
  test.each(["ready", "recovering", "loading", "stopping"] as const)(
    "is 200 while the replica is %s",
    async (readiness) => {
      const response = await appThatIs(readiness).app.request("/health");
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({ status: "alive", node: "us-1" });
    },
  );
});

describe("readiness", () => {
  test("is 200 when the replica serves", async () => {
    const response = await appThatIs("ready").app.request("/ready");
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ status: "ready" });
  });

  test.each([
    ["recovering", "This replica is loading what it has on disk."],
    ["loading", "This replica is filling itself from its peers."],
    ["stopping", "This replica is stopping."],
    ["forgotten", "This replica was forgotten by the cluster."],
  ] as const)("is a problem with 503 while the replica is %s: %s", async (readiness, detail) => {
    const response = await appThatIs(readiness).app.request("/ready");
    expect(response.headers.get("retry-after")).toBe("1");
    expect(await response.clone().json()).toMatchObject({ detail });
    await expectProblem(response, 503, "Not ready");
  });
});

describe("the cluster's health", () => {
  test("is 200 when all are alive and linked, or have left", async () => {
    for (const other of [{}, { state: "left", isLinked: false } as const]) {
      const response = await health("ready", other);
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ status: "healthy", members: [{ node: "us-1" }, { node: "eu-1" }] });
    }
  });

  test.each([
    ["recovering", {}, "This replica is loading what it has on disk."],
    ["loading", {}, "This replica is filling itself from its peers."],
    ["forgotten", {}, "This replica was forgotten by the cluster."],
    ["ready", { state: "suspect" }, "eu-1 is suspect."],
    ["ready", { state: "dead", isLinked: false }, "eu-1 is dead."],
    ["ready", { isLinked: false }, "There is no link to eu-1."],
  ] as const)("is a problem with 503 otherwise, which says why: %s %j", async (readiness, other, detail) => {
    const response = await health(readiness, other);
    expect(await response.clone().json()).toMatchObject({ detail, members: [{ linked: true }, { node: "eu-1" }] });
    await expectProblem(response, 503, "Unhealthy cluster");
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
