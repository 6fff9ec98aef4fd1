// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * A device with a list of nodes a, b, c, … whose flash can be drawn, cut, and be bad at a byte.
 *
 * NON-TOCK: for tests. The values of record n are n.
 */
import { expect } from 'chai';
import { valueIn } from './pictures.js';
import { decodeBytes } from '#libraries/noodle/cbor';
import { decodeBody, decodeElement } from '#libraries/noodle/element';
import { Noodle, type NoodleOptions, type NoodleOutcome } from '#libraries/noodle/noodle';
import { NodeList } from '#libraries/noodle/nodes';
import { pageState, wordOf } from '#libraries/sequential-storage/format';
import { Items, behind, isEnd, type Item, type Place } from '#libraries/sequential-storage/items';
import { BufferStorage } from '#libraries/store/buffer-storage';
import { FlashSteps } from '#libraries/store/flash-steps';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Steps } from '#libraries/store/storage';

/** As in the pictures: 6 sectors, a record of 7 nodes and a bit in each. */
export const SIX_SECTORS = {
  wordSize: 4,
  pageSize: 208,
  numPages: 6,
  maxWordWrites: 2,
  maxPageErases: 1000,
};

/** A flash with bytes that keep some bits one, whatever is written. */
export class WornFlash extends BufferStorage {
  readonly stuck = new Map<number, number>();

  override write(
    page: number,
    byteOffset: number,
    bytes: Uint8Array,
    start: number,
    length: number,
  ): boolean {
    const done = super.write(page, byteOffset, bytes, start, length);
    for (const [at, bits] of this.stuck) this.image[at] = (this.image[at] ?? 0) | bits;
    return done;
  }

  override clone(): WornFlash {
    const copy = new WornFlash(this);
    copy.image.set(this.image);
    copy.wordWrites.set(this.wordWrites);
    return copy;
  }
}

/** One power cycle of a device. */
export class Device {
  readonly nodes = new NodeList();
  readonly noodle: Noodle;

  /** Power comes; the list has its defaults, 0, and flash was not looked at. */
  constructor(
    readonly flash = new WornFlash(SIX_SECTORS),
    keys = 'abcdefg',
    options: NoodleOptions = {},
  ) {
    for (const key of keys) this.nodes.attach(key, valueIn(0));
    this.noodle = new Noodle(flash, this.nodes, options);
  }

  /** A device that has looked at its flash. */
  static booted(flash?: WornFlash, keys?: string, options?: NoodleOptions): Device {
    const device = new Device(flash, keys, options);
    expect(run(device.noodle.read())).to.equal('Ok');
    return device;
  }

  /** Sets every node and writes. */
  write(value: number): string {
    this.set(value);
    return run(this.noodle.write());
  }

  set(value: number): void {
    for (const key of this.nodes.keys()) this.nodes.set(key, valueIn(value));
  }

  /** Collects garbage until there is none; returns how many pieces there were. */
  collect(): number {
    let pieces = 0;
    while (run(this.noodle.collect()) === 'true') pieces += 1;
    return pieces;
  }

  /** The values of the list, if all are the same number; else each. */
  get value(): string {
    const values = [...this.nodes.keys()].map((key) => {
      const value = this.nodes.get(key);
      return value === undefined ? 'none' : String(decodeBytes(value));
    });
    return [...new Set(values)].join();
  }

  get picture(): string {
    return pictureOf(this.flash);
  }

  /** Where the element of a node stands in the newest record. */
  place(key: string): Place {
    const found = itemsOf(this.flash).filter(({ letter }) => letter === key);
    return found.at(-1)?.place ?? expect.fail(`no ${key}`);
  }

  /** The offset in the image of the value of a node in the newest record. */
  valueAt(key: string): number {
    const { page, byteOffset, length } = this.place(key);
    return page * this.flash.pageSize + byteOffset + 8 + length - 1;
  }
}

/** Runs steps; what they end with as text. */
export function run(steps: Steps<NoodleOutcome<boolean> | NoodleOutcome>): string {
  const outcome = runAtOnce(steps);
  if (!outcome.ok) return outcome.error;
  return typeof outcome.value === 'boolean' ? String(outcome.value) : 'Ok';
}

interface Drawn {
  readonly place: Place;
  readonly letter: string;
  readonly sequence: number;
}

/** Every item in flash, the oldest page first, as a letter; popped ones are x, torn ones ~. */
function itemsOf(flash: BufferStorage): Drawn[] {
  const items = new Items(new FlashSteps(flash), false);
  const drawn: Drawn[] = [];
  for (const page of pagesOf(flash)) {
    for (let at = 4; ;) {
      const place = runAtOnce(items.find(page, at));
      if (place === undefined || isEnd(place)) break;
      drawn.push({ place, ...lettered(runAtOnce(items.read(place))) });
      at = behind(place);
    }
  }
  return drawn;
}

/** What an item is drawn as. */
function lettered(item: Item | 'popped' | 'torn' | undefined): Omit<Drawn, 'place'> {
  if (item === 'popped') return { letter: 'x', sequence: 0 };
  const element = typeof item === 'object' ? decodeElement(item.data) : undefined;
  switch (element?.kind) {
    case undefined:
      return { letter: '~', sequence: 0 };
    case 'start':
      return { letter: 'S', sequence: element.sequence };
    case 'end':
      return { letter: 'E', sequence: element.sequence };
    case 'data':
      return { letter: decodeBody(element.body)?.key ?? '?', sequence: 0 };
  }
}

/** Pages with items, the oldest first: the ring is cut behind the page that is written to. */
function pagesOf({ image, pageSize, numPages }: BufferStorage): number[] {
  const stateOf = (page: number): string =>
    pageState(wordOf(image, page * pageSize), wordOf(image, (page + 1) * pageSize - 4));
  const pages = Array.from({ length: numPages }, (_, page) => page);
  const youngest = pages.findIndex((page) => stateOf(page) === 'partial');
  return pages
    .map((index) => (youngest + 1 + index) % numPages)
    .filter((page) => ['partial', 'closed'].includes(stateOf(page)));
}

/** The flash as pictures.ts reads it, records apart: `xxx 5:SabE 6:SabE`. */
export function pictureOf(flash: BufferStorage): string {
  let picture = '';
  let previous = '';
  for (const { letter, sequence } of itemsOf(flash)) {
    const isApart = letter === 'S' || previous === 'E' || (previous === 'x') !== (letter === 'x');
    if (picture !== '' && isApart) picture += ' ';
    picture += letter === 'S' ? `${sequence}:S` : letter;
    previous = letter;
  }
  return picture;
}
