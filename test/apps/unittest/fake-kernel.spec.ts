// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The fake kernel: calls, upcalls, memory, and what it throws.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Libtock } from '#apps/libtock/libtock';
import type { Userspace } from '#apps/libtock/userspace';
import { FakeKernel } from '#apps/unittest/fake-kernel';
import { ErrorCode } from '#kernel/errorcode';
import { Err, Ok } from '#kernel/result';
import { ROOT } from '#tools/sources';
import { DRIVER, EchoDriver } from './support.ts';

const ABSENT = 0xbad0;

/** Runs an app on one echo driver; what it left behind. */
function run(main: (tock: Libtock, driver: EchoDriver) => Userspace<unknown>): {
  kernel: FakeKernel;
  driver: EchoDriver;
} {
  const driver = new EchoDriver();
  const kernel = new FakeKernel([driver]);
  kernel.run(function* (tock) {
    yield* main(tock, driver);
    return 0;
  });
  return { kernel, driver };
}

describe('FakeKernel', () => {
  describe('runs an app', () => {
    it('to the number that main returns, with its arguments', () => {
      const exit = new FakeKernel([], { args: 41 }).run(function* (tock) {
        yield* tock.yieldNoWait();
        return Number(tock.args) + 1;
      });
      expect(exit).to.deep.equal({ completionCode: 42, restart: false });
    });

    it('to an Exit, from inside an upcall too; what follows does not run', () => {
      const driver = new EchoDriver();
      const kernel = new FakeKernel([driver]);
      const exit = kernel.run(function* (tock) {
        yield* tock.subscribe(DRIVER, 0, () => tock.exitRestart(5));
        yield* tock.command(DRIVER, 1, 0, 9);
        yield* tock.yieldWait();
        throw new Error('after the exit');
      });
      expect(exit).to.deep.equal({ completionCode: 5, restart: true });
    });

    it('an unknown exit is NOSUPPORT', () => {
      run(function* (tock) {
        const words = yield* tock.trap(6, 2, 0, 0, 0);
        expect([words[0], words[1]]).to.deep.equal([0, ErrorCode.NOSUPPORT]);
      });
    });

    it('throws what the app throws, and a result of main that is no whole number', () => {
      const kernel = new FakeKernel();
      const app = (value: number) =>
        function* (): Userspace<number> {
          if (value === 0) throw new Error('in the app');
          return value;
        };
      expect(() => kernel.run(app(0))).to.throw('in the app');
      expect(() => kernel.run(app(0.5))).to.throw(TypeError, 'main returned 0.5');
    });

    it('throws when it makes calls for ever', () => {
      const kernel = new FakeKernel([], { mostCalls: 50 });
      const forEver = function* (tock: Libtock): Userspace<number> {
        for (;;) yield* tock.yieldNoWait();
      };
      expect(() => kernel.run(forEver)).to.throw('the app made 51 calls and did not end');
    });

    it('CPU time costs nothing, and memory grows to the end of RAM', () => {
      const kernel = new FakeKernel([], { ramSize: 4096 });
      const exit = kernel.run(function* (tock) {
        yield* tock.compute(1_000_000_000);
        const first = yield* tock.malloc(1024);
        const second = yield* tock.malloc(1024);
        return (first.ok ? 1 : 0) + (second.ok ? 2 : second.error);
      });
      expect(exit.completionCode).to.equal(3);
      const refused = kernel.run(function* (tock) {
        const large = yield* tock.malloc(2049);
        return large.ok ? 0 : large.error;
      });
      expect(refused.completionCode).to.equal(ErrorCode.NOMEM);
    });

    it('reads and writes outside its memory as a fault', () => {
      expect(() => run((tock) => tock.bufferOf(Uint8Array.of(tock.read8(0))))).to.throw(
        'read of 0x0',
      );
      run(function* (tock) {
        const { memory } = tock.machine;
        expect(memory.read(memory.flashStart, 4)).to.deep.equal(new Uint8Array(4));
        expect(memory.write(memory.flashStart, new Uint8Array(1))).to.equal(false);
        expect((yield* tock.memop(2)).successU32()).to.equal(memory.ramStart);
        expect((yield* tock.memop(3)).successU32()).to.equal(memory.ramEnd);
        expect((yield* tock.memop(7)).failure()).to.equal(ErrorCode.NOSUPPORT);
      });
    });
  });

  describe('serves calls', () => {
    it('commands go to their driver; a driver that is not there is NODEVICE', () => {
      const { driver } = run(function* (tock) {
        expect((yield* tock.command(DRIVER, 2, 30, 40)).successU32()).to.equal(70);
        expect((yield* tock.command(ABSENT, 2)).failure()).to.equal(ErrorCode.NODEVICE);
      });
      expect(driver.commands).to.deep.equal([[2, 30, 40]]);
    });

    it('B01 B02 subscribe swaps; B07 without the driver it is NODEVICE', () => {
      run(function* (tock) {
        expect(yield* tock.subscribe(DRIVER, 0, () => undefined, 7)).to.deep.equal(Ok([0, 0]));
        const second = yield* tock.subscribe(DRIVER, 0, () => undefined, 8);
        expect(second.ok && second.value[1]).to.equal(7);
        expect(yield* tock.subscribe(ABSENT, 0, null)).to.deep.equal(Err(ErrorCode.NODEVICE));
      });
    });

    it("B09 a subscribe number past the driver's is INVAL, where the kernel says NOSUPPORT", () => {
      run(function* (tock) {
        const words = yield* tock.trap(1, DRIVER, 2, 0, 6);
        expect([...words].slice(0, 4)).to.deep.equal([2, ErrorCode.INVAL, 0, 6]);
      });
    });

    it('a driver may refuse what is subscribed or lent', () => {
      const { driver } = run(function* (tock, echo) {
        echo.refusal = ErrorCode.BUSY;
        const buffer = yield* tock.bufferOf(new Uint8Array(4));
        expect(yield* tock.subscribe(DRIVER, 0, null)).to.deep.equal(Err(ErrorCode.BUSY));
        expect(yield* tock.allowReadWrite(DRIVER, 0, buffer)).to.deep.equal(Err(ErrorCode.BUSY));
        echo.refusal = undefined;
        expect(yield* tock.allowReadWrite(DRIVER, 0, buffer)).to.deep.equal(Ok([0, 0]));
      });
      expect(driver.writable.length).to.equal(4);
    });

    it("D01 lent bytes are the app's own memory; taking back gives them back, and the driver none", () => {
      const { driver } = run(function* (tock, echo) {
        const buffer = yield* tock.bufferOf(Uint8Array.of(1, 2));
        yield* tock.allowReadWrite(DRIVER, 0, buffer);
        echo.writable.set([9], 1);
        expect([...buffer.bytes]).to.deep.equal([1, 9]);
        const back = yield* tock.allowReadWrite(DRIVER, 0, null);
        expect(back).to.deep.equal(Ok([buffer.address, 2]));
      });
      expect(driver.writable.length).to.equal(0);
    });

    it("D02 flash may be lent for reading only; memory that is not the app's is INVAL", () => {
      run(function* (tock) {
        const { flashStart, appBreak } = tock.machine.memory;
        const lend = function* (syscallClass: number, address: number): Userspace<number> {
          return (yield* tock.trap(syscallClass, DRIVER, 0, address, 4))[0] ?? 0;
        };
        expect(yield* lend(4, flashStart)).to.equal(130);
        expect(yield* lend(3, flashStart)).to.equal(2);
        expect(yield* lend(4, appBreak)).to.equal(2);
      });
    });

    it('a driver without the hook, and class 7, are NOSUPPORT', () => {
      const plain = { info: { driverNum: 5, upcalls: 0 }, command: () => [128] as const };
      new FakeKernel([plain]).run(function* (tock) {
        const refused = Err(ErrorCode.NOSUPPORT);
        expect(yield* tock.allowReadOnly(5, 0, null)).to.deep.equal(refused);
        expect(yield* tock.allowReadWrite(5, 0, null)).to.deep.equal(refused);
        expect(yield* tock.allowUserspaceReadable(5, 0, null)).to.deep.equal(refused);
        return 0;
      });
    });

    it('D27 lending bytes that are lent is thrown; a buffer may replace itself', () => {
      const overlap = (): unknown =>
        run(function* (tock) {
          const buffer = yield* tock.bufferOf(new Uint8Array(8));
          yield* tock.allowReadWrite(DRIVER, 0, buffer);
          yield* tock.allowReadWrite(DRIVER, 0, buffer);
          yield* tock.allowReadOnly(DRIVER, 0, buffer);
        });
      expect(overlap).to.throw(/^the buffer of 8 bytes at 0x.* overlaps what is lent/);
    });

    it('two drivers of one number are refused', () => {
      expect(() => new FakeKernel([new EchoDriver(), new EchoDriver()])).to.throw(
        'two fake drivers 0x9000',
      );
    });
  });

  describe('runs upcalls', () => {
    it('C01 in order, words and appdata exact; C10 one for each Yield-Wait', () => {
      const calls: number[][] = [];
      run(function* (tock) {
        yield* tock.subscribe(DRIVER, 0, (...words) => calls.push(words), 7);
        for (const first of [10, -1]) yield* tock.command(DRIVER, 1, 0, first);
        yield* tock.yieldWait();
        expect(calls).to.deep.equal([[10, 11, 12, 7]]);
        yield* tock.yieldWait();
      });
      expect(calls[1]).to.deep.equal([0xffff_ffff, 0, 1, 7]);
    });

    it('C12 an upcall that waits itself nests', () => {
      const order: string[] = [];
      run(function* (tock) {
        yield* tock.subscribe(DRIVER, 0, function* () {
          order.push('outer begins');
          yield* tock.yieldWait();
          order.push('outer ends');
        });
        yield* tock.subscribe(DRIVER, 1, () => order.push('inner'));
        yield* tock.command(DRIVER, 1, 0);
        yield* tock.command(DRIVER, 1, 1);
        yield* tock.yieldWait();
      });
      expect(order).to.deep.equal(['outer begins', 'inner', 'outer ends']);
    });

    it('C02 B16 a new subscription drops what was queued for the old', () => {
      run(function* (tock) {
        const ran: number[] = [];
        const upcall = (): number => ran.push(1);
        yield* tock.subscribe(DRIVER, 0, upcall, 1);
        yield* tock.subscribe(DRIVER, 1, upcall, 1);
        yield* tock.command(DRIVER, 1, 0);
        yield* tock.command(DRIVER, 1, 1);
        yield* tock.subscribe(DRIVER, 0, upcall, 2);
        expect(yield* tock.yieldNoWait()).to.equal(true);
        expect(yield* tock.yieldNoWait()).to.equal(false);
        expect(ran).to.deep.equal([1]);
      });
    });

    it('C14 C17 Yield-WaitFor takes its own out of the order, subscribed or not', () => {
      run(function* (tock) {
        yield* tock.command(DRIVER, 1, 0, 10);
        yield* tock.command(DRIVER, 1, 1, 20);
        expect(yield* tock.yieldWaitFor(DRIVER, 1)).to.deep.equal([20, 21, 22]);
        expect(yield* tock.yieldWaitFor(DRIVER, 0)).to.deep.equal([10, 11, 12]);
      });
    });

    it('C11 Yield-Wait with nothing queued, or nothing but null upcalls, is thrown and no hang', () => {
      expect(() => run((tock) => tock.yieldWait())).to.throw(/^yieldWait .* wait for ever$/);
      const onlyNull = (): unknown =>
        run(function* (tock) {
          yield* tock.command(DRIVER, 1, 0);
          yield* tock.yieldWait();
        });
      expect(onlyNull).to.throw('wait for ever');
    });

    it('C11 so is Yield-WaitFor with others queued only', () => {
      const others = (): unknown =>
        run(function* (tock) {
          yield* tock.command(DRIVER, 1, 0);
          yield* tock.yieldWaitFor(DRIVER, 1);
        });
      expect(others).to.throw(/^yieldWaitFor of driver 0x9000, upcall 1, .* wait for ever$/);
    });

    it("C26 a number past the driver's is InvalidSubscribeNum", () => {
      const driver = new EchoDriver();
      new FakeKernel([driver]);
      expect(driver.upcalls?.schedule(2, [0, 0, 0])).to.deep.equal(Err('InvalidSubscribeNum'));
    });

    it('each run begins afresh', () => {
      const kernel = new FakeKernel([new EchoDriver()]);
      kernel.run(function* (tock) {
        yield* tock.subscribe(DRIVER, 0, () => undefined);
        yield* tock.command(DRIVER, 1, 0);
        return 0;
      });
      const second = kernel.run(function* (tock) {
        yield* tock.subscribe(DRIVER, 1, () => undefined); // At the address of the first run's.
        expect(yield* tock.yieldNoWait()).to.equal(false);
        const before = yield* tock.subscribe(DRIVER, 0, null);
        return before.ok && before.value[0] === 0 ? 0 : 1;
      });
      expect(second.completionCode).to.equal(0);
      expect(kernel.log.map(({ call }) => call)).to.deep.equal([
        'subscribe',
        'yieldNoWait',
        'subscribe',
      ]);
    });
  });

  it('runs the example of its README', async () => {
    const page = readFileSync(join(ROOT, 'apps/unittest/README.md'), 'utf8');
    const [, example = ''] = /```js\n([^]*?)```/.exec(page) ?? [];
    expect(example).to.contain('new FakeKernel');
    mkdirSync(join(ROOT, 'dist'), { recursive: true });
    const folder = mkdtempSync(join(ROOT, 'dist/example-')); // Where the package finds itself by name.
    try {
      const path = join(folder, 'example.mjs');
      writeFileSync(path, example);
      await import(pathToFileURL(path).href);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
