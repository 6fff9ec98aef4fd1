// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a kernel demands of the callback that a capsule gives back: nothing in early 2021, and more in each of
 * the three proposals that followed.
 *
 * Mirrors the subscribe branch of `kernel/src/sched.rs` in tock-2.0-dev and in the heads of #2282, #2445 and
 * #2462. The proposals were closed unmerged: these rules are a reading of them.
 */
import type { Callback } from './callback.ts';
import type { ProcessId } from './process.ts';
import type { UpcallId } from './syscall.ts';

/** The subscribe that a callback is given back to. */
interface SubscribeCall {
  readonly processId: ProcessId;
  readonly id: UpcallId;
}

/** One design. Each judgement is undefined, or what is wrong in words that follow "the driver gave back". */
export interface CallbackRules {
  /** A callback that is not copied is gone when it was given back; Rust's compiler sees to that. */
  readonly copies: boolean;
  /** Where a capsule's first callbacks come from: it makes them, or a factory that it is handed. */
  readonly factory: 'none' | 'at-start' | 'with-grant';
  /** Judges what came for an accepted subscribe: the callback held before. */
  accepted(call: SubscribeCall, held: Callback): string | undefined;
  /** Judges what came with a refusal: the callback that was passed. */
  refused(call: SubscribeCall, passed: Callback, given: Callback): string | undefined;
}

const FOREIGN = 'a callback of another process';
const OTHER_NUMBER = 'the callback of another number';
const OTHER_CALLBACK = 'another callback than the one passed';

function ofProcess({ processId }: SubscribeCall, given: Callback): string | undefined {
  const { subscription } = given;
  return subscription === undefined || subscription.processId === processId ? undefined : FOREIGN;
}

function ofNumber({ id }: SubscribeCall, given: Callback): string | undefined {
  const { driverNum, subscribeNum } = given.subscription?.id ?? id;
  return driverNum === id.driverNum && subscribeNum === id.subscribeNum ? undefined : OTHER_NUMBER;
}

function same(passed: Callback, given: Callback): string | undefined {
  const one = passed.subscription;
  const other = given.subscription;
  return one?.pc === other?.pc && one?.appdata === other?.appdata ? undefined : OTHER_CALLBACK;
}

const NOTHING = (): undefined => undefined;

/** By the name that a profile has for it. */
export const CALLBACK_RULES = {
  /** tock-2.0-dev: whatever comes is passed on to the process. */
  unchecked: {
    copies: true,
    factory: 'none',
    accepted: NOTHING,
    refused: NOTHING,
  },
  /** #2282: a callback knows its process also when it is null; only the default one is nobody's. */
  'process-tagged': {
    copies: true,
    factory: 'none',
    accepted: ofProcess,
    refused: (call, _, given) => ofProcess(call, given),
  },
  /** #2445: callbacks are moved; the first come from a factory; a refusal gives back the very one passed. */
  moved: {
    copies: false,
    factory: 'at-start',
    accepted: ofProcess,
    refused: (call, passed, given) =>
      ofProcess(call, given) ?? ofNumber(call, given) ?? same(passed, given),
  },
  /** #2462: minted once for each process and number, and compared on the way back. */
  minted: {
    copies: false,
    factory: 'with-grant',
    accepted: (call, held) => ofProcess(call, held) ?? ofNumber(call, held),
    refused: (call, passed, given) =>
      ofProcess(call, given) ?? ofNumber(call, given) ?? same(passed, given),
  },
} as const satisfies Record<string, CallbackRules>;

/** The name of a design in which capsules hold callbacks. */
export type CallbackRulesName = keyof typeof CALLBACK_RULES;
