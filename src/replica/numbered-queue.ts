/**
 * A queue whose places have lasting numbers: the first place is 0, a reader
 * remembers the number of the next place it wants, and taking away from the
 * front renumbers nothing. A circular array that doubles when it is full.
 */
const FIRST_PLACES = 16;

export class NumberedQueue<T> {
  private places: (T | undefined)[] = [];
  /** The number of the oldest place still there; equal to `end` when empty. */
  first = 0;
  /** One past the number of the newest place. */
  end = 0;

  at(number: number): T | undefined {
    return number >= this.first && number < this.end ? this.places[number & (this.places.length - 1)] : undefined;
  }

  push(item: T): void {
    if (this.end - this.first === this.places.length) this.grow();
    this.places[this.end & (this.places.length - 1)] = item;
    this.end++;
  }

  shift(): T | undefined {
    if (this.first === this.end) return undefined;
    const place = this.first & (this.places.length - 1);
    const item = this.places[place];
    this.places[place] = undefined;
    this.first++;
    return item;
  }

  private grow(): void {
    const wider: (T | undefined)[] = [];
    wider.length = Math.max(FIRST_PLACES, this.places.length * 2);
    for (let n = this.first; n < this.end; n++) wider[n & (wider.length - 1)] = this.at(n);
    this.places = wider;
  }
}
