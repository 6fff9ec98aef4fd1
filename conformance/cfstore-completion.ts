// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The half of the suite of configuration stores that is about completions.
 *
 * NON-TOCK: the rules are those of `kernel/hil/cfstore.ts`.
 */
import { expect } from 'chai';
import type * as hil from '#kernel/hil';
import { Err, Ok } from '#kernel/result';
import { CfstoreError } from '#libraries/cfstore/driver';
import { bytes, CfstoreTester, type Call } from './cfstore-tester.ts';

/** What a suite gets for each test: an empty store with room for ten keys of 32 bytes, and two clients of it, not initialised. */
export interface CfstoreFixture {
  readonly one: hil.cfstore.ArmCfstoreDriver;
  readonly other: hil.cfstore.ArmCfstoreDriver;
  /** Runs everything that the store still has to do. */
  settle(): void;
}

/** @param create makes a fresh store for each test, which works in the asynchronous mode. */
export function describeCompletion(create: () => CfstoreFixture): void {
  describe('completion', () => {
    let one: CfstoreTester;
    let other: CfstoreTester;
    let settle: () => void;

    beforeEach(() => {
      const fixture = create();
      settle = (): void => fixture.settle();
      one = new CfstoreTester(fixture.one, 'one', settle);
      other = new CfstoreTester(fixture.other, 'other', settle);
      expect([one.initialize(), other.initialize()]).to.deep.equal([0, 0]);
      one.keep('a', 'abcd');
      one.completions.length = 0;
    });

    it('comes once, not from within the call, with opcode, context, handle and loan (TRD 3 rules 1 and 3; CF-31)', () => {
      const handle = one.open('a', { read: true, write: true });
      one.completions.length = 0;
      const calls = Object.entries(one.calls(handle)).filter(([call]) => call !== 'flush');
      for (const [opcode, make] of calls) {
        expect(make(one.cfstore), opcode).to.deep.equal(Ok(0));
        expect(one.completions, opcode).to.deep.equal([]);
        expect(one.cfstore.getStatus().inProgress).to.equal(true);
        settle();
        settle();
        expect(one.completions, opcode).to.have.length(1);
        const [completion] = one.completions.splice(0);
        expect(completion).to.include({ opcode, context: 'one' });
        expect(completion?.buffer).to.equal(one.loans.get(opcode));
        if (opcode !== 'create' && opcode !== 'open') {
          expect(completion?.handle, opcode).to.equal(handle);
        }
      }
    });

    it('comes in the order of the calls; each waits for the one before (CF-31)', () => {
      other.keep('b', 'efgh');
      const [mine, its] = [one.open('a'), other.open('b')];
      const order: string[] = [];
      const targets = [new Uint8Array(4), new Uint8Array(4)] as const;
      one.heard = ({ opcode }): void => void order.push(`one ${opcode}`);
      other.heard = ({ opcode }): void => void order.push(`other ${opcode}`);
      expect(other.cfstore.read(its, targets[1])).to.deep.equal(Ok(0));
      expect(one.cfstore.read(mine, targets[0])).to.deep.equal(Ok(0));
      expect(other.cfstore.flush()).to.deep.equal(Ok(0));
      settle();
      expect(order).to.deep.equal(['other read', 'one read', 'other flush']);
      expect(targets).to.deep.equal([bytes('abcd'), bytes('efgh')]);
    });

    it('is owed for nothing refused: OPERATION_PENDING on one key, the buffer handed back (TRD 3 rule 4)', () => {
      const handle = one.open('a');
      const [first, second] = [new Uint8Array(4), new Uint8Array(4)];
      one.completions.length = 0;
      one.cfstore.read(handle, first);
      expect(one.cfstore.read(handle, second)).to.deep.equal(
        Err([CfstoreError.OPERATION_PENDING, second]),
      );
      expect(one.cfstore.close(handle)).to.deep.equal(Err(CfstoreError.OPERATION_PENDING));
      expect(one.cfstore.uninitialize()).to.deep.equal(Err(CfstoreError.OPERATION_PENDING));
      settle();
      expect(one.completions.map(({ opcode }) => opcode)).to.deep.equal(['read']);
      expect(second).to.deep.equal(new Uint8Array(4));
    });

    it('is owed for each that waits; what finds no place is OUT_OF_MEMORY, with its name', () => {
      const name = bytes('missing');
      let waiting = 0;
      while (waiting < 1000 && one.cfstore.open(name, { read: true }).ok) waiting++;
      expect(waiting).to.be.within(8, 999);
      expect(one.cfstore.open(name, { read: true })).to.deep.equal(
        Err([CfstoreError.OUT_OF_MEMORY, name]),
      );
      settle();
      expect(one.completions).to.have.length(waiting);
      for (const { status } of one.completions) {
        expect(status).to.equal(CfstoreError.KEY_NOT_FOUND);
      }
      expect(one.text('a')).to.equal('abcd');
    });

    it('lets the client ask for the next from within it', () => {
      const handle = one.open('a');
      const target = new Uint8Array(4);
      one.completions.length = 0;
      one.heard = (): void => {
        one.heard = undefined;
        expect(one.cfstore.read(handle, target)).to.deep.equal(Ok(0));
      };
      one.cfstore.rseek(handle, 0);
      settle();
      expect(one.completions.map(({ opcode }) => opcode)).to.deep.equal(['rseek', 'read']);
      expect(target).to.deep.equal(bytes('abcd'));
    });

    it('is owed to a client that is coming or going, which may ask for nothing meanwhile', () => {
      expect(one.cfstore.uninitialize()).to.deep.equal(Ok(0));
      const refused: Call = (cfstore) => cfstore.flush();
      expect(refused(one.cfstore)).to.deep.equal(Err(CfstoreError.UNINITIALISED));
      expect(one.cfstore.initialize(one, 'one')).to.deep.equal(Err(CfstoreError.OPERATION_PENDING));
      settle();
      expect(one.completions.map(({ opcode }) => opcode)).to.deep.equal(['uninitialize']);
    });
  });
}
