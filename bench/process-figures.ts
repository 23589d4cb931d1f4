/**
 * What the kernel says of another process: the CPU time of all its threads, and the memory it holds.
 *
 * CPU time comes in ticks of 10 ms, so that a measurement should last for a hundred of them.
 */
import { readFileSync } from "node:fs";

/** A tick of /proc is USER_HZ, which is 100 on every architecture that Node.js runs on. */
const TICK_MICROSECONDS = 10_000;

/** Fields of /proc/PID/stat behind the name: utime and stime are the 14th and 15th of all. */
const USER_TICKS = 11;
const SYSTEM_TICKS = 12;

/** CPU time that a process has used, user and system, all threads. */
export function cpuMicroseconds(pid: number): number {
  return parseCpuTicks(readFileSync(`/proc/${pid}/stat`, "utf8")) * TICK_MICROSECONDS;
}

/** Memory of a process that is in RAM. */
export function residentBytes(pid: number): number {
  return parseResidentBytes(readFileSync(`/proc/${pid}/status`, "utf8"));
}

export function parseCpuTicks(stat: string): number {
  // The name stands in parentheses and may hold blanks and parentheses itself.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS]);
  if (!Number.isInteger(ticks)) throw new Error("/proc/PID/stat has no CPU times");
  return ticks;
}

export function parseResidentBytes(status: string): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kilobytes === undefined) throw new Error("/proc/PID/status has no VmRSS");
  return Number(kilobytes) * 1024;
}
