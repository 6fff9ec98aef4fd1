// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Any map in the laboratory: one that is right passes, and each that is spoilt is found, by the right name.
 *
 * NON-TOCK: test of lab/crash/stores/map-adapter.ts.
 */
import { expect } from 'chai';
import { Random } from '#kernel/random';
import { Err, Ok } from '#kernel/result';
import { DEFAULT_OPTIONS } from '#lab/crash/explore';
import type { CrashReport } from '#lab/crash/report';
import { exploreAdapter, geometryFor } from '#lab/crash/shard';
import { mapAdapter } from '#lab/crash/stores/map-adapter';
import type { Verdict } from '#lab/crash/verdict';
import type { MapDefinition, MapUpdate, Outcome } from '#libraries/store/definition';
import type { Steps } from '#libraries/store/storage';
import { MAP_SHAPE, PlainMap, mapOf, mapUnits } from './snapshots.ts';

const FEW = { images: 5, seed: 3, subsets: { allUpTo: 3, singles: 2, random: 2 }, goOn: 8 };

function explore(definition: MapDefinition, length = 60): CrashReport {
  const options = { ...DEFAULT_OPTIONS, ...definition.defaults, ...FEW, length };
  return exploreAdapter(mapAdapter(definition), { ...options, store: definition.name });
}

/** What is found first in a long workload. */
function firstFault(definition: MapDefinition): Verdict | undefined {
  const options = { ...DEFAULT_OPTIONS, ...definition.defaults, ...FEW, length: 400, images: 0 };
  const adapter = mapAdapter(definition);
  const { violations } = exploreAdapter(
    adapter,
    { ...options, store: definition.name },
    0,
    (told) => told.violations === 0,
  );
  return violations[0]?.verdict;
}

class ForgetsTheNewest extends PlainMap {
  override *boot(): Steps<Outcome> {
    yield* super.boot();
    const last = [...this.content.keys()].at(-1);
    if (last !== undefined) this.content.delete(last);
    return Ok();
  }
}

class DeletesInRamOnly extends PlainMap {
  override *delete(key: number): Steps<Outcome> {
    this.content.delete(key);
    return Ok();
  }
}

class PutsOneByOne extends PlainMap {
  override *putAll(updates: readonly MapUpdate[]): Steps<Outcome> {
    for (const update of updates) {
      const done = yield* super.putAll([update]);
      if (!done.ok) return done;
    }
    return Ok();
  }
}

class WritesInPlace extends PlainMap {
  protected override *save(): Steps<Outcome> {
    return (yield* this.snapshots.save([...this.content], true)) ? Ok() : Err('StorageError');
  }
}

class TakesTooMuch extends PlainMap {
  override *putAll(updates: readonly MapUpdate[]): Steps<Outcome> {
    for (const { key, value } of updates) {
      if (value === undefined) this.content.delete(key);
      else this.content.set(key, Buffer.from(value).toString('hex'));
    }
    return yield* this.save();
  }
}

class IsSoonFull extends PlainMap {
  override *put(key: number, value: Uint8Array): Steps<Outcome> {
    return this.isNearlyFull ? Err('NoCapacity') : yield* super.put(key, value);
  }
  private get isNearlyFull(): boolean {
    return mapUnits(this.content) > MAP_SHAPE.capacity - 3;
  }
}

class ChangesAByte extends PlainMap {
  override *boot(): Steps<Outcome> {
    yield* super.boot();
    for (const [key, text] of this.content) {
      if (text.startsWith('00')) this.content.set(key, `ff${text.slice(2)}`);
      else if (text !== '') this.content.set(key, `00${text.slice(2)}`);
    }
    return Ok();
  }
}

class ListsAKeyTwice extends PlainMap {
  override *keys(): Steps<Outcome<readonly number[]>> {
    const keys = yield* super.keys();
    return keys.ok ? Ok([...keys.value, ...keys.value.slice(0, 1)]) : keys;
  }
}

class DoesNotBoot extends PlainMap {
  override *boot(): Steps<Outcome> {
    yield* super.boot();
    return mapUnits(this.content) > 10 ? Err('InvalidStorage') : Ok();
  }
}

const SPOILT: readonly (readonly [typeof PlainMap, Verdict])[] = [
  [ForgetsTheNewest, 'LOST_ACK'],
  [DeletesInRamOnly, 'RESURRECTED'],
  [PutsOneByOne, 'MIXED'],
  [WritesInPlace, 'LOST_ACK'],
  [TakesTooMuch, 'UNREADABLE'],
  [IsSoonFull, 'SPACE_LEAK'],
  [ChangesAByte, 'UNREADABLE'],
  [ListsAKeyTwice, 'UNREADABLE'],
  [DoesNotBoot, 'UNBOOTABLE'],
];

describe('lab/crash/stores/map-adapter', () => {
  it('finds nothing in a map that is right, and sees both outcomes', () => {
    const { violations, verdicts, coverage } = explore(mapOf(PlainMap));
    expect(violations).to.deep.equal([]);
    expect(verdicts.OLD).to.be.greaterThan(100);
    expect(verdicts.NEW).to.be.greaterThan(10);
    expect(coverage.images).to.equal(5);
  });

  for (const [spoilt, verdict] of SPOILT) {
    it(`finds one that ${words(spoilt.name)}: ${verdict}`, () => {
      expect(firstFault(mapOf(spoilt))).to.equal(verdict);
    });
  }

  it('lets a map that is not exact refuse at any time, but not change anything by it', () => {
    const inexact = { ...MAP_SHAPE, exact: false };
    expect(explore(mapOf(IsSoonFull, inexact)).violations).to.deep.equal([]);
    class RefusesAfterward extends PlainMap {
      override *put(key: number, value: Uint8Array): Steps<Outcome> {
        yield* super.put(key, value);
        return key === 3 ? Err('NoCapacity') : Ok();
      }
    }
    expect(firstFault(mapOf(RefusesAfterward, inexact))).to.equal('UNREADABLE');
  });

  it('asks for transactions and idle work of those that have them only', () => {
    const operations = (definition: MapDefinition): string[] => {
      const adapter = mapAdapter(definition);
      const geometry = geometryFor(adapter, definition.defaults);
      const [random, specification] = [new Random(1), adapter.specification(geometry)];
      const all = Array.from(
        { length: 200 },
        () => adapter.random(random, specification, geometry).op,
      );
      return [...new Set(all)].sort();
    };
    expect(operations(mapOf(PlainMap))).to.deep.equal(['insert', 'remove', 'transaction']);
    expect(operations(IDLE)).to.deep.equal(['collect', 'insert', 'remove']);
    expect(explore(IDLE).violations).to.deep.equal([]);
  });
});

/** A map that has idle work, and no transactions. */
const IDLE: MapDefinition = {
  ...mapOf(PlainMap),
  open: (storage) => {
    const map = new PlainMap(storage);
    return {
      boot: () => map.boot(),
      put: (key, value) => map.put(key, value),
      delete: (key) => map.delete(key),
      get: (key) => map.get(key),
      keys: () => map.keys(),

      *collect(): Steps<Outcome<boolean>> {
        return Ok(false);
      },
      ram: () => map.ram(),
    };
  },
};

/** A class's name as words. */
function words(name: string): string {
  return name.replaceAll(/(?<=[a-z])(?=[A-Z])|(?<=A)(?=[BK])/g, ' ').toLowerCase();
}
