// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Makes many alarms of one.
 *
 * Mirrors `capsules/core/src/virtualizers/virtual_alarm.rs`. The hardware is always set for the earliest
 * virtual alarm. When it fires, every virtual alarm that is due is told; what those clients arm
 * meanwhile is looked at afterwards, so nothing is lost, however short (case J05).
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

  alarm(): void {
    this.firing = true;
    const now = this.hardware.now();
    for (const alarm of this.alarms) alarm.fireIfDue(now);
    this.firing = false;
    this.rearm();
  }

  /** @internal Sets the hardware for the earliest alarm. */
  rearm(): void {
    if (this.firing) return;
    const now = this.hardware.now();
    const distances = this.alarms
      .map((alarm) => alarm.distance(now))
      .filter((d) => d !== undefined);
    if (distances.length === 0) this.hardware.disarm();
    else this.hardware.setAlarm(now, Math.min(...distances));
  }
}

/** One virtual alarm. */
export class VirtualMuxAlarm implements hil.time.Alarm {
  private client: hil.time.AlarmClient | undefined;
  private reference = 0;
  private dt = 0;
  private armed = false;

  constructor(private readonly mux: MuxAlarm) {}

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
    this.reference = reference;
    this.dt = dt;
    this.armed = true;
    this.mux.rearm();
  }

  getAlarm(): number {
    return (this.reference + this.dt) % 2 ** this.width;
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

  /** @internal Ticks until it is due, 0 when it is; undefined when it is not armed. */
  distance(now: number): number | undefined {
    if (!this.armed) return undefined;
    const range = 2 ** this.width;
    const elapsed = (now - this.reference + range) % range;
    return elapsed >= this.dt ? 0 : this.dt - elapsed;
  }

  /** @internal */
  fireIfDue(now: number): void {
    if (this.distance(now) !== 0) return;
    this.armed = false;
    this.client?.alarm();
  }
}
