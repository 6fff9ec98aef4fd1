// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What the laboratory found in noodle's literal form and in its first design, shrunk; noodle itself survives each.
 *
 * NON-TOCK: the cases replay with `tocksim crash replay`.
 */
import { expect } from 'chai';
import { caseFromText, type CrashCase } from '#lab/crash/crash-case';
import { DEFAULT_OPTIONS, explore } from '#lab/crash/explore';
import { Player } from '#lab/crash/play';
import { adapterOf } from '#lab/crash/stores/index';
import { Device, run } from './device.js';
import { FIRST, LITERAL } from '#libraries/noodle/rules';

const PART =
  '"geometry":{"wordSize":4,"pageSize":256,"numPages":4,"maxWordWrites":2,"maxPageErases":10000},"behaviours":[]';
const insert = (key: number, value: string): string =>
  `{"op":"insert","key":${key},"value":"${value}"}`;
const cut = (operation: number, call: number, bits: string): string =>
  `{"operation":${operation},"cuts":[{"call":${call},"bits":"${bits}"}]}`;

function caseOf(store: string, operations: string[], chains: string[], verdict: string): CrashCase {
  const text = `{"store":"${store}",${PART},"operations":[${operations.join()}],"chains":[${chains.join()}],"verdict":"${verdict}","sentence":"as found"}`;
  const read = caseFromText(text);
  if (!read.ok) expect.fail(read.error);
  return read.value;
}

/** By name, what was found. */
const FOUND = {
  'a record that uses the number of an unfinished one cannot be read back': caseOf(
    'noodle-literal',
    [insert(0, ''), insert(2, ''), insert(0, '')],
    [cut(1, 2, 'all')],
    'UNREADABLE',
  ),
  'nor can the flash be booted from then on': caseOf(
    'noodle-literal',
    [insert(3, ''), insert(3, ''), insert(3, '')],
    [cut(1, 2, 'all'), cut(2, 11, 'all')],
    'UNBOOTABLE',
  ),
  'the last node cannot be taken away: a record without data does not count': caseOf(
    'noodle-literal',
    [insert(0, ''), '{"op":"remove","key":0}'],
    [],
    'UNREADABLE',
  ),
  'a node of an unfinished attempt comes in with the next, which has its number': caseOf(
    'noodle-first',
    [
      insert(0, ''),
      insert(1, '9d70'),
      insert(3, '260264d18f8400c6e77dd54c76c8765ae25e99'),
      insert(0, ''),
    ],
    [cut(2, 11, 'none'), cut(3, 7, 'all')],
    'RESURRECTED',
  ),
} as const satisfies Record<string, CrashCase>;

function play(crashCase: CrashCase): string {
  const adapter = adapterOf(crashCase.store) ?? expect.fail('no such store');
  return new Player(adapter, crashCase).play().verdict;
}

describe('libraries/noodle: literally', () => {
  for (const [what, found] of Object.entries(FOUND)) {
    it(`${found.store}: ${what}`, () => {
      expect(play(found)).to.equal(found.verdict);
    });
    it(`noodle survives: ${what}`, () => {
      expect(play({ ...found, store: 'noodle' })).to.equal('OLD');
    });
  }

  it('the laboratory finds the first two by itself, and nothing in noodle', () => {
    const verdictsOf = (store: string): string[] => {
      const options = {
        ...DEFAULT_OPTIONS,
        store,
        pageSize: 256,
        pages: 6,
        length: 8,
        images: 0,
        lossy: 3,
      };
      const { verdicts } = explore(options, { cuts: 200 });
      const bad = Object.entries(verdicts).filter(
        ([name, count]) => count > 0 && !/OLD|NEW/.test(name),
      );
      return bad.map(([name]) => name);
    };
    expect(verdictsOf('noodle')).to.deep.equal([]);
    expect(verdictsOf('noodle-literal')).to.include('UNBOOTABLE');
  });

  it('reuses the number of an attempt that failed, and so fails every time (ND-07, the peer)', () => {
    for (const [rules, outcome] of [
      [LITERAL, 'WriteVerificationFailed'],
      [FIRST, 'true'],
    ] as const) {
      const device = Device.booted(undefined, 'abcdefg', { rules });
      expect(device.write(1)).to.equal('true');
      const trial = new Device(device.flash.clone(), 'abcdefg', { rules });
      run(trial.noodle.read());
      trial.write(2);
      device.flash.stuck.set(trial.valueAt('f'), 0xff);
      expect(device.write(2)).to.equal(outcome);
      expect(device.picture).to.contain('2:Sabcde~g').and.not.contain('3:');
    }
  });

  it('pops what is left of an unfinished record between those that are kept (the peer)', () => {
    const device = Device.booted(undefined, 'abcdefg', {
      rules: { ...LITERAL, next: 'after-any' },
    });
    device.write(1);
    device.flash.arm(7);
    device.write(2);
    device.flash.corrupt(() => false);
    const next = Device.booted(device.flash, 'abcdefg', {
      rules: { ...LITERAL, next: 'after-any' },
    });
    next.write(3);
    expect(next.picture).to.equal('1:SabcdefgE 2:Sab 3:SabcdefgE');
    next.collect();
    expect(next.picture).to.match(/^1:SabcdefgE xxx 3:SabcdefgE$/);
  });

  it('clears the flash when it finds no confirmation, as first drafted', () => {
    const device = Device.booted();
    device.flash.arm(7);
    device.write(1);
    device.flash.corrupt(() => false);
    expect(Device.booted(device.flash.clone()).picture).to.match(/^1:Sab/);
    expect(Device.booted(device.flash.clone(), 'a', { rules: FIRST }).picture).to.match(/^xxx$/);
  });
});
