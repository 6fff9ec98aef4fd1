// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Storages of TinyOS on parts: their costs by closed forms, the limits of the parts, and what a buffer does to a log.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { onPart } from '#lab/studies/tinyos/on-part';
import { PARTS, type StudyPart } from '#lab/studies/workload/parts';

function part(id: string): StudyPart {
  const found = PARTS[id];
  if (found === undefined) throw new Error(`there is no part ${id}`);
  return found;
}

describe('lab/studies/tinyos/on-part', () => {
  it('charges an append to an M25P80 two page programs, and an erasure of 600 ms every 2,730 of them', () => {
    const { meter, updates, buffer, worst } = onPart(part('m25p80'), 'LogStorage');
    expect(buffer).to.equal(0);
    // 65,536 bytes in entries of 24: header and 16 bytes.
    expect(updates / meter.erases).to.be.closeTo(2730, 1);
    expect(meter.writeCalls).to.equal(2 * updates);
    // An entry may lie across two pages of 256: 3 programs at most, and an erasure before.
    expect(worst).to.be.within(600 + 2 * 0.64, 600 + 3 * 0.64 + 0.1);
  });

  it('erases and programs a page of an AT45DB041 for each update, through a buffer of its size', () => {
    const found = onPart(part('at45db041'), 'LogStorage');
    expect([found.units, found.buffer, found.unitPrograms]).to.deep.equal([512, 264, 1]);
    expect(found.meter.erases / found.updates).to.be.within(1, 1.11);
    // 3 ms and 7 ms, and what it reads.
    expect(found.meter.time / found.updates / 1e6).to.be.within(10, 10.4);
    expect(found.violation).to.equal(undefined);
  });

  it('finds pages of an AT45DB041 that come round too late: those of a configuration, not those of a log', () => {
    expect(onPart(part('at45db041'), 'LogStorage').overdue).to.equal(0);
    expect(onPart(part('at45db041'), 'ConfigStorage').overdue).to.be.greaterThan(100);
    expect(onPart(part('k9k1g08r0b'), 'LogStorage').overdue).to.equal(undefined);
  });

  it('writes whole phrases of a K64F without a buffer, and words through one', () => {
    const block = onPart(part('k64f'), 'BlockStorage');
    expect([block.buffer, block.unitPrograms, block.violation]).to.deep.equal([0, 1, undefined]);
    const log = onPart(part('k64f'), 'LogStorage');
    expect([log.buffer, log.unitPrograms, log.violation]).to.deep.equal([4104, 1, undefined]);
  });
});
