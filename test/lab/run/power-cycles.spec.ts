// SPDX-License-Identifier: Apache-2.0 OR MIT
/** The harness of workloads, on a machine that only counts. NON-TOCK. */
import { expect } from 'chai';
import { ProcessState } from '#kernel/process';
import { ms, ns, type Nanoseconds } from '#kernel/time';
import type { Loadable, Machine, Running } from '#lab/run/machine';
import { replayWorkload, type Replay, type WorkloadArguments } from '#lab/run/power-cycles';
import type { CheckedLine } from '#lab/run/workload';

/** The cells: a list of what was written, so that cycles on the same cells can be told. */
interface Cells {
  readonly written: number[];
}

/** What the app keeps: where each of its lives ended. */
interface State {
  readonly ends: number[];
}

/** A stand-in for an app: does one line; true when the app ends. */
type Step = (args: WorkloadArguments<State>, index: number) => 'go on' | 'fault' | number;

const CALL_TIME = ms(2);

/** A machine whose app does a line in 2 ms, 3 system calls, one word, and every tenth line an erase. */
class CountingMachine implements Machine<Cells, Step> {
  readonly clock: { now: Nanoseconds; readonly epochMilliseconds: number };
  private readonly app = {
    name: 'app',
    state: ProcessState.Yielded as ProcessState,
    completionCode: undefined as number | undefined,
    faultReason: undefined as string | undefined,
    syscallCount: 0,
    restartCount: 0,
    droppedUpcallCount: 0,
  };
  private stopAsked = false;
  private at = 0;
  private load_: Loadable<Step> | undefined;
  private readonly counts = { readCalls: 0, wordsWritten: 0, erases: 0 };
  readonly kernel = {
    stop: (): void => {
      this.stopAsked = true;
    },
  };

  constructor(
    readonly flash: Cells,
    epochMilliseconds: number,
  ) {
    this.clock = { now: ns(0), epochMilliseconds };
  }

  statistics(): { readCalls: number; wordsWritten: number; erases: number } {
    return { ...this.counts };
  }

  load(app: Loadable<Step>): Running {
    if (this.load_ !== undefined) return { ...this.app, name: app.name };
    this.load_ = app;
    this.at = (app.args as WorkloadArguments<State>).from;
    return this.app;
  }

  run(until: Nanoseconds = ns(Infinity)): 'finished' | 'until' {
    this.stopAsked = false;
    while (this.app.state === ProcessState.Yielded) {
      if (this.asked()) return 'until';
      if (this.clock.now >= until) return 'until';
      this.doLine();
    }
    return 'finished';
  }

  private asked(): boolean {
    return this.stopAsked;
  }

  private doLine(): void {
    const args = this.load_?.args as WorkloadArguments<State>;
    const line = args.lines[this.at];
    if (line === undefined || line.op === 'boot') {
      args.state.ends.push(this.at);
      this.end(0);
      return;
    }
    const start = ns(line.t * 1e6 - this.clock.epochMilliseconds * 1e6);
    if (start > this.clock.now) this.clock.now = start;
    args.observer.onLineStart(this.at);
    const result = this.load_?.main(args, this.at) ?? 'go on';
    this.clock.now = ns(this.clock.now + CALL_TIME);
    this.app.syscallCount += 3;
    this.counts.wordsWritten++;
    if (this.at % 10 === 0) this.counts.erases++;
    this.flash.written.push(this.at);
    args.observer.onLineEnd(this.at);
    this.at++;
    if (typeof result === 'number') this.end(result);
    if (result === 'fault') this.app.state = ProcessState.Faulted;
  }

  private end(code: number): void {
    this.app.completionCode = code;
    this.app.state = ProcessState.Terminated;
  }
}

const line = (t: number, act: number, event: string): CheckedLine => ({
  t,
  act,
  event,
  op: 'find',
  key: 1,
});
const boot = (t: number, act: number): CheckedLine => ({ t, act, event: 'boot', op: 'boot' });

const LINES: readonly CheckedLine[] = [
  boot(0, 1),
  line(10, 1, 'getInfo'),
  line(10, 1, 'getInfo'),
  line(500, 1, 'setPin'),
  boot(1000, 2),
  line(1024, 2, 'getInfo'),
  line(1024, 3, 'getInfo'),
];

function replay(
  lines: readonly CheckedLine[],
  step: Step = () => 'go on',
  until?: Nanoseconds,
): Replay<Cells, State> & { epochs: number[] } {
  const epochs: number[] = [];
  const options = {
    boot: (flash: Cells | undefined, epoch: number) => {
      epochs.push(epoch);
      return new CountingMachine(flash ?? { written: [] }, epoch);
    },
    lines,
    app: { name: 'app', main: step },
    state: { ends: [] },
  };
  const done = replayWorkload(until === undefined ? options : { ...options, until });
  return { ...done, epochs };
}

describe('replayWorkload', () => {
  it('powers the board on at each boot line, on the same cells', () => {
    const { epochs, flash, outcome, completionCode, state } = replay(LINES);
    expect(state.ends).to.deep.equal([4, 7]);
    expect(epochs).to.deep.equal([0, 1000]);
    expect(flash.written).to.deep.equal([1, 2, 3, 5, 6]);
    expect({ outcome, completionCode }).to.deep.equal({ outcome: 'finished', completionCode: 0 });
  });

  it('sums up a command: lines of one act and event in a row, waiting left out', () => {
    const { actions } = replay(LINES);
    expect(actions).to.deep.equal([
      { act: 1, event: 'getInfo', calls: 2, time: 4e6, syscalls: 6, words: 2, erases: 0 },
      { act: 1, event: 'setPin', calls: 1, time: 2e6, syscalls: 3, words: 1, erases: 0 },
      { act: 2, event: 'getInfo', calls: 1, time: 2e6, syscalls: 3, words: 1, erases: 0 },
      { act: 3, event: 'getInfo', calls: 1, time: 2e6, syscalls: 3, words: 1, erases: 0 },
    ]);
  });

  it('adds up all power cycles', () => {
    const { totals } = replay(LINES);
    expect(totals).to.deep.equal({
      powerOns: 2,
      lines: 5,
      syscalls: 15,
      readCalls: 0,
      wordsWritten: 5,
      erases: 0,
      commandTime: 10e6,
    });
  });

  it('powers on late when the cycle before took longer than the workload has it', () => {
    const { epochs } = replay([boot(0, 1), line(10, 1, 'a'), line(10, 1, 'a'), boot(11, 2)]);
    expect(epochs).to.deep.equal([0, 14]);
  });

  it('goes through boot lines in a row, first and last ones included', () => {
    const { epochs, totals } = replay([boot(0, 1), boot(5, 1), line(6, 1, 'a'), boot(20, 2)]);
    expect(epochs).to.deep.equal([0, 5, 20]);
    expect(totals.lines).to.equal(1);
  });

  it('needs no boot line at the start', () => {
    expect(replay([line(6, 1, 'a')]).flash.written).to.deep.equal([0]);
  });

  it('ends at the code that the app returned for a difference', () => {
    const seen = replay(LINES, (_args, index) => (index === 2 ? 1 : 'go on'));
    expect(seen).to.include({ outcome: 'code', completionCode: 1 });
    expect(seen.flash.written).to.deep.equal([1, 2]);
  });

  it('ends at a fault', () => {
    const seen = replay(LINES, (_args, index) => (index === 5 ? 'fault' : 'go on'));
    expect(seen.outcome).to.equal('faulted');
    expect(seen.flash.written).to.deep.equal([1, 2, 3, 5]);
  });

  it('stops at a time since the first power-on, in whichever power cycle that is', () => {
    expect(replay(LINES, undefined, ms(100))).to.include({ outcome: 'until' });
    const seen = replay(LINES, undefined, ms(1025));
    expect(seen.outcome).to.equal('until');
    expect(seen.flash.written).to.deep.equal([1, 2, 3, 5]);
    expect(replay(LINES, undefined, ms(900)).epochs).to.deep.equal([0, 1000]);
  });
});
