// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Windows into the memory of others.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { MpuRegions } from '#kernel/platform/mpu';

const BYTES = Uint8Array.of(1, 2, 3, 4);
const window = (address: number, lender = 0, bytes: Uint8Array | undefined = BYTES) => ({
  lender,
  address,
  length: 4,
  bytes: () => bytes,
});

describe('MpuRegions', () => {
  it('finds bytes that lie wholly inside, and is exact at both ends', () => {
    const regions = new MpuRegions();
    regions.add(window(100));
    expect(regions.find(100, 4)).to.deep.equal(BYTES);
    expect(regions.find(102, 2)).to.deep.equal(Uint8Array.of(3, 4));
    for (const [address, length] of [
      [99, 1],
      [99, 2],
      [103, 2],
      [104, 1],
    ] as const) {
      expect(regions.find(address, length), `${address}+${length}`).to.equal(undefined);
    }
  });

  it('has one window into each lender, and none after clear', () => {
    const regions = new MpuRegions();
    regions.add(window(100));
    regions.add(window(300, 1));
    regions.add(window(200));
    expect(regions.find(100, 1)).to.equal(undefined);
    expect([regions.find(200, 1)?.length, regions.find(300, 1)?.length]).to.deep.equal([1, 1]);
    regions.clear();
    expect(regions.find(200, 1)).to.equal(undefined);
  });

  it('shows nothing when the bytes may no longer be touched', () => {
    const regions = new MpuRegions();
    regions.add({ ...window(100), bytes: () => undefined });
    expect(regions.find(100, 1)).to.equal(undefined);
  });
});
