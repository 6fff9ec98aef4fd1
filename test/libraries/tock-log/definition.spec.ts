// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Tock's log under the contract of all stores: what the definitions say of it.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { Random } from '#kernel/random';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';
import { CLAIM, LITERAL_CLAIM } from '#libraries/tock-log/claim';
import * as definitions from '#libraries/tock-log/definition';
import { entry, geometry } from './support.ts';

describe('libraries/tock-log/definition', () => {
  const all = Object.values(definitions).filter((each) => 'kind' in each);

  it('are four: circular and linear, hardened and as Tock has it', () => {
    expect(all.map(({ name }) => name).sort()).to.deep.equal([
      'tock-log',
      'tock-log-linear',
      'tock-log-linear-literal',
      'tock-log-literal',
    ]);
    expect(CLAIM.cutModel).to.equal('any-subset-of-bits');
    expect([CLAIM.programsPerWord, LITERAL_CLAIM.programsPerWord]).to.deep.equal([1, 1]);
  });

  it('recognise their own pages, and nothing in blank, zeroed or other flash', () => {
    const shape = geometry(64, 4);
    for (const definition of all) {
      const flash = new BufferStorage(shape);
      const log = definition.open(flash);
      runAtOnce(log.boot());
      expect(definition.recognises(flash.image, shape), 'blank').to.equal(false);
      expect(definition.recognises(new Uint8Array(256), shape), 'zeros').to.equal(false);
      runAtOnce(log.append(entry(1)));
      if (log.sync !== undefined) runAtOnce(log.sync());
      expect(definition.recognises(flash.image, shape)).to.equal(true);
    }
  });

  it('never refuse, nor give up, what they say is retained', () => {
    const random = new Random(5);
    for (const definition of all) {
      const shape = geometry(96, 5);
      const { retained, unitsOf, maxEntryLength, circular } = definition.shape(shape);
      const log = definition.open(new BufferStorage(shape));
      runAtOnce(log.boot());
      const list: Uint8Array[] = [];
      for (let number = 0; number < 300; number++) {
        const next = entry(number, 1 + random.below(maxEntryLength));
        const done = runAtOnce(log.append(next));
        if (done.ok) list.push(next);
        const held =
          unitsOf(next.length) + list.reduce((sum, { length }) => sum + unitsOf(length), 0);
        if (!done.ok) expect(held, definition.name).to.be.greaterThan(retained);
        else if (log.sync !== undefined && random.below(3) === 0) runAtOnce(log.sync());
        const shown = runAtOnce(log.entries());
        if (!shown.ok) expect.fail(shown.error);
        const kept = shown.value.reduce((sum, { length }) => sum + unitsOf(length), 0);
        if (shown.value.length < list.length) expect(kept).to.be.at.least(retained);
        if (!circular) expect(shown.value).to.deep.equal(list);
      }
    }
  });
});
