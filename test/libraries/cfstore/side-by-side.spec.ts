// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * CFSTORE without an image in RAM beside the one in the heap: one suite, and their RAM.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { describeCfstoreDriver } from '#conformance/cfstore-driver';
import { Cfstore } from '#libraries/cfstore/cfstore';
import { configOf } from '#libraries/cfstore/config';
import type { CfstoreDriver, RamMeter } from '#libraries/cfstore/driver';
import { HeapCfstore } from '#libraries/cfstore/heap/heap-cfstore';
import { HARDENED } from '#libraries/cfstore/heap/mode';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Storage } from '#libraries/store/storage';

/** Bytes of RAM that the design allows itself. */
const MOST_RAM = 4096;
const VALUE = new Uint8Array(16).fill(7);

/** What the meter shows with 10, 100 and 1000 keys of 16 bytes, and with all handles in use. */
function metersOf(create: (storage: Storage) => CfstoreDriver): RamMeter[] {
  const limits = { wordSize: 4, maxWordWrites: 1, maxPageErases: 1000 };
  const driver = create(new BufferStorage({ ...limits, pageSize: 16 * 1024, numPages: 32 }));
  expect(runAtOnce(driver.initialize())).to.equal(0);
  const meters: RamMeter[] = [];
  for (let key = 1; key <= 1000; key++) {
    const name = `key.${key.toString().padStart(4, '0')}`;
    const hkey = runAtOnce(driver.create(name, VALUE.length, { acl: 0, mode: {} }));
    expect(runAtOnce(driver.write(hkey, VALUE))).to.equal(VALUE.length);
    expect(runAtOnce(driver.close(hkey))).to.equal(0);
    if ([10, 100, 1000].includes(key)) meters.push(driver.ram());
  }
  while (runAtOnce(driver.open('key.0001', { read: true })) > 0);
  meters.push(driver.ram());
  return meters;
}

function totalOf({ kvbufs, handles, state, heap }: RamMeter): number {
  return kvbufs + handles + state + heap;
}

describeCfstoreDriver('CFSTORE', (storage) => new Cfstore(storage, configOf(storage)), {
  durableAt: 'close',
  readersSeeOld: true,
  longWrites: 'refused',
  seeksWrites: true,
});

describe('CFSTORE and its RAM', () => {
  it('the meter is the same with 10, 100 and 1000 keys, and with all handles open: 64 buffers of 32 bytes, less than 4 kB in all (CF-32)', () => {
    const meters = metersOf((storage) => new Cfstore(storage, configOf(storage)));
    for (const meter of meters) expect(meter).to.deep.equal(meters[0]);
    const [meter] = meters;
    if (meter === undefined) expect.fail('no meter');
    expect([meter.kvbufs, meter.heap]).to.deep.equal([64 * 32, 0]);
    expect(totalOf(meter)).to.be.at.most(MOST_RAM);
  });

  it('that of the store in the heap grows by 32 bytes a key, and is past 4 kB before 100 (CF-32)', () => {
    const meters = metersOf((storage) => new HeapCfstore(storage, HARDENED));
    expect(meters.map(({ heap }) => heap)).to.deep.equal([320, 3200, 32_000, 32_000]);
    expect(meters.map((meter) => totalOf(meter) > MOST_RAM)).to.deep.equal([
      false,
      true,
      true,
      true,
    ]);
  });
});
