// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Makes many alarms of one.
 *
 * Mirrors `capsules/core/src/virtualizers/virtual_alarm.rs`. The hardware is always set for the earliest
 * virtual alarm. When it fires, every virtual alarm that is due is told; what those clients arm
 * meanwhile is looked at afterwards, so nothing is lost, however short (case J05).
 *
 * A counter that wraps cannot tell an alarm that is a little late from one that is far ahead. Distances
 * of more than half its range are therefore waited for in two parts: an interrupt may then be up to half
 * the range late, and the alarm is still seen as due.
 */
import type * as hil from '#kernel/hil';
import { Ok, type Result } from '#kernel/result';

/** The hardware alarm and its virtual alarms. */
export class MuxAlarm implements hil.time.AlarmClient {
  private readonly alarms: VirtualMuxAlarm[] = [];
  /** While clients are told, arming waits: the hardware is set once, at the end. */
  private firing = false;

  constructor(readonly hardware: hil.time.Alarm) {
    hardware.setAlarmClient(this);
  }

  /** An alarm of its own for one client. */
  createAlarm(): VirtualMuxAlarm {
    const alarm = new VirtualMuxAlarm(this);
    this.alarms.push(alarm);
    return alarm;
  }

  /** The hardware alarm fired. The time is read for each alarm anew: a client may have used some. */
  alarm(): void {
    this.firing = true;
    for (const alarm of this.alarms) alarm.fireIfDue(this.hardware.now());
    this.firing = false;
    this.rearm();
  }

  /** @internal Sets the hardware for the earliest alarm. */
  rearm(): void {
    if (this.firing) return;
    const now = this.hardware.now();
    let earliest = Infinity;
    for (const alarm of this.alarms) earliest = Math.min(earliest, alarm.distance(now));
    if (earliest === Infinity) this.hardware.disarm();
    else this.hardware.setAlarm(now, earliest);
  }
}

/** One virtual alarm. */
export class VirtualMuxAlarm implements hil.time.Alarm {
  private client: hil.time.AlarmClient | undefined;
  private reference = 0;
  private dt = 0;
  /** Ticks to wait when those have passed: the second part of a long distance. */
  private extension = 0;
  private armed = false;
  private readonly range: number;

  constructor(private readonly mux: MuxAlarm) {
    this.range = 2 ** mux.hardware.width;
  }

  get frequency(): number {
    return this.mux.hardware.frequency;
  }
  get width(): number {
    return this.mux.hardware.width;
  }

  now(): number {
    return this.mux.hardware.now();
  }

  setAlarmClient(client: hil.time.AlarmClient): void {
    this.client = client;
  }

  setAlarm(reference: number, dt: number): void {
    const half = this.range / 2;
    this.extension = dt > half + this.minimumDt() ? half : 0;
    this.reference = reference;
    this.dt = dt - this.extension;
    this.armed = true;
    this.mux.rearm();
  }

  getAlarm(): number {
    return (this.reference + this.dt + this.extension) % this.range;
  }

  disarm(): Result {
    this.armed = false;
    this.mux.rearm();
    return Ok();
  }

  isArmed(): boolean {
    return this.armed;
  }

  minimumDt(): number {
    return this.mux.hardware.minimumDt();
  }

  /** @internal Ticks until the hardware must fire for it: 0 when that is past, Infinity when it is not armed. */
  distance(now: number): number {
    if (!this.armed) return Infinity;
    const elapsed = (now - this.reference + this.range) % this.range;
    return elapsed < this.dt ? this.dt - elapsed : 0;
  }

  /** @internal */
  fireIfDue(now: number): void {
    if (this.distance(now) > 0) return;
    if (this.extension > 0) {
      this.reference = (this.reference + this.dt) % this.range;
      this.dt = this.extension;
      this.extension = 0;
      return;
    }
    this.armed = false;
    this.client?.alarm();
  }
}
