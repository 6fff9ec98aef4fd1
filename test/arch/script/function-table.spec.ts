// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Addresses for closures.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { FunctionTable } from '#arch/script/function-table';
import { KernelPanic } from '#kernel/assert';

const nothing = () => (): void => undefined;

describe('FunctionTable', () => {
  it('gives each function one word-aligned address inside the flash, the same while it is there', () => {
    const table = new FunctionTable(0x40084, 0x40100);
    const [a, b] = [nothing(), nothing()];
    expect([table.add(a), table.add(b), table.add(a)]).to.deep.equal([0x40084, 0x40088, 0x40084]);
    expect(table.get(0x40088)).to.equal(b);
    expect(table.get(0x4008c)).to.equal(undefined);
  });

  it('does not reuse the address of a removed function until its flash is used up', () => {
    const table = new FunctionTable(0x100, 0x110);
    const first = table.add(nothing());
    table.remove(first);
    expect(table.get(first)).to.equal(undefined);
    const next = [1, 2, 3].map(() => table.add(nothing()));
    expect(next).to.deep.equal([0x104, 0x108, 0x10c]);
    expect(table.add(nothing())).to.equal(first);
  });

  it('panics when there are more functions than words', () => {
    const table = new FunctionTable(0x100, 0x108);
    table.add(nothing());
    table.add(nothing());
    expect(() => table.add(nothing())).to.throw(KernelPanic);
  });
});
