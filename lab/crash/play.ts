// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Plays a case from its begin to the first fault, or to its end.
 *
 * NON-TOCK: replay shows what this does; shrinking asks it again and again.
 */
import type { FlashRequest, Steps } from '#libraries/store/storage';
import { flip } from './disturbance.ts';
import type { CrashCase, CutPoint } from './crash-case.ts';
import { bootOn } from './images.ts';
import { MovingBits } from './moving-bits.ts';
import { judgeOutcome } from './oracle.ts';
import type { Judgement, Operation, Outcome, StoreAdapter } from './store-adapter.ts';
import { Story } from './story.ts';
import { isGood } from './verdict.ts';

/** What is told while a case is played. The cells are as they are at that moment. */
export interface Audience {
  operation(operation: Operation, index: number): void;
  /** The flash was asked for something, and did it, or lost its power (or failed) meanwhile at a cut point. */
  request(request: FlashRequest, cut: CutPoint | undefined): void;
  boot(): void;
  result(outcome: Outcome): void;
  verdict(judgement: Judgement): void;
}

/** Says nothing. */
export const NOBODY: Audience = {
  operation: () => undefined,
  request: () => undefined,
  boot: () => undefined,
  result: () => undefined,
  verdict: () => undefined,
};

/** Plays a case on a store; ends with its first fault, or OLD. */
export class Player {
  readonly story: Story;
  /** For each cut that was reached, in order: how many bits were to move, and which did. */
  readonly moved: { readonly total: number; readonly bits: readonly number[] }[] = [];
  private readonly moving: MovingBits;

  constructor(
    private readonly adapter: StoreAdapter,
    private readonly crashCase: CrashCase,
    private readonly audience: Audience = NOBODY,
  ) {
    this.story = new Story(adapter, crashCase.geometry, crashCase.badPages);
    this.moving = new MovingBits(this.story.cells);
  }

  /** Plays everything once. */
  play(): Judgement {
    const judgement = this.crashCase.image === undefined ? this.playAll() : this.playImage();
    this.audience.verdict(judgement);
    return judgement;
  }

  private playImage(): Judgement {
    const { cells } = this.story;
    const image = Buffer.from(this.crashCase.image ?? '', 'hex');
    cells.image.set(image.subarray(0, cells.image.length));
    this.audience.boot();
    const broken = bootOn(this.adapter, cells);
    if (broken === undefined) return { verdict: 'OLD' };
    return { verdict: 'UNBOOTABLE', sentence: `an image made it throw ${broken}` };
  }

  private playAll(): Judgement {
    try {
      const { operations, chains } = this.crashCase;
      let fault = this.boot();
      for (const [index, operation] of operations.entries()) {
        if (fault !== undefined) return fault;
        const chain = chains.find((each) => each.operation === index);
        this.story.cells.settle();
        this.audience.operation(operation, index);
        fault = this.perform(operation, chain?.cuts ?? []);
      }
      return fault ?? this.boot() ?? { verdict: 'OLD' };
    } catch (error) {
      return { verdict: 'UNBOOTABLE', sentence: `it threw ${String(error)}` };
    }
  }

  /** Power comes between operations. */
  private boot(): Judgement | undefined {
    const { story } = this;
    story.storage.refuel();
    this.audience.boot();
    const outcome = this.run(story.session.boot(), undefined);
    return outcome === undefined ? undefined : this.booted(outcome);
  }

  private booted(outcome: Outcome): Judgement | undefined {
    this.audience.result(outcome);
    if (!outcome.ok) return { verdict: 'UNBOOTABLE', sentence: `boot ended with ${outcome.error}` };
    const judgement = this.story.judge(this.story.session);
    if (!isGood(judgement.verdict)) return judgement;
    this.story.decide(judgement.verdict === 'NEW');
    this.story.settle(this.story.session, this.story.before);
    return undefined;
  }

  private perform(operation: Operation, cuts: readonly CutPoint[]): Judgement | undefined {
    const { story } = this;
    const expected = story.begin(operation);
    const outcome = this.run(story.session.start(operation), cuts[0]);
    if (outcome === undefined) return this.recover(cuts);
    this.audience.result(outcome);
    const fault = judgeOutcome(outcome, expected);
    if (fault !== undefined) return fault;
    story.end(outcome.ok);
    const judgement = story.judge(story.session, { ...story.expectation, isOn: true });
    return isGood(judgement.verdict) ? undefined : judgement;
  }

  /** Boots after the first cut, cut again by each further one. */
  private recover([cut, ...rest]: readonly CutPoint[]): Judgement | undefined {
    const { story } = this;
    story.storage.refuel();
    this.shake(cut);
    this.audience.boot();
    const outcome = this.run(story.session.boot(), rest[0]);
    if (outcome === undefined) return this.recover(rest);
    const after = cut?.after ?? [];
    if (!outcome.ok || after.length === 0) return this.booted(outcome);
    flip(story.cells, after);
    return this.boot();
  }

  /** What the part does besides, at a cut. */
  private shake(cut: CutPoint | undefined): void {
    const { cells, storage } = this.story;
    const unmoved = this.moving.unmoved();
    flip(cells, cut?.before ?? []);
    storage.unsettle(cut?.unstable === undefined ? new Map() : unmoved, cut?.unstable ?? 0);
  }

  /** Runs steps to their end; undefined when they were cut. */
  private run(steps: Steps<Outcome>, cut: CutPoint | undefined): Outcome | undefined {
    const { badPages } = this.story;
    let step = steps.next();
    for (let call = 0; step.done !== true; call++) {
      const request = step.value;
      this.moving.read(request);
      if (call === cut?.call) {
        this.cut(request, cut);
        // With the power still there the store hears of it; what it says does not matter, it is booted next.
        if (cut.reported === true) steps.next(false);
        return undefined;
      }
      const works = !badPages.includes(request.page);
      if (works) this.moving.moveAll();
      this.audience.request(request, undefined);
      step = steps.next(works);
    }
    return step.value;
  }

  private cut(request: FlashRequest, cut: CutPoint): void {
    const bits: number[] = [];
    const { total } = this.moving;
    this.moving.moveSet(cut.bits, (bit) => bits.push(bit));
    this.moved.push({ total, bits });
    this.audience.request(request, cut);
  }
}
