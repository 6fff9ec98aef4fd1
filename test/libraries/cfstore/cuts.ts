// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Losses of power at every write and erasure of what clients of CFSTORE do with handles.
 *
 * NON-TOCK: tests. The oracle is the content after each call that makes something durable.
 */
import { expect } from 'chai';
import { Cfstore } from '#libraries/cfstore/cfstore';
import { configOf } from '#libraries/cfstore/config';
import { bitChoice, type BitChoice, type BufferStorage } from '#libraries/store/buffer-storage';
import {
  RW,
  UNITS_OF_4,
  Watched,
  contentOf,
  counting,
  done,
  opened,
  put,
  said,
} from './support.ts';

/** More writes and erasures than there are. */
const MANY = 1_000_000;

/** Sets of moving bits that are tried. */
export const CHOICES = [
  'none',
  'all',
  'even',
  'odd',
  'firstHalf',
  'lastHalf',
  'xorshift:5',
  'xorshift:77',
];

/** The choice of a name. */
export function choice(name: string): BitChoice {
  return bitChoice(name) ?? ((): boolean => false);
}

/** Calls of clients, up to one that makes something durable. */
export type Act = (store: Cfstore, kept: Map<string, number>) => number;

/** What a run of acts shows after each of them. */
export interface Run {
  /** Content before the first act, and after each. */
  readonly contents: readonly string[];
  /** Writes and erasures when each act had ended. */
  readonly calls: readonly number[];
}

/** Runs acts to their end. Open handles do not keep content from being looked at, on another flash. */
export function run(base: BufferStorage, acts: readonly Act[]): Run {
  const flash = base.clone();
  const store = opened(flash);
  const contents = [contentOf(opened(flash.clone()))];
  const calls: number[] = [];
  const kept = new Map<string, number>();
  for (const act of acts) {
    flash.arm(MANY);
    expect(act(store, kept)).to.be.at.least(0);
    calls.push((calls.at(-1) ?? 0) + MANY - flash.disarm());
    contents.push(contentOf(opened(flash.clone())));
  }
  expect(flash.violation).to.equal(undefined);
  return { contents, calls };
}

/** What a cut at some call of acts leaves. */
export function cutAt(
  base: BufferStorage,
  acts: readonly Act[],
  cut: number,
  bits: string,
): BufferStorage {
  const flash = base.clone();
  const store = opened(flash);
  const kept = new Map<string, number>();
  flash.arm(cut);
  for (const act of acts) if (act(store, kept) < 0) break;
  flash.corrupt(choice(bits));
  return flash;
}

/** Cuts acts everywhere: the content must be that before or after the act that was cut, and the store must go on. */
export function sweep(base: BufferStorage, acts: readonly Act[]): number {
  const { contents, calls } = run(base, acts);
  const total = calls.at(-1) ?? 0;
  let act = 0;
  for (let cut = 0; cut < total; cut++) {
    while (cut >= (calls[act] ?? Infinity)) act += 1;
    for (const bits of CHOICES) {
      const where = `cut ${cut} of ${total}, ${bits}`;
      const flash = cutAt(base, acts, cut, bits);
      // The start is cut as well, and then goes through.
      flash.arm(1);
      if (said(new Cfstore(flash, configOf(flash)).initialize()) < 0) flash.corrupt(choice(bits));
      else flash.disarm();
      const store = opened(flash);
      const seen = contentOf(store);
      expect(seen, where).to.be.oneOf([contents[act], contents[act + 1]]);
      put(store, 'new', counting(5));
      const after = contentOf(opened(flash));
      expect(after.replace(/ ?new=0102030405/, '').trim(), where).to.equal(seen);
      expect(flash.violation, where).to.equal(undefined);
    }
  }
  return total;
}

/** The value of key "k". */
export const OLD = counting(64, 0x80);
/** Three patches of it. */
export const PATCHES = [0, 20, 40].map((at, index) => ({
  at,
  data: new Uint8Array(8).fill(index + 1),
}));
/** The value with them. */
export const NEW = OLD.slice();
for (const { at, data } of PATCHES) NEW.set(data, at);

/** A flash with key "k" and others in the snapshot, and one in the delta. */
export function inhabited(geometry = UNITS_OF_4): Watched {
  const flash = new Watched(geometry);
  const store = opened(flash);
  put(store, 'k', OLD);
  put(store, 'x', counting(9));
  done(store.flush());
  put(store, 'y', counting(13));
  return flash;
}

/** Opens a key for writing and keeps the handle under a name. */
export function open(name: string, as: string): Act {
  return (store, kept) => keep(said(store.open(name, RW)), kept, as);
}

/** Keeps a handle under a name; what an open answered. */
export function keep(hkey: number, kept: Map<string, number>, as: string): number {
  kept.set(as, hkey);
  return hkey;
}

/** Writes at a place. */
export function patch(as: string, { at, data }: { at: number; data: Uint8Array }): Act {
  return (store, kept) => {
    const hkey = kept.get(as) ?? 0;
    return Math.min(said(store.wseek(hkey, at)), said(store.write(hkey, data)));
  };
}

/** Closes. */
export function close(as: string): Act {
  return (store, kept) => said(store.close(kept.get(as) ?? 0));
}

/** Three increments and their close. */
export const THREE_PATCHES: readonly Act[] = [
  open('k', 'a'),
  ...PATCHES.map((each) => patch('a', each)),
  close('a'),
];
