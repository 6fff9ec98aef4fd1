// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * ReturnCodes and ErrorCodes across kernels: each row from the numbers that both sides were built with.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import {
  judgement,
  STATUS_PROFILES,
  statusRows,
  type End,
  type Path,
  type StatusAppName,
} from '#lab/swap/return-code';

const LOST = '**taken for success**';
const wrong = (name: string): string => `wrong error: ${name}`;

/** For each app, path and end, what is concluded on 1.x, 2.0-dev, and on e, 2.0 and 2.2 alike. */
const EXPECTED: readonly (readonly [
  app: StatusAppName,
  path: Path,
  end: End,
  old: string,
  dev: string,
  later: string,
])[] = [
  ['ReturnCode', 'upcall', 'success', 'right', 'right', 'right'],
  ['ReturnCode', 'upcall', 'FAIL', 'right', 'right', LOST],
  ['ReturnCode', 'upcall', 'BUSY', 'right', 'right', LOST],
  ['ErrorCode from 0', 'upcall', 'success', 'right', 'right', 'right'],
  ['ErrorCode from 0', 'upcall', 'FAIL', wrong('-1'), wrong('-1'), wrong('BUSY')],
  ['ErrorCode from 0', 'upcall', 'BUSY', wrong('-2'), wrong('-2'), wrong('ALREADY')],
  ['ErrorCode', 'upcall', 'success', 'right', 'right', 'right'],
  ['ErrorCode', 'upcall', 'FAIL', wrong('-1'), wrong('-1'), 'right'],
  ['ErrorCode', 'upcall', 'BUSY', wrong('-2'), wrong('-2'), 'right'],
  ['ReturnCode', 'command', 'success', 'right', 'right', 'right'],
  ['ReturnCode', 'command', 'FAIL', 'right', LOST, LOST],
  ['ReturnCode', 'command', 'BUSY', 'right', LOST, LOST],
  // r0 = 0 is Failure, r1 the command's number, 2.
  ['ErrorCode from 0', 'command', 'success', '**error ALREADY**', 'right', 'right'],
  ['ErrorCode from 0', 'command', 'FAIL', wrong('BADRVAL'), 'right', wrong('BUSY')],
  ['ErrorCode from 0', 'command', 'BUSY', wrong('BADRVAL'), 'right', wrong('ALREADY')],
  ['ErrorCode', 'command', 'success', '**error BUSY**', 'right', 'right'],
  ['ErrorCode', 'command', 'FAIL', wrong('BADRVAL'), LOST, 'right'],
  ['ErrorCode', 'command', 'BUSY', wrong('BADRVAL'), wrong('FAIL'), 'right'],
];

describe('ReturnCodes and ErrorCodes across kernels', () => {
  const rows = statusRows();

  for (const [app, path, end, old, dev, later] of EXPECTED) {
    it(`the app "${app}", ${path}, ${end}: ${old}; ${dev}; ${later}`, () => {
      const found = rows.filter((row) => row.app === app && row.path === path && row.end === end);
      expect(found.map(({ profile }) => profile)).to.deep.equal(STATUS_PROFILES);
      expect(found.map(judgement)).to.deep.equal([old, dev, later, later, later]);
    });
  }

  it('there is no other row', () => {
    expect(rows).to.have.lengthOf(EXPECTED.length * STATUS_PROFILES.length);
  });

  it('an upcall carries −2 for BUSY until 2.0-dev, and 2 since', () => {
    const busy = rows.filter(
      ({ app, path, end }) => app === 'ErrorCode' && path === 'upcall' && end === 'BUSY',
    );
    expect(busy.map(({ word }) => word | 0)).to.deep.equal([-2, -2, 2, 2, 2]);
  });
});
