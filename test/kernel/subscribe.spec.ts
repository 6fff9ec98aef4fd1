// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Subscribe: exactly the pair before comes back, and an upcall that was exchanged is never run.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import type { ProfileName } from '#kernel/profile';
import { Ok } from '#kernel/result';
import { ABSENT, DRIVER, FLASH_SIZE, RAM_SIZE, runAlone, Testbench } from '../support/testbench.ts';
import type { Words } from '../support/raw-process.ts';

const OTHER = 0x9001;
const NULL = 0;
/** An address that is neither in flash nor in RAM. */
const NOWHERE = 0x1234_5678;

describe('Subscribe: the pair that comes back', () => {
  it('B01 the first subscribe on a number returns (0, 0) (TRD 104 §4.2)', () => {
    const answer = runAlone(function* (process) {
      return yield* process.subscribe(DRIVER, 0, process.recorder([]), 1);
    });
    expect(answer.slice(0, 3)).to.deep.equal([130, 0, 0]);
  });

  it('B02 a second subscribe returns exactly the pair before it (TRD 104 §4.2)', () => {
    runAlone(function* (process) {
      const f = process.recorder([]);
      yield* process.subscribe(DRIVER, 0, f, 0xffff_ffff);
      const answer = yield* process.subscribe(DRIVER, 0, process.recorder([]), 2);
      expect(answer.slice(0, 3)).to.deep.equal([130, f, 0xffff_ffff]);
    });
  });

  it('B03 appdata is kept with a null upcall and comes back with it (since 2.0)', () => {
    runAlone(function* (process) {
      yield* process.subscribe(DRIVER, 0, process.recorder([]), 1);
      yield* process.subscribe(DRIVER, 0, NULL, 77);
      const answer = yield* process.subscribe(DRIVER, 0, NULL, 0);
      expect(answer.slice(0, 3)).to.deep.equal([130, 0, 77]);
    });
  });

  it('B20 the identical pair again returns that same pair', () => {
    runAlone(function* (process) {
      const f = process.recorder([]);
      yield* process.subscribe(DRIVER, 0, f, 3);
      const answer = yield* process.subscribe(DRIVER, 0, f, 3);
      expect(answer.slice(0, 3)).to.deep.equal([130, f, 3]);
    });
  });

  it('numbers, drivers and processes are kept apart', () => {
    const bench = new Testbench();
    bench.addDriver(OTHER);
    const seen: number[][] = [];
    for (const base of [100, 200]) {
      bench.spawn(function* (process) {
        const f = process.recorder([]);
        const pairs = [
          [DRIVER, 0],
          [DRIVER, 3],
          [OTHER, 0],
        ] as const;
        for (const [index, [driver, number]] of pairs.entries()) {
          yield* process.subscribe(driver, number, f, base + index);
        }
        yield* process.yieldNoWait();
        for (const [driver, number] of pairs) {
          seen.push(
            (yield* process.subscribe(driver, number, NULL))
              .slice(1, 3)
              .map((word) => word - (word === f ? f : 0)),
          );
        }
      });
    }
    bench.run();
    expect(seen.map(([, appdata]) => appdata)).to.have.members([100, 101, 102, 200, 201, 202]);
    expect(seen.map(([pc]) => pc)).to.deep.equal([0, 0, 0, 0, 0, 0]);
  });
});

describe('Subscribe: refusals', () => {
  const echo = (error: number, pc: number): Words => [2, error, pc, 0xdd];

  it('B05 a function outside flash and RAM: INVAL, both words come back', () => {
    const answer = runAlone((process) => process.subscribe(DRIVER, 0, NOWHERE, 0xdd));
    expect(answer).to.deep.equal(echo(6, NOWHERE));
  });

  it('B06 a bad function and an absent driver: INVAL, as the function is tested first', () => {
    const answer = runAlone((process) => process.subscribe(ABSENT, 0, NOWHERE, 0xdd));
    expect(answer).to.deep.equal(echo(6, NOWHERE));
  });

  for (const [profile, pair] of [
    ['2.0', [0, 0xdd]],
    ['2.1', [0, 0xdd]],
    ['2.2', [0, 0xdd]],
    ['2.2-trd', [0, 0]],
  ] as const) {
    it(`B07 profile ${profile}: null upcall, absent driver: NODEVICE and (${pair.join(', ')})`, () => {
      const answer = runAlone((process) => process.subscribe(ABSENT, 0, NULL, 0xdd), { profile });
      expect(answer).to.deep.equal([2, 11, ...pair]);
    });
  }

  it('B07 profile 2.2: an upcall for an absent driver comes back; 2.2-trd gives a null one', () => {
    for (const [profile, back] of [
      ['2.2', true],
      ['2.2-trd', false],
    ] as const) {
      runAlone(
        function* (process) {
          const f = process.recorder([]);
          const answer = yield* process.subscribe(ABSENT, 0, f, 0xdd);
          expect(answer).to.deep.equal(back ? [2, 11, f, 0xdd] : [2, 11, 0, 0]);
        },
        { profile },
      );
    }
  });

  for (const [profile, error] of [
    ['2.0', 10],
    ['2.1', 10],
    ['2.2', 10],
    ['2.2-trd', 6],
  ] as readonly [ProfileName, number][]) {
    it(`profile ${profile}: a number that the driver does not have: error ${error}, echo`, () => {
      for (const number of [4, 0xffff_ffff]) {
        const answer = runAlone((process) => process.subscribe(DRIVER, number, NULL, 0xdd), {
          profile,
        });
        expect(answer).to.deep.equal(echo(error, NULL));
      }
    });
  }

  it('B10 a driver that allocates no grant when asked: NOMEM, echo', () => {
    const answer = runAlone((process, bench) => {
      bench.driver.onAllocate = () => Ok();
      return process.subscribe(DRIVER, 0, NULL, 0xdd);
    });
    expect(answer).to.deep.equal(echo(9, NULL));
  });

  it('B10 the driver is asked once for each call, and not when the grant exists', () => {
    runAlone(function* (process, bench) {
      const allocate = bench.driver.onAllocate;
      let asked = 0;
      bench.driver.onAllocate = (id) => (asked++ === 0 ? Ok() : allocate(id));
      yield* process.subscribe(DRIVER, 0, NULL);
      expect(asked).to.equal(1);
      yield* process.subscribe(DRIVER, 0, NULL);
      yield* process.subscribe(DRIVER, 1, NULL);
      expect(asked).to.equal(2);
    });
  });

  it("B11 a driver that touches another driver's grant only: NOMEM", () => {
    const bench = new Testbench();
    const other = bench.addDriver(OTHER);
    bench.driver.onAllocate = (id) => other.apps.enter(id, () => {});
    const answers: Words[] = [];
    const reasons: unknown[] = [];
    bench.trace.on('grantRefused', ({ fields }) => reasons.push(fields['reason']));
    bench.spawn(function* (process) {
      answers.push(yield* process.subscribe(DRIVER, 0, NULL, 0xdd));
      answers.push(yield* process.subscribe(DRIVER, 0, NULL, 0xdd));
    });
    bench.run();
    expect(answers).to.deep.equal([echo(9, NULL), echo(9, NULL)]);
    expect(reasons).to.deep.equal([
      'the driver allocated another grant',
      'the driver allocated no grant',
    ]);
  });

  it('B12 process RAM too small for the grant: NOMEM; break moved down: success', () => {
    runAlone(
      function* (process) {
        const [, grants] = yield* process.memop(6);
        expect((yield* process.memop(0, grants))[0]).to.equal(128);
        expect(yield* process.subscribe(DRIVER, 0, NULL, 0xdd)).to.deep.equal(echo(9, NULL));
        expect((yield* process.memop(0, grants - 1024))[0]).to.equal(128);
        expect((yield* process.subscribe(DRIVER, 0, NULL, 0xdd)).slice(0, 3)).to.deep.equal([
          130, 0, 0,
        ]);
      },
      { driver: { size: 256 } },
    );
  });
});

describe('Subscribe: which functions are valid', () => {
  /** Whether subscribing the function at an address is accepted; the address may use the map. */
  function accepts(address: (appStart: number, ramStart: number) => number): boolean {
    const [variant] = runAlone((process) => {
      return process.subscribe(DRIVER, 0, address(process.mem.appStart, process.mem.ramStart));
    });
    return variant === 130;
  }

  it('B17 in RAM, as long as one pointer fits below the app break', () => {
    expect(accepts((_, ram) => ram)).to.equal(true);
    expect(accepts((_, ram) => ram + 1024 - 4)).to.equal(true);
    expect(accepts((_, ram) => ram + 1024 - 3)).to.equal(false);
    expect(accepts((_, ram) => ram + 1024)).to.equal(false);
    expect(accepts((_, ram) => ram - 4)).to.equal(false);
    expect(accepts((_, ram) => ram + RAM_SIZE - 4)).to.equal(false);
  });

  it('B19 in flash past the protected part, as long as one pointer fits', () => {
    expect(accepts((app) => app)).to.equal(true);
    expect(accepts((app) => app - 1)).to.equal(false);
    expect(accepts((app) => app - 0x80 + FLASH_SIZE - 4)).to.equal(true);
    expect(accepts((app) => app - 0x80 + FLASH_SIZE - 2)).to.equal(false);
  });

  it('B05 the last bytes of the address space do not wrap around', () => {
    for (const address of [0xffff_fffc, 0xffff_ffff]) {
      expect(accepts(() => address)).to.equal(false);
    }
  });
});

describe('Subscribe: upcalls that are queued', () => {
  it('B16 an exchanged upcall is never run, nor is the new one for the old event (TRD 104 §4.2)', () => {
    const [old, fresh]: [Words[], Words[]] = [[], []];
    runAlone(function* (process) {
      yield* process.subscribe(DRIVER, 0, process.recorder(old), 1);
      yield* process.command(DRIVER, 1, 0, 10);
      yield* process.subscribe(DRIVER, 0, process.recorder(fresh), 2);
      yield* process.yieldNoWait();
      expect([old, fresh]).to.deep.equal([[], []]);
      yield* process.command(DRIVER, 1, 0, 20);
      yield* process.yieldWait();
    });
    expect([old, fresh]).to.deep.equal([[], [[20, 21, 22, 2]]]);
  });

  it('B14 a refused subscribe leaves upcall and queue alone', () => {
    const calls: Words[] = [];
    runAlone(function* (process) {
      yield* process.subscribe(DRIVER, 0, process.recorder(calls), 1);
      yield* process.command(DRIVER, 1, 0, 10);
      expect((yield* process.subscribe(DRIVER, 0, NOWHERE))[1]).to.equal(6);
      expect((yield* process.subscribe(DRIVER, 9, NULL))[1]).to.equal(10);
      yield* process.yieldWait();
    });
    expect(calls).to.deep.equal([[10, 11, 12, 1]]);
  });

  it('B16 unsubscribing before the yield: the upcall of an alarm that fired never runs', () => {
    const calls: Words[] = [];
    runAlone(function* (process) {
      yield* process.subscribe(DRIVER, 0, process.recorder(calls), 1);
      yield* process.command(DRIVER, 1, 0, 10);
      yield* process.subscribe(DRIVER, 0, NULL);
      const flag = process.ram(0);
      yield* process.yieldNoWait(flag);
      expect(process.mem.read(flag, 1)).to.deep.equal(Uint8Array.of(0));
    });
    expect(calls).to.deep.equal([]);
  });

  it('B16 only the upcalls of that very number of that very driver go', () => {
    const bench = new Testbench();
    bench.addDriver(OTHER);
    const calls: Words[] = [];
    bench.trace.start();
    bench.spawn(function* (process) {
      const f = process.recorder(calls);
      for (const [driver, number] of [
        [DRIVER, 0],
        [DRIVER, 1],
        [OTHER, 0],
      ] as const) {
        yield* process.subscribe(driver, number, f, number);
        yield* process.command(driver, 1, number, driver + number);
      }
      yield* process.subscribe(DRIVER, 0, NULL);
      yield* process.yieldWait();
      yield* process.yieldWait();
    });
    bench.run();
    expect(calls.map(([first]) => first)).to.deep.equal([DRIVER + 1, OTHER]);
    const cancelled = bench.trace.latest().filter(({ event }) => event === 'upcallCancelled');
    expect(cancelled.map(({ fields }) => fields)).to.deep.equal([
      { driver: DRIVER, subscribe: 0, count: 1 },
    ]);
  });
});
