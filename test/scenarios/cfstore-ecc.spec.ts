// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * CFSTORE on Earl Grey's flash with error-correcting codes on, which one program a flash word of 8 bytes allows.
 *
 * NON-TOCK: tests. The stores of Tock and OpenSK program words again, and break the code there.
 */
import { expect } from 'chai';
import { SplitPhaseFlash } from '#capsules/extra/store-flash';
import { brokenWords } from '#lab/demo/ecc';
import type * as hil from '#kernel/hil';
import { Random } from '#kernel/random';
import { CFSTORE } from '#libraries/cfstore/definition';
import type { MapStore } from '#libraries/store/definition';
import type { Steps } from '#libraries/store/storage';
import type { EarlgreyCells } from '#chips/lowrisc/cells';
import { driver, power, type Powered } from '../chips/lowrisc/support.ts';

const KEYS = 12;
const CHANGES = 400;

/** The controller's flash, in units of which each takes one program. */
function inUnits(flash: hil.flash.ByteFlash, programUnit: number): hil.flash.ByteFlash {
  return {
    pageSize: flash.pageSize,
    pages: flash.pages,
    writeErases: flash.writeErases,
    programUnit,
    programsPerUnit: 1,
    setClient: (client) => {
      flash.setClient(client);
    },
    readPage: (page, buffer) => flash.readPage(page, buffer),
    writePage: (page, buffer) => flash.writePage(page, buffer),
    erasePage: (page) => flash.erasePage(page),
    readBytes: (address, buffer, length) => flash.readBytes(address, buffer, length),
    writeBytes: (address, buffer, length) => flash.writeBytes(address, buffer, length),
  };
}

/** A powered Earl Grey with a store on four of its pages, in units of so many bytes. */
class Device {
  readonly powered: Powered;
  private readonly flash: SplitPhaseFlash;
  readonly store: MapStore;

  constructor(unit: number, cells?: EarlgreyCells) {
    this.powered = power({ ownRegion: { ecc: true }, ...(cells === undefined ? {} : { cells }) });
    const flash = inUnits(driver(this.powered), unit);
    this.flash = new SplitPhaseFlash(flash, 10_000, this.powered.deferredCalls);
    this.store = CFSTORE.open(this.flash.storage);
  }

  run<T>(steps: Steps<T>): T {
    let result: T | undefined;
    this.flash.start(steps, (outcome) => (result = outcome));
    this.powered.settle();
    if (result === undefined) expect.fail('the operation did not end');
    return result;
  }
}

/** Changes at random, a power cycle now and then; how each ended, and what there has to be. */
function live(unit: number): { readonly device: Device; readonly outcomes: Set<string> } {
  const random = new Random(5);
  const model = new Map<number, number>();
  const outcomes = new Set<string>();
  const note = (outcome: { readonly ok: boolean; readonly error?: string }): void => {
    outcomes.add(outcome.ok ? 'Ok' : (outcome.error ?? ''));
  };
  let device = new Device(unit);
  note(device.run(device.store.boot()));
  for (let count = 0; count < CHANGES; count++) {
    const key = random.below(KEYS);
    if (random.below(5) === 0) {
      note(device.run(device.store.delete(key)));
      model.delete(key);
    } else {
      note(device.run(device.store.put(key, new Uint8Array(21).fill(count))));
      model.set(key, count & 0xff);
    }
    if (random.below(50) !== 0) continue;
    device = new Device(unit, device.powered.cells);
    note(device.run(device.store.boot()));
  }
  for (const [key, byte] of model) {
    const got = device.run(device.store.get(key));
    outcomes.add(got.ok && got.value?.[0] === byte ? 'Ok' : 'lost');
  }
  return { device, outcomes };
}

describe('CFSTORE on flash with error-correcting codes', () => {
  it('in units of 8 bytes it breaks no flash word of Earl Grey, over flushes and power cycles (CF-34)', () => {
    const { device, outcomes } = live(8);
    const { flash } = device.powered.cells;
    expect([...outcomes]).to.deep.equal(['Ok']);
    expect(flash.pagesErased, 'flushes').to.be.greaterThan(10);
    expect(brokenWords(flash)).to.equal(0);
    expect(flash.ecc?.mostPrograms).to.equal(1);
  });

  it('in units of 4 bytes the second half of a flash word breaks the first', () => {
    const { device, outcomes } = live(4);
    expect(outcomes.size, 'some operation fails').to.be.greaterThan(1);
    expect(brokenWords(device.powered.cells.flash)).to.be.greaterThan(0);
  });
});
