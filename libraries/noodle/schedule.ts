// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Says when a noodle's list is to be read, written and rid of garbage. It has no clock: whoever has one tells the time.
 *
 * NON-TOCK: the worker task of a peer, without the task.
 */
import { FOREVER, ns, seconds, ms, type Nanoseconds } from '#kernel/time';

/** What there is to do. */
export type Duty = 'read' | 'write' | 'collect';

/** How long things wait. */
export interface Delays {
  /** From the first node attached to the read. */
  readonly read: Nanoseconds;
  /** From the first change to the write, so that changes share a record. */
  readonly write: Nanoseconds;
  /** From the first read to the collection that follows a boot. */
  readonly firstCollect: Nanoseconds;
  /** From one collection to the next. */
  readonly collect: Nanoseconds;
}

/** As the design has them. */
export const DELAYS: Delays = {
  read: ms(100),
  write: seconds(10),
  firstCollect: seconds(60),
  collect: seconds(3600),
};

export class Schedule {
  private readonly at: Record<Duty, Nanoseconds> = {
    read: FOREVER,
    write: FOREVER,
    collect: FOREVER,
  };
  private wasRead = false;
  private isEnding = false;

  constructor(private readonly delays: Delays = DELAYS) {}

  /** A node was attached. */
  attached(now: Nanoseconds): void {
    this.noLaterThan('read', ns(now + this.delays.read));
  }

  /** The list was read. The first time, a collection follows. */
  wasHydrated(now: Nanoseconds): void {
    this.at.read = FOREVER;
    if (this.wasRead) return;
    this.wasRead = true;
    this.noLaterThan('collect', ns(now + this.delays.firstCollect));
  }

  /** A node was changed. Further changes do not put the write off. */
  changed(now: Nanoseconds): void {
    this.noLaterThan('write', ns(now + this.delays.write));
  }

  /** A record was written: what it replaces can be collected. */
  wasWritten(now: Nanoseconds): void {
    this.at.write = FOREVER;
    this.noLaterThan('collect', now);
  }

  /** A record had no room: garbage first, then the write. With the end near it is lost. */
  hadNoRoom(now: Nanoseconds): void {
    this.noLaterThan('collect', now);
    this.at.write = this.isEnding ? FOREVER : now;
  }

  /** Garbage was collected, `isMore`: not all of it. */
  wasCollected(now: Nanoseconds, isMore: boolean): void {
    this.at.collect = FOREVER;
    this.noLaterThan('collect', isMore ? now : ns(now + this.delays.collect));
  }

  /** The power will go: what is to be written is written now, and nothing is erased any more. */
  endsSoon(now: Nanoseconds): void {
    this.isEnding = true;
    this.at.collect = FOREVER;
    if (this.at.write !== FOREVER) this.at.write = now;
  }

  private noLaterThan(duty: Duty, when: Nanoseconds): void {
    if (duty === 'collect' && this.isEnding) return;
    if (when < this.at[duty]) this.at[duty] = when;
  }

  /** What is due, in the order in which to do it. */
  due(now: Nanoseconds): readonly Duty[] {
    const order: readonly Duty[] = ['read', 'collect', 'write'];
    return order.filter((duty) => this.at[duty] <= now);
  }

  /** When something is due next; FOREVER when nothing is. */
  next(): Nanoseconds {
    return ns(Math.min(this.at.read, this.at.write, this.at.collect));
  }
}
