// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a store that is a map is to hold: a map, and the limits of its shape.
 *
 * NON-TOCK: shares no code with any store.
 */
import type { MapShape } from '#libraries/store/definition';
import { OK_OR_FULL, type Operation, type Specification } from '../store-adapter.ts';

export class MapSpecification implements Specification {
  private readonly content: Map<number, Uint8Array>;

  constructor(
    private readonly shape: MapShape,
    content: ReadonlyMap<number, Uint8Array> = new Map(),
    private used = 0,
  ) {
    this.content = new Map(content);
  }

  entries(): ReadonlyMap<number, Uint8Array> {
    return this.content;
  }

  apply(operation: Operation): string {
    switch (operation.op) {
      case 'insert':
        return this.insert(operation.key, operation.value);
      case 'remove':
        if (!this.isKey(operation.key)) return 'InvalidArgument';
        this.set(operation.key, undefined);
        return this.shape.exact ? 'Ok' : OK_OR_FULL;
      case 'transaction':
        return this.transaction(operation.updates);
      case 'collect':
        return 'Ok';
      default:
        return 'Unknown';
    }
  }

  private insert(key: number, value: Uint8Array): string {
    if (!this.isKey(key) || value.length > this.shape.maxValueLength) return 'InvalidArgument';
    const freed = this.shape.holdsBoth === true ? 0 : this.unitsAt(key);
    const used = this.used - freed + this.shape.unitsOf(value.length);
    if (this.shape.exact && used > this.shape.capacity) return 'NoCapacity';
    this.set(key, value.slice());
    return this.shape.exact ? 'Ok' : OK_OR_FULL;
  }

  private transaction(
    updates: readonly { readonly op: string; readonly key: number; readonly value?: Uint8Array }[],
  ): string {
    for (const { key, value } of updates) {
      const isLawful = this.isKey(key) && (value?.length ?? 0) <= this.shape.maxValueLength;
      if (!isLawful) return 'InvalidArgument';
    }
    for (const { key, value } of updates) this.set(key, value?.slice());
    return OK_OR_FULL;
  }

  private isKey(key: number): boolean {
    return Number.isInteger(key) && key >= 0 && key <= this.shape.maxKey;
  }

  private unitsAt(key: number): number {
    const value = this.content.get(key);
    return value === undefined ? 0 : this.shape.unitsOf(value.length);
  }

  private set(key: number, value: Uint8Array | undefined): void {
    this.used -= this.unitsAt(key);
    if (value === undefined) {
      this.content.delete(key);
      return;
    }
    this.content.set(key, value);
    this.used += this.shape.unitsOf(value.length);
  }

  usedCapacity(): number {
    return this.used;
  }

  clone(): Specification {
    return new MapSpecification(this.shape, this.content, this.used);
  }
}
