// SPDX-License-Identifier: Apache-2.0 OR MIT
/** What a transcript says, line by line. NON-TOCK. */
import { expect } from 'chai';
import { formatAll } from '#lab/trace/formatter';
import { Transcript } from '#lab/trace/transcript';
import { oneOfEach, scenario } from './records.ts';

function lines(fill: (s: ReturnType<typeof scenario>) => void): string[] {
  const s = scenario();
  fill(s);
  return formatAll(new Transcript(), s.records()).split('\n').slice(1, -1);
}

describe('Transcript', () => {
  it('begins with the power-on and counts milliseconds to the microsecond', () => {
    const s = scenario();
    s.at(1234.567, 'timesliceExpired');
    expect(formatAll(new Transcript(), s.records())).to.equal(
      [
        "         0.000                power on, 5000 ms into the device's life",
        '         1.235  0             timeslice expired',
        '',
      ].join('\n'),
    );
  });

  it('puts a call and its answer on one line, at the time of the call', () => {
    const seen = lines(({ at }) => {
      at(85, 'syscall', 2, 1, 1, 14, 0);
      at(170, 'syscallReturn', 128, 7, 7, 7);
    });
    expect(seen).to.deep.equal([
      '         0.085  0             command(console, 1, 14, 0) = Success',
    ]);
  });

  it('breaks the line when something happens between call and answer', () => {
    const seen = lines(({ at, onBoard }) => {
      at(85, 'syscall', 2, 0x50010, 1, 2044, 0);
      onBoard(100, 'flashProgram', 0xc0000, 4);
      at(170, 'syscallReturn', 0, 2);
    });
    expect(seen).to.deep.equal([
      '         0.085  0             command(persistent-store, 1, 2044, 0)',
      '         0.100                flash program 0xc0000 +4',
      '         0.170  0               = Failure(BUSY)',
    ]);
  });

  it('shows what a swap gives back (TRD 104 §4.2)', () => {
    const seen = lines(({ at }) => {
      at(1, 'syscall', 1, 0, 0, 0x40080, 9);
      at(2, 'syscallReturn', 130, 0x40010, 5);
      at(3, 'syscall', 4, 1, 1, 0x20000100, 14);
      at(4, 'syscallReturn', 2, 10, 0x20000100, 14);
    });
    expect(seen).to.deep.equal([
      '         0.001  0             subscribe(alarm, 0, 0x40080, 9) = (0x40010, 5)',
      '         0.003  0             allow-read-only(console, 1, 0x20000100, 14) = Failure(NOSUPPORT, 0x20000100, 14)',
    ]);
  });

  it('names the process from its start on', () => {
    const seen = lines(({ trace, at }) => {
      at(0, 'processStarted', 3, trace.text('hello'), 0);
      at(1, 'syscall', 0, 2, 1, 1);
      at(2, 'waitForReturned', 1, 1, 0, 14, 0);
      at(3, 'processStarted', 4, trace.text('hello'), 1);
    });
    expect(seen).to.deep.equal([
      '         0.000  0 hello       starts',
      '         0.001  0 hello       yield-wait-for(console, 1)',
      '         0.002  0 hello         awaited console/1 = (0, 14, 0)',
      '         0.003  0 hello       starts again (restart 1)',
    ]);
  });

  it('does not lose a call that is never answered', () => {
    const seen = lines(({ at }) => {
      at(1, 'syscall', 5, 1, 0xfffffff0);
    });
    expect(seen).to.deep.equal(['         0.001  0             memop(sbrk, -16)']);
  });

  it('has a sentence for every event, and none is empty', () => {
    const text = formatAll(new Transcript(), oneOfEach());
    expect(text).not.to.match(/undefined|NaN|\bword\b.*\bword\b.*\bword\b/);
    for (const line of text.trimEnd().split('\n')) expect(line).to.match(/^.{30}\s*\S/);
  });
});
