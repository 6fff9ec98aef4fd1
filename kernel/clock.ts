// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Virtual time and the queue of what hardware will do: the one order of everything.
 *
 * NON-TOCK. Events are ordered by (time, sequence of scheduling). An event stands for hardware: it
 * latches state and raises interrupts, and never calls a capsule; the kernel loop services the
 * interrupt afterwards, late if the CPU was busy or stalled meanwhile.
 */
import TinyQueue from 'tinyqueue';
import { assert } from './assert.ts';
import { ns, FOREVER, type Nanoseconds } from './time.ts';

/** A hardware event that was scheduled and can be cancelled. */
export interface ClockEvent {
  readonly time: Nanoseconds;
}

interface QueuedEvent extends ClockEvent {
  readonly sequence: number;
  fire: (() => void) | undefined;
}

export class Clock {
  /** Time since the last power-on. */
  now: Nanoseconds = ns(0);
  /**
   * Says when an event happens that hardware means to happen at an instant; not before now. Default: then.
   * A part is as fast as it likes: whoever asks what becomes of software that counts on it sets this.
   */
  instantOf: ((meant: Nanoseconds) => Nanoseconds) | undefined;
  private sequence = 0;
  private readonly queue = new TinyQueue<QueuedEvent>(
    [],
    (a, b) => a.time - b.time || a.sequence - b.sequence,
  );
  /** Time of the earliest event that was not cancelled: the hot path compares numbers only. */
  private earliest: Nanoseconds = FOREVER;

  /**
   * @param epochMilliseconds whole milliseconds between the first power-on of this device's life and
   * the present one, so that years stay exact.
   */
  constructor(readonly epochMilliseconds = 0) {}

  /** Schedules `fire` for an instant that is not in the past. */
  schedule(meant: Nanoseconds, fire: () => void): ClockEvent {
    const time = this.instantOf === undefined ? meant : this.instantOf(meant);
    assert(time >= this.now, 'an event was scheduled in the past');
    const event: QueuedEvent = { time, sequence: this.sequence++, fire };
    this.queue.push(event);
    if (time < this.earliest) this.earliest = time;
    return event;
  }

  /** Withdraws an event; one that has fired already is left alone. */
  cancel(event: ClockEvent): void {
    (event as QueuedEvent).fire = undefined;
    if (event.time === this.earliest) this.findEarliest();
  }

  /** When the next event is due, or FOREVER. */
  get nextEvent(): Nanoseconds {
    return this.earliest;
  }

  /** Whether an event is due at the present instant: it was scheduled for it. */
  get isDue(): boolean {
    return this.earliest <= this.now;
  }

  private findEarliest(): void {
    let head = this.queue.peek();
    while (head !== undefined && head.fire === undefined) {
      this.queue.pop();
      head = this.queue.peek();
    }
    this.earliest = head === undefined ? FOREVER : head.time;
  }

  /** Lets time pass, firing what falls due on the way at its own instant. */
  advance(duration: Nanoseconds): void {
    this.advanceTo(ns(this.now + duration));
  }

  /** Lets time pass until an instant; one in the past is now. */
  advanceTo(time: Nanoseconds): void {
    if (time < this.earliest) {
      if (time > this.now) this.now = time;
      assert(
        this.now < Number.MAX_SAFE_INTEGER,
        'virtual time passed 2^53 ns (104 days) since power-on',
      );
      return;
    }
    this.fireUntil(time);
  }

  private fireUntil(time: Nanoseconds): void {
    assert(time < FOREVER, 'time was to pass until an instant that never comes');
    while (this.earliest <= time) {
      const event = this.queue.pop();
      this.findEarliest();
      if (event?.fire === undefined) continue;
      if (event.time > this.now) this.now = event.time;
      const { fire } = event;
      event.fire = undefined;
      fire();
    }
    if (time > this.now) this.now = time;
    assert(
      this.now < Number.MAX_SAFE_INTEGER,
      'virtual time passed 2^53 ns (104 days) since power-on',
    );
  }
}
