// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * How far an operation of the flash controller's driver is.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { Operation } from '#chips/lowrisc/flash-operation';

describe('An operation of the flash controller', () => {
  const client = { operationDone: (): void => undefined };

  it('hands its bytes out as words, low byte first, as far as the window goes', () => {
    const bytes = Uint8Array.of(1, 2, 3, 0x84, 5, 6, 7, 8, 9, 10, 11, 12);
    const operation = new Operation('program', client, 0, 12, bytes);
    expect(operation.fills).to.equal(false);
    operation.windowEnd = 8;
    const taken: number[] = [];
    while (operation.fills) taken.push(operation.take());
    expect(taken).to.deep.equal([0x8403_0201, 0x0807_0605]);
    operation.windowEnd = 12;
    expect([operation.fills, operation.take(), operation.fills]).to.deep.equal([
      true,
      0x0c0b_0a09,
      false,
    ]);
  });
});
