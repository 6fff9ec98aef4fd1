// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Many schedules of power cuts, summed up.
 *
 * NON-TOCK: the laboratory's own report.
 */
import { noVerdicts, type Life, type Schedule, type Violation, type Workbench } from './cuts.ts';
import type { CutVerdict } from './model.ts';

/** What came of them. */
export interface CutReport {
  /** Devices that lived, and that were to. */
  readonly devices: number;
  readonly planned: number;
  readonly cuts: number;
  readonly powerOns: number;
  readonly verdicts: Readonly<Record<CutVerdict, number>>;
  /** The most often that a page of any device was erased. */
  readonly mostErases: number;
  /** Nanoseconds that all devices were on. */
  readonly virtualTime: number;
  /** The first of each kind, with as few cuts as can be found. */
  readonly violations: readonly (Violation & { readonly devices: number })[];
}

/** How a campaign is followed. */
export interface Follow {
  /** Stops early when it says so. */
  readonly enough?: () => boolean;
  readonly onProgress?: (done: number, total: number) => void;
}

/** A device for each schedule. */
export function liveThrough(
  bench: Workbench,
  schedules: readonly Schedule[],
  { enough, onProgress }: Follow = {},
): CutReport {
  const sum = new Sum();
  for (const schedule of schedules) {
    if (enough?.() === true) break;
    sum.add(bench, bench.live(schedule));
    onProgress?.(sum.devices, schedules.length);
  }
  const { devices, cuts, powerOns, verdicts, mostErases, virtualTime } = sum;
  const violations = [...sum.violations.values()];
  const planned = schedules.length;
  return { devices, planned, cuts, powerOns, verdicts, mostErases, virtualTime, violations };
}

class Sum {
  devices = 0;
  cuts = 0;
  powerOns = 0;
  mostErases = 0;
  virtualTime = 0;
  readonly verdicts = noVerdicts();
  readonly violations = new Map<string, Violation & { readonly devices: number }>();

  add(bench: Workbench, life: Life): void {
    this.devices++;
    this.cuts += life.cuts;
    this.powerOns += life.powerOns;
    this.virtualTime += life.virtualTime;
    this.mostErases = Math.max(this.mostErases, life.mostErases);
    for (const verdict of Object.keys(this.verdicts) as CutVerdict[]) {
      this.verdicts[verdict] += life.verdicts[verdict];
    }
    if (life.violation !== undefined) this.addViolation(bench, life.violation);
  }

  /** The first of a kind is worth the work of making it small. */
  private addViolation(bench: Workbench, violation: Violation): void {
    const kind = `${violation.verdict} ${violation.where}`;
    const known = this.violations.get(kind);
    const first = known ?? bench.shrink(violation);
    this.violations.set(kind, { ...first, devices: (known?.devices ?? 0) + 1 });
  }
}
