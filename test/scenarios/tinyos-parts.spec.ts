// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The storages of TEP 129, unchanged, on parts that have little in common: they show the same on each.
 *
 * NON-TOCK: the aim of TEP 129, that one version of each works on all parts.
 */
import { expect } from 'chai';
import { leastProgramOf, type PartSheet } from '#chips/silicon/part-sheet';
import { PARTS } from '#lab/studies/workload/parts';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Steps } from '#libraries/store/storage';
import { BlockStorage } from '#libraries/tinyos/block-storage';
import { BufferedVolume } from '#libraries/tinyos/buffered-volume';
import { LOG, RING } from '#libraries/tinyos/config-mode';
import { ConfigStorage } from '#libraries/tinyos/config-storage';
import type { DirectStorage, TinyosOutcome } from '#libraries/tinyos/direct-storage';
import { HARDENED } from '#libraries/tinyos/log-mode';
import { LogStorage } from '#libraries/tinyos/log-storage';
import { Volume } from '#libraries/tinyos/volume';

const UNITS = 8;

function must<T>(steps: Steps<TinyosOutcome<T>>): T {
  const outcome = runAtOnce(steps);
  if (!outcome.ok) throw new Error(outcome.error);
  return outcome.value;
}

function flashOf(sheet: PartSheet): BufferStorage {
  return new BufferStorage({
    wordSize: leastProgramOf(sheet),
    pageSize: sheet.pageSize.value,
    numPages: UNITS,
    maxWordWrites: sheet.programsPerWord.value,
    maxPageErases: sheet.erasesPerPage.value,
  });
}

/** The volume of a part after a power loss, or at first: with a buffer where a page is programmed once. */
function volumeOf({ program }: PartSheet, flash: BufferStorage): DirectStorage {
  const volume = new Volume(flash);
  return program.programsPerUnit === undefined ? volume : new BufferedVolume(volume, true);
}

const entry = (nth: number): Uint8Array => new Uint8Array(5 + (nth % 30)).fill(nth);

/** What a log, a configuration and a block hold after some use, each with a power loss after each flush. */
function useOf(sheet: PartSheet): unknown[] {
  const [first, second, third] = [flashOf(sheet), flashOf(sheet), flashOf(sheet)];
  for (let nth = 0; nth < 40; nth++) {
    const volume = volumeOf(sheet, first);
    const log = new LogStorage(volume, { mode: HARDENED, circular: true });
    must(log.boot());
    must(log.append(entry(nth)));
    must(log.sync());
    const other = volumeOf(sheet, second);
    const config = new ConfigStorage(other, { mode: LOG });
    must(config.boot());
    must(config.insert(nth % 7, entry(nth)));
    must(other.flush());
    const block = new BlockStorage(volumeOf(sheet, third));
    must(block.write(nth * 40, new Uint8Array(40).fill(nth)));
    must(block.flush());
  }
  const log = new LogStorage(volumeOf(sheet, first), { mode: HARDENED, circular: true });
  must(log.boot());
  const config = new ConfigStorage(volumeOf(sheet, second), { mode: LOG });
  must(config.boot());
  const block = new BlockStorage(volumeOf(sheet, third));
  const values = [0, 1, 2, 3, 4, 5, 6].map((key) => must(config.retrieve(key, 255)).value);
  for (const flash of [first, second, third]) expect(flash.violation).to.equal(undefined);
  return [must(log.records()), values, must(block.read(0, 1600)), must(block.crc(0, 1600, 0))];
}

const REFERENCE = useOf({ ...sheetOf('nrf52840') });

function sheetOf(id: string): PartSheet {
  const sheet = PARTS[id]?.sheet;
  if (sheet === undefined) throw new Error(`there is no part ${id}`);
  return sheet;
}

describe('The storages of TEP 129', () => {
  it('hold what they were given, on an nRF52840', () => {
    expect(REFERENCE[0]).to.deep.equal(Array.from({ length: 40 }, (_, nth) => entry(nth)));
    expect(REFERENCE[1]).to.deep.equal([35, 36, 37, 38, 39, 33, 34].map(entry));
    expect(REFERENCE[2]).to.deep.equal(
      Uint8Array.from({ length: 1600 }, (_, at) => Math.floor(at / 40)),
    );
  });

  for (const id of ['m25p80', 'at45db041', 'pxa27x', 'k9k1g08r0b', 'k64f', 'stm32f405']) {
    it(`hold the same on a ${id}, unit for unit of its own size, and break none of its rules`, () => {
      expect(useOf(sheetOf(id))).to.deep.equal(REFERENCE);
    });
  }

  it('lose acknowledged entries of a page when a cut takes a flush that erases it: the price of such a part', () => {
    const sheet = sheetOf('at45db041');
    const flash = flashOf(sheet);
    const options = { mode: HARDENED, circular: true };
    let log = new LogStorage(volumeOf(sheet, flash), options);
    must(log.boot());
    for (let nth = 0; nth < 4; nth++) {
      must(log.append(Uint8Array.of(nth)));
      must(log.sync());
    }
    must(log.append(Uint8Array.of(4)));
    flash.arm(1);
    expect(runAtOnce(log.sync()).ok).to.equal(false);
    flash.corrupt(() => false);
    log = new LogStorage(volumeOf(sheet, flash), options);
    must(log.boot());
    expect(must(log.records())).to.deep.equal([]);
  });

  it('do not fit a ring of configuration into pages of 256 bytes that are smaller than the keys', () => {
    const sheet = sheetOf('at45db041');
    const config = new ConfigStorage(volumeOf(sheet, flashOf(sheet)), { mode: RING });
    must(config.boot());
    for (let key = 0; key < 9; key++) must(config.insert(key, new Uint8Array(16)));
    const outcomes = [9, 10, 11].map((key) => runAtOnce(config.insert(key, new Uint8Array(16))));
    expect(outcomes.some((outcome) => !outcome.ok && outcome.error === 'NoCapacity')).to.equal(
      true,
    );
  });
});
