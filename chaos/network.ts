/**
 * Where replicas live and how links between them are cut.
 *
 * The *private* network: a namespace for each replica, all joined by a bridge in the namespace of this process, and a
 * cut is a wrong hardware address for the other: frames that nobody takes, in one direction or both, as if a cable were out. It needs the namespaces
 * of `sandbox.ts`, and ends with them.
 *
 * The *loopback* network: free ports of 127.0.0.1, and a cut is asked of the replicas themselves, by the drill command
 * ATOLL CUT. A replica that starts anew knows of no cut, so they are asked for again now and then.
 */
import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { promisify } from "node:util";
import { freePorts } from "../src/cli/ports.ts";

const run = promisify(execFile);

export interface Home {
  readonly host: string;
  readonly port: number;
  readonly httpPort: number;
  readonly peerPort: number;
  readonly prefix: readonly string[];
}

/** From, to: what the first sends the second is lost. */
export type Direction = readonly [number, number];

export interface Network {
  readonly homes: readonly Home[];
  /** Makes exactly these directions lose what is sent. */
  apply(cuts: readonly Direction[]): Promise<void>;
}

const LOOPBACK = "127.0.0.1";
const BRIDGE = "chaos";
/** An address that no interface has. */
const NOBODY = "02:00:00:00:00:01";
const PORTS = { port: 6379, httpPort: 8080, peerPort: 7946 } as const;

/** Answers a drill command at a replica, or throws when it is away. */
export type Drill = (replica: number, ...args: readonly string[]) => Promise<void>;

export async function loopbackNetwork(names: readonly string[], drill: Drill): Promise<Network> {
  const ports = await freePorts(LOOPBACK, names.length * 3);
  const next = (): number => ports.pop() as number; // three for each
  const homes = names.map(() => ({
    host: LOOPBACK,
    port: next(),
    httpPort: next(),
    peerPort: next(),
    prefix: [],
  }));
  const apply = async (cuts: readonly Direction[]): Promise<void> => {
    await Promise.allSettled(
      names.map(async (_, replica) => {
        await drill(replica, "HEAL");
        for (const [from, to] of cuts) if (from === replica) await drill(replica, "CUT", names[to] ?? "");
      }),
    );
  };
  return { homes, apply };
}

/** For a process that has network and mount namespaces of its own. */
export async function privateNetwork(names: readonly string[]): Promise<Network> {
  await ip("link", "set", "lo", "up");
  // Names of namespaces are files in a folder that is not ours outside.
  await run("mount", ["-t", "tmpfs", "tmpfs", "/run"]);
  mkdirSync("/run/netns");
  await ip("link", "add", BRIDGE, "type", "bridge");
  await ip("addr", "add", "10.77.0.254/24", "dev", BRIDGE);
  await ip("link", "set", BRIDGE, "up");
  for (const [i, name] of names.entries()) {
    await ip("netns", "add", name);
    await ip("link", "add", `to-${name}`, "type", "veth", "peer", "name", "eth0", "netns", name);
    await ip("link", "set", `to-${name}`, "master", BRIDGE, "up");
    await ip("-n", name, "link", "set", "lo", "up");
    await ip("-n", name, "addr", "add", `${addressOf(i)}/24`, "dev", "eth0");
    await ip("-n", name, "link", "set", "eth0", "up");
  }
  let applied: readonly Direction[] = [];
  const apply = async (cuts: readonly Direction[]): Promise<void> => {
    const keys = new Set(cuts.map(String));
    const before = new Set(applied.map(String));
    for (const [from, to] of applied) if (!keys.has(`${from},${to}`)) await correct(names[from] ?? "", to);
    for (const [from, to] of cuts) if (!before.has(`${from},${to}`)) await mislead(names[from] ?? "", to);
    applied = [...cuts];
  };
  const homes = names.map((name, i) => ({ ...PORTS, host: addressOf(i), prefix: ["ip", "netns", "exec", name] }));
  return { homes, apply };
}

/** Frames for the other go where nobody is; afterwards it is asked for its address again. */
async function mislead(name: string, to: number): Promise<void> {
  await ip("-n", name, "neigh", "replace", addressOf(to), "lladdr", NOBODY, "dev", "eth0", "nud", "permanent");
}

async function correct(name: string, to: number): Promise<void> {
  await ip("-n", name, "neigh", "del", addressOf(to), "dev", "eth0");
}

function addressOf(replica: number): string {
  return `10.77.0.${replica + 1}`;
}

async function ip(...args: readonly string[]): Promise<void> {
  await run("ip", [...args]);
}
