// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What a block store may show: each verdict from bytes made by hand.
 *
 * NON-TOCK: test of lab/crash/stores/block-specification.ts.
 */
import { expect } from 'chai';
import type { Operation } from '#lab/crash/store-adapter';
import { BlockSpecification } from '#lab/crash/stores/block-specification';

/** Three units of four bytes. */
const SHAPE = { size: 12, eraseUnit: 4 };

const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (each) => parseInt(each, 16));
const write = (address: number, hex: string): Operation => ({
  ...{ op: 'write', address, value: bytesOf(hex) },
});
const ERASE: Operation = { op: 'erase' };
const SYNC: Operation = { op: 'sync' };

/** Units of four bytes, in hexadecimal, as content. */
function shown(...units: string[]): ReadonlyMap<number, Uint8Array> {
  return new Map(units.map((unit, at) => [at, bytesOf(unit)]));
}

const content = (block: BlockSpecification): string[] =>
  Array.from(block.entries().values(), (unit) => Buffer.from(unit).toString('hex'));

function after(...operations: readonly Operation[]): BlockSpecification {
  const block = new BlockSpecification(SHAPE);
  for (const operation of operations) expect(block.apply(operation)).to.equal('Ok');
  return block;
}

const WRITTEN = [write(0, '00112233'), write(4, '0f0f0f0f'), write(8, '44556677')];
const WHOLE = ['00112233', '0f0f0f0f', '44556677'];

/** The verdict on a store that shows these units after `WRITTEN`, in an operation that was cut. */
function verdict(units: readonly string[], cut?: Operation, isOn = false): string {
  const before = after(...WRITTEN);
  const next = before.clone();
  if (cut !== undefined) next.apply(cut);
  return before.judge(shown(...units), cut === undefined ? before : next, isOn).verdict;
}

describe('lab/crash/stores/block-specification', () => {
  it('holds old AND new, all ones at first and after an erase', () => {
    expect(content(after())).to.deep.equal(['ffffffff', 'ffffffff', 'ffffffff']);
    expect(content(after(...WRITTEN))).to.deep.equal(WHOLE);
    expect(content(after(...WRITTEN, write(6, '3c3c3c3c')))).to.deep.equal([
      ...['00112233', '0f0f0c0c', '04146677'],
    ]);
    expect(content(after(...WRITTEN, SYNC))).to.deep.equal(WHOLE);
    expect(content(after(...WRITTEN, ERASE))).to.deep.equal(content(after()));
  });

  it('refuses what is not all inside, and does not know what only others have', () => {
    const block = after(...WRITTEN);
    expect(block.apply(write(9, '00000000'))).to.equal('InvalidArgument');
    expect(block.apply({ op: 'append', value: bytesOf('00') })).to.equal('Unknown');
    expect(content(block)).to.deep.equal(WHOLE);
  });

  it('says OLD to what was acknowledged, and LOST_ACK to a byte that is other', () => {
    expect(verdict(WHOLE)).to.equal('OLD');
    expect(verdict(WHOLE, write(4, '00000000'))).to.equal('OLD');
    expect(verdict(['00112233', '0f0f0f0e', '44556677'])).to.equal('LOST_ACK');
    expect(verdict(['ff112233', '0f0f0f0f', '44556677'])).to.equal('LOST_ACK');
  });

  it('says NEW to any part of a write, bit by bit', () => {
    const cut = write(5, 'f0f1');
    expect(verdict(['00112233', '0f00010f', '44556677'], cut)).to.equal('NEW');
    expect(verdict(['00112233', '0f0f010f', '44556677'], cut)).to.equal('NEW');
    expect(verdict(['00112233', '0f0a070f', '44556677'], cut)).to.equal('NEW');
  });

  it('says LOST_ACK to a byte outside the write, and UNREADABLE to one inside that is no part of it', () => {
    const cut = write(5, 'f0f1');
    expect(verdict(['00112233', '0e0f010f', '44556677'], cut)).to.equal('LOST_ACK');
    expect(verdict(['00112233', '0f0f010b', '44556677'], cut)).to.equal('LOST_ACK');
    expect(verdict(['00112233', '0f1f010f', '44556677'], cut)).to.equal('UNREADABLE');
    expect(verdict(['00112233', '0f0f000f', '44556677'], cut)).to.equal('UNREADABLE');
  });

  it('says NEW to blank units, one that is torn, and the others as they were', () => {
    expect(verdict(['ffffffff', 'ffffffff', 'ffffffff'], ERASE)).to.equal('NEW');
    expect(verdict(['ffffffff', '0f0f0f0f', '44556677'], ERASE)).to.equal('NEW');
    expect(verdict(['40112233', '0f0f0f0f', '44556677'], ERASE)).to.equal('NEW');
    expect(verdict(['ffffffff', '0fff1f0f', '44556677'], ERASE)).to.equal('NEW');
  });

  it('says LOST_ACK to a torn unit with another behind it, and to bits that an erase cleared', () => {
    expect(verdict(['00112233', 'ffffffff', '44556677'], ERASE)).to.equal('LOST_ACK');
    expect(verdict(['40112233', '1f0f0f0f', '44556677'], ERASE)).to.equal('LOST_ACK');
    expect(verdict(['ffffffff', '0f0f0f0b', '44556677'], ERASE)).to.equal('LOST_ACK');
  });

  it('allows no part of anything while the power stays', () => {
    expect(verdict(['00112233', '0f0f010f', '44556677'], write(5, 'f0f1'), true)).not.to.equal(
      'NEW',
    );
    expect(verdict(['00112233', '0f00010f', '44556677'], write(5, 'f0f1'), true)).to.equal('NEW');
  });

  it('takes what is shown after a loss for what there is', () => {
    const block = after(...WRITTEN, write(4, '00000000'));
    block.recovered(shown('00112233', '0a000000', '44556677'));
    expect(content(block)).to.deep.equal(['00112233', '0a000000', '44556677']);
    expect(block.judge(shown(...WHOLE), block, false).verdict).to.equal('LOST_ACK');
  });

  it('knows which words a flash still takes, also after an erase that was cut', () => {
    const block = after(write(2, '1111'), write(4, '22'));
    expect([0, 4, 8].map((at) => block.isFresh(at, 4, 1))).to.deep.equal([false, false, true]);
    expect(block.isFresh(3, 2, 2)).to.equal(true);
    expect(block.isFresh(7, 2, 1)).to.equal(false);
    block.apply(ERASE);
    expect(block.isFresh(0, 12, 1)).to.equal(true);
    block.recovered(shown('ffffffff', '22ffffff', 'ffffffff'));
    expect([0, 4, 8].map((at) => block.isFresh(at, 4, 1))).to.deep.equal([true, false, true]);
  });
});
