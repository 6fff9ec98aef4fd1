// SPDX-License-Identifier: Apache-2.0 OR MIT
/** A store alone on a timed flash takes the time that it takes on the board, less the system calls. NON-TOCK. */
import { expect } from 'chai';
import { Random } from '#kernel/random';
import { runAtOnce } from '#libraries/store/run-at-once';
import { Store } from '#libraries/persistent-store/store';
import { onBoard, VALUE_BYTE, type Call } from '#lab/studies/framework/on-board';
import { flashOfBoard } from '#lab/studies/framework/timed-flash';

const STORE_BYTES = 16_384;
const CALLS = 300;

/** Updates of 1 to 300 B: windows are crossed, and pages compacted. */
function calls(): readonly (Call & { op: 'insert' })[] {
  const random = new Random(5);
  return Array.from({ length: CALLS }, () => {
    return { op: 'insert', key: random.below(8), size: 1 + random.below(300) };
  });
}

describe('timed flash', () => {
  for (const [board, pageSize] of [
    ['nrf52840dk', 4096],
    ['earlgrey', 2048],
  ] as const) {
    it(`is busy as long as the cells of the ${board} are, call by call`, () => {
      const flash = flashOfBoard(board, STORE_BYTES);
      const store = new Store(flash);
      expect(runAtOnce(store.boot()).ok).to.equal(true);
      const { costs } = onBoard({ board, storePages: STORE_BYTES / pageSize, calls: calls() });
      for (const [index, { key, size }] of calls().entries()) {
        const before = flash.busy;
        const inserted = runAtOnce(store.insert(key, new Uint8Array(size).fill(VALUE_BYTE)));
        expect(inserted.ok).to.equal(true);
        const cost = costs[index];
        const onChip = (cost?.programming ?? 0) + (cost?.erasing ?? 0);
        expect((flash.busy - before) / 1e3, String(index)).to.be.closeTo(onChip, 1e-6);
      }
      expect(flash.counts.erases).to.be.greaterThan(3);
    });
  }

  it('charges the software of a read call as the board does', () => {
    expect(flashOfBoard('nrf52840dk', STORE_BYTES).clock.read).to.equal(11_000);
    expect(flashOfBoard('earlgrey', STORE_BYTES).clock.read).to.equal((11_000 * 64) / 100);
  });
});
