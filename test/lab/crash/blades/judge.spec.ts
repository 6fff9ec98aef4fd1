// SPDX-License-Identifier: Apache-2.0 OR MIT
/** What is demanded of a disturbed run, one demand at a time. NON-TOCK. */
import { expect } from 'chai';
import { ProcessState } from '#kernel/process';
import { Judge } from '#lab/crash/blades/judge';
import type { Ending, Intervention, Observation } from '#lab/crash/blades/trial';

const ended = (name: string, completionCode = 0): Ending => ({
  name,
  state: ProcessState.Terminated,
  completionCode,
  waitsFor: undefined,
});
const waits = (name: string): Ending => ({
  name,
  state: ProcessState.YieldedFor,
  completionCode: undefined,
  waitsFor: 0x5_0003,
});

const CALM: Observation = {
  panic: undefined,
  records: [],
  victim: ended('victim'),
  neighbour: ended('neighbour'),
  next: ended('next'),
  output: 'neighbour: one\n',
  idle: new Map([['KvDriver.valueAway', 'false']]),
  moments: [],
  events: [],
};

/** The verdict on a run like the calm one but for this. */
function verdict(
  change: Partial<Observation>,
  kind: 'kill' | 'stop' | 'restart' = 'kill',
  sociable = false,
): string | undefined {
  const intervention: Intervention = { kind, moment: 0 };
  return new Judge(CALM, sociable).judge(intervention, { ...CALM, ...change })?.verdict;
}

describe('Judge of disturbed runs', () => {
  it('finds nothing in a run like the undisturbed one', () => {
    expect(verdict({})).to.equal(undefined);
    expect(new Judge(CALM, false).undisturbedFault()).to.equal(undefined);
  });

  it('lets the victim be dead or gone after what kills it, and nobody wait for ever otherwise', () => {
    expect(verdict({ victim: waits('victim') }, 'kill')).to.equal(undefined);
    expect(verdict({ victim: waits('victim') }, 'stop')).to.equal('HANG');
    expect(verdict({ neighbour: waits('neighbour') })).to.equal('HANG');
  });

  it('names whom a hanging process waits for', () => {
    const judgement = new Judge(CALM, false).judge(
      { kind: 'kill', moment: 0 },
      { ...CALM, neighbour: waits('neighbour') },
    );
    expect(judgement?.what).to.equal('neighbour waits for ever for kv');
  });

  it('demands that the next client works', () => {
    expect(verdict({ next: ended('next', 12) })).to.equal('NEXT_CLIENT');
    expect(verdict({ next: waits('next') })).to.equal('NEXT_CLIENT');
    expect(verdict({ next: undefined })).to.equal('NEXT_CLIENT');
  });

  it('demands that nobody else sees a difference, unless they talk to each other', () => {
    expect(verdict({ output: 'neighbour: two\n' })).to.equal('DIFFERENCE');
    expect(verdict({ output: 'victim: onneighbour: one\n' })).to.equal(undefined);
    expect(verdict({ neighbour: ended('neighbour', 1) })).to.equal('DIFFERENCE');
    expect(verdict({ neighbour: ended('neighbour', 1) }, 'kill', true)).to.equal(undefined);
    expect(verdict({ victim: ended('victim', 3) }, 'restart')).to.equal('DIFFERENCE');
  });

  it('demands every buffer and every note back, and calls a panic by its name', () => {
    expect(verdict({ idle: new Map([['KvDriver.valueAway', 'true']]) })).to.equal('LEAK');
    expect(verdict({ panic: 'the grant was entered twice' })).to.equal('PANIC');
  });
});
