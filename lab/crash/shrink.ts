// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Shrinks a case: a smaller flash, fewer operations, fewer cuts, shorter values, plainer bits, as long as it shows the same fault.
 *
 * NON-TOCK: the smallest story is the one that a person can follow.
 *
 * A candidate is played as it stands. When that shows nothing, and there is one chain of cuts, the cuts of its last operation are
 * looked for anew: with an operation less, they rarely are where they were.
 */
import type { CrashCase, CutPoint } from './crash-case.ts';
import { ALL_EXTREMES, DEFAULT_SUBSETS } from './cut-model.ts';
import { DEFAULT_OPTIONS } from './explore.ts';
import { Player } from './play.ts';
import { exploreAdapter } from './shard.ts';
import { Random } from '#kernel/random';
import type { Geometry, Operation, StoreAdapter } from './store-adapter.ts';
import { adapterOf } from './stores/index.ts';

/** Cuts that one search for a fault may take. */
const SEARCH_CUTS = 20_000;
/** Cuts that all searches of one kind together may take. Those that find nothing in a long story count several times. */
const ALL_CUTS = 1_000_000;
/** A search that finds nothing counts once for so many operations of its story. */
const COUNTED_OPERATIONS = 2;

/** A story of so many operations is short enough. */
const SHORT = 3;

interface SmallWorld {
  readonly length: number;
  readonly numPages: number;
  readonly pageSize: number;
  readonly seed: number;
}

/** Random workloads on tiny flashes, the shortest first. */
function* smallWorlds(): Generator<SmallWorld> {
  for (const length of [2, 3, 4]) {
    for (const numPages of [1, 2, 3]) {
      for (const pageSize of [16, 32, 64]) {
        for (let seed = 1; seed <= 100; seed++) yield { length, numPages, pageSize, seed };
      }
    }
  }
}

/** A case that shows the same verdict with as little as can be found; the case itself when it shows none. */
export function shrink(crashCase: CrashCase): CrashCase {
  const adapter = adapterOf(crashCase.store);
  return adapter === undefined ? crashCase : shrinkOn(adapter, crashCase);
}

/** The same for a store that is not in the list. */
export function shrinkOn(adapter: StoreAdapter, crashCase: CrashCase): CrashCase {
  return new Shrinker(adapter, crashCase).run();
}

type Candidate = Pick<CrashCase, 'geometry' | 'operations' | 'chains'>;

class Shrinker {
  private best: CrashCase;
  private cutsLeft = ALL_CUTS;

  constructor(
    private readonly adapter: StoreAdapter,
    crashCase: CrashCase,
  ) {
    this.best = crashCase;
  }

  run(): CrashCase {
    if (this.best.image !== undefined || !this.accept(this.best)) return this.best;
    this.unify();
    this.shrinkAll();
    if (this.best.operations.length > SHORT) {
      this.startSmall();
      this.shrinkAll();
    }
    return this.best;
  }

  private shrinkAll(): void {
    for (let before = ''; before !== sizeOf(this.best);) {
      before = sizeOf(this.best);
      this.shrinkFlash();
      this.dropOperations();
      this.dropChains();
      this.shrinkValues();
      this.shrinkBits();
    }
  }

  /** A long story may have a short one of its kind: it is looked for among random ones, in the smallest worlds first. */
  private startSmall(): void {
    const { adapter, best } = this;
    const before = this.cutsLeft;
    this.cutsLeft = ALL_CUTS;
    for (const { length, seed, ...shape } of smallWorlds()) {
      const geometry = { ...best.geometry, ...shape };
      if (length >= best.operations.length) return;
      if (adapter.refuses(geometry) !== undefined) continue;
      const operations = this.randomOperations(length, seed, geometry);
      if (this.search({ geometry, operations, chains: [] })) return;
    }
    this.cutsLeft = before;
  }

  private randomOperations(length: number, seed: number, geometry: Geometry): Operation[] {
    const random = new Random(seed);
    const specification = this.adapter.specification(geometry);
    return Array.from({ length }, () => {
      const operation = this.adapter.random(random, specification, geometry);
      specification.apply(operation);
      return operation;
    });
  }

  /** Takes a candidate if it shows the verdict. */
  private accept(candidate: Candidate): boolean {
    if (this.adapter.refuses(candidate.geometry) !== undefined) return false;
    const played = { ...this.best, ...candidate };
    const { verdict, sentence = '' } = new Player(this.adapter, played).play();
    if (verdict !== this.best.verdict) return this.search(candidate);
    this.best = { ...played, sentence };
    return true;
  }

  /** Looks for cuts in the last operations that show the verdict. */
  private search({ geometry, operations, chains }: Candidate): boolean {
    const { best } = this;
    const isPlain = chains.length <= 1 && best.behaviours.length === 0;
    if (!isPlain || this.cutsLeft <= 0 || operations.length === 0) return false;
    const depth = Math.max(1, chains[0]?.cuts.length ?? 1);
    const { pageSize, numPages: pages } = geometry;
    const report = exploreAdapter(
      this.adapter,
      {
        ...DEFAULT_OPTIONS,
        ...{ store: best.store, pageSize, pages, workload: operations, depth },
        ...{ lossy: 0, goOn: 0, images: 0 },
        subsets: depth > 1 ? DEFAULT_SUBSETS : ALL_EXTREMES,
      },
      0,
      ({ cuts }) => cuts < SEARCH_CUTS,
    );
    const found = report.violations.find(({ verdict }) => verdict === best.verdict);
    const times = found === undefined ? Math.ceil(operations.length / COUNTED_OPERATIONS) : 1;
    this.cutsLeft -= report.cuts * times;
    if (found === undefined) return false;
    this.best = { ...found, geometry, behaviours: best.behaviours };
    return true;
  }

  private get candidate(): Candidate {
    const { geometry, operations, chains } = this.best;
    return { geometry, operations, chains };
  }

  /** What takes many short entries to show may take few long ones: all under one key, as long as the longest. */
  private unify(): void {
    const inserted = this.best.operations.flatMap((each) => (each.op === 'insert' ? [each] : []));
    const longest = inserted.reduce<(typeof inserted)[number] | undefined>(
      (best, each) => (each.value.length > (best?.value.length ?? -1) ? each : best),
      undefined,
    );
    if (longest === undefined) return;
    const { key, value } = longest;
    const operations = this.best.operations.map((each) =>
      each.op === 'insert' ? { ...each, key, value: padded(each.value, value) } : each,
    );
    this.accept({ ...this.candidate, operations });
  }

  private dropOperations(): void {
    for (let size = this.best.operations.length >> 1; size > 0; size >>= 1) {
      for (let at = this.best.operations.length - size; at >= 0; at -= size) {
        this.accept(without(this.candidate, at, size));
      }
    }
  }

  private dropChains(): void {
    for (let at = this.best.chains.length - 2; at >= 0; at--) {
      this.accept({ ...this.candidate, chains: this.best.chains.toSpliced(at, 1) });
    }
  }

  private shrinkFlash(): void {
    while (this.accept(resized(this.candidate, { pageSize: this.best.geometry.pageSize / 2 })));
    while (this.accept(resized(this.candidate, { numPages: this.best.geometry.numPages - 1 })));
  }

  private shrinkValues(): void {
    for (const [at, operation] of this.best.operations.entries()) {
      for (const plainer of plainerThan(operation)) {
        const operations = this.best.operations.with(at, plainer);
        if (this.accept({ ...this.candidate, operations })) break;
      }
    }
  }

  private shrinkBits(): void {
    for (const [nth, chain] of this.best.chains.entries()) {
      for (let at = chain.cuts.length - 1; at >= 0; at--) this.shrinkCut(nth, at);
    }
  }

  private shrinkCut(nth: number, at: number): void {
    for (const bits of ['none', 'all']) if (this.tryBits(nth, at, bits)) return;
    // Where a cut leaves whole words or bytes, a set of single bits would be beyond the claim.
    if (this.adapter.claim.cutModel !== 'any-subset-of-bits') return;
    const player = new Player(this.adapter, this.best);
    player.play();
    const before = this.best.chains.slice(0, nth).reduce((sum, { cuts }) => sum + cuts.length, 0);
    let moved = player.moved[before + at]?.bits ?? [];
    for (let size = moved.length >> 1; size > 0; size >>= 1) {
      for (let from = 0; from < moved.length;) {
        const fewer = moved.toSpliced(from, size);
        if (fewer.length > 0 && this.tryBits(nth, at, `set:${fewer.join(',')}`)) moved = fewer;
        else from += size;
      }
    }
  }

  private tryBits(nth: number, at: number, bits: string): boolean {
    const { chains } = this.best;
    const chain = chains[nth];
    const cut: CutPoint | undefined = chain?.cuts[at];
    if (chain === undefined || cut === undefined || cut.bits === bits) return false;
    const cuts = chain.cuts.with(at, { ...cut, bits });
    const played = { ...this.best, chains: chains.with(nth, { ...chain, cuts }) };
    const { verdict, sentence = '' } = new Player(this.adapter, played).play();
    if (verdict !== this.best.verdict) return false;
    this.best = { ...played, sentence };
    return true;
  }
}

/** How large a case is, as text to compare. */
function sizeOf({ geometry, operations, chains }: CrashCase): string {
  const bytes = operations.reduce((sum, operation) => sum + bytesOf(operation), 0);
  return [geometry.pageSize, geometry.numPages, operations.length, chains.length, bytes].join();
}

function bytesOf(operation: Operation): number {
  if ('value' in operation) return operation.value.length;
  if (operation.op !== 'transaction') return 0;
  return operation.updates.reduce((sum, update) => sum + 1 + bytesOf(update), 0);
}

function resized(candidate: Candidate, size: Partial<Geometry>): Candidate {
  return { ...candidate, geometry: { ...candidate.geometry, ...size } };
}

/** A candidate without some operations; chains at them go, later ones move. */
function without(
  { geometry, operations, chains }: Candidate,
  at: number,
  count: number,
): Candidate {
  return {
    geometry,
    operations: operations.toSpliced(at, count),
    chains: chains
      .filter(({ operation }) => operation < at || operation >= at + count)
      .map((chain) =>
        chain.operation < at ? chain : { ...chain, operation: chain.operation - count },
      ),
  };
}

/** Plainer operations in the place of one, the plainest first. */
function plainerThan(operation: Operation): Operation[] {
  switch (operation.op) {
    case 'insert':
    case 'append':
    case 'write':
      return shorter(operation.value).map((value) => ({ ...operation, value }));
    case 'transaction': {
      const { updates } = operation;
      const fewer = updates.length > 2 ? updates.map((_, at) => updates.toSpliced(at, 1)) : [];
      const plainer = updates.flatMap((update, at) =>
        update.op === 'remove'
          ? []
          : shorter(update.value).map((value) => updates.with(at, { ...update, value })),
      );
      return [...fewer, ...plainer].map((each) => ({ op: 'transaction', updates: each }));
    }
    default:
      return [];
  }
}

/** A value made as long as another, with what that has at its end. */
function padded(value: Uint8Array, longest: Uint8Array): Uint8Array {
  const whole = longest.slice();
  whole.set(value);
  return whole;
}

function shorter(value: Uint8Array): Uint8Array[] {
  const lengths = [0, 4, 8, value.length >> 1].filter((length) => length < value.length);
  return [...new Set(lengths)].map((length) => value.slice(0, length));
}
