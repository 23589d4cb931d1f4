/** Whom the dialer dials: every address of a name, names anew, members that were learned of, and nobody twice. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Dial, type DialAdvice, Dialer, type DialTarget } from "../../transport/dialer.ts";

let dialed: Dial[];
let logged: string[];
let targets: DialTarget[] | undefined;
let linked: Set<string>;
let hosts: Record<string, string[]>;
let dialer: Dialer;

beforeEach(() => {
  vi.useFakeTimers();
  dialed = [];
  logged = [];
  targets = [];
  linked = new Set();
  hosts = {};
});

afterEach(() => {
  dialer.stop();
  vi.useRealTimers();
});

const advice: DialAdvice = {
  linkedTo: (nodeId) => linked.has(nodeId),
  refuses: () => false,
  dialTargets: () => targets,
};

function start(...seeds: { host: string; port: number }[]): void {
  dialer = new Dialer({
    seeds,
    random: () => 0.5,
    log: (level, message) => logged.push(`${level}: ${message}`),
    resolve: async (host) => {
      const found = hosts[host];
      if (found === undefined) throw new Error(`no such name: ${host}`);
      return found;
    },
    connect: (dial) => dialed.push(dial),
  });
  dialer.start(advice);
}

async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

function addresses(): string[] {
  return dialed.map(({ address }) => address);
}

describe("a seed that is a name", () => {
  test("is dialed at all its addresses, and at those that it gets later", async () => {
    hosts["atoll"] = ["10.0.0.1", "fe80::1"];
    start({ host: "atoll", port: 7946 });
    await pass(100);
    expect(addresses()).toEqual(["10.0.0.1:7946", "[fe80::1]:7946"]);
    hosts["atoll"] = ["10.0.0.1", "10.0.0.3"];
    await pass(6000);
    expect(addresses()).toContain("10.0.0.3:7946");
  });

  test("that is not known is told of once, and tried again and again", async () => {
    start({ host: "atoll", port: 7946 });
    await pass(20_000);
    expect(dialer.seedsUnreached).toBe(1);
    expect(logged).toEqual([expect.stringMatching(/^warn: the seed atoll:7946 cannot be reached.*no such name/)]);
    hosts["atoll"] = ["10.0.0.1"];
    await pass(6000);
    const [dial] = dialed as [Dial];
    dialer.reached(dial);
    expect(dialer.seedsUnreached).toBe(0);
  });

  test("counts as unreached only when none of its addresses can be reached", async () => {
    hosts["atoll"] = ["10.0.0.1", "10.0.0.2"];
    start({ host: "atoll", port: 7946 });
    await pass(100);
    const [first, second] = dialed as [Dial, Dial];
    dialer.failed(first, "refused");
    dialer.ended(first, false, false);
    expect(dialer.seedsUnreached).toBe(0);
    dialer.failed(second, "refused");
    dialer.ended(second, false, false);
    expect(dialer.seedsUnreached).toBe(1);
  });
});

describe("an address", () => {
  test("is dialed once at a time, and later and later when it fails", async () => {
    start({ host: "10.0.0.1", port: 7946 });
    await pass(60_000);
    expect(dialed).toHaveLength(1);
    for (let i = 0; i < 8; i++) {
      dialer.ended(dialed.at(-1) as Dial, false, false); // one is under way
      await pass(2000);
    }
    expect(dialed).toHaveLength(9);
    dialer.ended(dialed.at(-1) as Dial, false, false);
    await pass(900);
    expect(dialed).toHaveLength(9);
  });

  test("that is this replica itself is left alone", async () => {
    start({ host: "10.0.0.1", port: 7946 });
    await pass(50);
    expect(dialer.ownSeeds).toBe(0);
    dialer.ended(dialed[0] as Dial, false, true);
    await pass(60_000);
    expect(dialed).toHaveLength(1);
    expect(dialer.ownSeeds).toBe(1);
  });

  test("where somebody was met is left alone while there is a link to that node", async () => {
    start({ host: "10.0.0.1", port: 7946 });
    await pass(50);
    (dialed[0] as Dial).peer = { nodeId: "eu-1", region: "eu" };
    linked.add("eu-1");
    dialer.ended(dialed[0] as Dial, true, false);
    await pass(10_000);
    expect(dialed).toHaveLength(1);
    linked.clear();
    await pass(1000);
    expect(dialed).toHaveLength(2);
  });
});

describe("a member that was learned of", () => {
  test("is dialed as long as the replica wants it", async () => {
    start();
    targets = [{ address: "10.0.0.9:7946", nodeId: "ap-1" }];
    await pass(300);
    expect(addresses()).toEqual(["10.0.0.9:7946"]);
    targets = [];
    dialer.ended(dialed[0] as Dial, false, false);
    await pass(10_000);
    expect(dialed).toHaveLength(1);
  });

  test("is dialed by nobody who was forgotten, and neither is a seed", async () => {
    targets = undefined;
    start({ host: "10.0.0.1", port: 7946 });
    await pass(10_000);
    expect(dialed).toEqual([]);
  });

  test("is one of so many that only some are dialed at a time", async () => {
    start();
    targets = Array.from({ length: 5000 }, (_, i) => ({ address: `10.0.${i >> 8}.${i & 255}:1`, nodeId: `n${i}` }));
    await pass(1000);
    expect(dialed).toHaveLength(64);
  });
});
