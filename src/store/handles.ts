/** Objects that entries outside the heap refer to by number. Handle 0 means none; freed numbers are used again. */
export class Handles<T> {
  private readonly objects: (T | undefined)[] = [undefined];
  private readonly freed: number[] = [];

  get count(): number {
    return this.objects.length - 1 - this.freed.length;
  }

  add(object: T): number {
    const handle = this.freed.pop() ?? this.objects.length;
    this.objects[handle] = object;
    return handle;
  }

  get(handle: number): T {
    const object = this.objects[handle];
    if (object === undefined) throw new Error(`no object has the handle ${handle}`);
    return object;
  }

  delete(handle: number): void {
    this.objects[handle] = undefined;
    this.freed.push(handle);
  }
}
