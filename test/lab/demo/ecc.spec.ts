// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Which operation of the persistent store a flash with error-correcting codes cannot take.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { boot, EARLGREY } from '#boards/earlgrey/main';
import { KernelPanic } from '#kernel/assert';
import { ErrorCode } from '#kernel/errorcode';
import { eccRows } from '#lab/demo/ecc';

describe('The persistent store on flash words with ECC', () => {
  it('breaks a flash word by each second program of one: other half, second write, deleted mark', () => {
    expect(eccRows()).to.deep.equal([
      { operation: 'first boot', broken: 0 },
      { operation: 'insert of no bytes: one word', broken: 0 },
      { operation: 'another one, in the other half', broken: 1 },
      { operation: 'insert of 4 bytes: two writes', broken: 1 },
      { operation: 'remove: the entry is marked', broken: 1 },
    ]);
  });

  it('is refused with the reason, unless it is forced', () => {
    expect(() => boot({ ecc: 'on' })).to.throw(KernelPanic, EARLGREY.whyNotEcc ?? 'a reason');
    expect(boot({ ecc: 'force' }).name).to.equal('earlgrey');
  });

  it('fails an operation that reads a broken word, and the process hears FAIL', () => {
    const board = boot({ ecc: 'force' });
    const heard: unknown[] = [];
    board.load({
      name: 'app',
      *main({ persistentStore: store }) {
        heard.push((yield* store.insert(1, Uint8Array.of(1, 2, 3, 4))).ok);
        const again = yield* store.insert(1, Uint8Array.of(1, 2, 3, 4));
        heard.push(again.ok ? 0 : again.error);
        return 0;
      },
    });
    board.run();
    expect(heard).to.deep.equal([true, ErrorCode.FAIL]);
  });
});
