// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The trace as a text to read: a line an event, system calls with their answers, names for numbers.
 *
 * NON-TOCK: Tock has no trace. Golden files are made of it, so a change of wording here is a change
 * that a person reads in the diff. Times are milliseconds since power-on, to the microsecond.
 */
import { errorName } from '#kernel/errorcode';
import { ExitCall, SyscallClass } from '#kernel/syscall';
import type { TraceEventName, TraceRecord } from '#kernel/trace';
import { driverName } from './driver-names.ts';
import type { TraceFormatter } from './formatter.ts';
import { className, describeCall, describeReturn, hex, type Words } from './words.ts';

type Fields = TraceRecord['fields'];

const TIME_WIDTH = 14;
const NAME_WIDTH = 13;
const MILLISECOND = 1e6;

const number = (fields: Fields, name: string): number => Number(fields[name] ?? 0);
const text = (fields: Fields, name: string): string => String(fields[name] ?? '');
const quoted = (fields: Fields): string => JSON.stringify(text(fields, 'text'));
const driver = (fields: Fields): string => driverName(number(fields, 'driver'));
const upcall = (fields: Fields): string => `${driver(fields)}/${text(fields, 'subscribe')}`;
const args = (fields: Fields): string =>
  `(${['arg0', 'arg1', 'arg2'].map((name) => text(fields, name)).join(', ')})`;
const range = (fields: Fields): string =>
  `${hex(number(fields, 'address'))} +${text(fields, 'length')}`;
const words = (fields: Fields): Words => ({
  r0: number(fields, 'r0'),
  r1: number(fields, 'r1'),
  r2: number(fields, 'r2'),
  r3: number(fields, 'r3'),
});

/** How each event reads; `syscallReturn` alone needs to know its call and stands in the class. */
const SENTENCES: Readonly<
  Record<Exclude<TraceEventName, 'syscallReturn'>, (fields: Fields) => string>
> = {
  powerOn: (f) => `power on, ${text(f, 'epochMilliseconds')} ms into the device's life`,
  processStarted: (f) =>
    number(f, 'restarts') === 0 ? 'starts' : `starts again (restart ${text(f, 'restarts')})`,
  syscall: (f) => describeCall(number(f, 'class'), words(f)),
  upcallScheduled: (f) => `  upcall ${upcall(f)} scheduled ${args(f)}`,
  upcallDropped: (f) => `  upcall ${upcall(f)} dropped: the queue is full`,
  upcallCancelled: (f) => `  upcall ${upcall(f)} cancelled, ${text(f, 'count')} pending`,
  upcallDelivered: (f) => `upcall ${upcall(f)} ${args(f)}`,
  waitForReturned: (f) => `  awaited ${upcall(f)} = ${args(f)}`,
  processExited: (f) => `exited with code ${text(f, 'completionCode')}`,
  processFaulted: (f) => `FAULT: ${text(f, 'reason')}`,
  processStopped: () => 'stopped',
  processResumed: () => 'resumed',
  grantAllocated: (f) =>
    `  grant for ${driver(f)}: ${text(f, 'bytes')} bytes at ${hex(number(f, 'address'))}`,
  grantRefused: (f) => `  grant for ${driver(f)} refused: ${text(f, 'reason')}`,
  callbackViolation: (f) =>
    `  ${driver(f)} gave back ${text(f, 'reason')}, upcall ${text(f, 'subscribe')}: violation`,
  syscallFiltered: (f) =>
    `  ${className(number(f, 'class'))} to ${driver(f)} filtered: ${errorName(number(f, 'error'))}`,
  timesliceExpired: () => 'timeslice expired',
  flashProgram: (f) => `flash program ${range(f)}`,
  flashErase: (f) => `flash erase ${range(f)}`,
  flashDone: () => 'flash done',
  storeStarted: (f) => `store ${text(f, 'operation')}(${text(f, 'key')})`,
  storeFinished: (f) =>
    `store ${text(f, 'operation')} = ${errorName(number(f, 'status'))} (${text(f, 'value1')}, ${text(f, 'value2')})`,
  console: (f) => `console ${quoted(f)}`,
};

/**
 * Formats a transcript. A call and its answer share a line unless something happened in between; then
 * the answer has a line of its own.
 */
export class Transcript implements TraceFormatter {
  private readonly names = new Map<number, string>();
  /** The class of the call that each process is in. */
  private readonly classes = new Map<number, number>();
  private held: TraceRecord | undefined;

  begin(): string {
    return '';
  }

  record(record: TraceRecord): string {
    const { event, process, fields } = record;
    if (event === 'processStarted' && process !== undefined) {
      this.names.set(process, text(fields, 'name'));
    }
    if (event === 'syscallReturn') return this.answer(record);
    const before = this.release();
    if (event === 'syscall' && answers(fields)) {
      this.classes.set(process ?? 0, number(fields, 'class'));
      this.held = record;
      return before;
    }
    return before + this.line(record, SENTENCES[event](fields));
  }

  end(): string {
    return this.release();
  }

  private answer(record: TraceRecord): string {
    const syscallClass = this.classes.get(record.process ?? 0) ?? SyscallClass.Command;
    const answer = `= ${describeReturn(syscallClass, words(record.fields))}`;
    const { held } = this;
    if (held === undefined || held.process !== record.process) {
      return this.release() + this.line(record, `  ${answer}`);
    }
    this.held = undefined;
    return this.line(held, `${SENTENCES.syscall(held.fields)} ${answer}`);
  }

  private release(): string {
    const { held } = this;
    this.held = undefined;
    return held === undefined ? '' : this.line(held, SENTENCES.syscall(held.fields));
  }

  private line({ t, process }: TraceRecord, what: string): string {
    const time = (t / MILLISECOND).toFixed(3).padStart(TIME_WIDTH);
    const name = process === undefined ? '' : `${process} ${this.names.get(process) ?? ''}`;
    return `${time}  ${name.padEnd(NAME_WIDTH)} ${what}`.trimEnd() + '\n';
  }
}

/** Yield answers nothing at once, and nobody is left to answer when a process exits. */
function answers(fields: Fields): boolean {
  const syscallClass = number(fields, 'class');
  if (syscallClass === SyscallClass.Exit) return number(fields, 'r0') > ExitCall.Restart;
  return syscallClass !== SyscallClass.Yield;
}
