// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Writing to and reading from the serial port (case J06).
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import type { AppMain } from '#boards/board';
import { ErrorCode } from '#kernel/errorcode';
import { ms } from '#kernel/time';
import { bench, runApp } from '../../support/run-app.ts';

const CONSOLE = 1;

describe('Console driver', () => {
  it('J06 writes 5 of 5 and tells so; a write of 0 gets its upcall, too', () => {
    const { process, text } = runApp(function* (tock) {
      const written: number[] = [];
      const buffer = yield* tock.bufferOf(Uint8Array.from([72, 101, 108, 108, 111]));
      yield* tock.console.writeAsync(buffer, (error, bytes) => written.push(error, bytes));
      yield* tock.yieldWait();
      expect((yield* tock.command(CONSOLE, 1, 0)).isSuccess()).to.equal(true);
      yield* tock.yieldWait();
      expect(written).to.deep.equal([0, 5, 0, 0]);
      return 0;
    });
    expect(process.completionCode, process.faultReason).to.equal(0);
    expect(text).to.equal('Hello');
  });

  it('takes the time of 115,200 baud: 10 bits a byte', () => {
    const { board } = runApp(function* (tock) {
      yield* tock.console.print('x'.repeat(1152));
      return 0;
    });
    expect(board.clock.now).to.be.within(ms(100), ms(115));
  });

  it('sends text longer than its own buffer whole, and any Unicode', () => {
    const long = 'aé€😀'.repeat(50);
    const { text } = runApp(function* (tock) {
      const printed = yield* tock.console.print(long);
      return printed.ok ? 0 : 1;
    });
    expect(text).to.equal(long);
  });

  it('cuts a write to what is lent', () => {
    const { text } = runApp(function* (tock) {
      const buffer = yield* tock.bufferOf(Uint8Array.from([65, 66]));
      yield* tock.allowReadOnly(CONSOLE, 1, buffer);
      yield* tock.operate(CONSOLE, 1, 1, 100);
      return 0;
    });
    expect(text).to.equal('AB');
  });

  it('is BUSY for a second write of the same process, and lets processes take turns', () => {
    const { board, text } = bench();
    const writer = (letter: string): AppMain =>
      function* (tock) {
        const buffer = yield* tock.bufferOf(new Uint8Array(100).fill(letter.charCodeAt(0)));
        yield* tock.console.writeAsync(buffer, () => undefined);
        const second = yield* tock.command(CONSOLE, 1, 1);
        expect(second.failure()).to.equal(ErrorCode.BUSY);
        yield* tock.yieldWait();
        return 0;
      };
    const processes = ['a', 'b'].map((name) => board.load({ name, main: writer(name) }));
    board.run();
    expect(processes.map(({ completionCode }) => completionCode)).to.deep.equal([0, 0]);
    expect(text().replaceAll('b', '')).to.equal('a'.repeat(100));
    expect(text().replaceAll('a', '')).to.equal('b'.repeat(100));
  });

  it('J06 reads what the host types; a second read while one is pending is BUSY', () => {
    const { board } = bench();
    const process = board.load({
      name: 'reader',
      main: function* (tock) {
        const buffer = yield* tock.bufferOf(new Uint8Array(3));
        const got: number[] = [];
        yield* tock.console.readAsync(buffer, (error, bytes) => got.push(error, bytes));
        expect((yield* tock.command(CONSOLE, 2, 1)).failure()).to.equal(ErrorCode.BUSY);
        yield* tock.yieldWait();
        expect(got).to.deep.equal([0, 3]);
        expect([...buffer.bytes]).to.deep.equal([49, 50, 51]);
        return 0;
      },
    });
    board.run(ms(20));
    board.panel.type(Uint8Array.from([49, 50, 51]));
    board.run();
    expect(process.completionCode, process.faultReason).to.equal(0);
  });

  it('refuses a read over the 64 bytes of the driver with INVAL, and ends an aborted one with CANCEL (console.rs)', () => {
    const { process } = runApp(function* (tock) {
      const buffer = yield* tock.bufferOf(new Uint8Array(65));
      yield* tock.allowReadWrite(CONSOLE, 1, buffer);
      expect((yield* tock.command(CONSOLE, 2, 65)).failure()).to.equal(ErrorCode.INVAL);
      expect((yield* tock.command(CONSOLE, 2, 0)).failure()).to.equal(ErrorCode.SIZE);
      yield* tock.allowReadWrite(CONSOLE, 1, yield* tock.bufferOf(new Uint8Array(64)));
      let status = 0;
      yield* tock.subscribe(CONSOLE, 2, (error) => (status = error));
      expect((yield* tock.command(CONSOLE, 2, 64)).isSuccess()).to.equal(true);
      yield* tock.console.abortRead();
      yield* tock.yieldWait();
      return status === ErrorCode.CANCEL ? 0 : 1;
    });
    expect(process.completionCode, process.faultReason).to.equal(0);
  });

  it('cuts a read to what is lent, and ends it when that is full (console.rs)', () => {
    const { board } = bench();
    const process = board.load({
      name: 'reader',
      main: function* (tock) {
        yield* tock.allowReadWrite(CONSOLE, 1, yield* tock.bufferOf(new Uint8Array(2)));
        const done = yield* tock.operate(CONSOLE, 2, 2, 1000);
        expect(done.ok && [...done.value]).to.deep.equal([0, 2, 0]);
        return 0;
      },
    });
    board.run(ms(20));
    board.panel.type(Uint8Array.from([49, 50]));
    board.run();
    expect(process.completionCode, process.faultReason).to.equal(0);
  });

  it('says SIZE and how much it kept when less is lent than arrived (console.rs)', () => {
    const { board } = bench();
    const process = board.load({
      name: 'reader',
      main: function* (tock) {
        const buffer = yield* tock.bufferOf(new Uint8Array(4));
        const got: number[] = [];
        yield* tock.console.readAsync(buffer, (error, bytes) => got.push(error, bytes));
        const short = yield* tock.bufferOf(new Uint8Array(2));
        yield* tock.allowReadWrite(CONSOLE, 1, short);
        yield* tock.yieldWait();
        expect(got).to.deep.equal([ErrorCode.SIZE, 2]);
        expect([...buffer.bytes, ...short.bytes]).to.deep.equal([0, 0, 0, 0, 49, 50]);
        return 0;
      },
    });
    board.run(ms(20));
    board.panel.type(Uint8Array.from([49, 50, 51, 52]));
    board.run();
    expect(process.completionCode, process.faultReason).to.equal(0);
  });

  it('says how much has left when a process takes its buffer back in the middle of a write (console.rs)', () => {
    const { process, text } = runApp(function* (tock) {
      const buffer = yield* tock.bufferOf(new Uint8Array(100).fill(65));
      const written: number[] = [];
      yield* tock.console.writeAsync(buffer, (error, bytes) => written.push(error, bytes));
      yield* tock.allowReadOnly(CONSOLE, 1, null);
      yield* tock.yieldWait();
      expect(written).to.deep.equal([0, 64]);
      return 0;
    });
    expect(process.completionCode, process.faultReason).to.equal(0);
    expect(text).to.equal('A'.repeat(64));
  });

  it('gets its buffer back when a process dies in the middle of a write', () => {
    const { board, text } = bench();
    board.load({
      name: 'dying',
      main: function* (tock) {
        const buffer = yield* tock.bufferOf(new Uint8Array(300).fill(120));
        yield* tock.console.writeAsync(buffer, () => undefined);
        return 0;
      },
    });
    const other = board.load({
      name: 'other',
      main: function* (tock) {
        yield* tock.alarm.sleep(5);
        yield* tock.console.print('still here');
        return 0;
      },
    });
    expect(board.run()).to.equal('finished');
    expect(other.completionCode).to.equal(0);
    expect(text()).to.match(/^x{64}still here$/);
  });

  it('aborts the read of a process that died when another wants to read, and no key is lost to the dead', () => {
    const { board } = bench();
    board.load({
      name: 'dying',
      main: function* (tock) {
        yield* tock.console.readAsync(yield* tock.bufferOf(new Uint8Array(2)), () => undefined);
        return 0;
      },
    });
    const other = board.load({
      name: 'other',
      main: function* (tock) {
        yield* tock.alarm.sleep(5);
        const buffer = yield* tock.bufferOf(new Uint8Array(1));
        const first = yield* tock.console.read(buffer);
        expect(first.ok ? 0 : first.error).to.equal(ErrorCode.BUSY);
        expect((yield* tock.console.readAsync(buffer, () => undefined)).ok).to.equal(true);
        board.panel.type(Uint8Array.of(65));
        yield* tock.yieldWait();
        return buffer.bytes[0] ?? 0;
      },
    });
    board.run();
    expect(other.completionCode, other.faultReason).to.equal(65);
  });
});
