// SPDX-License-Identifier: Apache-2.0 OR MIT
/** The table of what commands cost. */
import { expect } from 'chai';
import { commandTable, type CommandFigures } from '#lab/report/figures';

const figure = (event: string, time: number, erases = 0): CommandFigures => ({
  event,
  act: 1,
  calls: 1,
  time,
  syscalls: 5,
  words: 4,
  erases,
});

describe('commandTable', () => {
  const lines = commandTable([
    figure('login', 1e6),
    figure('reset', 3e6),
    figure('login', 90e6, 2),
  ]).split('\n');

  it('has one row for each kind of command, in the order of first appearance', () => {
    expect(lines.slice(2).map((line) => line.split(/\s+/)[0])).to.deep.equal(['login', 'reset']);
  });
  it('gives count, percentiles, mean costs and the sum of erasures', () => {
    expect(lines[2]?.split(/\s{2,}/)).to.deep.equal([
      'login',
      '2',
      '1.00 ms',
      '90.0 ms',
      '90.0 ms',
      '5.0',
      '4.0',
      '2',
    ]);
  });
});
