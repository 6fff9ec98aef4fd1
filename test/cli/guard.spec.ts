// SPDX-License-Identifier: Apache-2.0 OR MIT
/** What the host sees of an app's `main`. NON-TOCK. */
import { expect } from 'chai';
import { guard } from '#cli/guard';

type Main = (tock: string) => Generator<string, unknown, number>;

/** Runs a guarded main to its end, answering each trap with 7. */
function run(main: unknown): { traps: string[]; result: unknown } {
  const traps: string[] = [];
  const running = guard(main as Main)('tock');
  try {
    let step = running.next(0);
    while (step.done !== true) {
      traps.push(step.value);
      step = running.next(7);
    }
    return { traps, result: step.value };
  } catch (error) {
    return { traps, result: String(error) };
  }
}

describe('guard', () => {
  it('passes traps, answers and the completion code through', () => {
    const seen = run(function* (tock: string): Generator<string, number, number> {
      const answer = yield `${tock} 1`;
      return answer;
    });
    expect(seen).to.deep.equal({ traps: ['tock 1'], result: 7 });
  });

  it('lets an error be the fault that it is', () => {
    const seen = run(function* (): Generator<string, number, number> {
      yield 'a';
      throw new RangeError('no such site');
    });
    expect(seen).to.deep.equal({
      traps: ['a'],
      result: 'RangeError: no such site',
    });
  });

  for (const [what, value] of [
    ['undefined', undefined],
    ['"done"', 'done'],
    ['1.5', 1.5],
    ['-1', -1],
    ['NaN', NaN],
  ] as const) {
    it(`refuses ${what} for a completion code`, () => {
      const { result } = run(function* () {
        return value;
      });
      expect(result).to.equal(
        `TypeError: main returned ${what}: a completion code is a whole number from 0 to 2^32 - 1`,
      );
    });
  }

  it('refuses a main that is no generator function', () => {
    expect(run(() => 0).result).to.equal('TypeError: main is no generator function (function*)');
  });
});
