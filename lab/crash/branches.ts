// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Branches at one program or erase: each subset of its bits, the recovery from there, and the cuts in that.
 *
 * NON-TOCK: the inner loop of the laboratory.
 *
 * An operation waits at its request while the branches from there use the same cells with stores of their own, and
 * take back what they changed. Nothing is run again from the begin.
 */
import type { Random } from '#kernel/random';
import type { CutModel, PartBehaviour } from '#libraries/store/claim';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { FlashRequest, Steps } from '#libraries/store/storage';
import { CellsStorage } from './cells-storage.ts';
import type { Cells, Mark } from './cells.ts';
import type { CutPoint } from './crash-case.ts';
import type { BitSet, SubsetOptions } from './cut-model.ts';
import { disturbance, NO_DISTURBANCE, type Disturbance } from './disturbance.ts';
import { MovingBits } from './moving-bits.ts';
import { behavioursOf, type PartOptions } from './parts.ts';
import type { CrashReport } from './report.ts';
import { SeenStates } from './seen-states.ts';
import type { Outcome, StoreSession } from './store-adapter.ts';
import type { Story } from './story.ts';

/** The kinds of subsets; each with a number, but for `none` and `all`. */
type Kind = 'none' | 'all' | 'only' | 'but' | 'mask' | 'first' | 'random';

/** How deep and how densely to branch. */
export interface BranchOptions {
  readonly depth: number;
  readonly cutModel: CutModel;
  readonly subsets: SubsetOptions;
  readonly part: PartOptions;
}

/** What is done with a store that has recovered, or failed to; `undefined` for the outcome when it threw `error`. */
export type OnRecovered = (
  session: StoreSession,
  outcome: Outcome | undefined,
  error: unknown,
) => void;

/** One cut of the chain under way. */
interface Level {
  readonly moving: MovingBits;
  readonly mark: Mark;
  readonly storage: CellsStorage;
  /** The store that recovers from the cut at this level. */
  readonly session: StoreSession;
  call: number;
  kind: Kind;
  argument: number;
  disturbance: Disturbance;
}

export class Branches {
  /** Set to end everything early: what is under way is taken back. */
  isStopped = false;
  private readonly cells: Cells;
  private readonly seen = new SeenStates();
  private readonly levels: Level[] = [];
  private readonly misbehaves: boolean;
  /** How deep the cut is whose recovery is judged. */
  private level = 0;

  constructor(
    private readonly story: Story,
    private readonly options: BranchOptions,
    private readonly random: Random,
    private readonly report: CrashReport,
    private readonly onRecovered: OnRecovered,
  ) {
    const { depth, part } = options;
    const { adapter, cells } = story;
    this.cells = cells;
    this.misbehaves = behavioursOf(part).length > 0;
    for (let level = 1; level <= depth; level++) {
      const storage = new CellsStorage(cells, level < depth, part.badPages);
      this.levels.push({
        moving: new MovingBits(cells),
        mark: { length: 0, hash: 0, check: 0 },
        storage,
        session: adapter.open(storage),
        call: 0,
        kind: 'none',
        argument: 0,
        disturbance: NO_DISTURBANCE,
      });
    }
  }

  /** A new operation begins: states seen in the one before may be good no more. */
  begin(): void {
    this.seen.clear();
  }

  /** What the part did besides at these cuts. */
  behaviours(): PartBehaviour[] {
    return this.levels.slice(0, this.level).flatMap(({ disturbance }) => disturbance.behaviours);
  }

  /** The cuts that led to the state being judged. */
  chain(): CutPoint[] {
    return this.levels
      .slice(0, this.level)
      .map(({ call, kind, argument, disturbance: { point } }) => ({
        call,
        bits: bitSet(kind, argument),
        ...point,
      }));
  }

  /** Tries the subsets of one request, and takes each back. */
  tryAll(request: FlashRequest, call: number): void {
    this.tryAt(0, request, call);
  }

  private tryAt(depth: number, request: FlashRequest, call: number): void {
    const level = this.levels[depth];
    if (level === undefined) return;
    level.moving.read(request);
    level.call = call;
    const { subsets, cutModel } = this.options;
    const { total } = level.moving;
    const { coverage } = this.report;
    coverage.calls += 1;
    if (cutModel !== 'any-subset-of-bits') {
      this.tryPrefixes(depth, level, cutModel === 'byte-prefix' ? 8 : 32);
    } else if (total <= subsets.allUpTo) {
      coverage.exhausted += 1;
      for (let mask = 0; mask < 1 << total; mask++) this.cut(depth, level, 'mask', mask);
    } else {
      this.trySome(depth, level, subsets);
    }
  }

  private trySome(depth: number, level: Level, { singles, random }: SubsetOptions): void {
    const { total } = level.moving;
    this.cut(depth, level, 'none', 0);
    this.cut(depth, level, 'all', 0);
    const isEvery = singles >= total;
    const count = Math.min(singles, total);
    for (let nth = 0; nth < count; nth++) {
      const bit = isEvery ? nth : this.random.below(total);
      this.cut(depth, level, 'only', bit);
      this.cut(depth, level, 'but', isEvery ? bit : this.random.below(total));
    }
    for (let nth = 0; nth < random; nth++) this.cut(depth, level, 'random', this.random.u32());
  }

  /** With bytes or words one after the other, what is left is always a first part of the moving bits. */
  private tryPrefixes(depth: number, level: Level, unit: number): void {
    this.report.coverage.exhausted += 1;
    for (const bits of level.moving.prefixes(unit)) this.cut(depth, level, 'first', bits);
  }

  private cut(depth: number, level: Level, kind: Kind, argument: number): void {
    if (this.isStopped) return;
    const { cells, report } = this;
    level.kind = kind;
    level.argument = argument;
    cells.mark(level.mark);
    move(level.moving, kind, argument);
    report.coverage.subsets += 1;
    if (this.misbehaves) this.disturb(level);
    if (this.seen.has(cells.hash, cells.check, depth + 1)) report.pruned += 1;
    else this.recover(depth, level);
    cells.undo(level.mark);
  }

  private disturb(level: Level): void {
    level.disturbance = disturbance(this.options.part, this.random, level.moving, this.cells);
    level.disturbance.strike(level.storage);
  }

  private recover(depth: number, level: Level): void {
    const { storage, session } = level;
    storage.refuel();
    let outcome: Outcome | undefined;
    let error: unknown;
    try {
      const boot = session.boot();
      outcome = storage.stepped ? this.step(depth + 1, boot) : runAtOnce(boot);
      if (outcome.ok && level.disturbance.fallBack(this.cells)) {
        outcome = this.story.finish(session.boot());
      }
    } catch (thrown) {
      error = thrown;
    }
    this.level = depth + 1;
    if (!this.isStopped) this.onRecovered(session, outcome, error);
  }

  /** Runs a recovery to its end, with branches at each of its requests. */
  private step(depth: number, boot: Steps<Outcome>): Outcome {
    const { part } = this.options;
    let step = boot.next();
    for (let call = 0; step.done !== true; call++) {
      const request = step.value;
      this.tryAt(depth, request, call);
      const works = !part.badPages.includes(request.page);
      if (works) this.levels[depth]?.moving.moveAll();
      step = boot.next(works);
    }
    return step.value;
  }
}

function move(moving: MovingBits, kind: Kind, argument: number): void {
  switch (kind) {
    case 'none':
      return;
    case 'all':
      moving.moveAll();
      return;
    case 'only':
      moving.moveOnly(argument);
      return;
    case 'but':
      moving.moveAllBut(argument);
      return;
    case 'mask':
      moving.moveMask(argument);
      return;
    case 'first':
      moving.moveIf((bit) => bit < argument);
      return;
    case 'random':
      moving.moveSet(bitSet(kind, argument));
  }
}

/** A subset as text. */
function bitSet(kind: Kind, argument: number): BitSet {
  switch (kind) {
    case 'none':
    case 'all':
      return kind;
    case 'only':
      return `set:${argument}`;
    case 'but':
      return `but:${argument}`;
    case 'first':
      return argument === 0 ? 'none' : `first:${argument}`;
    case 'random':
      return `xorshift:${argument}`;
    case 'mask': {
      const moved = Array.from({ length: 32 }, (_, bit) => bit).filter(
        (bit) => (argument >>> bit) & 1,
      );
      return moved.length === 0 ? 'none' : `set:${moved.join(',')}`;
    }
  }
}
