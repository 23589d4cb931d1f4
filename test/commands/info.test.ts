/** The sections of INFO, and the commands about the server itself: TIME, SHUTDOWN, DEBUG. */
import { beforeEach, describe, expect, test } from "vitest";
import type { Session } from "./command-server.ts";
import { CommandServer, START_MS } from "./command-server.ts";
import { humanBytes } from "../../src/commands/info-sections.ts";

let server: CommandServer;
let session: Session;

beforeEach(() => {
  server = new CommandServer();
  session = server.connect();
});

function titles(line: string): string[] {
  return session.run(line).match(/(?<=^# )\w+/gm) ?? [];
}

const DEFAULT = [
  "Server",
  "Clients",
  "Memory",
  "Persistence",
  "Stats",
  "Replication",
  "CPU",
  "Modules",
  "Errorstats",
  "Cluster",
  "Keyspace",
];

describe("INFO", () => {
  test("shows the default sections, all of them, or those that are named", () => {
    expect(titles("info")).toEqual(DEFAULT);
    expect(titles("info default")).toEqual(DEFAULT);
    expect(titles("info everything")).toHaveLength(13);
    expect(titles("INFO ALL")).toEqual(titles("info everything"));
    expect(titles("info keyspace CPU")).toEqual(["CPU", "Keyspace"]);
    expect(titles("info default commandstats")).toContain("Commandstats");
    expect(session.run("info nothing")).toBe("$0\r\n\r\n");
  });

  test("is made of lines that end with CR LF, a blank one between sections", () => {
    const members =
      "atoll_members:2 atoll_members_alive:2 atoll_members_suspect:0 atoll_members_dead:0 atoll_members_left:0";
    const lines = ["# Modules", "", "# Cluster", "cluster_enabled:0", ...members.split(" "), "atoll_forgotten:0", ""];
    const text = lines.map((line) => `${line}\r\n`).join("");
    expect(session.run("info cluster modules")).toBe(`$${text.length - 2}\r\n${text}`);
  });

  test("speaks of the peak and the start of the memory that is in use, not of what is resident", () => {
    const text = session.run("info memory");
    for (const line of [
      "used_memory:12000000",
      "used_memory_peak:16000000",
      "used_memory_peak_perc:75.00%",
      "used_memory_startup:5000000",
    ]) {
      expect(text).toContain(`\r\n${line}\r\n`);
    }
  });

  test("is verbatim text in RESP3", () => {
    session.run("hello 3");
    expect(session.run("info cluster")).toMatch(/^=\d+\r\ntxt:# Cluster\r\n/);
  });

  test("names both versions, the process and its uptime", () => {
    const text = session.run("info server");
    for (const line of [
      "redis_version:7.2.4",
      "atoll_version:0.1.0",
      "process_id:4242",
      "uptime_in_seconds:90061",
      "uptime_in_days:1",
    ]) {
      expect(text).toContain(`\r\n${line}\r\n`);
    }
  });

  test("counts keys and deadlines of databases that hold any", () => {
    session.run("set a 1");
    session.run("set b 1 ex 100");
    session.run("select 3");
    session.run("sadd s x");
    expect(session.run("info keyspace")).toBe(
      "$76\r\n# Keyspace\r\ndb0:keys=2,expires=1,avg_ttl=0\r\ndb3:keys=1,expires=0,avg_ttl=0\r\n\r\n",
    );
  });

  test("counts hits and misses of reads", () => {
    session.run("set a 1");
    session.run("mget a b c");
    const text = session.run("info stats");
    expect(text).toContain("keyspace_hits:1\r\n");
    expect(text).toContain("keyspace_misses:2\r\n");
    expect(text).toContain("total_commands_processed:2\r\n");
  });

  test("shows this replica, its peers and what it counted about them", () => {
    const text = session.run("info replication");
    expect(text).toContain("role:master\r\n");
    expect(text).toContain("atoll_origin:000000000001\r\natoll_region:us\r\n");
    expect(text).toContain(
      "peer0:node=n2,region=eu,addr=127.0.0.1:7947,state=connected,member=alive,lag_ms=3,lag_bytes=12,bytes_in=100,bytes_out=200\r\n",
    );
    expect(text).toContain("intervals_applied:5\r\nclosed_cluster_id:2\r\n");
  });

  test("gives latencies at the percentiles asked for", () => {
    server.commandMicroseconds = 100;
    session.run("ping");
    expect(session.run("info latencystats")).toContain(
      "latency_percentiles_usec_ping:p50=127.000,p99=127.000,p99.9=127.000\r\n",
    );
  });

  test("writes sizes for people as Redis does", () => {
    expect([0, 1023, 1024, 1_732_640, 25_276_510_208].map(humanBytes)).toEqual([
      "0B",
      "1023B",
      "1.00K",
      "1.65M",
      "23.54G",
    ]);
  });
});

describe("the server", () => {
  test("tells the time in seconds and microseconds", () => {
    server.wallNow = START_MS + 42;
    expect(session.run("time")).toBe("*2\r\n$10\r\n1700000000\r\n$5\r\n42000\r\n");
    expect(session.run("lastsave")).toBe(`:${Math.floor((START_MS + 42 - 90_061_000) / 1000)}\r\n`);
  });

  test("shuts down with the options given, and without a reply", () => {
    expect(session.run("shutdown")).toBe("");
    expect(session.run("shutdown nosave now")).toBe("");
    expect(session.client.state).toBe("closing");
    expect(server.shutdowns).toEqual([
      { save: "default", now: false, force: false },
      { save: "nosave", now: true, force: false },
    ]);
  });

  test("does not shut down on nonsense, nor to save what it cannot", () => {
    expect(session.run("shutdown nosave save")).toBe("-ERR syntax error\r\n");
    expect(session.run("shutdown abort")).toBe("-ERR No shutdown in progress.\r\n");
    expect(session.run("shutdown save")).toBe("-ERR Errors trying to SHUTDOWN. Check logs.\r\n");
    expect(server.shutdowns).toEqual([]);
  });

  test("sleeps, expires and pretends when debugged", () => {
    expect(session.run("debug sleep 0.25")).toBe("+OK\r\n");
    expect(session.run("debug sleep x")).toBe("+OK\r\n");
    expect(server.slept).toEqual([250]);
    expect(session.run("debug set-active-expire 0")).toBe("+OK\r\n");
    expect(server.config.settings.activeExpire).toBe(false);
    expect(session.run("debug jmap")).toBe("+OK\r\n");
    expect(session.run("debug object nothing")).toBe("-ERR no such key\r\n");
    expect(session.run("debug sleep")).toBe(
      "-ERR unknown subcommand or wrong number of arguments for 'sleep'. Try DEBUG HELP.\r\n",
    );
  });
});
