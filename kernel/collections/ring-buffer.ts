// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A first-in first-out queue in a ring of fixed size, one slot of which is always free.
 *
 * Mirrors `kernel/src/collections/ring_buffer.rs`: a ring of n slots holds n − 1 elements (case C36).
 */
export class RingBuffer<T> {
  private readonly slots: (T | undefined)[];
  private head = 0;
  private tail = 0;

  constructor(slots: number) {
    this.slots = new Array<T | undefined>(slots).fill(undefined);
  }

  /** Elements held. */
  get length(): number {
    const distance = this.tail - this.head;
    return distance < 0 ? distance + this.slots.length : distance;
  }
  isFull(): boolean {
    return this.head === this.following(this.tail);
  }
  hasElements(): boolean {
    return this.head !== this.tail;
  }

  /** Appends; false, and nothing changes, when full. */
  enqueue(element: T): boolean {
    if (this.isFull()) return false;
    this.slots[this.tail] = element;
    this.tail = this.following(this.tail);
    return true;
  }

  /** Appends; when full, the oldest element gives way and is returned. */
  push(element: T): T | undefined {
    const oldest = this.isFull() ? this.dequeue() : undefined;
    this.enqueue(element);
    return oldest;
  }

  /** Takes the oldest element. */
  dequeue(): T | undefined {
    if (this.head === this.tail) return undefined;
    const element = this.slots[this.head];
    this.slots[this.head] = undefined;
    this.head = this.following(this.head);
    return element;
  }

  /** The oldest element for which the test holds, left where it is. */
  find(test: (element: T) => boolean): T | undefined {
    for (let at = this.head; at !== this.tail; at = this.following(at)) {
      const element = this.slots[at];
      if (element !== undefined && test(element)) return element;
    }
    return undefined;
  }

  /** Takes the oldest element for which the test holds; the others keep their order. */
  removeFirst(test: (element: T) => boolean): T | undefined {
    let found: T | undefined;
    this.retain((element) => {
      if (found !== undefined || !test(element)) return true;
      found = element;
      return false;
    });
    return found;
  }

  /** Keeps the elements for which the test holds, in their order. */
  retain(test: (element: T) => boolean): void {
    let to = this.head;
    for (let from = this.head; from !== this.tail; from = this.following(from)) {
      const element = this.slots[from];
      if (element === undefined || !test(element)) continue;
      this.slots[to] = element;
      to = this.following(to);
    }
    while (this.tail !== to) {
      this.tail = this.tail === 0 ? this.slots.length - 1 : this.tail - 1;
      this.slots[this.tail] = undefined;
    }
  }

  empty(): void {
    this.slots.fill(undefined);
    this.head = 0;
    this.tail = 0;
  }

  private following(slot: number): number {
    return slot + 1 === this.slots.length ? 0 : slot + 1;
  }
}
