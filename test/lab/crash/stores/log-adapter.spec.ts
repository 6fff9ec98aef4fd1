// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Any log in the laboratory: one that is right passes, and each that is spoilt is found, by the right name.
 *
 * NON-TOCK: test of lab/crash/stores/log-adapter.ts.
 */
import { expect } from 'chai';
import { Random } from '#kernel/random';
import { Err, Ok } from '#kernel/result';
import type { CrashCase } from '#lab/crash/crash-case';
import { DEFAULT_OPTIONS } from '#lab/crash/explore';
import { Player } from '#lab/crash/play';
import type { CrashReport } from '#lab/crash/report';
import { exploreAdapter, geometryFor } from '#lab/crash/shard';
import { shrinkOn } from '#lab/crash/shrink';
import { logAdapter } from '#lab/crash/stores/log-adapter';
import type { Verdict } from '#lab/crash/verdict';
import type { LogDefinition, LogShape, Outcome } from '#libraries/store/definition';
import type { Steps } from '#libraries/store/storage';
import { LOG_SHAPE, PlainLog, logOf } from './snapshots.ts';

const LINEAR: LogShape = { ...LOG_SHAPE, circular: false };

const FEW = { images: 5, subsets: { allUpTo: 3, singles: 2, random: 2 }, goOn: 8 };

function explore(definition: LogDefinition, length = 60): CrashReport {
  const options = { ...DEFAULT_OPTIONS, ...definition.defaults, ...FEW, length };
  return exploreAdapter(logAdapter(definition), { ...options, store: definition.name });
}

/** What is found first in a long workload. */
function firstFault(definition: LogDefinition): CrashCase | undefined {
  const options = { ...DEFAULT_OPTIONS, ...definition.defaults, ...FEW, length: 400, images: 0 };
  const adapter = logAdapter(definition);
  const { violations } = exploreAdapter(
    adapter,
    { ...options, store: definition.name },
    0,
    (told) => told.violations === 0,
  );
  return violations[0];
}

class DropsTheLast extends PlainLog {
  override *boot(): Steps<Outcome> {
    yield* super.boot();
    this.list.pop();
    return Ok();
  }
}

class ReordersTwo extends PlainLog {
  override *boot(): Steps<Outcome> {
    yield* super.boot();
    const [one, ...rest] = this.list;
    if (one !== undefined) this.list = [...rest, one];
    return Ok();
  }
}

class PopsInRamOnly extends PlainLog {
  override *pop(): Steps<Outcome<Uint8Array | undefined>> {
    const text = this.list.shift();
    return Ok(text === undefined ? undefined : Uint8Array.from(Buffer.from(text, 'hex')));
  }
}

class PopsAnother extends PlainLog {
  override *pop(): Steps<Outcome<Uint8Array | undefined>> {
    const popped = yield* super.pop();
    return popped.ok && popped.value !== undefined ? Ok(popped.value.toReversed()) : popped;
  }
}

class SyncsInPlace extends PlainLog {
  override *sync(): Steps<Outcome> {
    return yield* this.save(true);
  }
}

class SyncsNothing extends PlainLog {
  override *sync(): Steps<Outcome> {
    return Ok();
  }
}

class GivesUpTooMuch extends PlainLog {
  protected override giveUp(): void {
    super.giveUp();
    if (this.list.length > 8) this.list = this.list.slice(-2);
  }
}

class InventsAnEntry extends PlainLog {
  override *boot(): Steps<Outcome> {
    yield* super.boot();
    this.list.push('c0ffee');
    return Ok();
  }
}

class ClearsInRamOnly extends PlainLog {
  override *clear(): Steps<Outcome> {
    this.list = [];
    return Ok();
  }
}

class IsSoonFull extends PlainLog {
  override *append(entry: Uint8Array): Steps<Outcome> {
    return this.list.length > 3 ? Err('NoCapacity') : yield* super.append(entry);
  }
}

const SPOILT: readonly (readonly [typeof PlainLog, Verdict])[] = [
  [DropsTheLast, 'LOST_ACK'],
  [ReordersTwo, 'MIXED'],
  [PopsInRamOnly, 'RESURRECTED'],
  [PopsAnother, 'UNREADABLE'],
  [SyncsInPlace, 'LOST_ACK'],
  [SyncsNothing, 'LOST_ACK'],
  [GivesUpTooMuch, 'LOST_ACK'],
  [InventsAnEntry, 'UNREADABLE'],
  [ClearsInRamOnly, 'RESURRECTED'],
  [IsSoonFull, 'SPACE_LEAK'],
];

describe('lab/crash/stores/log-adapter', () => {
  it('finds nothing in a log that is right, circular or not, and sees both outcomes', () => {
    for (const definition of [logOf(PlainLog), logOf(PlainLinear, LINEAR)]) {
      const { violations, verdicts } = explore(definition);
      expect(violations).to.deep.equal([]);
      expect(verdicts.OLD).to.be.greaterThan(100);
      expect(verdicts.NEW).to.be.greaterThan(10);
    }
  });

  for (const [spoilt, verdict] of SPOILT) {
    it(`finds one that ${words(spoilt.name)}: ${verdict}`, () => {
      expect(firstFault(logOf(spoilt))?.verdict).to.equal(verdict);
    });
  }

  it('finds a linear log that is full before it holds what it retains: SPACE_LEAK', () => {
    expect(firstFault(logOf(IsSoonFull, LINEAR))?.verdict).to.equal('SPACE_LEAK');
  });

  it('shrinks what it finds to a few short entries, and a replay shows it', () => {
    const definition = logOf(DropsTheLast);
    const found = firstFault(definition);
    if (found === undefined) expect.fail('nothing was found');
    const adapter = logAdapter(definition);
    const small = shrinkOn(adapter, found);
    expect(small.operations.length).to.be.at.most(3);
    const bytes = small.operations.map((each) => (each.op === 'append' ? each.value.length : 0));
    expect(Math.max(...bytes)).to.be.at.most(4);
    expect(new Player(adapter, small).play().verdict).to.equal('LOST_ACK');
  });

  it('makes up entries of the lengths that a log takes: short ones, limits, the longest', () => {
    const shape = { ...LOG_SHAPE, minEntryLength: 1, maxEntryLength: 600 };
    const adapter = logAdapter(logOf(PlainLog, shape));
    const geometry = geometryFor(adapter, adapter.defaults);
    const [random, specification] = [new Random(1), adapter.specification(geometry)];
    const lengths = new Set<number>();
    const operations = new Set<string>();
    for (let count = 0; count < 2000; count++) {
      const operation = adapter.random(random, specification, geometry);
      operations.add(operation.op);
      if (operation.op === 'append') lengths.add(operation.value.length);
    }
    expect([...operations].sort()).to.deep.equal(['append', 'clear', 'pop', 'sync']);
    for (const limit of [1, 255, 256, 511, 512, 600]) expect([...lengths]).to.include(limit);
    expect(Math.min(...lengths)).to.equal(1);
    expect(Math.max(...lengths)).to.equal(600);
  });

  it('fills a log to about a half of its flash, whatever it retains', () => {
    for (const shape of [LOG_SHAPE, LINEAR, { ...LINEAR, retained: 0 }]) {
      const adapter = logAdapter(logOf(PlainLog, shape));
      const geometry = geometryFor(adapter, adapter.defaults);
      const specification = adapter.specification(geometry);
      for (const each of adapter.fill(new Random(2), geometry)) specification.apply(each);
      expect(specification.usedCapacity()).to.be.within(2048 - 64, 2048);
    }
  });
});

/** A log that is full some day. */
class PlainLinear extends PlainLog {
  override *append(entry: Uint8Array): Steps<Outcome> {
    const used = this.list.reduce((sum, text) => sum + LINEAR.unitsOf(text.length / 2), 0);
    return used + LINEAR.unitsOf(entry.length) > LINEAR.retained
      ? Err('NoCapacity')
      : yield* super.append(entry);
  }
  protected override giveUp(): void {
    // It keeps everything.
  }
}

/** A class's name as words. */
function words(name: string): string {
  return name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}
