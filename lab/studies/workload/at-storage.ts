// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Runs a workload at the storage interface: the store's algorithm on cells, timed by the part's figures.
 *
 * NON-TOCK: no kernel, no capsule, no controller. A call takes the time of its programs and erasures and
 * the software's time of its reads; or what a cost model says of its calls and words.
 */
import { payload } from '#apps/authenticator';
import type { WorkloadUpdate } from '#apps/workload';
import type { Result } from '#kernel/result';
import type { Update } from '#libraries/persistent-store/store';
import { Commands } from '../../run/commands.ts';
import type { CheckedLine } from '../../run/workload.ts';
import {
  clockOfCosts,
  clockOfPart,
  TimedFlash,
  type FlashClock,
} from '../framework/timed-flash.ts';
import { geometryOf, type Cell, type Lived, type Stop } from './cell.ts';
import { engineOf, type Engine } from './engine.ts';

/** Runs it. */
export function liveAtStorage(
  cell: Cell,
  lines: readonly CheckedLine[],
  onProgress: (linesDone: number) => void = () => undefined,
): Lived {
  const device = new Device(cell);
  let stop: Stop | undefined;
  for (let index = 0; index < lines.length && stop === undefined; index++) {
    const line = lines[index];
    if (line === undefined) break;
    if (line.op === 'boot') onProgress(index);
    const wrong = index === 0 && line.op === 'boot' ? undefined : device.perform(line);
    if (wrong !== undefined) stop = { index, reason: wrong };
  }
  return { stop, ...device.lived() };
}

/** By the figures of the part, or by a cost model. */
function clockOf({ part, costs }: Cell): FlashClock {
  return costs === undefined ? clockOfPart(part.sheet, part.storeRead) : clockOfCosts(costs.model);
}

/** A store, what it must hold, and what it did so far. */
class Device {
  private readonly flash: TimedFlash;
  private store: Engine;
  private readonly content = new Map<number, Uint8Array>();
  private readonly versions = new Map<number, number>();
  private readonly commands = new Commands();
  private readonly flashTimes: number[] = [];
  private calls = 0;
  private powerOns = 0;

  constructor(private readonly cell: Cell) {
    this.flash = new TimedFlash(geometryOf(cell), clockOf(cell));
    this.store = this.powerOn();
  }

  lived(): Omit<Lived, 'stop'> {
    const { calls, powerOns, commands, flashTimes, flash } = this;
    return {
      calls,
      powerOns,
      words: flash.counts.wordsWritten,
      erases: flash.counts.erases,
      commands: commands.figures,
      flashTimes,
      image: flash.image,
      pageErases: [...flash.pageErases],
    };
  }

  /** Does what a line says; what is wrong, or nothing. */
  perform(line: CheckedLine): string | undefined {
    if (line.op === 'boot') {
      this.store = this.powerOn();
      return this.flash.violation;
    }
    const { counts } = this.flash;
    const before = { busy: this.flash.busy, reads: this.store.reads(), ...counts };
    const wrong = this.call(line);
    const command = this.commands.of(line);
    const flashTime = this.flash.busy - before.busy;
    this.calls++;
    command.calls++;
    command.time += flashTime + (this.store.reads() - before.reads) * this.flash.clock.read;
    command.words += counts.wordsWritten - before.wordsWritten;
    command.erases += counts.erases - before.erases;
    const index = this.commands.figures.length - 1;
    this.flashTimes[index] = (this.flashTimes[index] ?? 0) + flashTime;
    return wrong ?? this.flash.violation;
  }

  private powerOn(): Engine {
    const store = engineOf(this.cell.store, this.flash);
    store.boot();
    this.commands.restart();
    this.powerOns++;
    return store;
  }

  private call(line: Exclude<CheckedLine, { readonly op: 'boot' }>): string | undefined {
    const { store, content } = this;
    switch (line.op) {
      case 'insert':
      case 'remove':
        return this.update([line]);
      case 'transaction':
        return this.update(line.updates);
      case 'clear': {
        const cleared = store.clear(line.key);
        for (const key of [...content.keys()]) if (key >= line.key) content.delete(key);
        return failure(cleared);
      }
      case 'prepare': {
        // So many words can never be free: nothing was done, and nothing is wrong.
        const wrong = failure(store.prepare(line.words));
        return wrong === 'NoCapacity' ? undefined : wrong;
      }
      case 'find':
        return this.compare(line.key);
      case 'iterate':
        return this.iterate(line.from ?? 0, line.to ?? 0);
    }
  }

  private update(lines: readonly WorkloadUpdate[]): string | undefined {
    const updates = lines.map((line) => this.valued(line));
    const done = this.store.update(updates);
    if (!done.ok) return done.error;
    for (const update of updates) {
      if (update.op === 'insert') this.content.set(update.key, update.value);
      else this.content.delete(update.key);
    }
    return undefined;
  }

  private valued(line: WorkloadUpdate): Update {
    const { op, key } = line;
    if (op === 'remove') return { op, key };
    const version = this.versions.get(key) ?? 0;
    this.versions.set(key, version + 1);
    return { op, key, value: payload(key, version, line.size) };
  }

  private iterate(from: number, to: number): string | undefined {
    const keys = this.store.keys();
    if (!keys.ok) return keys.error;
    if (keys.value.length !== this.content.size) return 'iteration gave other entries';
    for (const key of keys.value) {
      if (!this.content.has(key)) return `iteration gave key ${key}, which is not there`;
      const wrong = key >= from && key < to ? this.compare(key) : undefined;
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  }

  private compare(key: number): string | undefined {
    const found = this.store.find(key);
    if (!found.ok) return found.error;
    const [is, should] = [found.value, this.content.get(key)];
    const same =
      is?.length === should?.length && (is ?? []).every((byte, index) => byte === should?.[index]);
    return same ? undefined : `find ${key} gave a value that was never written`;
  }
}

function failure(done: Result<unknown, string>): string | undefined {
  return done.ok ? undefined : done.error;
}
