// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A security key's life through app, system calls, capsule, HIL, registers and cells.
 *
 * NON-TOCK: figures of the firmware's own store on the same calls (data/workloads).
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { main as authenticator, payload } from '#apps/authenticator';
import type { AppMain, BoardOptions } from '#boards/board';
import { boot } from '#boards/nrf52840dk/main';
import { STORE_START } from '#boards/nrf52840dk/memory';
import type { NorFlash } from '#chips/silicon/nor-flash';
import { PROFILES } from '#kernel/profile';
import { replayWorkload } from '#lab/run/power-cycles';
import { parseWorkload, type CheckedLine } from '#lab/run/workload';
import { payload as reference } from '../support/store-workload.ts';

function load(name: string): readonly CheckedLine[] {
  const path = join(import.meta.dirname, '../../../data/workloads', `${name}.jsonl`);
  const parsed = parseWorkload(readFileSync(path, 'utf8'));
  if (!parsed.ok) expect.fail(parsed.error);
  return parsed.value;
}

function live(lines: readonly CheckedLine[], options: BoardOptions = {}) {
  const replay = replayWorkload<NorFlash, AppMain, object>({
    lines,
    app: { name: 'authenticator', main: authenticator },
    state: {},
    boot: (flash, epochMilliseconds) =>
      boot({ ...options, epochMilliseconds, ...(flash === undefined ? {} : { flash }) }),
  });
  const pages = options.storePages ?? 20;
  const image = replay.flash.bytes(STORE_START, pages * 4096);
  const first = STORE_START / 4096;
  const erases = Array.from({ length: pages }, (_, page) => replay.flash.eraseCount(first + page));
  return {
    code: replay.completionCode,
    words: replay.totals.wordsWritten,
    erases: replay.totals.erases,
    most: Math.max(...erases),
    hash: createHash('sha256').update(image).digest('hex'),
  };
}

const FIRST_DAY = 'ca1d81dce5e29b85a8569cbe874ec1f1549f2ddedca017dd7c64d6c2e2362d41';
const TOUR = 'cf918f89906cd7d1d1082322a03cace2a068b6ee7ecc449ab2ed63e18447b15d';
const YEAR = 'a1120897e197962f60c11b7bbd7a6f11a4b16ad59833bbb175b9d9edcf7e1c26';

describe("A security key's life on the board", () => {
  const firstDay = load('fido-first-day');
  const year = load('fido-year');

  const ways: [string, BoardOptions][] = [
    ['byte-level HIL', {}],
    ['blocking HIL', { hil: 'blocking' }],
    ['profile 2.1, by callbacks', { profile: PROFILES['2.1'] }],
    ["profile 2.2-trd, TRD 104's text", { profile: PROFILES['2.2-trd'] }],
  ];
  for (const [name, options] of ways) {
    it(`first day over the ${name}: 2,581 words, no erasure, the firmware's image`, () => {
      expect(live(firstDay, options)).to.deep.equal({
        code: 0,
        words: 2581,
        erases: 0,
        most: 0,
        hash: FIRST_DAY,
      });
    });
  }

  it("tour of every command and failure: 2,861 words, the firmware's image", () => {
    const { code, words, hash } = live(load('fido-tour'));
    expect([code, words, hash]).to.deep.equal([0, 2861, TOUR]);
  });

  const rows: [pages: number, erases: number, most: number][] = [
    [20, 8, 1],
    [10, 20, 2],
    [6, 30, 5],
    [5, 37, 8],
    [4, 52, 13],
  ];
  for (const [pages, erases, most] of rows) {
    it(`year on ${pages} pages: ${erases} erasures, ${most} of one page`, () => {
      const lived = live(year, { storePages: pages });
      expect([lived.code, lived.erases, lived.most]).to.deep.equal([0, erases, most]);
      if (pages !== 20) return;
      expect([lived.words, lived.hash]).to.deep.equal([50_428, YEAR]);
    });
  }

  it('computes payloads as the reference does', () => {
    for (const [key, version, size] of [
      [0, 0, 5],
      [2047, 8533, 4],
      [1700, 1, 190],
    ] as const) {
      expect([...payload(key, version, size)]).to.deep.equal([...reference(key, version, size)]);
    }
  });
});
