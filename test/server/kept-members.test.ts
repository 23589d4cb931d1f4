/**
 * The file of the members: what is written, when, and what becomes of one that is no such file.
 */
import { describe, expect, test } from "vitest";
import {
  KEPT_MEMBERS_BYTES_MAX,
  KEPT_MEMBERS_MS,
  MEET_MS_MAX,
  MEETS_MAX,
  MEMBERS_MAX,
} from "../../src/limits/replication.ts";
import { KeptMembers, type MeetingReplica } from "../../src/server/kept-members.ts";
import { MemoryStorage } from "../persistence/memory-storage.ts";

const FILE = "members.json";

/** A replica as far as members go, with what it was asked to meet. */
class Scene implements MeetingReplica {
  readonly storage = new MemoryStorage();
  readonly met: string[] = [];
  readonly warnings: string[] = [];
  readonly counters = { linksOpened: 0 };
  addresses: string[] = [];
  diskWorks = true;
  readonly cluster = { forgotten: false, others: () => this.addresses.map((address) => ({ address })) };
  private wallMs = 0;

  /** Another process after one that knew these. */
  static after(addresses: string[]): Scene {
    const scene = new Scene();
    scene.addresses = addresses;
    scene.counters.linksOpened = 1;
    scene.start().save();
    scene.addresses = [];
    scene.counters.linksOpened = 0;
    return scene;
  }

  start(): KeptMembers {
    const log = (level: string, message: string): void => void this.warnings.push(`${level}: ${message}`);
    return new KeptMembers({ storage: this.storage, replica: this, mayWrite: () => this.diskWorks, log });
  }

  meet(address: string): void {
    this.met.push(address);
  }

  /** So much time passes, as the timer sees it. */
  pass(members: KeptMembers, ms: number): void {
    for (const endMs = this.wallMs + ms; this.wallMs < endMs; this.wallMs += 10) members.timer(this.wallMs);
  }

  get written(): unknown {
    const size = this.storage.size(FILE);
    return size < 0 ? undefined : JSON.parse(Buffer.from(this.storage.read(FILE, 0, size)).toString());
  }
}

describe("the members that are kept", () => {
  test("are met after a start, and again now and then until a link opens", () => {
    const scene = Scene.after(["b:2", "[::1]:1", "a:1"]);
    const sorted = ["[::1]:1", "a:1", "b:2"];
    expect(scene.written).toEqual({ version: 1, members: sorted });
    const members = scene.start();
    scene.pass(members, MEET_MS_MAX);
    expect(scene.met).toEqual(sorted);
    scene.pass(members, 1000);
    expect(scene.met).toEqual([...sorted, ...sorted]);
    scene.counters.linksOpened = 1;
    scene.pass(members, 2 * MEET_MS_MAX);
    expect(scene.met).toHaveLength(6);
  });

  test("stay as they are until a link has opened, and are soon after that what the replica knows", () => {
    const scene = Scene.after(["a:1", "b:2"]);
    const members = scene.start();
    scene.pass(members, 1000);
    expect(members.save()).toBe(true);
    scene.counters.linksOpened = 1;
    scene.addresses = ["a:1"];
    scene.pass(members, 1000);
    expect(scene.written).toMatchObject({ members: ["a:1", "b:2"] });
    scene.addresses = ["a:1", "c:3"];
    scene.pass(members, KEPT_MEMBERS_MS);
    expect(scene.written).toMatchObject({ members: ["a:1", "c:3"] });
    scene.addresses = [];
    scene.pass(members, KEPT_MEMBERS_MS);
    expect(scene.written).toMatchObject({ members: [] });
  });

  test("are as many as can be members, and only what can be dialed", () => {
    const many = Array.from({ length: MEMBERS_MAX + 10 }, (_, i) => `${"n".repeat(260)}.example:${i + 1}`);
    expect(Scene.after(many).written).toBe(undefined); // no name is so long
    const names = Array.from({ length: MEMBERS_MAX + 10 }, (_, i) => `${"n".repeat(245)}:${i + 1}`);
    const scene = Scene.after([...names, ":1", "a", "a:0", "a b:1"]);
    const members = scene.start();
    expect(scene.warnings).toEqual([]);
    members.timer(0);
    expect(scene.met).toHaveLength(MEETS_MAX);
    expect(scene.written).toMatchObject({ members: names.toSorted().slice(0, MEMBERS_MAX) });
  });

  test("are written only when they have changed, and not to a disk that fails", () => {
    const scene = Scene.after(["a:1"]);
    const members = scene.start();
    scene.counters.linksOpened = 1;
    scene.addresses = ["a:1"];
    scene.storage.refused.set("replace", "EIO");
    expect(members.save()).toBe(true);
    scene.addresses = ["a:1", "b:2"];
    scene.diskWorks = false;
    expect(members.save()).toBe(true);
    expect(scene.warnings).toEqual([]);
    scene.diskWorks = true;
    expect(members.save()).toBe(false);
    expect(scene.warnings).toEqual([expect.stringContaining("warn: members.json cannot be written")]);
    scene.storage.refused.clear();
    expect(members.save()).toBe(true);
    expect(scene.written).toMatchObject({ members: ["a:1", "b:2"] });
  });

  test("mean nothing to a replica that was forgotten", () => {
    const scene = Scene.after(["a:1"]);
    scene.cluster.forgotten = true;
    const members = scene.start();
    scene.pass(members, 1000);
    scene.counters.linksOpened = 1;
    scene.pass(members, 2 * KEPT_MEMBERS_MS);
    members.save();
    expect(scene.met).toEqual([]);
    expect(scene.written).toMatchObject({ members: ["a:1"] });
  });

  test.each([
    ["empty", ""],
    ["no JSON", "{"],
    ["something else", "[]"],
    ["of a later version", '{"version":2,"members":["a:1"]}'],
    ["without addresses", '{"version":1,"members":["a:1",7]}'],
    ["longer than there can be members", JSON.stringify({ version: 1, members: Array(MEMBERS_MAX + 1).fill("a:1") })],
    ["too large", `{"version":1,"members":["a:1"]}${" ".repeat(KEPT_MEMBERS_BYTES_MAX)}`],
  ])("are ignored with a warning when the file is %s", (_, text) => {
    const scene = new Scene();
    scene.storage.replace(FILE, Buffer.from(text));
    scene.start().timer(0);
    expect(scene.met).toEqual([]);
    expect(scene.warnings).toEqual(["warn: members.json is ignored: it is no list of members"]);
  });
});
