// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Row 17: caches length or address of a buffer across calls.
 *
 * NON-TOCK: a capsule that misbehaves, in three ways: it goes by the length that a buffer had at first; it goes on
 * with the buffer that it used first; it uses one of a process that has died.
 */
import type { ProcessId } from '#kernel/process';
import type { ReadWriteProcessBuffer } from '#kernel/processbuffer';
import type { Misbehaviour } from './misbehaviour.ts';
import { HeldBuffers, KernelBuffers, NUMBERS } from './parts.ts';

/** What is kept for a process and a number. */
class Cache<T> {
  private readonly values = new Map<number, T>();

  /** What was put there first. */
  first(processId: ProcessId, number: number, value: T): T {
    const key = processId * NUMBERS + number;
    const kept = this.values.get(key) ?? value;
    this.values.set(key, kept);
    return kept;
  }
}

class TellsTheFirstLength<B> extends HeldBuffers<B> {
  private readonly cache = new Cache<number>();

  override fill(processId: ProcessId, number: number, value: number): number {
    const bytes = super.fill(processId, number, value);
    const first = this.cache.first(processId, number, bytes);
    if (first !== bytes) this.tools.confess('goes by the length that a buffer had before');
    return first;
  }
}

class TellsTheFirstLengthOfLoans extends KernelBuffers {
  private readonly cache = new Cache<number>();

  override fill(processId: ProcessId, number: number, value: number): number {
    const bytes = super.fill(processId, number, value);
    const first = this.cache.first(processId, number, bytes);
    if (first !== bytes) this.tools.confess('goes by the length that a buffer had before');
    return first;
  }
}

class GoesOnWithTheFirst<B> extends HeldBuffers<B> {
  private readonly cache = new Cache<B>();

  override fill(processId: ProcessId, number: number, value: number): number {
    const { grant, kind } = this.tools;
    const filled = grant.enter(processId, ({ buffers }) => {
      const buffer = buffers[number] ?? kind.empty();
      const first = this.cache.first(processId, number, buffer);
      if (first !== buffer) this.tools.confess('writes a buffer that it had in an earlier call');
      return kind.fill(first, value);
    });
    return filled.ok ? filled.value : 0;
  }
}

class GoesOnWithTheFirstLoan extends KernelBuffers {
  private readonly cache = new Cache<ReadWriteProcessBuffer>();

  override fill(processId: ProcessId, number: number, value: number): number {
    const filled = this.tools.grant.enter(processId, (_, kernel) => {
      const buffer = kernel.readWriteProcessBuffer(number);
      if (!buffer.ok) return 0;
      const first = this.cache.first(processId, number, buffer.value);
      if (first !== buffer.value) this.tools.confess('enters a buffer of an earlier call');
      first.mutEnter((slice) => {
        for (let index = 0; index < slice.length; index++) slice.set(index, value);
      });
      return first.lentLength;
    });
    return filled.ok ? filled.value : 0;
  }
}

/** Remembers what each process lent last, and finds what is of one that has died. */
class Estate<T> {
  private readonly lent = new Map<ProcessId, T>();

  remember(processId: ProcessId, buffer: T): void {
    this.lent.set(processId, buffer);
  }

  /** Of processes that are not among the living. */
  ofTheDead(living: readonly ProcessId[]): T[] {
    return [...this.lent].flatMap(([id, buffer]) => (living.includes(id) ? [] : [buffer]));
  }
}

class UsesTheDead<B> extends HeldBuffers<B> {
  private readonly estate = new Estate<B>();

  override fill(processId: ProcessId, number: number, value: number): number {
    const { grant, kind, confess } = this.tools;
    for (const buffer of this.estate.ofTheDead(grant.processIds())) {
      confess('writes a buffer of a process that has died');
      kind.fill(buffer, value);
    }
    grant.enter(processId, ({ buffers }) => {
      const buffer = buffers[number];
      if (buffer !== undefined) this.estate.remember(processId, buffer);
    });
    return super.fill(processId, number, value);
  }
}

class UsesALoanOfTheDead extends KernelBuffers {
  private readonly estate = new Estate<ReadWriteProcessBuffer>();

  override fill(processId: ProcessId, number: number, value: number): number {
    const { grant, confess } = this.tools;
    for (const buffer of this.estate.ofTheDead(grant.processIds())) {
      confess('enters a buffer of a process that has died');
      buffer.mutEnter((slice) => {
        slice.set(0, value);
      });
    }
    grant.enter(processId, (_, kernel) => {
      const buffer = kernel.readWriteProcessBuffer(number);
      if (buffer.ok) this.estate.remember(processId, buffer.value);
    });
    return super.fill(processId, number, value);
  }
}

/** Row 17. */
export const CACHES: Misbehaviour = {
  number: 17,
  title: 'caches length or address of a buffer across calls',
  callback: 'about buffers',
  buffer: {
    attempts: [
      {
        name: 'caches the length',
        heldBuffers: TellsTheFirstLength,
        kernelBuffers: TellsTheFirstLengthOfLoans,
      },
      {
        name: 'caches the address',
        heldBuffers: GoesOnWithTheFirst,
        kernelBuffers: GoesOnWithTheFirstLoan,
      },
      {
        name: 'uses a buffer of a process that died',
        heldBuffers: UsesTheDead,
        kernelBuffers: UsesALoanOfTheDead,
      },
    ],
  },
};
