// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The seven designs that are compared, in the order in which Tock's core team weighed them.
 *
 * NON-TOCK: letters as in doc/CALLBACK-OWNERSHIP.md; what each is stands in `kernel/profile.ts`.
 */
import { CALLBACK_RULES, type CallbackRules } from '#kernel/callback-rules';
import { PROFILES, type Profile, type ProfileName } from '#kernel/profile';

/** A profile that stands for a design. 2.1 exchanges as 2.2 does, and 2.2-trd differs in words only. */
export type Design = Exclude<ProfileName, '2.1' | '2.2-trd'>;

/** The designs by letter. */
export const LETTERS: Readonly<Record<Design, string>> = {
  '1.x': 'A',
  '2.0-dev': 'B',
  c: 'C',
  d: 'D',
  e: 'E',
  '2.0': 'F',
  '2.2': 'G',
};

/** The designs, from the oldest to today's. */
export const DESIGNS = Object.keys(LETTERS) as Design[];

/** Designs in which capsules hold callbacks and give them back: B to E. */
export const EXCHANGING: readonly Design[] = ['2.0-dev', 'c', 'd', 'e'];

/** Designs in which capsules hold callbacks: A to E. */
export const HOLDING_CALLBACKS: readonly Design[] = ['1.x', ...EXCHANGING];

/** Designs in which capsules hold buffers: A to F. */
export const HOLDING_BUFFERS: readonly Design[] = [...HOLDING_CALLBACKS, '2.0'];

/** Designs in which the kernel holds callbacks: F and G. */
export const KERNEL_CALLBACKS: readonly Design[] = ['2.0', '2.2'];

/** What a design's kernel demands of callbacks; undefined where it holds them itself. */
export function callbackRules(design: Design): CallbackRules | undefined {
  const { callbacks }: Profile = PROFILES[design];
  return callbacks === 'kernel' ? undefined : CALLBACK_RULES[callbacks];
}

/** Whether capsules hold buffers: in each design but today's. */
export function capsulesHoldBuffers(design: Design): boolean {
  const { interfaces }: Profile = PROFILES[design];
  return interfaces.length > 0;
}
