// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Which page is written to, by the states of all.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import type { PageState } from '#libraries/sequential-storage/format';
import { HARDENED, LITERAL, type Mode } from '#libraries/sequential-storage/mode';

const STATES: Readonly<Record<string, PageState>> = { O: 'open', P: 'partial', C: 'closed' };

function active(mode: Mode, states: string): string {
  return mode.active(Array.from(states, (letter) => STATES[letter] ?? 'corrupt')).join();
}

describe('libraries/sequential-storage/mode', () => {
  for (const [name, mode] of [
    ['literal', LITERAL],
    ['hardened', HARDENED],
  ] as const) {
    it(`${name}: writes to the partial page, else to the open one behind those in use`, () => {
      expect(active(mode, 'OOOO')).to.equal('0');
      expect(active(mode, 'POOO')).to.equal('0');
      expect(active(mode, 'CCPC')).to.equal('2');
      expect(active(mode, 'OCCO')).to.equal('3');
      expect(active(mode, 'COCC')).to.equal('1');
      expect(active(mode, 'OCCC')).to.equal('0');
      expect(active(mode, 'CCC')).to.equal('');
    });
  }

  it('hardened: of two partial pages, the one that was being erased is not written to', () => {
    // The oldest, right behind the one that is written to, with the ring full.
    expect(active(HARDENED, 'CPPC')).to.equal('1');
    expect(active(HARDENED, 'PCCP')).to.equal('3');
    expect(active(HARDENED, 'PPC')).to.equal('0');
    // The oldest, with free pages behind the one that is written to.
    expect(active(HARDENED, 'OPCP')).to.equal('3');
    expect(active(HARDENED, 'PCPO')).to.equal('2');
    expect(active(HARDENED, 'OPPO')).to.equal('2');
    // With two pages, what is in them must tell.
    expect(active(HARDENED, 'PP')).to.equal('0,1');
  });

  it('literal: of two partial pages, it is the first', () => {
    expect(active(LITERAL, 'PCCP')).to.equal('0');
  });

  it('hardened: a single page that is closed is still the one to go on with', () => {
    expect(active(HARDENED, 'C')).to.equal('0');
  });
});
