// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * What the design of CFSTORE loses as it is written, defect by defect, and that the hardened store does not.
 *
 * NON-TOCK: tests. The cases are those that the laboratory makes of random workloads, shrunk, keys and values made plain.
 */
import { expect } from 'chai';
import type { CrashCase, CutChain } from '#lab/crash/crash-case';
import { Player } from '#lab/crash/play';
import type { Operation } from '#lab/crash/store-adapter';
import { mapAdapter } from '#lab/crash/stores/map-adapter';
import type { Verdict } from '#lab/crash/verdict';
import { CFSTORE, CFSTORE_LITERAL, cfstore } from '#libraries/cfstore/definition';
import { CLAIM } from '#libraries/cfstore/claim';
import { HARDENED, type Mode } from '#libraries/cfstore/mode';
import type { MapDefinition } from '#libraries/store/definition';

const insert = (key: number, length: number, byte = key): Operation => ({
  op: 'insert',
  key,
  value: new Uint8Array(length).fill(byte),
});
const remove = (key: number): Operation => ({ op: 'remove', key });

interface Pinned {
  readonly what: string;
  /** The part that is as the design has it. */
  readonly flag: keyof Mode;
  readonly operations: readonly Operation[];
  readonly chains: readonly CutChain[];
  readonly verdict: Verdict;
}

const cut = (operation: number, call: number, bits: string): CutChain => ({
  operation,
  cuts: [{ call, bits }],
});

/** An update: header, name, value, code, VALID of the old record; as the design has it, header and name are one write. */
const PINNED: readonly Pinned[] = [
  {
    what: 'a key that was deleted is back: the version before its last one was still there (CF-20)',
    flag: 'cleans',
    operations: [insert(1, 4), insert(1, 4, 9), remove(1)],
    chains: [cut(1, 4, 'none')],
    verdict: 'RESURRECTED',
  },
  {
    what: 'a header that was torn so that it looks blank is written over (CF-19)',
    flag: 'checksHeaders',
    operations: [insert(1, 4), insert(2, 4, 9)],
    chains: [cut(0, 1, 'odd')],
    verdict: 'UNREADABLE',
  },
];

function play(definition: MapDefinition, { operations, chains, verdict }: Pinned): Verdict {
  const limits = { maxWordWrites: 1, maxPageErases: 10_000 };
  const story: CrashCase = {
    store: definition.name,
    geometry: { wordSize: 4, pageSize: 256, numPages: 4, ...limits },
    behaviours: [],
    operations,
    chains,
    verdict,
    sentence: '',
  };
  return new Player(mapAdapter(definition), story).play().verdict;
}

describe('libraries/cfstore/mode', () => {
  for (const pinned of PINNED) {
    it(`${pinned.what}: without \`${pinned.flag}\` alone`, () => {
      const part = { ...HARDENED, [pinned.flag]: false };
      expect(play(cfstore('cfstore', '', CLAIM, part), pinned)).to.equal(pinned.verdict);
      expect(play(CFSTORE, pinned)).to.equal('OLD');
    });
  }

  it('has the same defect in the store that is all as the design has it (CF-20)', () => {
    const [first] = PINNED;
    if (first === undefined) return expect.fail('no case');
    // Header and name are one write there.
    expect(play(CFSTORE_LITERAL, { ...first, chains: [cut(1, 3, 'none')] })).to.equal(
      'RESURRECTED',
    );
    return undefined;
  });
});
