// SPDX-License-Identifier: Apache-2.0 OR MIT
/** What a device must hold after a cut. NON-TOCK. */
import { expect } from 'chai';
import { payload } from '#apps/authenticator';
import type { WorkloadCall, WorkloadLine } from '#apps/workload';
import { Model } from '#lab/crash/board/model';

const line = (call: WorkloadCall): WorkloadLine => ({ t: 0, event: 'test', act: 1, ...call });
const NONE = new Map<number, number>();
const value = (key: number, version = 0): Uint8Array => payload(key, version, 8);

/** Keys 1 to 3 are acknowledged, each with its first value. */
function model(): Model {
  const made = new Model();
  for (const key of [1, 2, 3]) {
    made.begin(line({ op: 'insert', key, size: 8 }), NONE);
    made.end();
  }
  return made;
}

/** The verdict on a content seen after a cut in a call. */
function verdict(call: WorkloadCall, seen: Record<number, Uint8Array>): string {
  const made = model();
  const versions = new Map([1, 2, 3].map((key) => [key, 1]));
  made.begin(line(call), versions);
  const entries = Object.entries(seen).map(([key, bytes]) => [Number(key), bytes] as const);
  return made.judge(new Map(entries));
}

const ALL = { 1: value(1), 2: value(2), 3: value(3) };
const MOVE = {
  op: 'transaction',
  updates: [
    { op: 'insert', key: 1, size: 8 },
    { op: 'remove', key: 2 },
  ],
} as const;

describe('Model of a device', () => {
  it('takes the call in flight as not happened, or as happened whole', () => {
    expect(verdict(MOVE, ALL)).to.equal('OLD');
    expect(verdict(MOVE, { 1: value(1, 1), 3: value(3) })).to.equal('NEW');
    expect(verdict({ op: 'clear', key: 2 }, { 1: value(1) })).to.equal('NEW');
    expect(verdict({ op: 'find', key: 2 }, ALL)).to.equal('OLD');
  });

  it('calls a part of it MIXED', () => {
    expect(verdict(MOVE, { ...ALL, 1: value(1, 1) })).to.equal('MIXED');
    expect(verdict({ op: 'clear', key: 2 }, { 1: value(1), 2: value(2) })).to.equal('MIXED');
  });

  it('tells what was lost, what came back, and what never was', () => {
    expect(verdict(MOVE, { 1: value(1), 2: value(2) })).to.equal('LOST_ACK');
    expect(verdict(MOVE, { ...ALL, 3: value(9) })).to.equal('UNREADABLE');
    const made = model();
    made.begin(line({ op: 'remove', key: 2 }), NONE);
    made.end();
    expect(made.judge(new Map([1, 2, 3].map((key) => [key, value(key)])))).to.equal('RESURRECTED');
  });

  it('goes on from what was seen', () => {
    const made = model();
    made.begin(line({ op: 'remove', key: 2 }), NONE);
    const seen = new Map([1, 3].map((key) => [key, value(key)]));
    expect([made.judge(seen), made.judge(seen)]).to.deep.equal(['NEW', 'OLD']);
  });
});
