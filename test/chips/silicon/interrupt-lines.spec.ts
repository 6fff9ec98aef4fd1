// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Lines beyond the 32nd are served as well, and lowest first.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { InterruptLines } from '#chips/silicon/interrupt-lines';

describe('InterruptLines', () => {
  it('serve the lowest number first, also of those that are raised meanwhile', () => {
    const lines = new InterruptLines<number>();
    const order: number[] = [];
    for (const line of [0, 31, 32, 64, 184]) {
      lines.connect(line, () => {
        order.push(line);
        if (line === 64) lines.raise(31);
      });
    }
    for (const line of [184, 32, 64, 0]) lines.raise(line);
    lines.service();
    expect(order).to.deep.equal([0, 32, 64, 31, 184]);
  });

  it('serve a line that its own handler raises again', () => {
    const lines = new InterruptLines<number>();
    let runs = 0;
    lines.connect(5, () => {
      if (++runs < 3) lines.raise(5);
    });
    lines.raise(5);
    lines.service();
    expect([runs, lines.hasPending()]).to.deep.equal([3, false]);
  });
});
