// SPDX-License-Identifier: Apache-2.0 OR MIT
/** The picture of a flash region. */
import { expect } from 'chai';
import { flashMap } from '#lab/report/flash-map';

describe('flashMap', () => {
  const bytes = new Uint8Array(2 * 56 * 4).fill(0xff);
  bytes.fill(0x00, 0, 4); // All bits of the first group cleared.
  bytes.fill(0xfe, 4, 8); // One bit in eight.
  bytes.fill(0xf0, 8, 12); // Half.
  bytes.fill(0x01, 12, 16); // Seven in eight.
  const rows = flashMap({ bytes, pageSize: 56 * 4, erases: [3, 0], address: 0xc0000 }).split('\n');

  it('shades each group of a page by the share of its bits that are cleared', () => {
    expect(rows[1]).to.contain('█░▒▓·');
  });
  it('gives each page its address and how often it was erased', () => {
    expect(rows.map((row) => row.trim().split(/\s+/))).to.satisfy((cells: string[][]) => {
      return cells[1]?.[0] === '0xc0000' && cells[1].at(-2) === '3' && cells[2]?.[0] === '0xc00e0';
    });
  });
  it('gives a small page a column a byte', () => {
    const page = Uint8Array.of(0xff, 0xfe, 0xf0, 0x00);
    const [, row] = flashMap({ bytes: page, pageSize: 4, erases: [2], address: 0 }).split('\n');
    expect(row).to.match(/^0x00000 ·░▒█ {53} +2 ×$/);
  });
  it('fits 80 columns', () => {
    expect(Math.max(...rows.map((row) => row.length))).to.be.at.most(80);
  });
});
