// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The auditor against the oracle, and a store that is booted again against a new one.
 *
 * NON-TOCK: a quick answer must be the whole one.
 */
import { expect } from 'chai';
import { ALL_VERDICTS } from '#lab/crash/verdict';
import { DEFAULT_OPTIONS, type CrashOptions } from '#lab/crash/explore';
import { exploreAdapter } from '#lab/crash/shard';
import type { StoreAdapter, StoreSession } from '#lab/crash/store-adapter';
import { PERSISTENT, PERSISTENT_UPSTREAM } from '#lab/crash/stores/persistent';
import { PersistentAuditor } from '#lab/crash/stores/persistent-auditor';
import { PersistentSession } from '#lab/crash/stores/persistent-session';
import { judgeWhole } from '#lab/crash/oracle';

const OPTIONS: CrashOptions = {
  ...DEFAULT_OPTIONS,
  store: 'persistent',
  pageSize: 64,
  pages: 4,
  length: 40,
  images: 0,
};

/** The adapter with an auditor that looks at everything each time, and must agree with the quick one. */
function doubting(adapter: StoreAdapter, seen: { judged: number; faults: number }): StoreAdapter {
  return {
    ...adapter,
    auditor: (cells) => {
      const quick = new PersistentAuditor(cells);
      return {
        check: (session) => quick.check(session),
        remember: (session) => {
          quick.remember(session);
        },
        judge: (session, before, after) => {
          const said = quick.judge(session, before, after);
          const whole = judgeWhole(session, { before, after, everHeld: () => [] });
          const isWhole = whole.sentence === undefined;
          const fault = isWhole ? quick.check(session) : whole;
          seen.judged += 1;
          if (fault !== undefined) seen.faults += 1;
          const expected = fault?.verdict ?? whole.verdict;
          if (said !== undefined) expect(said.verdict, said.sentence).to.equal(expected);
          else expect(isWhole, whole.sentence).to.equal(false);
          return said;
        },
      };
    },
  };
}

/** The adapter with a new store at each boot. */
function renewing(adapter: StoreAdapter): StoreAdapter {
  return {
    ...adapter,
    open: (storage) => {
      let session = new PersistentSession(storage, 'ours');
      const self: StoreSession & { readonly store: PersistentSession['store'] } = {
        get store() {
          return session.store;
        },
        boot: () => {
          session = new PersistentSession(storage, 'ours');
          return session.boot();
        },
        start: (operation) => session.start(operation),
        content: () => session.content(),
        usedCapacity: () => session.usedCapacity(),
      };
      return self;
    },
  };
}

describe('lab/crash/stores/persistent-auditor', () => {
  for (const [depth, pageSize, pages] of [
    [1, 64, 4],
    [1, 32, 3],
    [1, 128, 5],
    [2, 64, 3],
  ] as const) {
    it(`says of each recovery what a look at everything says: ${pages} x ${pageSize} B, depth ${depth}`, () => {
      const seen = { judged: 0, faults: 0 };
      const length = depth === 1 ? 40 : 6;
      exploreAdapter(doubting(PERSISTENT, seen), { ...OPTIONS, depth, pageSize, pages, length });
      expect(seen.judged).to.be.greaterThan(300);
      expect(seen.faults).to.equal(0);
    });
  }

  it('says so too where something is left unwiped, as by the crate two cuts deep', () => {
    const seen = { judged: 0, faults: 0 };
    const options = { ...OPTIONS, depth: 2, length: 12, seed: 4 };
    exploreAdapter(doubting(PERSISTENT_UPSTREAM, seen), options);
    expect(seen.faults).to.be.greaterThan(0);
  });

  it('a store that is booted again is as good as a new one', () => {
    const again = exploreAdapter(PERSISTENT, OPTIONS);
    const renewed = exploreAdapter(renewing(PERSISTENT), OPTIONS);
    for (const verdict of ALL_VERDICTS) {
      expect(renewed.verdicts[verdict], verdict).to.equal(again.verdicts[verdict]);
    }
    expect(renewed.cuts).to.equal(again.cuts);
  });
});
