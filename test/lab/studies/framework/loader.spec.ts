// SPDX-License-Identifier: Apache-2.0 OR MIT
/** The loader of application images: what others see of it, and what it refuses. NON-TOCK. */
import { expect } from 'chai';
import { EARLGREY } from '#boards/earlgrey/main';
import { ErrorCode } from '#kernel/errorcode';
import { load, type Loading } from '#lab/studies/framework/loading';
import { Loader, LOADER_GRANT } from '#lab/studies/framework/loader';

const DRIVER = 0x1_0001;
const EARLGREY_PAGES: Loading = {
  board: 'earlgrey',
  size: 5000,
  flash: 'words',
  piece: 'page',
  over: 'an application',
  beside: true,
};

describe('the loader', () => {
  it('lets nobody run while a piece is half written when it blocks, and everybody when it does not', () => {
    const split = load(EARLGREY_PAGES);
    const blocking = load({ ...EARLGREY_PAGES, flash: 'blocking' });
    // Three pages of 72 ms and 5000 B at 24 us for 8: a run each millisecond.
    expect(split.runsWithin).to.be.within(230, 232);
    expect(blocking.runsWithin).to.equal(0);
    expect(Math.max(...split.timer)).to.be.lessThan(1);
    expect(Math.max(...blocking.timer)).to.be.within(72 + 2048 / 8 / 1e3, 85);
  });

  it('erases what is not blank, once by bytes and at each piece by pages', () => {
    const erasures = (changes: Partial<Loading>): number =>
      load({ ...EARLGREY_PAGES, beside: false, ...changes }).erasures;
    expect(erasures({})).to.equal(3);
    expect(erasures({ over: 'one used page' })).to.equal(1);
    expect(erasures({ flash: 'pages', piece: 512 })).to.equal(Math.ceil(5000 / 512));
    expect(erasures({ flash: 'blocking', piece: 'image', over: 'one used page' })).to.equal(1);
  });

  it('refuses a piece while another is half written, and commands that it does not know', () => {
    const answers: number[] = [];
    const board = EARLGREY.boot({
      drivers: ({ kernel, createFlash }) => {
        const target = { kind: 'split-phase', level: 'words', flash: createFlash() } as const;
        return [[DRIVER, new Loader(target, kernel.createGrant(DRIVER, LOADER_GRANT), 64)]];
      },
    });
    board.load({
      name: 'app',
      *main(tock) {
        yield* tock.allowReadOnly(DRIVER, 0, yield* tock.bufferOf(new Uint8Array(64)));
        for (const command of [0, 1, 1, 2]) {
          const answer = yield* tock.command(DRIVER, command, 0);
          answers.push(answer.ok ? 0 : answer.error);
        }
        return 0;
      },
    });
    board.run();
    expect(answers).to.deep.equal([0, 0, ErrorCode.BUSY, ErrorCode.NOSUPPORT]);
  });
});
