// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * System calls as a test speaks of them: the log's entries, and calls that are expected.
 *
 * NON-TOCK: after libtock-rs's `unittest/src/syscall_log.rs` and `expected_syscall.rs`.
 */
import type { ErrorCode } from '#kernel/errorcode';
import { SyscallClass, YieldCall } from '#kernel/syscall';
import type { FakeAnswer } from './fake-driver.ts';

/** The words of each call, in order, as messages name them. */
const WORDS = {
  yieldNoWait: [],
  yieldWait: [],
  yieldWaitFor: ['driver number', 'subscribe number'],
  subscribe: ['driver number', 'subscribe number', 'upcall', 'appdata'],
  command: ['driver number', 'command number', 'argument 1', 'argument 2'],
  allowReadWrite: ['driver number', 'allow number', 'address', 'length'],
  allowReadOnly: ['driver number', 'allow number', 'address', 'length'],
  allowUserspaceReadable: ['driver number', 'allow number', 'address', 'length'],
  memop: ['operation', 'argument'],
  exit: ['variant', 'completion code'],
} as const;

/** The name of a system call, with each variant of Yield by itself. */
export type CallName = keyof typeof WORDS;

/** One call of the log: `words` are its arguments in the order of its registers. */
export interface SyscallEntry {
  readonly call: CallName;
  readonly words: readonly number[];
}

interface Skip {
  /** The call fails with this error; the driver is not asked. */
  readonly skipWithError?: ErrorCode;
}

/** What an expected call may do other than usual. */
export interface Effects {
  /** `flag`: what the app is told instead of whether an upcall ran. */
  readonly yieldNoWait: { readonly skipUpcall?: boolean; readonly flag?: boolean };
  /** `skipUpcall`: it returns, and what is queued stays queued. */
  readonly yieldWait: { readonly skipUpcall?: boolean };
  /** `words`: it returns these; what is queued stays queued. */
  readonly yieldWaitFor: { readonly words?: readonly [number, number, number] };
  readonly subscribe: Skip;
  /** `answer`: takes the place of the driver's, which is asked all the same. */
  readonly command: { readonly answer?: FakeAnswer };
  readonly allowReadWrite: Skip;
  readonly allowReadOnly: Skip;
  readonly allowUserspaceReadable: Skip;
  readonly exit: Readonly<Record<string, never>>;
}

/** A call that can be expected: all but Memop, by which the library gets its heap. */
export type ExpectableCall = keyof Effects;

/** All effects in one, as the kernel reads them. */
export type AnyEffect = Skip &
  Effects['yieldNoWait'] &
  Effects['yieldWaitFor'] &
  Effects['command'];

interface Expected {
  readonly call: ExpectableCall;
  readonly words: readonly number[];
  readonly effect: AnyEffect;
}

const NAMES: Readonly<Record<SyscallClass, readonly CallName[]>> = {
  [SyscallClass.Yield]: ['yieldNoWait', 'yieldWait', 'yieldWaitFor'],
  [SyscallClass.Subscribe]: ['subscribe'],
  [SyscallClass.Command]: ['command'],
  [SyscallClass.ReadWriteAllow]: ['allowReadWrite'],
  [SyscallClass.ReadOnlyAllow]: ['allowReadOnly'],
  [SyscallClass.Memop]: ['memop'],
  [SyscallClass.Exit]: ['exit'],
  [SyscallClass.UserspaceReadableAllow]: ['allowUserspaceReadable'],
};

/** The call that stands in registers r0 to r3; throws for a class or a yield number that does not exist. */
export function decodeCall(syscallClass: number, registers: readonly number[]): SyscallEntry {
  const names = NAMES[syscallClass as SyscallClass] as readonly CallName[] | undefined;
  if (names === undefined) throw new Error(`unknown system call class ${syscallClass}`);
  if (syscallClass !== SyscallClass.Yield) return entry(names[0] ?? 'memop', registers);
  const [variant = 0, ...words] = registers;
  const call = names[variant];
  if (call === undefined) throw new Error(`unknown yield number ${variant}`);
  return variant === YieldCall.WaitFor ? entry(call, words) : entry(call, []);
}

function entry(call: CallName, registers: readonly number[]): SyscallEntry {
  return { call, words: registers.slice(0, WORDS[call].length) };
}

/** What a message calls the word in a register, 0 to 3, of a class. */
export function wordName(syscallClass: number, register: number): string {
  if (syscallClass === SyscallClass.Yield)
    return ['yield number', ...WORDS.yieldWaitFor][register] ?? 'word';
  const [call] = (NAMES[syscallClass as SyscallClass] as readonly CallName[] | undefined) ?? [];
  return call === undefined ? 'word' : (WORDS[call][register] ?? 'word');
}

/** A call as a message shows it. */
export function describeCall({ call, words }: SyscallEntry): string {
  const named = words.map((word, index) => `${WORDS[call][index] ?? 'word'} ${word}`);
  return named.length === 0 ? call : `${call} (${named.join(', ')})`;
}

/** The calls that a test expects next, in order. When none is left, every call is fine. */
export class ExpectedCalls {
  private readonly queue: Expected[] = [];

  /** Expects a call; words that are not given may be anything. */
  add(call: ExpectableCall, words: readonly number[], effect: AnyEffect): void {
    this.queue.push({ call, words, effect });
  }

  /** The next one that did not come yet. */
  get next(): SyscallEntry | undefined {
    return this.queue[0];
  }

  /** Holds a call against the next one; throws when they differ. What the call is to do other than usual. */
  match(actual: SyscallEntry): AnyEffect {
    const expected = this.queue[0];
    if (expected === undefined || actual.call === 'memop') return {};
    if (expected.call !== actual.call) throw new Error(mismatch(expected, actual, 'call'));
    expected.words.forEach((word, index) => {
      if (word >>> 0 === actual.words[index]) return;
      throw new Error(mismatch(expected, actual, WORDS[actual.call][index] ?? 'word'));
    });
    this.queue.shift();
    return expected.effect;
  }
}

function mismatch(expected: SyscallEntry, actual: SyscallEntry, what: string): string {
  return `expected ${describeCall(expected)}, but the app made another ${what}: ${describeCall(actual)}`;
}
