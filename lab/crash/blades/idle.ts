// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What drivers are like when nothing is under way: which buffers they have, and what they have noted.
 *
 * NON-TOCK: finds what was lent and never came back without knowing any driver. It walks over everything
 * that can be reached from the drivers and notes, field by field, whether something is there and of what
 * kind; numbers and texts, which count and cache, are left out. Two boards that have done the same work
 * and are idle look the same, unless something was lost or left behind on one of them.
 */
import { FlashProtection } from '#chips/lowrisc/registers/flash-protection';
import { NorFlash } from '#chips/silicon/nor-flash';
import { Pin } from '#chips/silicon/pin';
import { Clock } from '#kernel/clock';
import { Grant } from '#kernel/grant';
import { Kernel } from '#kernel/kernel';
import { Trace } from '#kernel/trace';

/**
 * Where time, processes, cells and wires are: they differ by nature. So do the pages whose rules the flash's protection has
 * judged already; all else of it are numbers.
 */
const BEYOND = [Kernel, Clock, NorFlash, Pin, Trace, Grant, FlashProtection];

/** What each field held, by its place: `KvDriver.valueAway`. */
export type IdleState = ReadonlyMap<string, string>;

/** Looks at all that can be reached from the drivers. */
export function idleState(drivers: Iterable<object>): IdleState {
  const walk = new Walk();
  for (const driver of drivers) walk.visit(driver, driver.constructor.name);
  return walk.state;
}

class Walk {
  readonly state = new Map<string, string>();
  private readonly seen = new Set<object>();

  visit(value: object, place: string): void {
    if (this.seen.has(value) || BEYOND.some((kind) => value instanceof kind)) return;
    this.seen.add(value);
    for (const [name, field] of fieldsOf(value)) {
      const at = `${place}.${name}`;
      const kind = kindOf(field);
      if (kind !== undefined) this.state.set(at, kind);
      if (isObject(field) && !ArrayBuffer.isView(field)) this.visit(field, at);
    }
  }
}

function fieldsOf(value: object): Iterable<[string, unknown]> {
  if (value instanceof Map) return [...value].map(([key, field]) => [String(key), field]);
  if (value instanceof Set) return [];
  return Object.entries(value);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** How a field is written down; nothing for numbers and texts. */
function kindOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return 'nothing';
  if (ArrayBuffer.isView(value)) return `a buffer of ${value.byteLength} bytes`;
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'object') return 'something';
  return undefined;
}

/** Fields that are not as they should be. */
export function idleDifferences(expected: IdleState, actual: IdleState): string[] {
  const differences: string[] = [];
  for (const [place, kind] of expected) {
    const now = actual.get(place) ?? 'nothing';
    if (now !== kind) differences.push(`${place}: ${now}, not ${kind}`);
  }
  for (const [place, kind] of actual) {
    if (!expected.has(place) && kind !== 'nothing') {
      differences.push(`${place}: ${kind}, not nothing`);
    }
  }
  return differences;
}
