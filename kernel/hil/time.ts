// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Interfaces for counters and alarms, in ticks.
 *
 * Mirrors `kernel/src/hil/time.rs` (TRD 105). Ticks wrap at `2^width`.
 */
import type { Result } from '../result.ts';

/** A free-running counter. */
export interface Time {
  /** Ticks a second. */
  readonly frequency: number;
  /** Bits of a tick value, at most 32. */
  readonly width: number;
  /** The present tick value. */
  now(): number;
}

/** Who is told that an alarm fired. */
export interface AlarmClient {
  /** The alarm fired. Not called from within `setAlarm`. */
  alarm(): void;
}

/** One compare value on a counter. */
export interface Alarm extends Time {
  setAlarmClient(client: AlarmClient): void;
  /** Fires `dt` ticks after `reference`; at once when that has passed already (TRD 105). */
  setAlarm(reference: number, dt: number): void;
  /** The tick value that the alarm is set for. */
  getAlarm(): number;
  /** Disarms; FAIL when the hardware cannot promise that it will not fire. */
  disarm(): Result;
  isArmed(): boolean;
  /** The least distance at which hardware is sure to see the compare value. */
  minimumDt(): number;
}
