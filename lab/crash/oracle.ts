// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The oracle, one for all stores: what a recovered store shows, held against what was acknowledged.
 *
 * NON-TOCK: reads everything; auditors may be faster, but what they cannot call good comes here.
 */
import { OK_OR_FULL } from './store-adapter.ts';
import type {
  Judgement,
  Operation,
  Outcome,
  Specification,
  StoreSession,
} from './store-adapter.ts';
import type { Verdict } from './verdict.ts';

/** All content of a store, by key. */
export type Content = ReadonlyMap<number, Uint8Array>;

/** What a store may show: the acknowledged state, and that plus the operation in flight; and all it ever held. */
export interface Expectation {
  readonly before: Specification;
  readonly after: Specification;
  /** Every value that a key was ever given, lazily. */
  readonly everHeld: (key: number) => readonly Uint8Array[];
  /** Whether the store has had power since the last operation. Default: it was booted. */
  readonly isOn?: boolean;
}

/** Judges a recovered store by all of its content, and its capacity. */
export function judgeWhole(session: StoreSession, expected: Expectation): Judgement {
  const content = session.content();
  if (!content.ok) return { verdict: 'UNREADABLE', sentence: `reading all keys: ${content.error}` };
  const judgement = judgeContent(content.value, expected);
  if (judgement.verdict !== 'OLD' && judgement.verdict !== 'NEW') return judgement;
  const used = session.usedCapacity();
  const { before, after } = expected;
  const wanted = (judgement.verdict === 'OLD' ? before : after).usedCapacity();
  if (used === undefined || (used.ok && used.value === wanted)) return judgement;
  const seen = used.ok ? String(used.value) : used.error;
  return { verdict: 'SPACE_LEAK', sentence: `it counts ${seen} units in use instead of ${wanted}` };
}

/** Judges content alone. */
export function judgeContent(content: Content, expected: Expectation): Judgement {
  const own = expected.before.judge?.(content, expected.after, expected.isOn ?? false);
  if (own !== undefined) return own;
  const before = expected.before.entries();
  const after = expected.after.entries();
  if (isSame(content, before)) return { verdict: 'OLD' };
  if (isSame(content, after)) return { verdict: 'NEW' };
  const keys = new Set([...before.keys(), ...after.keys(), ...content.keys()]);
  for (const key of [...keys].sort((a, b) => a - b)) {
    const fault = judgeKey(key, content.get(key), before.get(key), after.get(key), expected);
    if (fault !== undefined) return fault;
  }
  return {
    verdict: 'MIXED',
    sentence: 'each key is as before or as after the operation, but not all the same way',
  };
}

/** What is wrong with one key by itself, if anything. */
function judgeKey(
  key: number,
  value: Uint8Array | undefined,
  before: Uint8Array | undefined,
  after: Uint8Array | undefined,
  { everHeld }: Expectation,
): Judgement | undefined {
  if (areEqual(value, before) || areEqual(value, after)) return undefined;
  if (value === undefined) return { verdict: 'LOST_ACK', sentence: `key ${key} is gone` };
  if (everHeld(key).some((old) => areEqual(old, value))) {
    return before === undefined
      ? { verdict: 'RESURRECTED', sentence: `key ${key} is back` }
      : { verdict: 'LOST_ACK', sentence: `key ${key} has a value from before the last one` };
  }
  const verdict = isMixture(value, before, after) ? 'MIXED' : 'UNREADABLE';
  return { verdict, sentence: `key ${key} has a value that it was never given` };
}

/** Whether each byte of a value is from one of two others, at the same place. */
function isMixture(value: Uint8Array, one?: Uint8Array, other?: Uint8Array): boolean {
  return value.every((byte, at) => byte === one?.[at] || byte === other?.[at]);
}

function isSame(one: Content, other: Content): boolean {
  if (one.size !== other.size) return false;
  for (const [key, value] of one) if (!areEqual(value, other.get(key))) return false;
  return true;
}

/** Whether two values are the same; nothing is only the same as nothing. */
export function areEqual(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false;
  return true;
}

/** Judges how an operation ended that nothing cut. Without lifetime left, a store may refuse anything. */
export function judgeOutcome(outcome: Outcome, expected: string): Judgement | undefined {
  const said = outcome.ok ? 'Ok' : outcome.error;
  const isExpected = said === expected || said === 'NoLifetime';
  if (isExpected || (expected === OK_OR_FULL && (outcome.ok || said === 'NoCapacity'))) {
    return undefined;
  }
  const verdict: Verdict = said === 'NoCapacity' ? 'SPACE_LEAK' : 'UNREADABLE';
  return { verdict, sentence: `an operation ended with ${said} instead of ${expected}` };
}

/** Every value that operations give to a key. */
export function valuesGiven(operations: readonly Operation[], key: number): Uint8Array[] {
  const values: Uint8Array[] = [];
  for (const operation of operations) {
    const updates = operation.op === 'transaction' ? operation.updates : [operation];
    for (const update of updates) {
      if (update.op === 'insert' && update.key === key) values.push(update.value);
    }
  }
  return values;
}
