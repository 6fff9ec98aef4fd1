// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A store living on the laboratory's cells beside its specification, and what happened to it so far.
 *
 * NON-TOCK: what explorer, replay and shrinking share.
 */
import type { PartBehaviour } from '#libraries/store/claim';
import type { Steps } from '#libraries/store/storage';
import { CellsStorage } from './cells-storage.ts';
import { Cells } from './cells.ts';
import type { CrashCase, CutChain, CutPoint } from './crash-case.ts';
import { judgeWhole, valuesGiven, type Expectation } from './oracle.ts';
import type {
  Auditor,
  Geometry,
  Judgement,
  Operation,
  Specification,
  StoreAdapter,
  StoreSession,
} from './store-adapter.ts';

/** What a case adds to the story so far. */
export interface Sequel {
  readonly cuts?: readonly CutPoint[];
  readonly operations?: readonly Operation[];
  readonly behaviours?: readonly PartBehaviour[];
  /** An image to begin with, instead of all that happened so far. */
  readonly image?: string;
}

export class Story {
  readonly cells: Cells;
  readonly storage: CellsStorage;
  /** The store whose operations are cut. */
  readonly session: StoreSession;
  readonly auditor: Auditor | undefined;
  readonly operations: Operation[] = [];
  readonly chains: CutChain[] = [];
  /** Operations that the store refused: nobody ever held what they would have given. */
  private readonly refused = new Set<Operation>();
  /** What is acknowledged, and that plus the operation in flight. */
  before: Specification;
  after: Specification;

  constructor(
    readonly adapter: StoreAdapter,
    readonly geometry: Geometry,
    readonly badPages: readonly number[] = [],
  ) {
    this.cells = new Cells(geometry);
    this.storage = new CellsStorage(this.cells, true, badPages);
    this.session = adapter.open(this.storage);
    this.auditor = adapter.auditor?.(this.cells);
    this.before = adapter.specification(geometry);
    this.after = this.before;
  }

  /** An operation begins; returns what the specification says to it. */
  begin(operation: Operation): string {
    this.operations.push(operation);
    this.storage.refuel();
    this.after = this.before.clone();
    return this.after.apply(operation);
  }

  /** The operation ended without a cut: it has happened, or it was refused. */
  end(happened: boolean): void {
    const operation = this.operations.at(-1);
    if (!happened && operation !== undefined) this.refused.add(operation);
    this.decide(happened);
  }

  /** What was in flight has happened, or it has not. */
  decide(happened: boolean): void {
    if (happened) this.before = this.after;
    else this.after = this.before;
  }

  /** Power came after a loss, and the verdict was good: the specification learns what may be lost. */
  settle(session: StoreSession, specification: Specification): void {
    if (specification.recovered === undefined) return;
    const content = session.content();
    if (content.ok) specification.recovered(content.value);
  }

  /** Runs steps to their end; whatever they ask for while stepped is performed, but on bad pages. */
  finish<T>(steps: Steps<T>): T {
    const { cells } = this;
    let step = steps.next();
    while (step.done !== true) {
      const { operation, page, byteOffset, bytes, length } = step.value;
      const works = !this.badPages.includes(page);
      if (works && operation === 'erase') cells.erase(page);
      else if (works)
        cells.program(page * cells.pageWords + (byteOffset >>> 2), bytes, 0, length >>> 2);
      step = steps.next(works);
    }
    return step.value;
  }

  /** What a recovered store may show now. */
  get expectation(): Expectation {
    const { before, after, operations, refused } = this;
    const everHeld = (key: number): readonly Uint8Array[] =>
      valuesGiven(
        operations.filter((operation) => !refused.has(operation)),
        key,
      );
    return { before, after, everHeld };
  }

  /** Looks at everything: limits of the flash, content, capacity, and the flash itself. */
  judge(session: StoreSession, expected = this.expectation): Judgement {
    const { violation } = this.cells;
    if (violation !== undefined) return { verdict: 'UNREADABLE', sentence: violation };
    const judgement = judgeWhole(session, expected);
    if (judgement.sentence !== undefined) return judgement;
    const shown = judgement.verdict === 'OLD' ? expected.before : expected.after;
    return this.auditor?.check(session, shown) ?? judgement;
  }

  /** The story as a case, with what a branch adds to it. */
  toCase({ verdict, sentence = '' }: Judgement, sequel: Sequel): CrashCase {
    const { cuts = [], operations = [], behaviours = [], image } = sequel;
    const { name: store } = this.adapter;
    const { geometry } = this;
    if (image !== undefined) {
      return { store, geometry, image, behaviours: [], operations, chains: [], verdict, sentence };
    }
    const operation = this.operations.length - 1;
    const chain = cuts.length > 0 ? [{ operation, cuts }] : [];
    return {
      store,
      geometry,
      behaviours: [...new Set(behaviours)],
      ...(this.badPages.length > 0 ? { badPages: this.badPages } : {}),
      operations: [...this.operations, ...operations],
      chains: [...this.chains, ...chain],
      verdict,
      sentence,
    };
  }
}
