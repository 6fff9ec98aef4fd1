// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * CFSTORE with codes that need a key in place of the CRC.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { Cfstore } from '#libraries/cfstore/cfstore';
import { configOf } from '#libraries/cfstore/config';
import { CfstoreError } from '#libraries/cfstore/driver';
import {
  CRC_32,
  aesCmac,
  hmacSha1,
  hmacSha256,
  hmacSha384,
  hmacSha512,
  type TailCode,
} from '#libraries/cfstore/mac';
import { FULL, cursorOf } from '#libraries/cfstore/records';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { runAtOnce as run } from '#libraries/store/run-at-once';

const KEY = Uint8Array.from({ length: 32 }, (_, at) => at * 5 + 1);
const NAMES = ['abc', 'b', 'c.d'];

function blank(wordSize = 4): BufferStorage {
  return new BufferStorage({
    ...{ wordSize, pageSize: 512, numPages: 8 },
    ...{ maxWordWrites: 1, maxPageErases: 100 },
  });
}

function storeOn(flash: BufferStorage, code: TailCode): Cfstore {
  return new Cfstore(flash, configOf(flash, { code }));
}

function put(store: Cfstore, name: string, value: Uint8Array): void {
  const hkey = run(store.create(name, value.length, { acl: 0, mode: {} }));
  expect(run(store.write(hkey, value))).to.equal(value.length);
  expect(run(store.close(hkey))).to.equal(0);
}

function valueOf(store: Cfstore, name: string): Uint8Array {
  const hkey = run(store.open(name, { read: true }));
  const value = new Uint8Array(run(store.valueLength(hkey)));
  run(store.read(hkey, value));
  run(store.close(hkey));
  return value;
}

/** A flash with two keys in the snapshot, one of them changed since, and a new one. */
function inhabited(code: TailCode, wordSize = 4): BufferStorage {
  const flash = blank(wordSize);
  const store = storeOn(flash, code);
  expect(run(store.initialize())).to.equal(0);
  for (const name of NAMES.slice(0, 2)) put(store, name, Uint8Array.of(1, 2, 3));
  expect(run(store.flush())).to.equal(0);
  put(store, 'c.d', new Uint8Array(10).fill(9));
  return flash;
}

/** Whether each full record in flash counts, for one who has a code. */
function counted(flash: BufferStorage, code: TailCode): boolean[] {
  const { journal, records } = storeOn(flash, code);
  run(journal.find());
  const counts: boolean[] = [];
  for (const live of [journal.snapshot, journal.delta]) {
    if (live === undefined) expect.fail('no slot');
    live.end = live.limit;
    const cursor = cursorOf(live);
    for (;;) {
      const entry = run(records.next(cursor, FULL));
      if (entry === undefined) break;
      counts.push(run(records.isCommitted(entry)));
    }
  }
  return counts;
}

const CODES: readonly (readonly [code: (key: Uint8Array) => TailCode, size: number])[] = [
  [hmacSha1, 20],
  [hmacSha256, 32],
  [hmacSha384, 48],
  [hmacSha512, 64],
  [aesCmac, 16],
];

describe('libraries/cfstore with codes in its tails', () => {
  for (const [codeOf, size] of CODES) {
    const code = codeOf(KEY);

    it(`keeps values under ${code.name}, and each record is as much longer as the code is than a CRC (CF-33)`, () => {
      const flash = inhabited(code);
      const store = storeOn(flash, code);
      expect(run(store.initialize())).to.equal(0);
      for (const name of NAMES.slice(0, 2)) {
        expect(valueOf(store, name)).to.deep.equal(Uint8Array.of(1, 2, 3));
      }
      expect(valueOf(store, 'c.d')).to.deep.equal(new Uint8Array(10).fill(9));
      // Header 20, name 3 up to 4, value 10 up to 12, VALID 4, and the code.
      expect(store.journal.format.fullSize(3, 10)).to.equal(20 + 4 + 12 + 4 + size);
      const { format } = storeOn(flash, CRC_32).journal;
      expect(store.journal.format.fullSize(3, 10) - format.fullSize(3, 10)).to.equal(size - 4);
      expect(flash.violation).to.equal(undefined);
    });

    it(`has no valid record under ${code.name} for who has another key, by one bit (CF-33)`, () => {
      const flash = inhabited(code, 8);
      expect(counted(flash, code)).to.deep.equal([true, true, true]);
      for (const bit of [0, 131, 255]) {
        const other = KEY.slice();
        other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(counted(flash, codeOf(other))).to.deep.equal([false, false, false]);
        const { image } = flash.clone();
        expect(run(storeOn(flash, codeOf(other)).initialize())).to.equal(
          CfstoreError.JOURNAL_FAILED,
        );
        expect(flash.image, 'and nothing is repaired').to.deep.equal(image);
      }
    });
  }

  it('what was written by somebody without the key does not count, though a CRC would let it pass (CF-33)', () => {
    const seen = [CRC_32, hmacSha256(KEY)].map((code) => {
      const flash = inhabited(code);
      // The attacker has the CRC: he changes a value, and makes the code anew as far as he can.
      const { journal, records } = storeOn(flash, code);
      run(journal.find());
      const { delta } = journal;
      if (delta === undefined) expect.fail('no delta');
      delta.end = delta.limit;
      const entry = run(records.next(cursorOf(delta), FULL));
      if (entry === undefined) expect.fail('no record');
      const page = 2 * entry.slot;
      const place = page * 512 + entry.at;
      const valueAt = journal.format.valueAt(entry.header);
      const validAt = journal.format.validAt(entry.header);
      flash.image[place + valueAt] = 0x42;
      const forged = CRC_32.begin();
      forged.update(flash.image.subarray(place, place + validAt));
      flash.image.set(forged.digest(), place + validAt + 4);
      return counted(flash, code);
    });
    expect(seen).to.deep.equal([
      [true, true, true],
      [true, true, false],
    ]);
  });
});
