// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Whose words the log is made of, in RAM: the lifetime each user has used, and who uses it now.
 *
 * NON-TOCK: the isolation that OpenSK's store specification names under "Extensions".
 *
 * Every position from the first tracker on belongs to one user: to the one whose marker, or tracker that marks, is
 * the last at or before it.
 */
import { UNKNOWN } from '../kinds.ts';

interface Tracker {
  position: number;
  /** Words used before `position` of this tracker, and in the stretches closed since. */
  used: number;
}

export class UserTable {
  readonly trackers = new Map<number, Tracker>();
  /** The user to whom new words belong, from position `since` on; UNKNOWN before the first marker. */
  current = UNKNOWN;
  private since = 0;

  reset(): void {
    this.trackers.clear();
    this.current = UNKNOWN;
    this.since = 0;
  }

  /** Words up to a position that belong to a user. */
  used(user: number, upTo: number): number {
    const closed = this.trackers.get(user)?.used ?? 0;
    return user === this.current ? closed + upTo - this.since : closed;
  }

  /** Takes note of a marker at a position. */
  mark(position: number, user: number): void {
    const tracker = this.trackers.get(this.current);
    if (tracker !== undefined) tracker.used = this.used(this.current, position);
    this.current = user;
    this.since = position;
  }

  /** Takes note of a tracker at a position, which says what its user had used before. */
  note(position: number, user: number, used: number, marks: boolean): void {
    if (marks) this.mark(position, user);
    this.trackers.set(user, { position, used });
  }
}
