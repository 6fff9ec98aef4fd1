// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The suite that every store passes: `describeStore(definition)`.
 *
 * NON-TOCK: the laws are those of `libraries/store/definition.ts`, and the store's own claim. It cuts a little; the crash
 * laboratory cuts everything.
 */
import { expect } from 'chai';
import { BufferStorage } from '#libraries/store/buffer-storage';
import type { StoreDefinition } from '#libraries/store/definition';
import { runAtOnce } from '#libraries/store/run-at-once';
import type { Geometry } from '#libraries/store/storage';
import { describeBlockStore } from './block-store.ts';
import { describeLogStore } from './log-store.ts';
import { describeMapStore } from './map-store.ts';
import { chance, geometryOf } from './store-bed.ts';

/** Laws that do not hold of a store, and whose images are not its own. */
export interface StoreSuiteOptions {
  /** False: it is known to lose data without any cut; only single operations are tried. */
  readonly all?: boolean;
  /** False: its claim about power cuts is known to be wrong. */
  readonly cuts?: boolean;
  /** False: it cannot tell its images from others. */
  readonly recognises?: boolean;
  /** Stores whose images it must not take for its own. */
  readonly strangers?: readonly StoreDefinition[];
}

/** Adds the suite for a store. */
export function describeStore(definition: StoreDefinition, options: StoreSuiteOptions = {}): void {
  describe(`the store ${definition.name} keeps the contract`, () => {
    const refused = definition.refuses(geometryOf(definition));
    it('can live on the flash that it asks for', () => {
      if (refused !== undefined) expect.fail(refused);
    });
    // One that is not written yet.
    if (refused !== undefined) return;

    describeKind(definition, options);
    describeImages(definition, options);
  });
}

function describeKind(definition: StoreDefinition, options: StoreSuiteOptions): void {
  switch (definition.kind) {
    case 'map':
      describeMapStore(definition, options);
      return;
    case 'log':
      describeLogStore(definition, options);
      return;
    case 'block':
      describeBlockStore(definition, options);
  }
}

/** A flash in which a store holds something: five of what it takes. */
export function inhabited(definition: StoreDefinition, geometry: Geometry): BufferStorage {
  const flash = new BufferStorage(geometry, false);
  if (definition.kind === 'map') {
    const store = definition.open(flash);
    runAtOnce(store.boot());
    for (let key = 0; key < 5; key++) runAtOnce(store.put(key, Uint8Array.of(key, 2, 3, 4, 5)));
    return flash;
  }
  if (definition.kind === 'block') {
    const store = definition.open(flash);
    runAtOnce(store.boot());
    const { eraseUnit } = definition.shape(geometry);
    for (let at = 0; at < 5; at++) runAtOnce(store.write(at * 4, Uint8Array.of(at, 2, 3, 4)));
    runAtOnce(store.write(eraseUnit, Uint8Array.of(5, 2, 3, 4)));
    return flash;
  }
  const store = definition.open(flash);
  runAtOnce(store.boot());
  for (let entry = 0; entry < 5; entry++) runAtOnce(store.append(Uint8Array.of(entry, 2, 3)));
  const sync = store.sync?.();
  if (sync !== undefined) runAtOnce(sync);
  return flash;
}

function describeImages(definition: StoreDefinition, options: StoreSuiteOptions): void {
  const geometry = geometryOf(definition);

  it('throws at no image, whatever it holds, and neither does asking whose it is', () => {
    for (const image of images(definition, geometry)) {
      const flash = new BufferStorage(geometry, false);
      flash.image.set(image);
      expect(definition.recognises(image, geometry)).to.be.a('boolean');
      expect(flash.image, 'only read').to.deep.equal(image);
      use(definition, flash);
    }
  });

  if (options.recognises === false) return;

  it('recognises its own image, and neither blank flash nor zeros', () => {
    const { image } = inhabited(definition, geometry);
    const before = image.slice();
    expect(definition.recognises(image, geometry)).to.equal(true);
    expect(image, 'only read').to.deep.equal(before);
    expect(definition.recognises(image.slice().fill(0xff), geometry)).to.equal(false);
    expect(definition.recognises(image.slice().fill(0), geometry)).to.equal(false);
  });

  for (const stranger of options.strangers ?? []) {
    it(`does not take an image of ${stranger.name} for its own`, () => {
      for (const place of [geometry, geometryOf(stranger)]) {
        if ((definition.refuses(place) ?? stranger.refuses(place)) !== undefined) continue;
        expect(definition.recognises(inhabited(stranger, place).image, place)).to.equal(false);
      }
    });
  }
}

/** Images that are random, all of one kind, or the store's own with a few bytes changed. */
function* images(definition: StoreDefinition, geometry: Geometry): Generator<Uint8Array> {
  const random = chance(2);
  const own = inhabited(definition, geometry).image;
  yield own.slice().fill(0);
  for (let count = 0; count < 60; count++) {
    const image = own.slice();
    if (count % 3 === 0) for (const at of image.keys()) image[at] = random.u32() >>> 24;
    else {
      for (let changed = 0; changed <= count / 4; changed++) {
        image[random.below(image.length)] = random.below(4) === 0 ? 0xff : random.u32() >>> 24;
      }
    }
    yield image;
  }
}

/** Boots, reads everything, and changes something, where the store lets it. */
function use(definition: StoreDefinition, flash: BufferStorage): void {
  if (definition.kind === 'map') {
    const store = definition.open(flash);
    if (!runAtOnce(store.boot()).ok) return;
    const keys = runAtOnce(store.keys());
    if (keys.ok) for (const key of keys.value) runAtOnce(store.get(key));
    runAtOnce(store.put(1, Uint8Array.of(1)));
    runAtOnce(store.delete(1));
    return;
  }
  if (definition.kind === 'block') {
    const store = definition.open(flash);
    runAtOnce(store.boot());
    runAtOnce(store.read(0, definition.shape(flash).size));
    runAtOnce(store.write(0, Uint8Array.of(1)));
    runAtOnce(store.erase());
    return;
  }
  const store = definition.open(flash);
  if (!runAtOnce(store.boot()).ok) return;
  runAtOnce(store.entries());
  runAtOnce(store.append(Uint8Array.of(1)));
  runAtOnce(store.clear());
}
