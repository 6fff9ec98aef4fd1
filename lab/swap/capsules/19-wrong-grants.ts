// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Row 19: allocates no grant, another, or one with too few numbers.
 *
 * NON-TOCK: a capsule that misbehaves. Counts belong to a grant since the kernel holds upcalls (2.0) and buffers (2.1).
 */
import { Ok } from '#kernel/result';
import { DESIGNS, KERNEL_CALLBACKS, type Design } from '../designs.ts';
import type { Attempt, Misbehaviour } from './misbehaviour.ts';
import { NUMBERS, type AllocateGrant } from './parts.ts';

const none: AllocateGrant = ({ confess }) => {
  confess('says that its grant exists, and did not make it');
  return Ok();
};

const another: AllocateGrant = ({ neighbour, confess }, processId) => {
  confess('makes the grant of another driver');
  return neighbour.enter(processId, () => undefined);
};

const ATTEMPTS: readonly Attempt[] = [
  { name: 'allocates no grant', allocateGrant: none },
  { name: 'allocates another grant', allocateGrant: another },
  { name: 'has a grant with too few numbers', grantNumbers: NUMBERS - 1 },
];

/** Designs in which nothing is counted. */
function uncounted(counted: readonly Design[]): Partial<Record<Design, string>> {
  const designs = DESIGNS.filter((design) => !counted.includes(design));
  const reason = 'no grant of this design has counts: the capsule holds what is lent';
  return Object.fromEntries(designs.map((design) => [design, reason]));
}

/** Row 19. */
export const WRONG_GRANTS: Misbehaviour = {
  number: 19,
  title: 'allocates wrong grant counts, or no grant',
  callback: { attempts: ATTEMPTS, notApplicable: uncounted(KERNEL_CALLBACKS) },
  buffer: { attempts: ATTEMPTS, notApplicable: uncounted(['2.2']) },
};
