/** The report of a run: what it says, that it needs nothing else, and that nobody's bytes become markup. */
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { renderReport } from "../../sim/report/report-page.ts";
import { Recorder } from "../../sim/report/recorder.ts";
import { runScenario } from "../../sim/run/run.ts";
import { checkedScenario } from "../../sim/scenario/checked-scenario.ts";
import { parseScenario } from "../../sim/scenario/text-scenario.ts";
import { generateScenario } from "../../sim/search/generate.ts";
import type { Scenario } from "../../sim/scenario/scenario.ts";
import { Keyspace } from "../../src/store/keyspace.ts";
import { shownText, tagsOf } from "./page-text.ts";

const REPLAY = "atoll sim replay file.json";

function pageOf(scenario: Scenario): string {
  return renderReport({ scenario, options: {} }, { replay: REPLAY });
}

function textOf(text: string): string {
  return shownText(pageOf(parseScenario("a story", text)));
}

afterEach(() => vi.restoreAllMocks());

describe("the report of a run", () => {
  it("says that all promises were kept, and how to run it again", () => {
    const text = textOf("replicas us eu\nus: SADD k x\nexpect k = {x}");
    expect(text).toContain("All promises kept.");
    expect(text).toContain(REPLAY);
  });

  it("says what was expected and what was read, where and when", () => {
    const text = textOf("replicas us eu\nus: SET k 1\nexpect k = 2");
    expect(text).toContain("An expectation of the scenario was not met.");
    expect(text).toMatch(/when\s+1\.\d{3} s, at us/);
    expect(text).toMatch(/expected\s+"2"/);
    expect(text).toMatch(/read\s+"1"/);
    expect(text).toMatch(/\d s\s+us: SET k 1 -> OK/);
  });

  it("tells the history in words, faults included", () => {
    const text = textOf("replicas us eu ap\npartition us eu|ap\nus: SADD k x\nheal");
    expect(text).toMatch(/1\.000 s\s+\[us and eu\] and \[ap\] lose each other/);
    expect(text).toMatch(/1\.400 s\s+us: SADD k x -> 1/);
    expect(text).toMatch(/1\.800 s\s+the partition heals/);
  });

  it("draws each message with what is in it, and the lost ones", () => {
    const page = pageOf(
      parseScenario("drawn", "replicas us eu\nus: SADD k x\nus: SET c 1\npartition us|eu\neu: SET c 2\nheal"),
    );
    expect(page).toMatch(/us → eu: changes of us: SADD k x; \d+ bytes, sent 1\.\d+ s, arrived 1\.\d+ s/);
    expect(page).toMatch(/<rect class="shade partition"/);
    expect(page).toMatch(/<title>1\.\d+ s us: SADD k x → 1<\/title>/);
    const broken = { kind: "break", atMs: 1001, between: ["us", "eu"] };
    const losing = { ...parseScenario("lost", "replicas us eu\nus: SADD k x\nus: SET c 1"), faults: [broken] };
    expect(pageOf(checkedScenario(losing))).toMatch(/changes of us: SADD k x; \d+ bytes, sent 1\.\d+ s, lost/);
  });

  it("can be read without seeing: every picture has a name, every table its heads", () => {
    const page = pageOf(parseScenario("named", "replicas us eu\nus: SADD k x"));
    for (const [picture] of page.matchAll(/<svg[^>]*>/g)) expect(picture).toMatch(/aria-label|aria-hidden/);
    expect(page).toMatch(/<html lang="en">/);
    expect(page).toMatch(/<th scope="col">/);
    for (const [, id = ""] of page.matchAll(/aria-labelledby="([^"]*)"/g)) expect(page).toContain(`id="${id}"`);
  });
});

describe("the report explains", () => {
  it("which of two concurrent values won", () => {
    const text = textOf("replicas us eu\nskew eu 100ms\npartition us|eu\nus: SET k a\neu: SET k b\nheal\nexpect k = b");
    expect(text).toMatch(/newest stamp: #2 \(eu\) at 1\.\d+ s above #1 \(us\) at 1\.\d+ s/);
    expect(text).toContain("a stays hidden beside it");
  });

  it("why an increment counts beside a concurrent SET", () => {
    const text = textOf(
      "replicas us eu\nus: SET n 10\npartition us|eu\nus: INCRBY n 2\neu: SET n 5\nheal\nexpect n = 7",
    );
    expect(text).toContain(
      "5 by #3 (eu), and +2 by #2 (us), which #3 (eu) had not seen: it was not reset, so it counts.",
    );
  });

  it("why an add survives a concurrent removal", () => {
    const text = textOf(
      "replicas us eu\nus: SADD k x\npartition us|eu\nus: SREM k x\neu: SADD k x\nheal\nexpect k = {x}",
    );
    expect(text).toContain("x: #3 (eu) survives the removal #2 (us), which had not seen it.");
  });

  it("why one type shows and not the other", () => {
    const text = textOf("replicas us eu\npartition us|eu\nus: SADD k x\neu: SET k v\nheal\nexpect k = v");
    expect(text).toMatch(/The string shows because its newest write, #2 \(eu\).* is newer than the set's, #1 \(us\)/);
  });

  it("which deadline counts, and that it has passed", () => {
    const both = "replicas us eu\nus: SET k v\npartition us|eu\nus: PEXPIRE k 60000\neu: PEXPIRE k 90000\nheal";
    expect(textOf(both)).toMatch(/Deadline: [\d.]+ s, by #3 \(eu\); it is later than [\d.]+ s of #2 \(us\)/);
    expect(textOf("replicas us eu\nus: SET k v PX 300\nwait 2s")).toMatch(/removed or replaced, last by #2|has passed/);
  });

  it("what a replica has not seen yet", () => {
    const text = textOf("replicas us eu\nus: SET k 1\npartition us|eu\nus: SET k 2\nexpect k = 2");
    expect(text).toMatch(/eu shows 1\s+Not seen here: #2 \(us\)/);
  });

  it("where two replicas diverge, and who is wrong", () => {
    // Loses what it applies: the context rises, and nothing else happens.
    vi.spyOn(Keyspace.prototype, "applyInterval").mockImplementation(function (this: Keyspace, origin, _from, to) {
      this.context.raise(origin, to);
    });
    const text = textOf("replicas us eu\nus: SET k 1");
    expect(text).toContain("Two replicas have seen the same events and do not hold the same data.");
    expect(text).toMatch(/The first divergence\s+At 1\.\d+ s eu and us have seen the same events/);
    expect(text).toMatch(/key\s+eu shows\s+us shows\s+the specification demands\s+k\s+nothing\s+1\s+1/);
    expect(text).toMatch(/eu shows nothing\s+The specification demands 1\b/);
  });
});

describe("the page", () => {
  const generated = generateScenario(31);

  it("loads nothing and runs nothing", () => {
    const page = pageOf(generated);
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(page).not.toMatch(/https?:|<script|<link|<img|<iframe|@import|\ssrc=|\son\w+=/i);
    for (const [, target] of page.matchAll(/url\(([^)]*)\)/g)) expect(target).toMatch(/^#/);
    for (const [, target] of page.matchAll(/href="([^"]*)"/g)) expect(target).toMatch(/^#/);
  });

  it("is the same for the same run", () => {
    expect(pageOf(generated)).toBe(pageOf(generated));
  });

  it("holds the scenario, so that the page alone is enough to run it again", () => {
    const bytes = String.fromCharCode(...Array.from({ length: 256 }, (_, byte) => byte));
    const at = { atMs: 1000, replica: "us", database: 0 };
    const workload = [{ ...at, command: ["SET", bytes, `</pre>${bytes}`] }];
    const scenario = checkedScenario({
      name: "all \u00fc",
      replicas: [{ id: "us", region: "us" }],
      endMs: 2000,
      workload,
    });
    const data = /<pre class="data"[^>]*>([^<]*)<\/pre>/.exec(pageOf(scenario))?.[1] ?? "";
    expect(checkedScenario(JSON.parse(shownText(data)))).toEqual(scenario);
  });

  it("makes no markup of what clients and scenarios say", () => {
    const plain = tagsOf(pageOf(oddScenario("k", "v", "f", "name")));
    const nasty = fc.oneof(
      fc.constantFrom("<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, "</style><b>", "]]>", "&lt;i&gt;"),
      fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
    );
    const property = fc.property(nasty, nasty, nasty, nasty, (key, value, field, name) => {
      const page = pageOf(oddScenario(`k${key}`, `v${value}`, `f${field}`, name));
      expect(tagsOf(page)).toEqual(plain);
      expect(page).not.toMatch(/(?![\n\t])\p{Cc}/u);
    });
    fc.assert(property, { numRuns: 40 });
  });

  it("stays small, and says what it leaves out", () => {
    const workload = Array.from({ length: 6000 }, (_, i) => ({
      atMs: 1000 + i,
      replica: i % 2 === 0 ? "us" : "eu",
      database: 0,
      command: ["SET", `key ${i % 100}`, `${i}${"long ".repeat(100)}`],
    }));
    const replicas = ["us", "eu"].map((id) => ({ id, region: id }));
    const page = pageOf(checkedScenario({ name: "much", replicas, endMs: 8000, workload }));
    expect(page.length).toBeLessThan(6_000_000);
    const text = shownText(page);
    expect(text).toMatch(/leaves out 1000 earlier commands, 1000 earlier events/);
    expect(text).toMatch(/\d+ earlier writes left out/);
    expect(text).toMatch(/70 more keys left out/);
    expect(text).toMatch(/\d+ earlier lines left out/);
    expect(text).toContain("Too long to be repeated here.");
    expect(text).not.toContain("long ".repeat(30));
  });
});

describe("recording a run", () => {
  it("does not change it", () => {
    for (const scenario of [generateScenario(11), generateScenario(31), generateScenario(463)]) {
      const alone = runScenario(scenario, { records: true });
      const watched = runScenario(scenario, { records: true, observer: new Recorder() });
      expect(watched.trace.eventHashes).toEqual(alone.trace.eventHashes);
      expect(watched.failure).toEqual(alone.failure);
    }
  });
});

/** Every place where a page may show what clients say. */
function oddScenario(key: string, value: string, field: string, name: string): Scenario {
  const at = { replica: "us", database: 0 };
  const commands = [
    ["SET", key, value],
    ["HSET", `${key}h`, field, value],
    ["SADD", `${key}s`, field],
    ["PEXPIRE", `${key}s`, "90000"],
    ["GET", `${key}s`],
  ];
  return checkedScenario({
    name,
    replicas: ["us", "eu"].map((id) => ({ id, region: id })),
    endMs: 1500,
    workload: commands.map((command, i) => ({ ...at, atMs: 1000 + i, command })),
    expectations: [
      { replicas: ["us"], atMs: 1400, database: 0, command: ["GET", key], reply: `no ${value}`, label: name },
    ],
  });
}
