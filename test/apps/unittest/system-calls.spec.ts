// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The log of system calls, and calls that are expected.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import type { Libtock } from '#apps/libtock/libtock';
import type { Userspace } from '#apps/libtock/userspace';
import { answer } from '#apps/unittest/fake-driver';
import { FakeKernel } from '#apps/unittest/fake-kernel';
import { ErrorCode } from '#kernel/errorcode';
import { Err } from '#kernel/result';
import { DRIVER, EchoDriver } from './support.ts';

type App = (tock: Libtock) => Userspace<unknown>;

/** Runs an app after the test said what it expects. */
function run(
  expects: (kernel: FakeKernel) => void,
  app: App,
): { kernel: FakeKernel; driver: EchoDriver } {
  const driver = new EchoDriver();
  const kernel = new FakeKernel([driver]);
  expects(kernel);
  kernel.run(function* (tock) {
    yield* app(tock);
    return 0;
  });
  return { kernel, driver };
}

/** The message with which a run is refused. */
const running = (expects: (kernel: FakeKernel) => void, app: App) => () => run(expects, app);
const nothing = (): void => undefined;
const unsubscribe =
  (driverNum: number, subscribeNum: number): App =>
  (tock) =>
    tock.subscribe(driverNum, subscribeNum, null, 5);

describe('The log of the fake kernel', () => {
  it('has each call with its words, in order', () => {
    const { kernel } = run(nothing, function* (tock) {
      yield* tock.command(DRIVER, 2, 3, 4);
      yield* tock.subscribe(DRIVER, 1, null, 6);
      yield* tock.allowReadOnly(DRIVER, 0, null);
      yield* tock.yieldNoWait();
      yield* tock.memop(2);
      yield* tock.command(DRIVER, 1, 1, 9);
      yield* tock.yieldWaitFor(DRIVER, 1);
      yield* tock.exitTerminate(3);
    });
    expect(kernel.log).to.deep.equal([
      { call: 'command', words: [DRIVER, 2, 3, 4] },
      { call: 'subscribe', words: [DRIVER, 1, 0, 6] },
      { call: 'allowReadOnly', words: [DRIVER, 0, 0, 0] },
      { call: 'yieldNoWait', words: [] },
      { call: 'memop', words: [2, 0] },
      { call: 'command', words: [DRIVER, 1, 1, 9] },
      { call: 'yieldWaitFor', words: [DRIVER, 1] },
      { call: 'exit', words: [0, 3] },
    ]);
  });
});

describe('An expected call', () => {
  it('B21 a subscribe that comes otherwise is thrown, with both numbers and what differs', () => {
    const expects = (kernel: FakeKernel): void => {
      kernel.expect('subscribe', [DRIVER, 1]);
    };
    expect(running(expects, unsubscribe(DRIVER, 0))).to.throw(
      'expected subscribe (driver number 36864, subscribe number 1), but the app made another subscribe number: ' +
        'subscribe (driver number 36864, subscribe number 0, upcall 0, appdata 5)',
    );
    expect(running(expects, unsubscribe(2, 1))).to.throw('another driver number');
    expect(running(expects, (tock) => tock.yieldNoWait())).to.throw('another call: yieldNoWait');
    run(expects, unsubscribe(DRIVER, 1));
  });

  it('D29 an allow of another class, driver or number is thrown', () => {
    const expects = (kernel: FakeKernel): void => {
      kernel.expect('allowReadOnly', [DRIVER, 1]);
    };
    expect(running(expects, (tock) => tock.allowReadWrite(DRIVER, 1, null))).to.throw(
      'another call',
    );
    expect(running(expects, (tock) => tock.allowReadOnly(2, 1, null))).to.throw(
      'another driver number',
    );
    expect(running(expects, (tock) => tock.allowReadOnly(DRIVER, 0, null))).to.throw(
      'another allow number',
    );
    const writes = (kernel: FakeKernel): void => {
      kernel.expect('allowReadWrite', [DRIVER, 0]);
    };
    expect(running(writes, (tock) => tock.allowReadOnly(DRIVER, 0, null))).to.throw('another call');
    run(writes, (tock) => tock.allowReadWrite(DRIVER, 0, null));
  });

  it('B22 skipped with an error: that error and the pair passed; the driver is not asked', () => {
    const { driver } = run(
      (kernel) => {
        kernel.expect('subscribe', [DRIVER, 0], { skipWithError: ErrorCode.NOACK });
        kernel.expect('allowReadOnly', [DRIVER, 0], { skipWithError: ErrorCode.NOMEM });
      },
      function* (tock) {
        const words = yield* tock.trap(1, DRIVER, 0, 0, 77);
        expect([...words].slice(0, 4)).to.deep.equal([2, ErrorCode.NOACK, 0, 77]);
        expect(yield* tock.allowReadOnly(DRIVER, 0, null)).to.deep.equal(Err(ErrorCode.NOMEM));
      },
    );
    expect(driver.subscribes).to.deep.equal([]);
  });

  it("a command's answer is replaced; the driver is asked all the same", () => {
    const { driver } = run(
      (kernel) => {
        kernel.expect('command', [DRIVER, 2], { answer: answer.failure(ErrorCode.BUSY) });
      },
      function* (tock) {
        expect((yield* tock.command(DRIVER, 2, 1, 1)).failure()).to.equal(ErrorCode.BUSY);
        expect((yield* tock.command(DRIVER, 2, 1, 1)).successU32()).to.equal(2);
      },
    );
    expect(driver.commands).to.have.lengthOf(2);
  });

  it('C31 a Yield-Wait that is skipped runs nothing; the next one does', () => {
    const ran: number[] = [];
    run(
      (kernel) => {
        kernel.expect('subscribe');
        kernel.expect('command');
        kernel.expect('yieldWait', [], { skipUpcall: true });
      },
      function* (tock) {
        yield* tock.subscribe(DRIVER, 0, (first) => ran.push(first));
        yield* tock.command(DRIVER, 1, 0, 9);
        yield* tock.yieldWait();
        expect(ran).to.deep.equal([]);
        yield* tock.yieldWait();
      },
    );
    expect(ran).to.deep.equal([9]);
  });

  it('C31 a Yield-NoWait says what the test wants, and runs the upcall unless that is skipped', () => {
    const ran: number[] = [];
    run(
      (kernel) => {
        kernel.expect('yieldNoWait', [], { flag: true });
        kernel.expect('subscribe');
        kernel.expect('command');
        kernel.expect('yieldNoWait', [], { flag: true, skipUpcall: true });
        kernel.expect('yieldNoWait', [], { flag: false });
        kernel.expect('yieldNoWait');
      },
      function* (tock) {
        expect(yield* tock.yieldNoWait()).to.equal(true);
        yield* tock.subscribe(DRIVER, 0, (first) => ran.push(first));
        yield* tock.command(DRIVER, 1, 0, 9);
        expect(yield* tock.yieldNoWait()).to.equal(true);
        expect(ran).to.deep.equal([]);
        expect(yield* tock.yieldNoWait()).to.equal(false);
        expect(ran).to.deep.equal([9]);
        expect(yield* tock.yieldNoWait()).to.equal(false);
      },
    );
  });

  it('a Yield-WaitFor gives the words that the test wants', () => {
    run(
      (kernel) => {
        kernel.expect('yieldWaitFor', [DRIVER, 0], { words: [1, 2, 3] });
      },
      function* (tock) {
        expect(yield* tock.yieldWaitFor(DRIVER, 0)).to.deep.equal([1, 2, 3]);
      },
    );
  });

  it('that never comes is thrown at the end; Memop is never held against it', () => {
    const expects = (kernel: FakeKernel): void => {
      kernel.expect('command', [DRIVER, 2]);
    };
    expect(running(expects, (tock) => tock.malloc(4))).to.throw(
      'expected command (driver number 36864, command number 2), but the app ended before',
    );
    const exits = (kernel: FakeKernel): void => {
      kernel.expect('exit', [0, 7]);
    };
    expect(running(exits, (tock) => tock.exitTerminate(8))).to.throw('another completion code');
    run(exits, (tock) => tock.exitTerminate(7));
  });
});

describe('Words of a system call', () => {
  it('B24 a number that 32 bits do not hold is thrown, by the name of the argument', () => {
    const calls: [App, string][] = [
      [unsubscribe(2 ** 32, 0), 'the driver number 4294967296 is no 32-bit word'],
      [unsubscribe(DRIVER, 2 ** 32), 'the subscribe number 4294967296'],
      [(tock) => tock.command(DRIVER, 2, 0.5), 'the argument 1 0.5'],
      [(tock) => tock.command(DRIVER, 2, 0, -(2 ** 31) - 1), 'the argument 2 -2147483649'],
      [(tock) => tock.allowReadOnly(DRIVER, Number.NaN, null), 'the allow number NaN'],
      [(tock) => tock.trap(0, 2 ** 32, 0, 0, 0), 'the yield number 4294967296'],
      [(tock) => tock.yieldWaitFor(0, 2 ** 32), 'the subscribe number 4294967296'],
      [(tock) => tock.trap(2 ** 32, 0, 0, 0, 0), 'the class 4294967296'],
    ];
    for (const [app, message] of calls) expect(running(nothing, app)).to.throw(RangeError, message);
    run(nothing, function* (tock) {
      const sum = yield* tock.command(DRIVER, 2, -1, 2 ** 32 - 1);
      expect(sum.ok).to.equal(true);
    });
  });

  it('C32 a yield of an unknown number is thrown with the number, and so is a class', () => {
    expect(running(nothing, (tock) => tock.trap(0, 3, 0, 0, 0))).to.throw('unknown yield number 3');
    expect(running(nothing, (tock) => tock.trap(0, 0xffff_ffff, 0, 0, 0))).to.throw(
      'unknown yield number 4294967295',
    );
    expect(running(nothing, (tock) => tock.trap(8, 0, 0, 0, 0))).to.throw(
      'unknown system call class 8',
    );
  });

  it('a subscribe of what is no function is thrown', () => {
    expect(running(nothing, (tock) => tock.trap(1, DRIVER, 0, 0x1234, 0))).to.throw(
      'subscribe of 0x1234, where no function is',
    );
  });
});
