// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * One app, unchanged, over every store that can stand under the key-value driver, on both boards.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { main as kv } from '#apps/kv';
import { TICKV_STACKS, type AppMain, type BoardKind } from '#boards/board';
import type { BoardOptions } from '#boards/board';
import { BOARDS } from '#boards/index';
import type { NorFlash } from '#chips/silicon/nor-flash';
import { STORES, whyNot } from '#libraries/stores';

interface Ran {
  readonly flash: NorFlash;
  readonly text: string;
  readonly code: number | undefined;
}

function run(
  board: BoardKind,
  main: AppMain,
  options: Pick<BoardOptions, 'kvStore' | 'flash' | 'hil'>,
): Ran {
  let text = '';
  const onConsole = (bytes: Uint8Array): void => {
    text += new TextDecoder().decode(bytes);
  };
  const machine = board.boot({ ...options, onConsole });
  const process = machine.load({ name: 'app', main });
  machine.run();
  return { flash: machine.flash, text, code: process.completionCode };
}

/** A new persistent store, which the board has besides, begins with its page header. */
const WORDS_OF_THE_OTHER_STORE = 1;

/** The answers, without the line that counts the starts. */
const answersOf = (text: string): string => text.replace(/^start .*\n/, '');

for (const [name, board] of Object.entries(BOARDS)) {
  describe(`An app that uses tock.kv on ${name}`, () => {
    for (const kvStore of STORES) {
      if (kvStore.kind !== 'map' || whyNot(kvStore, board.kv) !== undefined) continue;
      it(`gets the same answers from ${kvStore.name}, which remembers them over power cycles`, () => {
        const usual = run(board, kv, {});
        const first = run(board, kv, { kvStore });
        const second = run(board, kv, { kvStore, flash: first.flash });
        const third = run(board, kv, { kvStore, flash: second.flash, hil: 'blocking' });
        expect([first, second, third].map(({ code }) => code)).to.deep.equal([0, 0, 0]);
        expect(third.text).to.contain('start 3 of this flash');
        for (const { text } of [first, second, third]) {
          expect(answersOf(text)).to.equal(answersOf(usual.text));
        }
      });
    }

    for (const kvStore of TICKV_STACKS) {
      it(`gets the same answers from ${kvStore}, TicKV as Tock deploys it: whole pages, keys by their hash`, () => {
        const usual = run(board, kv, {});
        const first = run(board, kv, { kvStore });
        const second = run(board, kv, { kvStore, flash: first.flash });
        expect([first.code, second.code]).to.deep.equal([0, 0]);
        expect(second.text).to.contain('start 2 of this flash');
        for (const { text } of [first, second]) {
          expect(answersOf(text)).to.equal(answersOf(usual.text));
        }
        // Each write is one of a page, which the nRF52840's driver erases before, and Earl Grey's does not (tock #4152).
        const wordsOfPage = board.kv.pageSize / 4;
        const words = first.flash.wordsProgrammed - WORDS_OF_THE_OTHER_STORE;
        expect(words % wordsOfPage).to.equal(0);
        expect(words / wordsOfPage).to.be.greaterThan(5);
      });
    }
  });
}
