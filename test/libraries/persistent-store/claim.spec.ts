// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The limits that the claim states are those that the store keeps.
 *
 * NON-TOCK: the crash laboratory judges by the claim.
 */
import { expect } from 'chai';
import { CLAIM } from '#libraries/persistent-store/claim';
import { Format, isSupported } from '#libraries/persistent-store/format';
import { Desk, geometry } from './support.ts';

describe('libraries/persistent-store/claim', () => {
  const { limits } = CLAIM;
  const least = geometry(limits['leastPageBytes'] ?? 0, limits['leastPages'] ?? 0);
  const most = geometry(
    limits['mostPageBytes'] ?? 0,
    limits['mostPages'] ?? 0,
    limits['mostErasesPerPage'],
  );

  it('states the smallest and the largest flash', () => {
    expect(isSupported(least)).to.equal(true);
    expect(isSupported(most)).to.equal(true);
    expect(isSupported({ ...least, pageSize: least.pageSize - 4 })).to.equal(false);
    expect(isSupported({ ...least, numPages: least.numPages - 1 })).to.equal(false);
    expect(isSupported({ ...most, pageSize: most.pageSize + 4 })).to.equal(false);
    expect(isSupported({ ...most, numPages: most.numPages + 1 })).to.equal(false);
    expect(isSupported({ ...most, maxPageErases: most.maxPageErases + 1 })).to.equal(false);
    expect(isSupported({ ...least, maxWordWrites: CLAIM.programsPerWord })).to.equal(true);
    expect(isSupported({ ...least, maxWordWrites: CLAIM.programsPerWord - 1 })).to.equal(false);
    expect(new Format(most).maxValueLength).to.equal(limits['longestValueBytes']);
  });

  it('states the largest key', () => {
    const desk = new Desk(geometry(64, 5));
    const largest = limits['largestKey'] ?? 0;
    expect(desk.outcome(desk.store.remove(largest))).to.equal('Ok');
    expect(desk.outcome(desk.store.remove(largest + 1))).to.equal('InvalidArgument');
  });
});
