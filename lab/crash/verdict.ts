// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What the laboratory can say of a store that has recovered. One list for all stores.
 *
 * NON-TOCK: the oracle's words.
 */

/** The verdicts, each as what was seen after recovery. */
export const VERDICTS = {
  OLD: 'exactly what was acknowledged; the operation in flight has not happened',
  NEW: 'what was acknowledged and the whole operation in flight',
  LOST_ACK: 'something acknowledged is gone, or as it was before',
  MIXED: 'a part of the operation in flight, or a value that is partly one and partly another',
  RESURRECTED: 'a key that was removed is back',
  UNREADABLE: 'a key whose value cannot be read, or is none that it ever had',
  UNBOOTABLE: 'the store does not boot',
  SPACE_LEAK: 'the content is right, but room is lost, or flash that must be blank is not',
  NOT_WIPED: 'the content is right, but something of a deleted value is left in flash',
} as const;

/** Name of a verdict. */
export type Verdict = keyof typeof VERDICTS;

/** How often each verdict was given. */
export type VerdictCounts = Record<Verdict, number>;

/** All verdicts, the good ones first. */
export const ALL_VERDICTS = Object.keys(VERDICTS) as readonly Verdict[];

/** Whether a verdict is one that every store must reach. */
export function isGood(verdict: Verdict): boolean {
  return verdict === 'OLD' || verdict === 'NEW';
}

/** No verdict given yet. */
export function noVerdicts(): VerdictCounts {
  return {
    OLD: 0,
    NEW: 0,
    LOST_ACK: 0,
    MIXED: 0,
    RESURRECTED: 0,
    UNREADABLE: 0,
    UNBOOTABLE: 0,
    SPACE_LEAK: 0,
    NOT_WIPED: 0,
  };
}
