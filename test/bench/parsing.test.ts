/**
 * The benches read what other programs print; these are such texts.
 */
import { expect, test } from "vitest";
import { encodeRequest, wholeReply } from "../../bench/connection.ts";
import { parseCpuTicks, parseResidentBytes } from "../../bench/process-figures.ts";
import { parseInfo } from "../../bench/server-info.ts";
import { parseOperationsPerSecond, parseVersion } from "../../bench/redis-tools.ts";

test("CPU ticks are user and system time, whatever the process is called", () => {
  const rest = "S 1 6059 3167 0 -1 4194560 6107 0 0 0 123 14 0 0 20 0 5 0 468534 87449600 7544";
  expect(parseCpuTicks(`6066 (redis-server) ${rest}`)).toBe(137);
  expect(parseCpuTicks(`6066 (a) (b c) ${rest}`)).toBe(137);
  expect(() => parseCpuTicks("6066 (redis-server) S")).toThrow("no CPU times");
});

test("resident memory is VmRSS in bytes", () => {
  expect(parseResidentBytes("Name:\tnode\nVmHWM:\t  9000 kB\nVmRSS:\t    2044 kB\nRssAnon:\t 156 kB\n")).toBe(
    2_093_056,
  );
  expect(() => parseResidentBytes("Name:\tkthreadd\n")).toThrow("no VmRSS");
});

test("the throughput of redis-benchmark stands behind the titles and the name of the test", () => {
  const titles = '"test","rps","avg_latency_ms"';
  expect(parseOperationsPerSecond(`${titles}\n"MSET (10 keys)","41649.31","18.740"\n`)).toBe(41_649.31);
  expect(() => parseOperationsPerSecond(`${titles}\n`)).toThrow("no result");
});

test("figures of INFO are found by their whole name", () => {
  const info = "# Persistence\r\nloading:0\r\nasync_loading:1\r\nrdb_last_save_time:17\r\n";
  expect(parseInfo(info, "loading")).toBe("0");
  expect(parseInfo(info, "rdb_last_save_time")).toBe("17");
  expect(parseInfo(info, "last_save_time")).toBeUndefined();
});

test("versions are found in what the tools print", () => {
  expect(parseVersion("redis-benchmark 7.0.15\n")).toBe("7.0.15");
  expect(parseVersion("Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64\n")).toBe("7.0.15");
  expect(parseVersion("something else")).toBe("unknown");
});

test("a reply is whole when all of it has come", () => {
  expect(wholeReply("+PON")).toBeUndefined();
  expect(wholeReply("+PONG\r\n")).toBe("+PONG");
  expect(wholeReply("-ERR no\r\n")).toBe("-ERR no");
  expect(wholeReply("$5\r\nhel")).toBeUndefined();
  expect(wholeReply("$5\r\nhello\r")).toBeUndefined();
  expect(wholeReply("$5\r\nhello\r\n")).toBe("$hello");
  expect(wholeReply("$-1\r\n")).toBe("$");
});

test("a request counts bytes, not characters", () => {
  expect(encodeRequest("GET", "é").toString()).toBe("*2\r\n$3\r\nGET\r\n$2\r\né\r\n");
});
