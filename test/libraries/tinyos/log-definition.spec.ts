// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * TinyOS's log under the contract of all stores: what the definitions say of it.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { Random } from '#kernel/random';
import { BufferStorage } from '#libraries/store/buffer-storage';
import type { LogDefinition } from '#libraries/store/definition';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Geometry } from '#libraries/store/storage';
import { LOG_CLAIM, LOG_LITERAL_CLAIM } from '#libraries/tinyos/log-claim';
import {
  TEP_LOG,
  TEP_LOG_LINEAR,
  TEP_LOG_LINEAR_LITERAL,
  TEP_LOG_LITERAL,
  filled,
} from '#libraries/tinyos/log-definition';
import { HARDENED, LITERAL } from '#libraries/tinyos/log-mode';
import { entry, geometry } from './log-support.ts';

const ALL = [TEP_LOG, TEP_LOG_LITERAL, TEP_LOG_LINEAR, TEP_LOG_LINEAR_LITERAL];

const shapeFor = ({ claim }: LogDefinition, pageSize: number, units: number): Geometry =>
  geometry(pageSize, units, claim.programsPerWord === 1 ? HARDENED : LITERAL);

describe('libraries/tinyos/log-definition', () => {
  it('are four: circular and linear, hardened and as TEP 129 has it', () => {
    expect(ALL.map(({ name }) => name)).to.deep.equal([
      'tep-log',
      'tep-log-literal',
      'tep-log-linear',
      'tep-log-linear-literal',
    ]);
    expect(LOG_CLAIM.cutModel).to.equal('any-subset-of-bits');
    expect([LOG_CLAIM.programsPerWord, LOG_LITERAL_CLAIM.programsPerWord]).to.deep.equal([1, 2]);
  });

  it('refuse one erase unit, and units that hold no entry', () => {
    for (const definition of ALL) {
      expect(definition.refuses(shapeFor(definition, 64, 1))).to.match(/2 erase units/);
      expect(definition.refuses(shapeFor(definition, 12, 4))).to.match(/16 bytes/);
      expect(definition.refuses(shapeFor(definition, 16, 2))).to.equal(undefined);
      expect(definition.refuses({ ...shapeFor(definition, 64, 4), wordSize: 8 })).to.match(
        /4 bytes/,
      );
    }
  });

  it('recognise their own, also where a cut has closed a unit, and nothing in blank or zeroed flash', () => {
    for (const definition of ALL) {
      const shape = shapeFor(definition, 64, 3);
      const flash = new BufferStorage(shape);
      const log = definition.open(flash);
      runAtOnce(log.boot());
      expect(definition.recognises(flash.image, shape), 'blank').to.equal(false);
      expect(definition.recognises(new Uint8Array(192), shape), 'zeros').to.equal(false);
      for (let number = 0; number < 12; number++) {
        runAtOnce(log.append(entry(number, number)));
        expect(definition.recognises(flash.image, shape), `${number}`).to.equal(true);
      }
    }
    const torn = new BufferStorage(shapeFor(TEP_LOG, 64, 3));
    const log = TEP_LOG.open(torn);
    runAtOnce(log.boot());
    runAtOnce(log.append(entry(1)));
    torn.image.fill(0x55, 40, 60);
    expect(TEP_LOG.recognises(torn.image, torn)).to.equal(true);
  });

  it('never refuse, nor give up, what they say is retained', () => {
    const random = new Random(5);
    for (const definition of ALL) {
      const shape = shapeFor(definition, 96, 5);
      const { retained, unitsOf, maxEntryLength, circular } = definition.shape(shape);
      const log = definition.open(new BufferStorage(shape));
      runAtOnce(log.boot());
      const sizeOf = (list: readonly Uint8Array[]): number =>
        list.reduce((sum, { length }) => sum + unitsOf(length), 0);
      const list: Uint8Array[] = [];
      for (let number = 0; number < 300; number++) {
        const next = entry(number, random.below(maxEntryLength + 1));
        const done = runAtOnce(log.append(next));
        if (done.ok) list.push(next);
        else expect(unitsOf(next.length) + sizeOf(list)).to.be.greaterThan(retained);
        const shown = runAtOnce(log.entries());
        if (!shown.ok) expect.fail(shown.error);
        if (shown.value.length < list.length) expect(sizeOf(shown.value)).to.be.at.least(retained);
        if (!circular) expect(shown.value).to.deep.equal(list);
      }
    }
  });

  it('count what units hold without cuts: by the largest entry, or by two in a row', () => {
    expect(filled(7, 4096, 264)).to.equal(7 * 3833);
    expect(filled(3, 64, 64)).to.equal(65);
  });
});
