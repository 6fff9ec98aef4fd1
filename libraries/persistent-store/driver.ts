// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Drives a store and its specification side by side, cuts power where told, and checks every invariant after each step.
 *
 * NON-TOCK: plays the part of the driver in OpenSK's `persistent_store`; a crash laboratory can stand on it.
 *
 * What does not hold comes back as a value that carries the steps to see it again (campaign.ts replays them).
 */
import { assert } from '#kernel/assert';
import type { Result } from '#kernel/result';
import type { BufferStorage } from '../store/buffer-storage.ts';
import { bitChoice } from '../store/buffer-storage.ts';
import { Format } from './format.ts';
import type { Finding, Range, Walk } from './invariants.ts';
import { finding, walkFlash } from './invariants.ts';
import type { Change } from './model.ts';
import { StoreModel } from './model.ts';
import type { Cut, DriverStep, Run } from './run.ts';
import { runToText, startFlash } from './run.ts';
import { runAtOnce } from '../store/run-at-once.ts';
import type { Steps, Storage } from '../store/storage.ts';
import { DeferredStorage } from '../store/storage.ts';
import { Store } from './store.ts';
import { toHex } from './vector-reader.ts';

/** An invariant that did not hold, as a sentence, and the run up to there as JSON text. */
export interface Violation extends Finding {
  readonly replay: string;
}

/** What a driver can be told besides the run. */
export interface DriverOptions {
  /** Makes the store to be driven; default: the store as it is. */
  readonly makeStore?: (storage: Storage) => Store;
  /**
   * Whether the crate's gap is excused, for a store in mode `upstream`: values of a transaction whose roll-back was
   * cut may be readable until the boot after next. Default false.
   */
  readonly excuseGap?: boolean;
  /** Keep the steps, for `replay`; default true. */
  readonly record?: boolean;
}

type Outcome = Result<unknown, string>;

/** A store on a flash in memory beside its specification. It begins off. */
export class Driver {
  /** The flash. Not to be changed but through the driver. */
  readonly flash: BufferStorage;
  /** `ended`: a lack of lifetime ended the run, lawfully, or something was violated. */
  state: 'off' | 'on' | 'ended' = 'off';
  /** What the last check read from flash. */
  walk: Walk | undefined;
  private readonly steps: DriverStep[] = [];
  private readonly format: Format;
  private readonly makeStore: (storage: Storage) => Store;
  private store: Store;
  /** What the store may hold: before a boot after a cut, as after the operation or as before it. */
  private models: readonly [StoreModel, StoreModel?];
  /** Where a transaction that was cut may have written, until the boot after it. */
  private uncommitted: Range | undefined;
  /** The same, once the boot after it was cut, too. */
  private gap: Range | undefined;
  /** What the gap may have left readable, until the next boot. */
  private unwiped: Range | undefined;

  /** At the begin of a run, whose steps are yet to be taken. The flash is the driver's from now on. */
  constructor(
    private readonly run: Run,
    private readonly options: DriverOptions = {},
    flash: BufferStorage = startFlash(run.geometry, run.start),
  ) {
    this.flash = flash;
    this.format = new Format(run.geometry);
    this.makeStore = options.makeStore ?? ((storage) => new Store(storage));
    this.store = this.newStore();
    this.models = [new StoreModel(run.geometry)];
  }

  /** The specification and its state; of a store that was cut, the state after the operation. */
  get model(): StoreModel {
    return this.models[0];
  }

  /** Words that can be written before a compaction, of the store as last checked. */
  get room(): number {
    const { head, tail } = this.walk ?? { head: 0, tail: 0 };
    return Math.max(0, head + this.format.virtualCapacity - tail);
  }

  /** Another driver in the same state: the store is booted anew, so its list is in order of position. */
  clone(): Driver {
    const copy = new Driver(this.run, this.options, this.flash.clone());
    const [after, before] = this.models.map((model) => model?.clone(this.run.geometry));
    if (after !== undefined) copy.models = before === undefined ? [after] : [after, before];
    copy.steps.push(...this.steps);
    copy.uncommitted = this.uncommitted;
    copy.gap = this.gap;
    copy.unwiped = this.unwiped;
    copy.walk = this.walk;
    if (this.state === 'on') copy.call(copy.store.boot());
    copy.state = this.state;
    return copy;
  }

  /** Writes and erases that an operation asks for, found out on a clone: delays below that number cut it. */
  countCalls(change: Change): number {
    const copy = this.clone();
    return copy.counted(() => copy.call(startChange(copy.store, change)));
  }

  /** Writes and erases that the next boot asks for. */
  countBootCalls(): number {
    const copy = this.clone();
    return copy.counted(() => copy.call(copy.newStore().boot()));
  }

  /** One step as it was recorded. */
  take(step: DriverStep): Violation | undefined {
    if ('change' in step) return this.apply(step.change, step.cut);
    if ('boot' in step) return this.powerOn(step.cut);
    this.powerOff();
    return undefined;
  }

  /** Power goes between two operations. */
  powerOff(): void {
    this.record({ off: true });
    this.state = 'off';
  }

  /** Boots a store that is off, and checks everything. With a cut, it may be off afterwards. */
  powerOn(cut?: Cut): Violation | undefined {
    assert(this.state === 'off', 'powerOn is for a driver that is off');
    this.record(cut === undefined ? { boot: true } : { boot: true, cut });
    this.store = this.newStore();
    const { outcome, wasCut } = this.performed(() => this.call(this.store.boot()), cut);
    if (wasCut) {
      this.gap = this.uncommitted;
      return this.mustFail(outcome);
    }
    if (!outcome.ok) return this.violated(finding('boot', `boot ended with ${outcome.error}`));
    this.state = 'on';
    this.unwiped = this.gap;
    this.gap = undefined;
    this.uncommitted = undefined;
    return this.checkBooted();
  }

  private checkBooted(): Violation | undefined {
    const [after, before] = this.models;
    const found = this.check(after);
    if (found === undefined || before === undefined) {
      this.models = [after];
      return found === undefined ? undefined : this.violated(found);
    }
    this.models = [before];
    const other = this.check(before);
    if (other === undefined) return undefined;
    const isContent = other.invariant === 'entries' || other.invariant === 'capacity';
    if (!isContent) return this.violated(other);
    return this.violated(
      finding('atomic', `not after (${found.sentence}), not before (${other.sentence})`),
    );
  }

  /** Performs an operation on the store and the specification and checks everything. With a cut, it may be off afterwards. */
  apply(change: Change, cut?: Cut): Violation | undefined {
    assert(this.state === 'on', 'apply is for a driver that is on');
    this.record(cut === undefined ? { change } : { change, cut });
    const { outcome, wasCut } = this.performed(
      () => this.call(startChange(this.store, change)),
      cut,
    );
    const next = this.model.clone(this.run.geometry);
    const verdict = next.apply(change);
    if (wasCut) {
      this.noteCut(change, next);
      return this.mustFail(outcome);
    }
    const said = outcome.ok ? 'Ok' : outcome.error;
    if (said === 'NoLifetime' && verdict === 'Ok') return this.end(change);
    if (said !== verdict) {
      return this.violated(
        finding('result', `${change.op} ended with ${said} instead of ${verdict}`),
      );
    }
    this.models = [next];
    const before = { pages: this.headPage, room: this.room };
    const found =
      this.check(next) ?? (verdict === 'Ok' ? this.checkRoom(change, before) : undefined);
    return this.violated(found);
  }

  private noteCut(change: Change, next: StoreModel): void {
    this.state = 'off';
    this.models = [next, this.model];
    if (change.op !== 'transaction' || change.updates.length < 2) return;
    this.uncommitted = { from: this.walk?.tail ?? 0, to: Infinity };
  }

  /** Checks the open store against a specification: everything that must hold between two operations. */
  private check(model: StoreModel): Finding | undefined {
    const { violation } = this.flash;
    if (violation !== undefined) return finding('rules', violation);
    const excused = this.options.excuseGap === true ? this.unwiped : undefined;
    this.walk = walkFlash(this.flash, excused);
    return this.walk.finding ?? this.checkGauges(model) ?? this.checkEntries(model, this.walk);
  }

  private checkGauges(model: StoreModel): Finding | undefined {
    const capacity = this.store.capacity();
    const lifetime = this.call(this.store.lifetime());
    const seen = capacity.ok ? `${capacity.value.used} of ${capacity.value.total}` : capacity.error;
    const expected = `${model.usedCapacity()} of ${model.totalCapacity}`;
    if (seen !== expected) return finding('capacity', `it counts ${seen} words, not ${expected}`);
    const tail = lifetime.ok ? lifetime.value.used : lifetime.error;
    if (tail === this.walk?.tail) return undefined;
    return finding(
      'log',
      `the store has its tail at ${tail}, the flash at ${this.walk?.tail ?? '?'}`,
    );
  }

  private checkEntries(model: StoreModel, { live }: Walk): Finding | undefined {
    const handles = this.store.handles();
    if (!handles.ok) return finding('entries', `the list is ${handles.error}`);
    const expected = model.entries();
    const counts = [handles.value.length, live.length];
    if (counts.some((count) => count !== expected.size)) {
      return finding(
        'entries',
        `list and flash hold ${counts.join(' and ')}, not ${expected.size}`,
      );
    }
    const standing = new Map(live.map(({ key, position }) => [key, position]));
    for (const handle of handles.value) {
      const value = this.call(this.store.value(handle));
      const found = this.call(this.store.find(handle.key));
      const wanted = text(expected.get(handle.key));
      const seen = [value, found].map((each) => (each.ok ? text(each.value) : each.error));
      if (seen.some((each) => each !== wanted) || standing.get(handle.key) !== handle.position) {
        const [read, sought] = seen;
        const what = `key ${handle.key} reads ${read ?? ''} and is found as ${sought ?? ''}`;
        return finding('entries', `${what}, not ${wanted}`);
      }
    }
    return undefined;
  }

  /** Pages before the head since the first boot. */
  private get headPage(): number {
    return Math.floor((this.walk?.head ?? 0) / this.format.virtualPageSize);
  }

  /** Pages are compacted for want of room only, and then until there was enough. */
  private checkRoom(change: Change, before: { pages: number; room: number }): Finding | undefined {
    const needed = this.model.wordsFor(change);
    const compacted = this.headPage - before.pages;
    const most = change.op === 'prepare' ? 1 : this.format.numPages - 1;
    if (before.room >= needed ? compacted > 0 : compacted < 1 || compacted > most) {
      const what = `with room for ${before.room} words ${change.op} of ${needed} compacted ${compacted} pages`;
      return finding('compaction', what);
    }
    const { head, tail } = this.walk ?? { head: 0, tail: 0 };
    const isRoomMade = change.op !== 'prepare' && needed > 0;
    if (!isRoomMade || tail - head <= this.format.virtualCapacity) return undefined;
    return finding('window', `after ${change.op} the tail is ${tail - head} words after the head`);
  }

  /** A lack of lifetime ends the run: nothing has changed, and there was no other way. */
  private end(change: Change): Violation | undefined {
    this.state = 'ended';
    const found = this.check(this.model);
    if (found !== undefined) return this.violated(found);
    const { head } = this.walk ?? { head: 0 };
    const cycle = this.format.cycle(head);
    if (cycle >= this.run.geometry.maxPageErases && this.room < this.model.wordsFor(change)) {
      return undefined;
    }
    const what = `in cycle ${cycle} with room for ${this.room} words ${change.op} ended with NoLifetime`;
    return this.violated(finding('lifetime', what));
  }

  private mustFail(outcome: Outcome): Violation | undefined {
    const said = outcome.ok ? 'Ok' : outcome.error;
    if (said === 'StorageError') return this.violated(this.brokenRule());
    return this.violated(finding('result', `a call that the flash failed ended with ${said}`));
  }

  private brokenRule(): Finding | undefined {
    const { violation } = this.flash;
    return violation === undefined ? undefined : finding('rules', violation);
  }

  /** What the store threw in the step just taken, as a violation. */
  crashed(error: unknown): Violation {
    this.state = 'ended';
    const replay = runToText({ ...this.run, steps: this.steps });
    return { ...finding('crash', String(error)), replay };
  }

  private violated(found: Finding | undefined): Violation | undefined {
    if (found === undefined) return undefined;
    this.state = 'ended';
    return { ...found, replay: runToText({ ...this.run, steps: this.steps }) };
  }

  private record(step: DriverStep): void {
    if (this.options.record !== false) this.steps.push(step);
  }

  private newStore(): Store {
    return this.makeStore(this.run.deferred ? new DeferredStorage(this.flash) : this.flash);
  }

  private call<T>(steps: Steps<T>): T {
    return runAtOnce(steps, this.flash);
  }

  private counted(perform: () => unknown): number {
    this.flash.arm(Number.MAX_SAFE_INTEGER);
    perform();
    return Number.MAX_SAFE_INTEGER - this.flash.disarm();
  }

  private performed(perform: () => Outcome, cut: Cut | undefined) {
    if (cut !== undefined) this.flash.arm(cut.delay);
    const outcome = perform();
    const wasCut = this.flash.interruptedBytes !== undefined;
    if (cut !== undefined) this.flash.corrupt(bitChoice(cut.corruption) ?? (() => false));
    return { outcome, wasCut };
  }
}

/** Begins an operation on a store. */
export function startChange(store: Store, change: Change): Steps<Outcome> {
  switch (change.op) {
    case 'insert':
      return store.insert(change.key, change.value);
    case 'remove':
      return store.remove(change.key);
    case 'removehandle':
      return removeHandle(store, change.key);
    case 'transaction':
      return store.transaction(change.updates);
    case 'clear':
      return store.clear(change.minKey);
    case 'prepare':
      return store.prepare(change.length);
  }
}

function* removeHandle(store: Store, key: number): Steps<Outcome> {
  const handle = store.findHandle(key);
  if (!handle.ok || handle.value === undefined) return handle;
  return yield* store.removeHandle(handle.value);
}

function text(value: Uint8Array | undefined): string {
  return value === undefined ? 'nothing' : `"${toHex(value)}"`;
}
