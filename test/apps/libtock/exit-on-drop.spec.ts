// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A guard that exits when what it guards does not come to its end (case E29).
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import type { AppMain } from '#boards/board';
import { ProcessState } from '#kernel/process';
import { runApp } from '../../support/run-app.ts';

/** State and completion code of an app. */
function end(main: AppMain): [ProcessState, number | undefined] {
  const { process } = runApp(main);
  return [process.state, process.completionCode];
}

describe('exitOnDrop', () => {
  it('E29 does nothing to a body that comes to its end, and gives its value', () => {
    const ended = end(function* (tock) {
      const value = yield* tock.exitOnDrop(function* () {
        yield* tock.yieldNoWait();
        return 40;
      });
      return value + 2;
    });
    expect(ended).to.deep.equal([ProcessState.Terminated, 42]);
  });

  it('E29 exits when the body throws: no fault, nobody catches', () => {
    const ended = end(function* (tock) {
      try {
        return yield* tock.exitOnDrop(function* (): Generator<0 | 1, number, void> {
          yield* tock.yieldNoWait();
          throw new Error('unwinding');
        });
      } catch {
        return 42;
      }
    });
    expect(ended).to.deep.equal([ProcessState.Terminated, 1]);
  });

  it('E29 exits with the code that was asked for, from inside an upcall too', () => {
    const ended = end(function* (tock) {
      yield* tock.subscribe(0, 0, () =>
        tock.exitOnDrop(function* () {
          throw new Error('in an upcall');
        }, 7),
      );
      yield* tock.command(0, 5, 1000);
      yield* tock.yieldWait();
      return 0;
    });
    expect(ended).to.deep.equal([ProcessState.Terminated, 7]);
  });
});
