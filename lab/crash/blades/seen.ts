// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a process saw of the kernel, times aside: its calls with their answers, and its upcalls.
 *
 * NON-TOCK: two runs in which a process sees the same must give the same list. Left out: waiting, what
 * the alarm says, when a button moved, refusals with BUSY (it asks again), where the persistent
 * store has put an entry, and which of the places for open keys, that all share, the configuration store has given.
 */
import { ErrorCode } from '#kernel/errorcode';
import { ReturnVariant, SyscallClass } from '#kernel/syscall';
import type { TraceRecord } from '#kernel/trace';

/** The alarm and the buttons tell the time, in one way or another. */
const TIMELY: ReadonlySet<number> = new Set([0x0, 0x3]);
const PERSISTENT_STORE = 0x5_0010;
const CFSTORE = 0x5_0013;

type Fields = TraceRecord['fields'];

/** A line for each answer and upcall of the process in a slot. */
export function seenBy(records: readonly TraceRecord[], slot: number): string[] {
  const view = new View();
  for (const { event, process, fields } of records) {
    if (process !== slot) continue;
    if (event === 'syscall') view.call = fields;
    else if (event === 'syscallReturn') view.answer(fields);
    else if (event === 'upcallDelivered' || event === 'waitForReturned') view.upcall(fields);
    else if (event === 'processExited') view.add(`exited with ${fields['completionCode'] ?? ''}`);
  }
  return view.lines.map(({ text }) => text);
}

/** What a process has seen so far. */
class View {
  readonly lines: { readonly text: string; readonly lendsTo?: number }[] = [];
  call: Fields = {};
  /** A driver that was busy: what is taken back from it was lent for the attempt. */
  private busy: number | undefined;

  add(text: string): void {
    this.lines.push({ text });
  }

  answer(words: Fields): void {
    const { call } = this;
    const driver = Number(call['r0']);
    const syscallClass = Number(call['class']);
    const isCommand = syscallClass === SyscallClass.Command;
    // A register that carries no answer still holds the argument.
    const key = isCommand && driver === CFSTORE ? { r2: 'a key' } : {};
    const text = `${show({ ...call, ...key })} gave ${show({ ...words, ...key })}`;
    if (syscallClass === SyscallClass.Memop) this.add(text);
    else if (!isCommand) this.swapped(driver, text);
    else if (words['r0'] === ReturnVariant.Failure && words['r1'] === ErrorCode.BUSY) {
      this.forgetAttempt(driver);
    } else {
      this.busy = undefined;
      if (!TIMELY.has(driver)) this.add(text);
    }
  }

  upcall(fields: Fields): void {
    const driver = Number(fields['driver']);
    if (TIMELY.has(driver)) return;
    const { subscribe = '', arg0 = '', arg1 = '', arg2 = '' } = fields;
    const first = driver === CFSTORE ? '' : ` ${arg1}`;
    const last = driver === PERSISTENT_STORE ? '' : ` ${arg2}`;
    this.add(`upcall ${driver} ${subscribe}: ${arg0}${first}${last}`);
  }

  private swapped(driver: number, text: string): void {
    const { call } = this;
    const takesBack = call['r2'] === 0 && call['r3'] === 0;
    if (TIMELY.has(driver) || (takesBack && driver === this.busy)) return;
    this.lines.push(takesBack ? { text } : { text, lendsTo: driver });
  }

  private forgetAttempt(driver: number): void {
    this.busy = driver;
    while (this.lines.at(-1)?.lendsTo === driver) this.lines.pop();
  }
}

function show(fields: Fields): string {
  return Object.values(fields).join(' ');
}

/** The first place where two lists differ, in words; undefined when there is none. */
export function firstDifference(
  expected: readonly string[],
  actual: readonly string[],
): string | undefined {
  const at = expected.findIndex((line, index) => line !== actual[index]);
  if (at >= 0) return `${actual[at] ?? 'nothing more'}; undisturbed: ${expected[at] ?? ''}`;
  return actual.length > expected.length
    ? `${actual[expected.length] ?? ''}; undisturbed: nothing`
    : undefined;
}
