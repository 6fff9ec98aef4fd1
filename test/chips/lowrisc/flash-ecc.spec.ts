// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What ECC and scrambling do to a store that programs a flash word more than once.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { pattern } from '#conformance/flash-recorder';
import { Driven, same, type Outcomes, type Powered, type PowerOptions } from './support.ts';

describe('FlashCtrl with ECC and scrambling', () => {
  let driven: Driven;
  let powered: Powered;
  let client: Outcomes;

  function boot(options: PowerOptions = {}): void {
    driven = new Driven(options);
    ({ powered, client } = driven);
  }

  beforeEach(() => boot());

  const write = (address: number, bytes: readonly number[]): void => driven.write(address, bytes);
  const read = (address: number, length: number): number[] => driven.read(address, length);
  const erase = (page: number): void => driven.erase(page);
  it('a flash word takes one program: a later one breaks it, and the read is an error and zeros', () => {
    boot({ ownRegion: { ecc: true } });
    write(0, [...same(8, 0xf0), ...same(8, 0xee)]);
    expect(read(0, 16)).to.deep.equal([...same(8, 0xf0), ...same(8, 0xee)]);
    write(0, same(8, 0x70));
    expect(read(0, 16)).to.deep.equal(same(16, 0));
    expect(read(8, 8)).to.deep.equal(same(8, 0xee));
    expect(client.errors).to.deep.equal([undefined, undefined, undefined, 'FlashError', undefined]);
  });

  it('filling the other half of a flash word breaks it, too', () => {
    boot({ ownRegion: { ecc: true } });
    write(0, same(4, 1));
    expect(read(0, 8)).to.deep.equal([...same(4, 1), ...same(4, 0xff)]);
    write(4, same(4, 2));
    read(0, 8);
    expect(client.errors.at(-1)).to.equal('FlashError');
    erase(0);
    expect(read(0, 8)).to.deep.equal(same(8, 0xff));
    expect(client.errors.at(-1)).to.equal(undefined);
  });

  it('words of all zeros fit however often they were programmed', () => {
    boot({ ownRegion: { ecc: true } });
    write(0, same(8, 0xf0));
    write(0, same(8, 0x0f));
    expect(read(0, 8)).to.deep.equal(same(8, 0));
    expect(client.errors.at(-1)).to.equal(undefined);
  });

  it('what was written with ECC off cannot be read with ECC on, unless it is all zeros or ones', () => {
    write(0, [...same(8, 5), ...same(8, 0), ...same(8, 0xff)]);
    const { regions } = powered.controller;
    regions.set(0, { firstPage: 300, pages: 1, read: true, ecc: true });
    expect(read(8, 24)).to.deep.equal([...same(8, 0), ...same(16, 0xff)]);
    expect(client.errors.at(-1)).to.equal(undefined);
    read(0, 8);
    expect(client.errors.at(-1)).to.equal('FlashError');
  });

  it('survives a power cycle and a snapshot', () => {
    boot({ ownRegion: { ecc: true } });
    write(0, same(8, 3));
    const good = powered.cells.flash.snapshot();
    write(0, same(8, 1));
    const broken = powered.cells.flash.snapshot();
    for (const [state, error] of [
      [good, undefined],
      [broken, 'FlashError'],
      [good, undefined],
    ] as const) {
      powered.cells.flash.restore(state);
      boot({ ownRegion: { ecc: true }, cells: powered.cells });
      read(0, 8);
      expect(client.errors).to.deep.equal([error]);
    }
  });

  it('scrambled data is garbage without scrambling, and well with it', () => {
    boot({ ownRegion: { scramble: true, ecc: true }, scrambleKey: 7 });
    write(0, [...pattern(32, 3)]);
    expect(read(0, 40)).to.deep.equal([...pattern(32, 3), ...same(8, 0xff)]);
    boot({ cells: powered.cells });
    expect(read(0, 32)).to.not.deep.equal([...pattern(32, 3)]);
    expect(read(32, 8)).to.deep.equal(same(8, 0xff));
    boot({ cells: powered.cells, ownRegion: { scramble: true, ecc: true }, scrambleKey: 8 });
    expect(read(0, 32)).to.not.deep.equal([...pattern(32, 3)]);
  });
});
