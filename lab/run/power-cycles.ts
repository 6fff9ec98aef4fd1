// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Runs an app through a workload: a power cycle of the whole board at each `boot` line, on the same
 * cells, and what each command of the user's cost.
 *
 * NON-TOCK: on hardware, power does this. The app does the calls (`apps/authenticator.ts`); the
 * harness keeps what a host keeps across power cycles, watches without a system call of its own,
 * and reads figures off the board.
 */
import type { CommandFigures } from '../report/figures.ts';
import { KernelPanic } from '#kernel/assert';
import { ProcessState } from '#kernel/process';
import { FOREVER, ms, ns, type Nanoseconds } from '#kernel/time';
import { Commands } from './commands.ts';
import type { Loadable, Machine, Running } from './machine.ts';
import type { CheckedLine } from './workload.ts';

/** What the app tells the harness, without a system call: host instrumentation. */
export interface LineObserver {
  /** The app has waited for the line's time and begins its call. */
  onLineStart(index: number): void;
  /** The call is over and was checked. */
  onLineEnd(index: number): void;
}

/** What the app finds as `tock.args`. */
export interface WorkloadArguments<State> {
  readonly lines: readonly CheckedLine[];
  /** Index of the segment's first line. */
  readonly from: number;
  readonly epochMilliseconds: number;
  readonly state: State;
  readonly observer: LineObserver;
}

/** A workload, and on what to run it. */
export interface ReplayOptions<Flash, Main, State> {
  /** Powers a board on: on a fresh part first, then on the cells that the last cycle left. */
  readonly boot: (flash: Flash | undefined, epochMilliseconds: number) => Machine<Flash, Main>;
  readonly lines: readonly CheckedLine[];
  /** The app that replays; then those that run beside it and end with each power cycle. */
  readonly app: Loadable<Main>;
  readonly beside?: readonly Loadable<Main>[];
  /** What the app begins with; it may change it. */
  readonly state: State;
  /** Stops when this much time has passed since the first power-on. */
  readonly until?: Nanoseconds;
  /** A panic of the kernel ends the replay, with the figures so far. Default: it is thrown. */
  readonly endsWithPanic?: boolean;
  readonly onProgress?: (linesDone: number) => void;
}

/** How a replay ended. */
export type ReplayOutcome = 'finished' | 'asleep' | 'until' | 'faulted' | 'code' | 'panicked';

/** Sums over all power cycles. */
export interface ReplayTotals {
  readonly powerOns: number;
  readonly lines: number;
  readonly syscalls: number;
  readonly readCalls: number;
  readonly wordsWritten: number;
  readonly erases: number;
  /** Virtual nanoseconds of the commands, waiting for the user left out. */
  readonly commandTime: number;
}

/** What came of a replay. */
export interface Replay<Flash, State> {
  readonly outcome: ReplayOutcome;
  /** The app's last completion code, when it ended. */
  readonly completionCode: number | undefined;
  /** What the kernel panicked with, when it did. */
  readonly panic: string | undefined;
  /** The processes of the last power cycle, the replaying app first. */
  readonly processes: readonly Running[];
  readonly actions: readonly CommandFigures[];
  readonly state: State;
  readonly flash: Flash;
  readonly totals: ReplayTotals;
  /** Milliseconds from the first power-on to the last, and nanoseconds since. */
  readonly epochMilliseconds: number;
  readonly now: Nanoseconds;
}

const LAST_STEP = ms(1);

/** Replays all segments, or as many as `until` leaves time for. */
export function replayWorkload<Flash, Main, State>(
  options: ReplayOptions<Flash, Main, State>,
): Replay<Flash, State> {
  const { lines, state } = options;
  const meter = new Meter(lines, options.onProgress);
  let segment = runSegment(options, meter, firstLine(lines), undefined);
  for (const [index, { op }] of lines.entries()) {
    if (op !== 'boot' || index < firstLine(lines)) continue;
    if (segment.outcome !== 'finished') break;
    segment = runSegment(options, meter, index + 1, segment);
  }
  const { outcome, panic, processes, flash, epochMilliseconds, now } = segment;
  return {
    outcome,
    panic,
    completionCode: processes[0]?.completionCode,
    processes,
    actions: meter.commands.figures,
    state,
    flash,
    totals: meter.totals(),
    epochMilliseconds,
    now,
  };
}

/** The index of the next `boot` line, or of the end. */
function nextBoot(lines: readonly CheckedLine[], from: number): number {
  let end = from;
  while (end < lines.length && lines[end]?.op !== 'boot') end++;
  return end;
}

/** One power cycle, when it is over. */
interface Segment<Flash> {
  readonly outcome: ReplayOutcome;
  readonly panic: string | undefined;
  readonly processes: readonly Running[];
  readonly flash: Flash;
  readonly epochMilliseconds: number;
  readonly now: Nanoseconds;
}

/** A workload that begins with `boot` means the power-on that happens anyhow. */
function firstLine(lines: readonly CheckedLine[]): number {
  return lines[0]?.op === 'boot' ? 1 : 0;
}

function runSegment<Flash, Main, State>(
  options: ReplayOptions<Flash, Main, State>,
  meter: Meter,
  from: number,
  last: Segment<Flash> | undefined,
): Segment<Flash> {
  const { lines, state } = options;
  const epochMilliseconds = powerOnTime(lines, from, last);
  const machine = options.boot(last?.flash, epochMilliseconds);
  const args: WorkloadArguments<State> = { lines, from, epochMilliseconds, state, observer: meter };
  const replaying = machine.load({ ...options.app, args });
  const processes = [replaying, ...(options.beside ?? []).map((app) => machine.load(app))];
  meter.watch(machine, replaying, from);
  const until =
    options.until === undefined ? undefined : ns(options.until - epochMilliseconds * 1e6);
  const stopped = orPanic(options, () =>
    until !== undefined && until <= 0 ? 'until' : runUntilEnd(machine, meter, replaying, until),
  );
  const panic = stopped instanceof KernelPanic ? stopped.message : undefined;
  const outcome = stopped instanceof KernelPanic ? 'panicked' : judge(replaying, stopped);
  const { now } = machine.clock;
  meter.endOfSegment(machine, replaying);
  return { outcome, panic, processes, flash: machine.flash, epochMilliseconds, now };
}

/** What `run` returns, or the panic that it ended with, when that ends the replay. */
function orPanic<T>(
  { endsWithPanic }: { readonly endsWithPanic?: boolean },
  run: () => T,
): T | KernelPanic {
  try {
    return run();
  } catch (error) {
    if (endsWithPanic === true && error instanceof KernelPanic) return error;
    throw error;
  }
}

/** When the `boot` line says, or as soon after it as the last power cycle was over. */
function powerOnTime(
  lines: readonly CheckedLine[],
  from: number,
  last: Segment<unknown> | undefined,
): number {
  const planned = lines[from - 1]?.t ?? 0;
  if (last === undefined) return planned;
  return Math.max(planned, last.epochMilliseconds + Math.ceil(last.now / 1e6));
}

/**
 * Runs until the replaying app has ended: apps beside it may go on forever and end with it. Past its
 * last line the app has little left to do, and time is given out in small steps.
 */
function runUntilEnd(
  machine: Machine<unknown, unknown>,
  meter: Meter,
  replaying: Running,
  until: Nanoseconds = FOREVER,
): 'finished' | 'asleep' | 'until' {
  for (;;) {
    const step = meter.pastLastLine ? ns(machine.clock.now + LAST_STEP) : FOREVER;
    const outcome = machine.run(step < until ? step : until);
    if (replaying.state >= ProcessState.Faulted) return 'finished';
    if (outcome !== 'until') return outcome;
    if (machine.clock.now >= until) return 'until';
  }
}

function judge(replaying: Running, stopped: 'finished' | 'asleep' | 'until'): ReplayOutcome {
  if (replaying.state === ProcessState.Faulted) return 'faulted';
  if (replaying.state !== ProcessState.Terminated) return stopped;
  return replaying.completionCode === 0 ? 'finished' : 'code';
}

/** The figures of a board at one instant. */
interface Reading {
  readonly now: number;
  readonly syscalls: number;
  readonly words: number;
  readonly erases: number;
}

/** Reads the board before and after each line and sums up the lines of a command. */
class Meter implements LineObserver {
  readonly commands = new Commands();
  linesDone = 0;
  /** Whether every line of the segment was done. */
  pastLastLine = false;
  private lastLine = 0;
  private machine: Machine<unknown, unknown> | undefined;
  private process: Running | undefined;
  private before: Reading | undefined;
  private readonly sums = { powerOns: 0, syscalls: 0, readCalls: 0, wordsWritten: 0, erases: 0 };

  constructor(
    private readonly lines: readonly CheckedLine[],
    private readonly onProgress: ((linesDone: number) => void) | undefined,
  ) {}

  watch(machine: Machine<unknown, unknown>, process: Running, from: number): void {
    this.machine = machine;
    this.process = process;
    this.commands.restart();
    this.lastLine = nextBoot(this.lines, from) - 1;
    this.pastLastLine = this.lastLine < from;
  }

  onLineStart(_index: number): void {
    this.before = this.read();
  }

  onLineEnd(index: number): void {
    const line = this.lines[index];
    const { before } = this;
    if (line === undefined || before === undefined) return;
    const after = this.read();
    const command = this.commands.of(line);
    command.calls++;
    command.time += after.now - before.now;
    command.syscalls += after.syscalls - before.syscalls;
    command.words += after.words - before.words;
    command.erases += after.erases - before.erases;
    this.linesDone++;
    if (index < this.lastLine) return;
    this.pastLastLine = true;
    this.machine?.kernel.stop();
  }

  endOfSegment(machine: Machine<unknown, unknown>, process: Running): void {
    const { readCalls, wordsWritten, erases } = machine.statistics();
    this.sums.powerOns++;
    this.sums.readCalls += readCalls;
    this.sums.wordsWritten += wordsWritten;
    this.sums.erases += erases;
    this.sums.syscalls += process.syscallCount;
    this.onProgress?.(this.linesDone);
  }

  totals(): ReplayTotals {
    const commandTime = this.commands.figures.reduce((sum, { time }) => sum + time, 0);
    return { ...this.sums, lines: this.linesDone, commandTime };
  }

  private read(): Reading {
    const { wordsWritten = 0, erases = 0 } = this.machine?.statistics() ?? {};
    const now = this.machine?.clock.now ?? 0;
    return { now, syscalls: this.process?.syscallCount ?? 0, words: wordsWritten, erases };
  }
}
