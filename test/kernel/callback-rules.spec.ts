// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What is demanded of a callback that comes back, and what follows when it is another.
 *
 * NON-TOCK: tests. Sources: tock-2.0-dev of early 2021, #2282, #2445, #2462, 2.0.
 */
import { expect } from 'chai';
import { CompileError, KernelPanic } from '#kernel/assert';
import { Callback } from '#kernel/callback';
import { ErrorCode } from '#kernel/errorcode';
import { ProcessState } from '#kernel/process';
import type { ProfileName } from '#kernel/profile';
import { Err, Ok } from '#kernel/result';
import type { ViolationReaction } from '#kernel/enforcement';
import { OldDriver } from '../support/callback-drivers.ts';
import type { Words } from '../support/raw-process.ts';

import { HOLDING, OLD, OldBench, held, run } from '../support/old-bench.ts';
import { DRIVER, RAM_SIZE, RAM_START, Testbench } from '../support/testbench.ts';

/** Two processes subscribe; then the second gets what `cheat` says. Its answer, and whether it was noticed. */
function cheated(
  profile: ProfileName,
  cheat: (
    driver: OldDriver,
    given: Callback,
    ids: readonly number[],
  ) => ReturnType<OldDriver['subscribe']>,
  reaction: ViolationReaction = 'kill',
): { words: Words | undefined; noticed: boolean; bench: OldBench } {
  const bench = new OldBench(profile, reaction);
  bench.trace.start();
  let words: Words | undefined;
  const one = bench.spawn(function* (process) {
    yield* process.subscribe(OLD, 1, process.ram(0), 111);
    yield* process.subscribe(OLD, 2, process.ram(0), 112);
    yield* process.yieldWait();
  });
  const two = bench.spawn(function* (process) {
    yield* process.subscribe(OLD, 1, process.ram(0), 221);
    yield* process.subscribe(OLD, 2, process.ram(4), 222);
    const ids = [one.process.processId, two.process.processId];
    bench.old.onSubscribe = (_, given) => cheat(bench.old, given, ids);
    words = yield* process.subscribe(OLD, 2, process.ram(8), 223);
  });
  bench.run();
  const noticed = bench.trace.latest().some(({ event }) => event === 'callbackViolation');
  return { words, noticed, bench };
}

type Cheat = Parameters<typeof cheated>[1];

const FOREIGN: Cheat = (driver, _, [one]) => Ok(held(driver, one, 1));
const OTHER_NUMBER: Cheat = (driver, _, [, two]) => Ok(held(driver, two, 1));
const NONE: Cheat = () => Ok(Callback.default());
const FOREIGN_REFUSED: Cheat = (driver, _, [one]) => Err([held(driver, one, 1), ErrorCode.BUSY]);
const OTHER_REFUSED: Cheat = (driver, _, [, two]) => Err([held(driver, two, 1), ErrorCode.BUSY]);
const HELD_REFUSED: Cheat = (driver, _, [, two]) => Err([held(driver, two, 2), ErrorCode.BUSY]);

/** The function of the subscribe that is cheated on: RAM of the second process, at 8. */
const PASSED = RAM_START + RAM_SIZE + 8;

/** Refuses with the one held, which differs from the one passed in its function alone, or its appdata. */
const refusedWith =
  (pc: number, appdata: number): Cheat =>
  (_, given) => {
    const { subscription } = given;
    if (subscription === undefined) return Ok(given);
    return Err([Callback.of({ ...subscription, pc, appdata }), ErrorCode.BUSY]);
  };

describe('What is demanded of a callback that comes back', () => {
  const rows: readonly [string, Cheat, string][] = [
    ['F01 that of another process', FOREIGN, 'c d e'],
    ['F02 F06 that of another number', OTHER_NUMBER, 'e'],
    ['with an error, that of another process', FOREIGN_REFUSED, 'c d e'],
    ['with an error, that of another number', OTHER_REFUSED, 'd e'],
    ['with an error, one with another function', refusedWith(4, 223), 'd e'],
    ['with an error, one with other appdata', refusedWith(PASSED, 222), 'd e'],
    ['with an error, the one held instead of the one passed', HELD_REFUSED, 'd e'],
  ];
  for (const [what, cheat, noticing] of rows) {
    for (const profile of HOLDING) {
      const expected = noticing.split(' ').includes(profile);
      it(`${what}: profile ${profile} ${expected ? 'notices' : 'passes it on'}`, () => {
        const { words, noticed } = cheated(profile, cheat);
        expect(noticed).to.equal(expected);
        expect(words === undefined).to.equal(expected);
      });
    }
  }

  it('profile e notices the callback of another driver under the same number', () => {
    const { noticed } = cheated('e', (_, given) => {
      const { subscription } = given;
      if (subscription === undefined) return Err([given, ErrorCode.FAIL]);
      return Ok(Callback.of({ ...subscription, id: { driverNum: 1, subscribeNum: 2 } }));
    });
    expect(noticed).to.equal(true);
  });

  it('F06 early 2021 tells the process of another function than the one that it stored', () => {
    const { words } = cheated('2.0-dev', OTHER_NUMBER);
    expect(words?.[2]).to.equal(221);
    expect(cheated('2.0-dev', FOREIGN).words?.[2], 'the appdata of another process').to.equal(111);
  });

  it('F07 the default callback may be given back while one is held: accepted until #2282', () => {
    for (const profile of ['2.0-dev', 'c'] as const) {
      expect(cheated(profile, NONE).words?.slice(0, 3)).to.deep.equal([130, 0, 0]);
    }
  });

  it('no capsule of #2445 or #2462 can make a callback of its own', () => {
    for (const profile of ['d', 'e'] as const) {
      expect(() => cheated(profile, NONE)).to.throw(CompileError, 'no factory made');
    }
  });

  it('where callbacks are moved, none is given back twice, nor called after it was', () => {
    const copies: Cheat = (driver, given, [, two]) => driver.exchange(1, given, two as never);
    for (const profile of ['d', 'e'] as const) {
      const bench = new OldBench(profile);
      const kept: Callback[] = [];
      bench.old.onSubscribe = (_, given, id) => {
        const before = bench.old.slots(id).callbacks[0] ?? Callback.default();
        kept.push(before);
        expect(given.moved).to.equal(false);
        return Ok(before);
      };
      expect(() =>
        run(bench, function* (process) {
          yield* process.subscribe(OLD, 0, process.ram(0), 1);
          yield* process.subscribe(OLD, 0, process.ram(0), 2);
        }),
      ).to.throw(CompileError, 'twice');
      expect(() => kept[0]?.schedule(0, 0, 0)).to.throw(CompileError, 'called after');
    }
    expect(cheated('2.0-dev', copies).noticed).to.equal(false);
  });

  it('F05 profile e: slots that were exchanged in the grant are noticed at the next subscribe', () => {
    const bench = new OldBench('e');
    bench.trace.start();
    run(bench, function* (process) {
      yield* process.subscribe(OLD, 1, process.ram(0), 1);
      yield* process.subscribe(OLD, 2, process.ram(0), 2);
      const id = bench.kernel.processes[0]?.processId;
      if (id !== undefined) bench.old.slots(id).callbacks.reverse();
      yield* process.subscribe(OLD, 2, process.ram(0), 3);
    });
    expect(bench.trace.latest().map(({ event }) => event)).to.include('callbackViolation');
  });
});

describe('Reactions to a violation', () => {
  it('F01 kill: the process that called ends without a completion code', () => {
    const { bench } = cheated('e', FOREIGN, 'kill');
    const process = bench.kernel.processes[1];
    expect(process?.state).to.equal(ProcessState.Terminated);
    expect(process?.completionCode).to.equal(undefined);
    const other = bench.kernel.processes[0];
    expect(other?.state).to.equal(ProcessState.Yielded);
    expect(held(bench.old, other?.processId, 2).schedule(0, 0, 0), 'it is served').to.equal(true);
  });

  it('whoever watches is told of it', () => {
    const told: string[] = [];
    const bench = new OldBench('e', 'kill', (what) => told.push(what));
    bench.old.onSubscribe = (_, given, id) => Ok(held(bench.old, id, given.moved ? 0 : 1));
    run(bench, (raw) => raw.subscribe(OLD, 0, raw.ram(0)));
    expect(told).to.deep.equal(['the callback of another number']);
  });

  it('a disabled driver of today is absent, and schedules nothing', () => {
    const bench = new Testbench({ reaction: 'disable' });
    let words: Words | undefined;
    let scheduled: unknown;
    const { process } = bench.spawn(function* (raw) {
      yield* raw.subscribe(
        DRIVER,
        0,
        raw.function(() => undefined),
      );
      bench.kernel.enforcement.report(process, { driverNum: DRIVER, subscribeNum: 0 }, 'nothing');
      words = yield* raw.command(DRIVER, 0);
      scheduled = bench.driver.schedule(process.processId, 0, 1);
    });
    bench.run();
    expect(words?.slice(0, 2)).to.deep.equal([0, ErrorCode.NODEVICE]);
    expect(scheduled).to.deep.equal(Err('KernelError'));
  });

  it('F01 panic: the board stops', () => {
    expect(() => cheated('e', FOREIGN, 'panic')).to.throw(KernelPanic, 'of another process');
  });

  it('F01 disable: the call is refused with what was passed, and the driver is gone for all', () => {
    const { words, bench } = cheated('e', FOREIGN, 'disable');
    expect(words?.slice(0, 2)).to.deep.equal([2, ErrorCode.NODEVICE]);
    expect(words?.[3]).to.equal(223);
    const id = bench.kernel.processes[0]?.processId;
    expect(held(bench.old, id, 2).schedule(0, 0, 0), 'what it schedules is refused').to.equal(
      false,
    );
    expect(bench.kernel.enforcement.isDisabled(OLD)).to.equal(true);
  });
});
