// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Writers of CFSTORE that seek, or write beside each other: increments, and how a close merges them.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { Random } from '#kernel/random';
import type { Cfstore } from '#libraries/cfstore/cfstore';
import { CfstoreError } from '#libraries/cfstore/driver';
import { LITERAL } from '#libraries/cfstore/mode';
import {
  BLANK,
  DELETED,
  GOOD,
  RO,
  RW,
  SLOT,
  UNITS_OF_4,
  UNITS_OF_8,
  Watched,
  allOf,
  counting,
  done,
  hex,
  opened,
  put,
  said,
  tlvsOf,
  valueOf,
  type Tlv,
} from './support.ts';

const DELTA = SLOT.deltas[1];
const OLD = counting(64, 0x80);
/** Three patches of 8 bytes, as the design's picture has them. */
const PATCHES = [0, 20, 40].map((at, index) => ({ at, data: new Uint8Array(8).fill(index + 1) }));

/** Bytes with patches laid over them, the later ones on top. */
function patched(
  old: Uint8Array,
  patches: readonly { at: number; data: Uint8Array }[],
): Uint8Array {
  const value = old.slice();
  for (const { at, data } of patches) value.set(data, at);
  return value;
}

describe('libraries/cfstore/writer', () => {
  let flash: Watched;
  let store: Cfstore;
  let hkey: number;

  /** Key "k" in the snapshot, open to be written. */
  function begin(given: Parameters<typeof opened>[1] = {}): void {
    flash = new Watched(UNITS_OF_4);
    store = opened(flash, given);
    put(store, 'k', OLD);
    done(store.flush());
    hkey = done(store.open('k', RW));
  }

  function writeAt(handle: number, at: number, data: Uint8Array): void {
    done(store.wseek(handle, at));
    expect(done(store.write(handle, data))).to.equal(data.length);
  }

  const tlvs = (): Tlv[] => tlvsOf(flash, DELTA);

  beforeEach(() => {
    begin();
  });

  afterEach(() => {
    expect(flash.violation, 'a rule of flash').to.equal(undefined);
  });

  it('leaves three records of type 2 behind the reserved one, in rising numbers, each with its place (CF-12)', () => {
    for (const { at, data } of PATCHES) writeAt(hkey, at, data);
    const [reserved, ...increments] = tlvs();
    expect(reserved?.type).to.equal(1);
    expect(increments.map(({ type, writeAt: at }) => [type, at])).to.deep.equal([[2, 0], [2, 20], [2, 40]]); // prettier-ignore
    const numbers = tlvs().map(({ sequence }) => sequence);
    expect(numbers).to.deep.equal([...new Set(numbers)].sort((one, other) => one - other));
    expect(increments.every(({ kvid }) => kvid === reserved?.kvid)).to.equal(true);
    expect(increments.every(({ valid, code }) => valid === GOOD && code !== BLANK)).to.equal(true);
  });

  it('reads through its handle the old value with its patches on it, before anything is merged (CF-13)', () => {
    for (const { at, data } of PATCHES) writeAt(hkey, at, data);
    expect(hex(allOf(store, hkey))).to.equal(hex(patched(OLD, PATCHES)));
    expect(hex(valueOf(store, 'k')), 'another reader').to.equal(hex(OLD));
    expect(hex(tlvs()[0]?.value)).to.equal('ff'.repeat(64));
    done(store.rseek(hkey, 18));
    const part = new Uint8Array(4);
    done(store.read(hkey, part));
    expect(hex(part)).to.equal('92930202');
  });

  it('merges window by window, then commits, then deletes the old version and the patches (CF-14)', () => {
    done(store.close(hkey));
    begin({ window: 16 });
    for (const { at, data } of PATCHES) writeAt(hkey, at, data);
    const [reserved, one, two, three] = tlvs();
    const [old] = tlvsOf(flash, SLOT.snapshots[1]);
    if (reserved === undefined || one === undefined || two === undefined || three === undefined) {
      return expect.fail('no records');
    }
    flash.events.length = 0;
    done(store.close(hkey));
    const places: Record<string, number> = {
      commit: reserved.codeAt,
      old: old?.validAt ?? 0,
      ...{ one: one.validAt, two: two.validAt, three: three.validAt },
    };
    for (let window = 0; window < 4; window++)
      places[`w${window}`] = reserved.at + 24 + window * 16;
    expect(flash.order(places)).to.equal('w0 w1 w2 w3 commit old one two three');
    expect(hex(valueOf(opened(flash), 'k'))).to.equal(hex(patched(OLD, PATCHES)));
    expect(tlvs().map(({ valid }) => valid)).to.deep.equal([GOOD, DELETED, DELETED, DELETED]);
    return undefined;
  });

  it('lets the later of two patches of one place win, across windows (CF-14)', () => {
    done(store.close(hkey));
    begin({ window: 8 });
    const patches = [
      { at: 5, data: new Uint8Array(20).fill(1) },
      { at: 0, data: new Uint8Array(9).fill(2) },
      { at: 23, data: new Uint8Array(3).fill(3) },
    ];
    for (const { at, data } of patches) writeAt(hkey, at, data);
    done(store.close(hkey));
    expect(hex(valueOf(store, 'k'))).to.equal(hex(patched(OLD, patches)));
  });

  for (const order of ['the first one first', 'the second one first']) {
    it(`puts the patches of two writers into one version: closed ${order} (CF-18)`, () => {
      const other = done(store.open('k', RW));
      expect(tlvs(), 'one reserved record').to.have.length(1);
      const [mine, theirs] = [
        { at: 0, data: new Uint8Array(8).fill(1) },
        { at: 32, data: new Uint8Array(8).fill(2) },
      ];
      expect(done(store.write(hkey, mine.data)), 'without a seek').to.equal(8);
      writeAt(other, theirs.at, theirs.data);
      const both = hex(patched(OLD, [mine, theirs]));
      expect(hex(allOf(store, hkey))).to.equal(both);
      const handles = order.startsWith('the first') ? [hkey, other] : [other, hkey];
      done(store.close(handles[0] ?? 0));
      expect(hex(valueOf(store, 'k')), 'with one writer left').to.equal(hex(OLD));
      done(store.close(handles[1] ?? 0));
      expect(hex(valueOf(opened(flash), 'k'))).to.equal(both);
      const isFull = ({ type, valid }: Tlv): boolean => type === 1 && valid === GOOD;
      expect(tlvs().filter(isFull)).to.have.length(1);
    });
  }

  it('loses the patches of one of two writers as the design has it: each has a record of its own (CF-18)', () => {
    done(store.close(hkey));
    begin({ mode: LITERAL });
    const other = done(store.open('k', RW));
    const [mine, theirs] = [new Uint8Array(8).fill(1), new Uint8Array(8).fill(2)];
    writeAt(hkey, 0, mine);
    writeAt(other, 32, theirs);
    done(store.close(hkey));
    done(store.close(other));
    const both = patched(OLD, [{ at: 0, data: mine }, { at: 32, data: theirs }]); // prettier-ignore
    // What the first close took for its own and deleted is missing in the version that the second one commits.
    expect(hex(valueOf(store, 'k')))
      .to.equal(hex(OLD))
      .and.to.not.equal(hex(both));
  });

  it('goes back into what it wrote at once, whose record is then reserved anew', () => {
    done(store.write(hkey, new Uint8Array(10).fill(1)));
    writeAt(hkey, 6, new Uint8Array(6).fill(2));
    const expected = patched(OLD, [
      { at: 0, data: new Uint8Array(10).fill(1) },
      { at: 6, data: new Uint8Array(6).fill(2) },
    ]);
    expect(tlvs().map(({ type }) => type)).to.deep.equal([1, 1, 2, 2]);
    expect(hex(allOf(store, hkey))).to.equal(hex(expected));
    done(store.close(hkey));
    expect(hex(valueOf(opened(flash), 'k'))).to.equal(hex(expected));
  });

  it('keeps what it patched ahead when it goes back later', () => {
    done(store.write(hkey, new Uint8Array(8).fill(1)));
    writeAt(hkey, 30, Uint8Array.of(3));
    writeAt(hkey, 2, Uint8Array.of(4));
    done(store.close(hkey));
    const expected = OLD.slice();
    expected.fill(1, 0, 8).fill(3, 30, 31).fill(4, 2, 3);
    expect(hex(valueOf(store, 'k'))).to.equal(hex(expected));
  });

  it('refuses a patch for which there is no room, and can still close (CF-23)', () => {
    const long = new Uint8Array(64).fill(1);
    let patches = 0;
    done(store.wseek(hkey, 0));
    let answer = said(store.write(hkey, long));
    for (; answer === 64; patches++) {
      done(store.wseek(hkey, 0));
      answer = said(store.write(hkey, long));
    }
    expect(answer).to.equal(CfstoreError.OUT_OF_MEMORY);
    // Of 976 bytes the reserved record takes 96, and each of these 92.
    expect(patches).to.equal(Math.floor((976 - 96) / 92));
    done(store.close(hkey));
    expect(hex(valueOf(opened(flash), 'k'))).to.equal(hex(long));
  });

  it('does in random order what an array would do, for up to three writers and readers, with units of 4 and 8', () => {
    for (const geometry of [UNITS_OF_4, UNITS_OF_8]) {
      for (let seed = 1; seed <= 40; seed++) {
        const own = new Watched(geometry);
        compare(own, new Random(seed), seed);
        expect(own.violation, `seed ${seed}`).to.equal(undefined);
      }
    }
  });
});

/** Random writes of one key through several handles; then all are closed. */
function compare(flash: Watched, random: Random, seed: number): void {
  const store = opened(flash, { window: 16 });
  const length = 1 + random.below(60);
  const model = counting(length, seed);
  put(store, 'k', model);
  if (random.below(2) === 0) done(store.flush());
  const old = hex(model);
  const reader = done(store.open('k', RO));
  const handles = Array.from({ length: 1 + random.below(3) }, () => ({
    hkey: done(store.open('k', RW)),
    at: 0,
  }));
  for (let count = 0; count < 12; count++) {
    const handle = handles[random.below(handles.length)];
    if (handle === undefined) continue;
    if (random.below(3) === 0) {
      handle.at = random.below(length + 1);
      done(store.wseek(handle.hkey, handle.at));
    }
    const data = new Uint8Array(random.below(length - handle.at + 1)).fill(count * 7 + 1);
    const taken = said(store.write(handle.hkey, data));
    if (taken === CfstoreError.OUT_OF_MEMORY) break;
    expect(taken).to.equal(data.length);
    model.set(data, handle.at);
    handle.at += taken;
    expect(hex(allOf(store, handle.hkey)), `seed ${seed}, write ${count}`).to.equal(hex(model));
    expect(hex(allOf(store, reader))).to.equal(old);
  }
  done(store.close(reader));
  for (const { hkey } of handles) done(store.close(hkey));
  expect(hex(valueOf(opened(flash), 'k')), `seed ${seed}`).to.equal(hex(model));
}
