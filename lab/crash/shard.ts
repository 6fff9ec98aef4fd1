// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * One shard of an exploration: a workload, and all cuts in it.
 *
 * NON-TOCK: see explore.ts.
 */
import { assert } from '#kernel/assert';
import { Random } from '#kernel/random';
import type { CutModel, PartBehaviour } from '#libraries/store/claim';
import type { FlashRequest } from '#libraries/store/storage';
import { Branches } from './branches.ts';
import type { CutPoint } from './crash-case.ts';
import type { BitSet } from './cut-model.ts';
import type { CrashOptions, OnProgress } from './explore.ts';
import { tryImages } from './images.ts';
import { Judge } from './judge.ts';
import { MovingBits } from './moving-bits.ts';
import { judgeOutcome } from './oracle.ts';
import { emptyReport, type CrashReport } from './report.ts';
import type { Geometry, Judgement, Operation, Outcome, StoreAdapter } from './store-adapter.ts';
import { adapterOf } from './stores/index.ts';
import { Story, type Sequel } from './story.ts';
import { isGood, type Verdict } from './verdict.ts';

/** Erasures that a page of the laboratory's flash stands. */
const PAGE_ERASES = 10_000;
/** Bytes up to which looking at a whole flash costs little. */
const SMALL_FLASH = 4096;
/** Operations of the path between two looks at the whole. */
const WHOLE_EVERY = 64;
/** Cuts between two times at which progress is told. */
const TOLD_EVERY = 4096;

/** The flash for a store of some pages: as the claim has it. */
export function geometryFor(
  adapter: StoreAdapter,
  { pageSize, pages }: { readonly pageSize: number; readonly pages: number },
): Geometry {
  const maxWordWrites = adapter.claim.programsPerWord;
  return { wordSize: 4, pageSize, numPages: pages, maxWordWrites, maxPageErases: PAGE_ERASES };
}

/**
 * Explores one shard: slice `index % slices` of round `floor(index / slices)`. Each round of random workloads has one of its own,
 * made from the seed and the round; each round of a given workload tries other random subsets of bits. The same
 * options and index give the same report. Panics on a store that it does not know, or that cannot live on the geometry.
 */
export function exploreShard(
  options: CrashOptions,
  index: number,
  onProgress: OnProgress,
): CrashReport {
  const adapter = adapterOf(options.store);
  assert(adapter !== undefined, `no store is called ${options.store}`);
  return exploreAdapter(adapter, options, index, onProgress);
}

/** The same for a store that is not in the list. */
export function exploreAdapter(
  adapter: StoreAdapter,
  options: CrashOptions,
  index = 0,
  onProgress: OnProgress = () => true,
): CrashReport {
  const geometry = geometryFor(adapter, options);
  const refusal = adapter.refuses(geometry);
  assert(refusal === undefined, `${adapter.name} ${refusal ?? ''}`);
  return new Shard(adapter, options, index, onProgress).run();
}

class Shard {
  private readonly story: Story;
  private readonly report: CrashReport;
  private readonly branches: Branches;
  private readonly judge: Judge;
  private readonly moving: MovingBits;
  private readonly cutModel: CutModel;
  /** Chance of the workload, and of the path it takes through cuts and failures. */
  private readonly chance: Random;
  private readonly path: Random;
  private readonly sides: Random;
  /** What the part did on the path. */
  private readonly behaviours: PartBehaviour[] = [];
  private readonly sequel = (): Sequel => ({
    cuts: this.branches.chain(),
    behaviours: [...this.behaviours, ...this.branches.behaviours()],
  });
  private fraction = 0;
  private nextTold = TOLD_EVERY;

  constructor(
    private readonly adapter: StoreAdapter,
    private readonly options: CrashOptions,
    private readonly index: number,
    private readonly onProgress: OnProgress,
  ) {
    const { seed, slices, part, depth, subsets, goOn } = options;
    const { cutModel = adapter.claim.cutModel } = options;
    this.cutModel = cutModel;
    const round = Math.floor(index / slices);
    this.chance = streamOf(seed, round, 0);
    this.path = streamOf(seed, round, 1);
    this.sides = streamOf(seed, index, 2);
    this.story = new Story(adapter, geometryFor(adapter, options), part.badPages);
    if (part.badPages.length > 0) this.behaviours.push('badPages');
    this.report = emptyReport(options);
    this.moving = new MovingBits(this.story.cells);
    const { pageSize, pages } = options;
    const rarer = Math.max(1, (pageSize * pages) / SMALL_FLASH);
    this.judge = new Judge(
      this.story,
      this.report,
      { cutModel, goOn: Math.round(goOn * rarer) },
      this.sides,
    );
    this.branches = new Branches(
      this.story,
      { depth, subsets, cutModel, part },
      this.sides,
      this.report,
      (session, outcome, error) => {
        this.judge.recovered(session, outcome, error, this.sequel);
        if (this.report.cuts >= this.nextTold) this.tell();
      },
    );
  }

  run(): CrashReport {
    const goesOn = this.prepare() && this.performAll();
    const { images } = this.options;
    if (goesOn && images > 0) tryImages(this.story, images, this.sides, this.judge, this.report);
    if (!this.branches.isStopped) this.report.shards = 1;
    return this.report;
  }

  /** The workload; false when it ended early. */
  private performAll(): boolean {
    const { workload, length, slices } = this.options;
    const total = workload?.length ?? length;
    for (let nth = 0; nth < total; nth++) {
      const { before, geometry } = this.story;
      const operation = workload?.[nth] ?? this.adapter.random(this.chance, before, geometry);
      if (!this.perform(operation, nth % slices === this.index % slices)) return false;
      this.fraction = (nth + 1) / total;
      this.tell();
      if (this.branches.isStopped) return false;
    }
    return true;
  }

  private tell(): void {
    const { cuts, pruned, violationCount: violations } = this.report;
    this.nextTold = cuts + TOLD_EVERY;
    const { fraction, index: shard } = this;
    if (!this.onProgress({ cuts, pruned, violations, shard, fraction })) {
      this.branches.isStopped = true;
    }
  }

  /** Boots the store, and fills it unless the workload is given: that one begins with a new store. */
  private prepare(): boolean {
    const { story } = this;
    const booted = story.finish(story.session.boot());
    story.cells.settle();
    if (!booted.ok) return this.fail({ verdict: 'UNBOOTABLE', sentence: booted.error });
    if (this.options.workload !== undefined) return true;
    for (const operation of this.adapter.fill(this.chance, story.geometry)) {
      if (!this.perform(operation, false)) return false;
    }
    return this.isSound();
  }

  /** An operation, with branches at its requests if it is this shard's; false when the workload ends with it. */
  private perform(operation: Operation, isMine: boolean): boolean {
    const { story } = this;
    story.cells.settle();
    story.auditor?.remember(story.session, story.before);
    if (isMine) {
      this.report.coverage.operations += 1;
      this.branches.begin();
    }
    const expected = story.begin(operation);
    try {
      return this.step(operation, isMine, expected);
    } catch (error) {
      return this.fail({
        verdict: 'UNREADABLE',
        sentence: `${operation.op} threw ${String(error)}`,
      });
    }
  }

  private step(operation: Operation, isMine: boolean, expected: string): boolean {
    const { story } = this;
    const steps = story.session.start(operation);
    let step = steps.next();
    for (let call = 0; step.done !== true; call++) {
      const request = step.value;
      if (isMine) this.branches.tryAll(request, call);
      if (this.branches.isStopped) return false;
      this.moving.read(request);
      // A store that was seen to fail would soon end the workload: the rest of it is worth more.
      const isLost = this.strikes(this.options.lossy) && this.report.violationCount === 0;
      if (isLost) return this.lose(call, false);
      if (this.fails(request)) {
        const next = steps.next(false);
        if (next.done === true) return this.lose(call, true);
        if (!this.goesOn(request)) return this.mayGoOn ? this.lose(call, true) : this.fail(GOES_ON);
        step = next;
        continue;
      }
      this.moving.moveAll();
      story.storage.refuel();
      step = steps.next(true);
    }
    return this.completed(step.value, expected);
  }

  private strikes(one: number): boolean {
    return one > 0 && this.path.below(one) === 0;
  }

  private isBad({ page }: FlashRequest): boolean {
    return this.options.part.badPages.includes(page);
  }

  /** Nothing has happened on a bad page, and the store has somewhere else to go. After other failures the power goes. */
  private goesOn(request: FlashRequest): boolean {
    return this.mayGoOn && this.isBad(request);
  }

  /** Whether a store may write on when the flash has failed: one that claims to survive bad pages. */
  private get mayGoOn(): boolean {
    return this.adapter.claim.survives.includes('badPages');
  }

  /** Whether the flash reports a failure. */
  private fails(request: FlashRequest): boolean {
    if (this.isBad(request)) return true;
    if (!this.strikes(this.options.part.failures)) return false;
    this.behaviours.push('failures');
    return true;
  }

  /** The operation is lost in the request at hand, and the workload goes on from its recovery. */
  private lose(call: number, reported: boolean): boolean {
    const { story } = this;
    const bits = this.bitsLost();
    this.moving.moveSet(bits);
    const point: CutPoint = { call, bits, ...(reported ? { reported } : {}) };
    story.chains.push({ operation: story.operations.length - 1, cuts: [point] });
    story.storage.refuel();
    const outcome = story.finish(story.session.boot());
    if (!outcome.ok) return this.fail({ verdict: 'UNBOOTABLE', sentence: outcome.error });
    let verdict = this.quickly();
    if (verdict === undefined || !isGood(verdict)) {
      const judgement = story.judge(story.session);
      if (!isGood(judgement.verdict)) return this.fail(judgement);
      verdict = judgement.verdict;
    }
    this.report.cuts += 1;
    this.report.verdicts[verdict] += 1;
    story.decide(verdict === 'NEW');
    story.settle(story.session, story.before);
    return true;
  }

  private bitsLost(): BitSet {
    if (this.cutModel === 'any-subset-of-bits') return `xorshift:${this.path.u32()}`;
    const prefixes = [...this.moving.prefixes(this.cutModel === 'byte-prefix' ? 8 : 32)];
    return `first:${prefixes[this.path.below(prefixes.length)] ?? 0}`;
  }

  private completed(outcome: Outcome, expected: string): boolean {
    const { story } = this;
    const fault = judgeOutcome(outcome, expected);
    if (fault !== undefined) return this.fail(fault);
    if (this.quickly() === (outcome.ok ? 'NEW' : 'OLD')) {
      story.end(outcome.ok);
      return outcome.ok || outcome.error !== 'NoLifetime';
    }
    story.end(outcome.ok);
    return this.isSound() && (outcome.ok || outcome.error !== 'NoLifetime');
  }

  /** The auditor's verdict on the store of the path; undefined when it is time to look at everything. */
  private quickly(): Verdict | undefined {
    const { auditor, session, before, after, cells, operations } = this.story;
    if (cells.violation !== undefined || operations.length % WHOLE_EVERY === 0) return undefined;
    return auditor?.judge(session, before, after)?.verdict;
  }

  /** Looks at everything on the path between two operations. */
  private isSound(): boolean {
    const { story } = this;
    const judgement = story.judge(story.session, { ...story.expectation, isOn: true });
    return isGood(judgement.verdict) || this.fail(judgement);
  }

  /** The path itself has gone wrong: the workload ends. */
  private fail(judgement: Judgement): boolean {
    this.judge.count(judgement, () => ({ behaviours: this.behaviours }));
    return false;
  }
}

const GOES_ON: Judgement = {
  verdict: 'UNREADABLE',
  sentence: 'it went on writing after the flash had failed',
};

/** Chance for one purpose, from the seed of the whole. */
function streamOf(seed: number, index: number, purpose: number): Random {
  return new Random((seed + Math.imul(index * 4 + purpose + 1, 0x9e37_79b1)) >>> 0);
}
