// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The library compares what calls give back with what it lent (`compareSwaps`).
 *
 * NON-TOCK: tests. The driver is one of 2.0-dev, which holds callbacks and buffers itself.
 */
import { expect } from 'chai';
import type { AppMain } from '#boards/board';
import type { Mismatch } from '#apps/libtock/loans';
import { Callback } from '#kernel/callback';
import type { Driver, SwapResult } from '#kernel/driver';
import { ErrorCode } from '#kernel/errorcode';
import type { ReadOnlyProcessBuffer } from '#kernel/processbuffer';
import { PROFILES, type ProfileName } from '#kernel/profile';
import { ProcessState, type ProcessId } from '#kernel/process';
import { Err, Ok } from '#kernel/result';
import { CommandReturn } from '#kernel/syscall-driver';
import { runApp, type Ran } from '../../support/run-app.ts';

const DRIVER = 0xbad1;
const CONSOLE = 1;
const ABSENT = 0xbad0;

/** Holds callbacks and buffers; what it gives back, a test may replace. */
class Holder implements Driver {
  readonly interface = '2.0-dev';
  private readonly callbacks = [Callback.default(), Callback.default()];

  constructor(private readonly lie: (honest: Callback, held: Callback[]) => SwapResult<Callback>) {}

  subscribe(subscribeNum: number, callback: Callback): SwapResult<Callback> {
    const old = this.callbacks[subscribeNum] ?? Callback.default();
    this.callbacks[subscribeNum] = callback;
    return this.lie(old, this.callbacks);
  }

  command(): CommandReturn {
    return CommandReturn.success();
  }
}

function run(
  main: AppMain,
  profile: ProfileName = '2.0-dev',
  driver: Driver = new Holder((honest) => Ok(honest)),
): Ran & { mismatches: Mismatch[] } {
  const mismatches: Mismatch[] = [];
  const ran = runApp(
    main,
    { profile: PROFILES[profile], drivers: () => [[DRIVER, driver]] },
    { libtock: { compareSwaps: true, onMismatch: (mismatch) => mismatches.push(mismatch) } },
  );
  expect(ran.process.completionCode, ran.process.faultReason).to.equal(0);
  return { ...ran, mismatches };
}

/** Subscribes twice, once with appdata, and unsubscribes. */
const subscribing: AppMain = function* (tock) {
  yield* tock.subscribe(DRIVER, 0, () => 1, 11);
  yield* tock.subscribe(DRIVER, 0, () => 2, 22);
  yield* tock.subscribe(DRIVER, 0, null, 33);
  yield* tock.subscribe(DRIVER, 0, () => 3);
  return 0;
};

describe('Loans', () => {
  it('an honest driver gives no mismatch, though 2.0-dev forgets the appdata of null (case B04)', () => {
    expect(run(subscribing).mismatches).to.deep.equal([]);
  });

  for (const profile of ['2.0', '2.1', '2.2', '2.2-trd'] as const) {
    it(`where the kernel holds all there is no mismatch, refusals included (${profile})`, () => {
      const { mismatches } = run(function* (tock) {
        const buffer = yield* tock.bufferOf(new Uint8Array(8));
        yield* tock.subscribe(ABSENT, 0, () => 1, 11);
        yield* tock.subscribe(CONSOLE, 99, () => 1, 11);
        yield* tock.subscribe(CONSOLE, 1, () => 1, 11);
        yield* tock.subscribe(CONSOLE, 1, null, 12);
        yield* tock.subscribe(CONSOLE, 1, () => 1);
        yield* tock.allowReadOnly(CONSOLE, 1, buffer);
        yield* tock.allowReadOnly(CONSOLE, 1, null);
        yield* tock.allowReadOnly(ABSENT, 1, buffer);
        return 0;
      }, profile);
      expect(mismatches).to.deep.equal([]);
    });
  }

  it('null given back for a function that was held is a mismatch', () => {
    const liar = new Holder(() => Ok(Callback.default()));
    const { mismatches } = run(subscribing, '2.0-dev', liar);
    expect(mismatches.map(({ expected, got }) => [expected[1], got])).to.deep.equal([
      [11, [0, 0]],
      [22, [0, 0]],
    ]);
    expect(mismatches[0]).to.include({ call: 'subscribe', driverNum: DRIVER, number: 0 });
  });

  it("another number's function is a mismatch, and that function stays callable", () => {
    const liar = new Holder((honest, held) => Ok(held[1] ?? honest));
    const { mismatches } = run(
      function* (tock) {
        const other = (): number => 2;
        yield* tock.subscribe(DRIVER, 1, other, 2);
        const address = tock.machine.functions.add(other);
        yield* tock.subscribe(DRIVER, 0, () => 1, 1);
        return tock.machine.functions.get(address) === other ? 0 : 1;
      },
      '2.0-dev',
      liar,
    );
    // The first subscribe, too, gave back what it had just been passed.
    expect(mismatches.map(({ number, expected }) => [number, ...expected])).to.deep.equal([
      [1, 0, 0],
      [0, 0, 0],
    ]);
  });

  it('a refusal that does not give back what was passed is a mismatch', () => {
    const liar = new Holder(() => Err([Callback.default(), ErrorCode.BUSY] as const));
    const { mismatches } = run(
      function* (tock) {
        yield* tock.subscribe(DRIVER, 0, () => 1, 11);
        return 0;
      },
      '2.0-dev',
      liar,
    );
    expect(mismatches.map(({ expected, got }) => [expected[1], ...got])).to.deep.equal([
      [11, 0, 0],
    ]);
  });

  it('a buffer given back at once, where none was held, is a mismatch', () => {
    class Refuser extends Holder {
      allowReadOnly(
        _processId: ProcessId,
        _allowNum: number,
        buffer: ReadOnlyProcessBuffer,
      ): SwapResult<ReadOnlyProcessBuffer> {
        return Ok(buffer);
      }
    }
    const { mismatches } = run(
      function* (tock) {
        yield* tock.allowReadOnly(DRIVER, 1, yield* tock.bufferOf(new Uint8Array(8)));
        return 0;
      },
      '2.0-dev',
      new Refuser((honest) => Ok(honest)),
    );
    expect(
      mismatches.map(({ call, number, expected, got }) => [call, number, expected, got[1]]),
    ).to.deep.equal([['allowReadOnly', 1, [0, 0], 8]]);
  });

  it('without a hook a mismatch faults the process, and says what did not compare', () => {
    const { process } = runApp(
      subscribing,
      {
        profile: PROFILES['2.0-dev'],
        drivers: () => [[DRIVER, new Holder(() => Ok(Callback.default()))]],
      },
      { libtock: { compareSwaps: true } },
    );
    expect(process.state).to.equal(ProcessState.Faulted);
    expect(process.faultReason).to.match(/subscribe of driver 0xbad1, 0: gave back 0x0, 0x0 for/);
  });

  it('costs no system call, and two words for each number that was lent under', () => {
    const counts = [false, true].map((compareSwaps) => {
      const words: (number | undefined)[] = [];
      const { process } = runApp(
        function* (tock) {
          yield* tock.console.print('hello');
          yield* tock.subscribe(CONSOLE, 1, null);
          words.push(tock.loans?.words);
          return 0;
        },
        {},
        { libtock: { compareSwaps } },
      );
      return [process.syscallCount, words[0]];
    });
    expect(counts[1]?.[0]).to.equal(counts[0]?.[0]);
    expect(counts.map(([, words]) => words)).to.deep.equal([undefined, 4]);
  });
});
