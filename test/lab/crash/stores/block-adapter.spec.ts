// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * Any block store in the laboratory: one that is right passes, and each that is spoilt is found, by the right name.
 *
 * NON-TOCK: test of lab/crash/stores/block-adapter.ts.
 */
import { expect } from 'chai';
import { Random } from '#kernel/random';
import { Ok } from '#kernel/result';
import { caseFromText, caseToText, type CrashCase } from '#lab/crash/crash-case';
import { DEFAULT_OPTIONS } from '#lab/crash/explore';
import { Player } from '#lab/crash/play';
import { describeOperation } from '#lab/crash/replay';
import type { CrashReport } from '#lab/crash/report';
import { exploreAdapter, geometryFor } from '#lab/crash/shard';
import { shrinkOn } from '#lab/crash/shrink';
import { blockAdapter } from '#lab/crash/stores/block-adapter';
import { BlockSpecification } from '#lab/crash/stores/block-specification';
import type { Verdict } from '#lab/crash/verdict';
import type { BlockDefinition, BlockStore, Outcome, RamUse } from '#libraries/store/definition';
import { FlashSteps } from '#libraries/store/flash-steps';
import type { Steps, Storage } from '#libraries/store/storage';
import { TEP_BLOCK } from '#libraries/tinyos/block-definition';

/** The store as it is, to be spoilt. */
class Sound implements BlockStore {
  protected readonly flash: FlashSteps;
  protected readonly block: BlockStore;

  constructor(protected readonly storage: Storage) {
    this.flash = new FlashSteps(storage);
    this.block = TEP_BLOCK.open(storage);
  }

  boot(): Steps<Outcome> {
    return this.block.boot();
  }
  read(address: number, length: number): Steps<Outcome<Uint8Array>> {
    return this.block.read(address, length);
  }
  write(address: number, bytes: Uint8Array): Steps<Outcome> {
    return this.block.write(address, bytes);
  }
  erase(): Steps<Outcome> {
    return this.block.erase();
  }
  flush(): Steps<Outcome> {
    return this.block.flush();
  }
  ram(): RamUse {
    return this.block.ram();
  }
}

class WritesAByteMore extends Sound {
  override write(address: number, bytes: Uint8Array): Steps<Outcome> {
    const isLast = address + bytes.length >= this.storage.pageSize * this.storage.numPages;
    return super.write(address, isLast ? bytes : Uint8Array.of(...bytes, 0));
  }
}

class RewritesTheUnit extends Sound {
  override *write(address: number, bytes: Uint8Array): Steps<Outcome> {
    const { pageSize } = this.storage;
    const page = Math.floor(address / pageSize);
    if (address + bytes.length > (page + 1) * pageSize) return yield* super.write(address, bytes);
    const unit = yield* this.flash.read(page, 0, pageSize);
    for (const [at, byte] of bytes.entries()) {
      if (unit !== undefined)
        unit[(address % pageSize) + at] = byte & (unit[(address % pageSize) + at] ?? 0);
    }
    yield* this.flash.erase(page);
    if (unit !== undefined) yield* this.flash.write(page, 0, unit);
    return Ok();
  }
}

class WritesNothing extends Sound {
  override *write(): Steps<Outcome> {
    return Ok();
  }
}

class ErasesBackwards extends Sound {
  override *erase(): Steps<Outcome> {
    for (let page = this.storage.numPages - 1; page >= 0; page--) yield* this.flash.erase(page);
    return Ok();
  }
}

class LeavesAUnit extends Sound {
  override *erase(): Steps<Outcome> {
    for (let page = 1; page < this.storage.numPages; page++) yield* this.flash.erase(page);
    return Ok();
  }
}

class BootsToABlankUnit extends Sound {
  override *boot(): Steps<Outcome> {
    yield* this.flash.erase(0);
    return Ok();
  }
}

const SPOILT: readonly (readonly [typeof Sound, Verdict])[] = [
  [WritesAByteMore, 'LOST_ACK'],
  [RewritesTheUnit, 'LOST_ACK'],
  [WritesNothing, 'LOST_ACK'],
  [ErasesBackwards, 'LOST_ACK'],
  [LeavesAUnit, 'LOST_ACK'],
  [BootsToABlankUnit, 'LOST_ACK'],
];

/** A definition whose flash takes so many programs of a word. */
function blockOf(kind: typeof Sound, programsPerWord = 4): BlockDefinition {
  return {
    ...TEP_BLOCK,
    claim: { ...TEP_BLOCK.claim, programsPerWord },
    open: (storage) => new kind(storage),
  };
}

const FEW = { images: 5, subsets: { allUpTo: 3, singles: 2, random: 2 }, goOn: 8 };

function explore(definition: BlockDefinition, length: number, isEnough = Infinity): CrashReport {
  const options = { ...DEFAULT_OPTIONS, ...definition.defaults, ...FEW, length };
  return exploreAdapter(
    blockAdapter(definition),
    { ...options, store: definition.name },
    0,
    ({ violations }) => violations < isEnough,
  );
}

const firstFault = (definition: BlockDefinition): CrashCase | undefined =>
  explore(definition, 400, 1).violations[0];

describe('lab/crash/stores/block-adapter', () => {
  for (const programs of [1, 2, 4]) {
    it(`finds nothing in a store that is right, words programmed ${programs} times at most`, () => {
      const { violations, verdicts } = explore(blockOf(Sound, programs), 120);
      expect(violations).to.deep.equal([]);
      expect(verdicts.OLD).to.be.greaterThan(50);
      expect(verdicts.NEW).to.be.greaterThan(500);
    });
  }

  for (const [spoilt, verdict] of SPOILT) {
    it(`finds one that ${words(spoilt.name)}: ${verdict}`, () => {
      expect(firstFault(blockOf(spoilt))?.verdict).to.equal(verdict);
    });
  }

  it('shrinks what it finds, and a replay shows it, from text, too', () => {
    const adapter = blockAdapter(blockOf(ErasesBackwards));
    const found = firstFault(blockOf(ErasesBackwards));
    if (found === undefined) expect.fail('nothing was found');
    const small = shrinkOn(adapter, found);
    const shortest = small.operations.map(describeOperation);
    expect(shortest).to.have.length(2);
    expect(shortest[0]).to.match(/^write [48] bytes at \d+$/);
    expect(shortest[1]).to.equal('erase all');
    expect(new Player(adapter, small).play().verdict).to.equal('LOST_ACK');
    expect(caseFromText(caseToText(small))).to.deep.equal({ ok: true, value: small });
  });

  for (const programs of [1, 3]) {
    it(`makes up writes that a flash takes with ${programs} programs of a word, erases, flushes`, () => {
      const seen = tally(programs);
      // Only where a word is programmed once are all writes whole words.
      expect(seen.odd > 0).to.equal(programs > 1);
      expect(seen.refused, 'writes that leave the store').to.be.greaterThan(3);
      for (const name of ['write', 'erase', 'sync', 'across'] as const) {
        expect(seen[name], name).to.be.greaterThan(10);
      }
    });
  }

  it('fills a store to a half', () => {
    const adapter = blockAdapter(TEP_BLOCK);
    const geometry = geometryFor(adapter, adapter.defaults);
    const specification = adapter.specification(geometry);
    for (const each of adapter.fill(new Random(2), geometry)) {
      expect(specification.apply(each)).to.equal('Ok');
    }
    const units = [...specification.entries().values()];
    const blank = units.map((unit) => unit.every((byte) => byte === 0xff));
    expect(blank).to.deep.equal([false, false, false, true]);
  });
});

/** What random operations there are in 2000: also writes of odd places or lengths, refused ones, and those across units. */
function tally(programs: number): Record<'write' | 'erase' | 'sync' | Trait, number> {
  const adapter = blockAdapter(blockOf(Sound, programs));
  const geometry = geometryFor(adapter, adapter.defaults);
  const [random, specification] = [new Random(1), new BlockSpecification(SHAPE)];
  const seen = { write: 0, erase: 0, sync: 0, odd: 0, refused: 0, across: 0 };
  for (let count = 0; count < 2000; count++) {
    const operation = adapter.random(random, specification, geometry);
    const isOk = specification.apply(operation) === 'Ok';
    if (operation.op === 'write') {
      for (const trait of traitsOf(operation, isOk)) seen[trait] += 1;
      const { address, value } = operation;
      expect(specification.isFresh(address, value.length, programs + 1)).to.equal(true);
    }
    if (operation.op === 'write' || operation.op === 'erase' || operation.op === 'sync') {
      seen[operation.op] += 1;
    } else expect.fail(operation.op);
  }
  return seen;
}

const SHAPE = { size: 256, eraseUnit: 64 };
type Trait = 'odd' | 'refused' | 'across';

function traitsOf(
  { address, value }: { address: number; value: Uint8Array },
  isOk: boolean,
): Trait[] {
  const unitOf = (at: number): number => Math.floor(at / SHAPE.eraseUnit);
  const traits: Trait[] = isOk ? [] : ['refused'];
  if (address % 4 !== 0 || value.length % 4 !== 0) traits.push('odd');
  if (unitOf(address) !== unitOf(address + value.length - 1)) traits.push('across');
  return traits;
}

/** A class's name as words. */
function words(name: string): string {
  return name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}
