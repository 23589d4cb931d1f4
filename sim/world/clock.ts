/**
 * Virtual time: one heap of (time, sequence) for everything that happens.
 *
 * Nothing in a simulation waits for real time. What is to happen later is put
 * into the heap; `step` takes the earliest and moves the clock to it. Two tasks
 * for the same instant run in the order in which they were scheduled, so a run
 * is a function of its scenario alone.
 *
 * K1. Time never falls: a task for the past runs now.
 */
interface Task {
  readonly atMs: number;
  readonly sequence: number;
  readonly run: () => void;
}

export class VirtualClock {
  /** Milliseconds since the simulation began; fractions are allowed. */
  nowMs = 0;
  /** Tasks that have run. */
  steps = 0;
  private sequence = 0;
  private readonly heap: Task[] = [];

  at(atMs: number, run: () => void): void {
    const task = { atMs: Math.max(atMs, this.nowMs), sequence: this.sequence++, run };
    this.heap.push(task);
    this.rise(this.heap.length - 1, task);
  }

  after(delayMs: number, run: () => void): void {
    this.at(this.nowMs + delayMs, run);
  }

  /** Runs the earliest task. False when none is left. */
  step(): boolean {
    const first = this.heap[0];
    if (first === undefined) return false;
    const last = this.heap.pop();
    if (last !== undefined && last !== first) this.sink(last);
    this.nowMs = first.atMs;
    this.steps++;
    first.run();
    return true;
  }

  /** Runs every task up to and including an instant, each followed by `then`, and moves the clock there. */
  runUntil(untilMs: number, then?: () => void): void {
    for (let first = this.heap[0]; first !== undefined && first.atMs <= untilMs; first = this.heap[0]) {
      this.step();
      then?.();
    }
    this.nowMs = Math.max(this.nowMs, untilMs);
  }

  private rise(from: number, task: Task): void {
    const heap = this.heap;
    let at = from;
    while (at > 0) {
      const parentAt = (at - 1) >> 1;
      const parent = heap[parentAt];
      if (parent === undefined || before(parent, task)) break;
      heap[at] = parent;
      at = parentAt;
    }
    heap[at] = task;
  }

  private sink(task: Task): void {
    const heap = this.heap;
    let at = 0;
    for (;;) {
      let childAt = 2 * at + 1;
      let child = heap[childAt];
      const right = heap[childAt + 1];
      if (child === undefined) break;
      if (right !== undefined && before(right, child)) {
        child = right;
        childAt++;
      }
      if (before(task, child)) break;
      heap[at] = child;
      at = childAt;
    }
    heap[at] = task;
  }
}

function before(a: Task, b: Task): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.sequence < b.sequence);
}
