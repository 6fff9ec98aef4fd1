// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * How a store plugs into the crash laboratory: one adapter a store.
 *
 * NON-TOCK: the laboratory knows nothing of a store but this.
 */
import type { Random } from '#kernel/random';
import { Err, type Result } from '#kernel/result';
import type { Change } from '#libraries/persistent-store/model';
import type { Claim } from '#libraries/store/claim';
import type { Geometry, Steps, Storage } from '#libraries/store/storage';
import type { Cells } from './cells.ts';
import type { Verdict } from './verdict.ts';

/** What a store is asked to do. All stores share the words; an adapter makes up only those its store has. */
export type Operation = Change | IdleWork | LogOperation | BlockOperation;

/** A piece of the work that can be done in idle time. */
export interface IdleWork {
  readonly op: 'collect';
}

/** What a log is asked to do. */
export type LogOperation =
  { readonly op: 'append'; readonly value: Uint8Array } | { readonly op: 'pop' | 'sync' };

/** What a block store is asked to do, besides a `sync`. */
export type BlockOperation =
  | { readonly op: 'write'; readonly address: number; readonly value: Uint8Array }
  | { readonly op: 'erase' };

/** Operations that the persistent store's model does not know. */
const OTHERS: readonly Operation['op'][] = ['collect', 'append', 'pop', 'sync', 'write', 'erase'];

/** Whether an operation is one that the persistent store's model knows. */
export function isChange(operation: Operation): operation is Change {
  return !OTHERS.includes(operation.op);
}

/** The steps of an operation that a store lacks: it touches nothing. */
export function* unknownOperation(): Steps<Outcome> {
  return Err('Unknown');
}

/** Shape and limits of the flash under a store. */
export type { Geometry } from '#libraries/store/storage';

/** What an operation ends with: `Ok`, or the store's own name of an error. */
export type Outcome = Result<unknown, string>;

/** What a specification says that cannot know how full the flash is. */
export const OK_OR_FULL = 'Ok or NoCapacity';

/** What the store is to hold: a map, and the operations on it. Shares no code with the store. */
export interface Specification {
  /** All keys and values. Not to be changed. */
  entries(): ReadonlyMap<number, Uint8Array>;
  /**
   * Performs an operation, or refuses it and changes nothing: `Ok`, or the name of the error. `OK_OR_FULL`: it performs it,
   * but nobody outside the store can say whether there is room.
   */
  apply(operation: Operation): string;
  /** The units that live entries take, as the store is to count them. */
  usedCapacity(): number;
  /** Another specification in the same state. */
  clone(): Specification;
  /**
   * Judges all content, where more than this or `after` may be shown. Without it, one of the two is to be shown. `isOn`: the
   * store has had power since the last operation, so that what it holds in RAM alone is to be there, too.
   */
  judge?(content: ReadonlyMap<number, Uint8Array>, after: Specification, isOn: boolean): Judgement;
  /** Power came after a loss, and the content shown was judged good. For those that allow more than one. */
  recovered?(content: ReadonlyMap<number, Uint8Array>): void;
}

/** A store on some cells. It begins off. */
export interface StoreSession {
  /** Power comes: nothing in RAM is left from before. To be called first, and any time again. */
  boot(): Steps<Outcome>;
  /** Begins an operation of an open store. */
  start(operation: Operation): Steps<Outcome>;
  /** Every key and value of an open store, each read by the store's own means, in flash, now. */
  content(): Result<ReadonlyMap<number, Uint8Array>, string>;
  /** The units that live entries take by the store's own count, or undefined when it has no such thing. */
  usedCapacity(): Result<number, string> | undefined;
}

/** A judgement of a recovered store. */
export interface Judgement {
  readonly verdict: Verdict;
  /** What was seen, when the verdict is not OLD or NEW. */
  readonly sentence?: string;
}

/**
 * Judges recovered states by what differs from a remembered one. For stores that need more speed, or more checks,
 * than comparing all content with two maps; every answer must be the one that the whole comparison gives.
 */
export interface Auditor {
  /** What is wrong with the flash of an open store, all of it looked at, besides its content. */
  check(session: StoreSession, specification: Specification): Judgement | undefined;
  /** Remembers the state between two operations, which has passed all checks, as what `judge` compares with. */
  remember(session: StoreSession, specification: Specification): void;
  /**
   * Judges a session that has just recovered on cells whose journal began when the state was remembered: OLD when it
   * holds `before`, NEW when it holds `after`, what is wrong with its flash if its content is one of these, and
   * undefined when it is not.
   */
  judge(session: StoreSession, before: Specification, after: Specification): Judgement | undefined;
}

/** A store, as the laboratory sees it. */
export interface StoreAdapter {
  /** As `--store` takes it. */
  readonly name: string;
  /** One line for a list. */
  readonly description: string;
  readonly claim: Claim;
  /** The geometry when none is asked for. */
  readonly defaults: { readonly pageSize: number; readonly pages: number };
  /** Why the store cannot live on a geometry, as a sentence without a subject ("needs 3 to 64 pages"); undefined when it can. */
  refuses(geometry: Geometry): string | undefined;
  /** A store over a storage, not booted. */
  open(storage: Storage): StoreSession;
  /** What a store of that shape holds when new. */
  specification(geometry: Geometry): Specification;
  /**
   * The next operation of a random workload. Lengths and keys are such that the store stays about half full once `fill`
   * has made it so, and that the specification takes most of them.
   */
  random(random: Random, specification: Specification, geometry: Geometry): Operation;
  /** Operations that fill a new store to about a half. */
  fill(random: Random, geometry: Geometry): Operation[];
  /** A judge of its own; without it, content and capacity are compared whole. */
  auditor?(cells: Cells): Auditor;
}
