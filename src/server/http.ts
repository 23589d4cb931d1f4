/**
 * The HTTP side of a replica: is it alive, may it get traffic, and how does it do.
 *
 *   GET /health           200 as long as the process answers
 *   GET /ready            200 when it serves; 503 while it loads from disk or from peers, is stopping or was forgotten
 *   GET /cluster/health   200 when it serves and all members are alive and linked to it; 503 otherwise
 *   GET /metrics          Prometheus text
 *
 * Every error is a problem document (RFC 9457).
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { type Context, Hono } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { ClusterHealth } from "./cluster-health.ts";
import { NOT_READY, type Readiness } from "./readiness.ts";

export interface HttpSources {
  readonly describe: () => Readonly<Record<string, string | number>>;
  readonly readiness: () => Readiness;
  readonly cluster: () => ClusterHealth;
  readonly metrics: () => Promise<Exposition>;
  readonly onError: (error: Error) => void;
}

/** Metrics as Prometheus reads them. */
export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

/** Answers the requests of a server of node:http. */
export function createHttpListener(sources: HttpSources): (request: IncomingMessage, response: ServerResponse) => void {
  const listener = getRequestListener(createHttpApp(sources).fetch);
  return (request, response) => void listener(request, response);
}

export function createHttpApp(sources: HttpSources): Hono {
  const app = new Hono();
  app.get("/health", (c) => c.json({ status: "alive", ...sources.describe() }));
  app.get("/ready", (c) => {
    const readiness = sources.readiness();
    if (readiness === "ready") return c.json({ status: "ready", ...sources.describe() });
    c.header("Retry-After", "1");
    return problem(c, 503, "Not ready", NOT_READY[readiness]);
  });
  app.get("/cluster/health", (c) => {
    const { status, reasons, members } = sources.cluster();
    if (status === "healthy") return c.json({ status, ...sources.describe(), members });
    return problem(c, 503, "Unhealthy cluster", reasons.join(" "), { members });
  });
  app.get("/metrics", async (c) => {
    const { contentType, text } = await sources.metrics();
    c.header("Content-Type", contentType);
    return c.body(text);
  });
  for (const path of ["/health", "/ready", "/cluster/health", "/metrics"]) {
    app.all(path, (c) => {
      c.header("Allow", "GET, HEAD");
      return problem(c, 405, "Method not allowed", `${path} answers GET and HEAD.`);
    });
  }
  app.notFound((c) => problem(c, 404, "Not found", "There are /health, /ready, /cluster/health and /metrics here."));
  app.onError((error, c) => {
    sources.onError(error);
    return problem(c, 500, "Internal error", "The request could not be answered; the log has the reason.");
  });
  return app;
}

function problem(c: Context, status: ContentfulStatusCode, title: string, detail: string, more: object = {}): Response {
  const document = { type: "about:blank", title, status, detail, instance: c.req.path, ...more };
  return c.body(JSON.stringify(document), status, { "Content-Type": "application/problem+json" });
}
