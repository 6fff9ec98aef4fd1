// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Share scopes (cases B25–B27, D30).
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { ProcessState } from '#kernel/process';
import { Trace, type TraceRecord } from '#kernel/trace';
import { runApp } from '../../support/run-app.ts';
import type { AppMain } from '#boards/board';

const ALARM = 0;
const CONSOLE = 1;
const ABSENT = 0xbad0;

/** The system calls of a class that a script made, as [driver, number, word 2, word 3]. */
function calls(
  main: AppMain,
  syscallClass: number,
): { log: unknown[][]; fault: string | undefined } {
  const trace = new Trace();
  const records: TraceRecord[] = [];
  trace.on('syscall', (record) => records.push(record));
  const { process } = runApp(main, { trace });
  const log = records
    .map(({ fields }) => fields)
    .filter((fields) => fields['class'] === syscallClass)
    .map((fields) => [fields['r0'], fields['r1'], fields['r2'], fields['r3']]);
  return { log, fault: process.state === ProcessState.Faulted ? process.faultReason : undefined };
}

describe('Share scopes', () => {
  it('B25 end with exactly one unsubscribe with (0, 0)', () => {
    const { log, fault } = calls(function* (tock) {
      return yield* tock.share(function* (handle) {
        yield* handle.subscribe(ALARM, 0, () => undefined);
        return 0;
      });
    }, 1);
    expect(fault).to.equal(undefined);
    expect(log).to.have.lengthOf(2);
    expect(log[1]).to.deep.equal([ALARM, 0, 0, 0]);
  });

  it('B26 unsubscribe also when the subscribe had failed', () => {
    const { log } = calls(function* (tock) {
      return yield* tock.share(function* (handle) {
        const subscribed = yield* handle.subscribe(ABSENT, 3, () => undefined);
        return subscribed.ok ? 1 : 0;
      });
    }, 1);
    expect(log[1]).to.deep.equal([ABSENT, 3, 0, 0]);
  });

  it('take back when the body throws', () => {
    const { log, fault } = calls(function* (tock) {
      return yield* tock.share(function* (handle) {
        yield* handle.subscribe(ALARM, 0, () => undefined);
        throw new Error('in the body');
      });
    }, 1);
    expect(log).to.have.lengthOf(2);
    expect(fault).to.equal('in the body');
  });

  it('B27 call the hook when another upcall was there, and only then', () => {
    const hooked: number[][] = [];
    const { fault } = calls(function* (tock) {
      const config = {
        returnedNonnullUpcall: (driver: number, num: number) => hooked.push([driver, num]),
      };
      yield* tock.share(function* (handle) {
        yield* handle.subscribe(ALARM, 0, () => undefined);
      }, config);
      yield* tock.subscribe(ALARM, 0, () => undefined);
      yield* tock.share(function* (handle) {
        yield* handle.subscribe(ALARM, 0, () => undefined);
      }, config);
      return 0;
    }, 1);
    expect(fault).to.equal(undefined);
    expect(hooked).to.deep.equal([[ALARM, 0]]);
  });

  it('D30 un-allow once, and call the hook for a buffer that was there', () => {
    const hooked: number[][] = [];
    const { log, fault } = calls(function* (tock) {
      const config = {
        returnedNonzeroBuffer: (driver: number, num: number) => hooked.push([driver, num]),
      };
      const [a, b] = [
        yield* tock.bufferOf(new Uint8Array(4)),
        yield* tock.bufferOf(new Uint8Array(4)),
      ];
      yield* tock.share(function* (handle) {
        yield* handle.allowReadOnly(CONSOLE, 1, a);
        yield* handle.allowReadOnly(CONSOLE, 1, b);
        yield* handle.allowReadWrite(CONSOLE, 1, b);
      }, config);
      return 0;
    }, 4);
    expect(fault).to.equal(undefined);
    expect(log).to.have.lengthOf(4);
    expect(log.slice(2)).to.deep.equal([
      [CONSOLE, 1, 0, 0],
      [CONSOLE, 1, 0, 0],
    ]);
    expect(hooked).to.deep.equal([[CONSOLE, 1]]);
  });
});
