// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Random workloads for stores that are maps: a store half full of short entries, each operation now and then.
 *
 * NON-TOCK: values are random bytes, so that a stale one is told from a fresh one.
 */
import type { Random } from '#kernel/random';
import type { MapShape } from '#libraries/store/definition';
import type { BlockOperation, LogOperation, Operation, Specification } from '../store-adapter.ts';

/** The longest value of a workload, words. */
const MOST_WORDS = 50;

/** An operation that maps may have. */
export type MapOperation = Exclude<Operation, LogOperation | BlockOperation>['op'];

/** Operations of a workload, seeing what the store holds. */
export class MapWorkload {
  constructor(
    private readonly random: Random,
    private readonly shape: MapShape,
  ) {}

  /** Insertions into an empty store until it is half full. */
  fill(): Operation[] {
    const operations: Operation[] = [];
    let left = Math.ceil(this.shape.capacity / 2);
    for (let key = 0; key <= this.shape.maxKey; key++) {
      const value = this.value(left);
      if (value === undefined) break;
      left -= this.shape.unitsOf(value.length);
      operations.push({ op: 'insert', key, value });
    }
    return operations;
  }

  /** The next operation. `operations`: those that the store knows. */
  next(specification: Specification, operations: readonly MapOperation[]): Operation {
    const free = this.shape.capacity - specification.usedCapacity();
    const op = operations[this.random.below(operations.length)] ?? 'insert';
    switch (op) {
      case 'remove':
      case 'removehandle':
        return { op, key: this.oldKey(specification) };
      case 'clear':
        return { op, minKey: this.lateKey(specification) };
      case 'prepare':
        return { op, length: this.random.below(free + 1) };
      case 'transaction':
        return this.transaction(specification, free);
      case 'insert':
        return this.insert(specification, free);
      case 'collect':
        return { op };
    }
  }

  /** Replaces or adds, whichever brings the store nearer to a half; removes when there is no room for either. */
  private insert(specification: Specification, free: number): Operation {
    const key = this.keyFor(specification, free);
    const value = this.value(free);
    return value === undefined
      ? { op: 'remove', key: this.oldKey(specification) }
      : { op: 'insert', key, value };
  }

  /** An insertion that takes all the room that is left, or a unit more than that; or as much as a value can. */
  brim(specification: Specification): Operation {
    const { random, shape } = this;
    const key = this.absentKey(specification);
    const old = specification.entries().get(key);
    const freed = old === undefined || shape.holdsBoth === true ? 0 : shape.unitsOf(old.length);
    const room = shape.capacity - specification.usedCapacity() + freed + random.below(2);
    let length = shape.maxValueLength;
    while (length > 0 && shape.unitsOf(length) > room) length -= 1;
    const value = new Uint8Array(length).map(() => random.u32() >>> 24);
    return { op: 'insert', key, value };
  }

  private transaction(specification: Specification, free: number): Operation {
    const keys = new Set<number>();
    const updates: Extract<Operation, { op: 'transaction' }>['updates'][number][] = [];
    // A marker takes a unit, and a removal takes one.
    let left = free - 1;
    for (let count = 2 + this.random.below(3); count > 0; count--) {
      const key = this.keyFor(specification, left);
      if (keys.has(key)) continue;
      keys.add(key);
      const value = this.random.below(4) === 0 ? undefined : this.value(left);
      left -= value === undefined ? 1 : this.shape.unitsOf(value.length);
      if (left < 0) break;
      updates.push(value === undefined ? { op: 'remove', key } : { op: 'insert', key, value });
    }
    return { op: 'transaction', updates };
  }

  private keyFor(specification: Specification, free: number): number {
    const isFull = free * 2 < this.shape.capacity;
    return isFull || this.random.below(3) === 0 ? this.oldKey(specification) : this.newKey();
  }

  /** A key that is there, or any key of an empty store. */
  private oldKey(specification: Specification): number {
    const keys = [...specification.entries().keys()];
    return keys[this.random.below(keys.length)] ?? this.newKey();
  }

  private newKey(): number {
    return this.random.below(Math.min(this.shape.maxKey + 1, this.shape.capacity));
  }

  /** A key that is not there, unless all of those that are used are. */
  private absentKey(specification: Specification): number {
    const first = this.newKey();
    const keys = Math.min(this.shape.maxKey + 1, this.shape.capacity);
    let key = first;
    while (specification.entries().has(key)) {
      key = (key + 1) % keys;
      if (key === first) break;
    }
    return key;
  }

  /** A key with few others from it on. */
  private lateKey(specification: Specification): number {
    const keys = [...specification.entries().keys()].sort((a, b) => b - a);
    return keys[this.random.below(Math.min(4, keys.length))] ?? 0;
  }

  /** A value that takes at most so many units, or undefined when not even an empty one does. */
  private value(units: number): Uint8Array | undefined {
    const { random, shape } = this;
    const most = Math.min(MOST_WORDS, Math.ceil(shape.maxValueLength / 4));
    let bytes = Math.min(shape.maxValueLength, 4 * (1 + random.below(most)) - random.below(4));
    while (bytes > 0 && shape.unitsOf(bytes) > units) bytes = Math.max(0, bytes - 4);
    if (shape.unitsOf(bytes) > units) return undefined;
    const value = new Uint8Array(bytes);
    for (let at = 0; at < bytes; at++) value[at] = random.u32() >>> 24;
    // The last word decides whether an entry is whole: all ones and all zeros are its limits.
    const ending = random.below(12);
    if (ending < 2) value.fill(ending === 0 ? 0xff : 0, (bytes - 1) & ~3);
    return value;
  }
}
