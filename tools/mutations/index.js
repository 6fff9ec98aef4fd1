// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Single changes to the compiled kernel, each of which takes one check away; a test must notice each.
 *
 * NON-TOCK: see `../mutate.js`.
 */
import { GRANT_MUTATIONS } from './grant.js';
import { KERNEL_MUTATIONS } from './kernel.js';
import { OWNERSHIP_MUTATIONS } from './ownership.js';
import { PROCESS_MUTATIONS } from './process.js';
import { SWAP_MUTATIONS } from './swap.js';
import { SYSCALL_MUTATIONS } from './syscalls.js';

/** Each as [file under dist/kernel, what the check is, text that occurs once, what takes its place]. */
export const MUTATIONS = [
  SYSCALL_MUTATIONS,
  SWAP_MUTATIONS,
  GRANT_MUTATIONS,
  OWNERSHIP_MUTATIONS,
  PROCESS_MUTATIONS,
  KERNEL_MUTATIONS,
]
  .flatMap((files) => Object.entries(files))
  .flatMap(([file, mutations]) => mutations.map((mutation) => [file, ...mutation]));
