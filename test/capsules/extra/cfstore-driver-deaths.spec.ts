// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The configuration store's driver when a process dies in the middle: nothing of its is committed, and nothing stays behind.
 *
 * NON-TOCK: tests.
 */
import { expect } from 'chai';
import { RestartFaultPolicy } from '#capsules/system/process-policies';
import { ms } from '#kernel/time';
import { CfstoreError } from '#libraries/cfstore/driver';
import type { Code } from '../../support/raw-process.ts';
import { build, Command, READ, READ_WRITE_KEY, WRITE, type Hands } from './cfstore-support.ts';

const { KEY_NOT_FOUND, INVALID_HANDLE } = CfstoreError;

/** How a process ends. */
const ENDS: Readonly<Record<string, (hands: Hands) => Code<unknown>>> = {
  faults: ({ process }) => process.fault('dies'),
  exits: ({ process }) => process.exit(0, 0),
};

describe('Configuration store driver, when a process', () => {
  for (const [name, end] of Object.entries(ENDS)) {
    describe(name, () => {
      /** A key is there; the first process does something and ends; what the second then sees of keys, and what is open. */
      function after(
        body: (hands: Hands, hold: () => void) => Code,
        look: (hands: Hands) => Code<unknown>,
      ): unknown {
        const { bench, spawn, flash, driver } = build();
        let seen: unknown;
        spawn(function* (hands) {
          yield* hands.keep('a', 'old!');
          yield* body(hands, () => {
            flash.held = true;
          });
          yield* end(hands);
        });
        spawn(function* (hands) {
          yield* hands.process.compute(ms(100));
          if (flash.held) flash.release();
          yield* hands.process.compute(ms(10));
          seen = yield* look(hands);
          yield* hands.operate(Command.FLUSH);
        });
        bench.run();
        expect([...driver.opened], 'keys that stay open').to.deep.equal([]);
        return seen;
      }

      it('with a key written and not closed: the old value stays, and nobody’s handle is left', () => {
        const seen = after(
          function* (hands) {
            const [, handle] = yield* hands.open('a', WRITE);
            yield* hands.write(handle, 'new!');
          },
          (hands) => hands.text('a'),
        );
        expect(seen).to.equal('old!');
      });

      it('in the middle of a write: it ends, and is not committed', () => {
        const seen = after(
          function* (hands, hold) {
            const [, handle] = yield* hands.open('a', WRITE);
            yield* hands.lendData('new!');
            hold();
            yield* hands.give(Command.WRITE, handle);
          },
          (hands) => hands.text('a'),
        );
        expect(seen).to.equal('old!');
      });

      it('in the middle of a create: the key is not there, and may be created by others', () => {
        const seen = after(
          function* (hands, hold) {
            yield* hands.lendName('b');
            hold();
            yield* hands.give(Command.CREATE, 4, READ_WRITE_KEY);
          },
          function* (hands) {
            const before = yield* hands.text('b');
            yield* hands.keep('b', 'mine');
            return [before, yield* hands.text('b')];
          },
        );
        expect(seen).to.deep.equal([KEY_NOT_FOUND, 'mine']);
      });

      it('in the middle of a close: that is what it asked for, and committed', () => {
        const seen = after(
          function* (hands, hold) {
            const [, handle] = yield* hands.open('a', WRITE);
            yield* hands.write(handle, 'new!');
            hold();
            yield* hands.give(Command.CLOSE, handle);
          },
          (hands) => hands.text('a'),
        );
        expect(seen).to.equal('new!');
      });

      it('in the middle of a search: the key before and the one found are given back', () => {
        const seen = after(
          function* (hands, hold) {
            const [, first] = yield* hands.find('*');
            hold();
            yield* hands.give(Command.FIND, first);
          },
          (hands) => hands.text('a'),
        );
        expect(seen).to.equal('old!');
      });

      it('while its command waits for another’s: it is not carried out', () => {
        const { bench, spawn, flash, driver } = build();
        const seen: unknown[] = [];
        spawn(function* (hands) {
          yield* hands.lendName('first');
          flash.held = true;
          yield* hands.give(Command.CREATE, 4, READ_WRITE_KEY);
          yield* hands.process.compute(ms(100));
          flash.release();
          seen.push((yield* hands.wait())[0]);
        });
        spawn(function* (hands) {
          yield* hands.process.compute(ms(20));
          yield* hands.lendName('second');
          yield* hands.give(Command.CREATE, 4, READ_WRITE_KEY);
          yield* end(hands);
        });
        bench.run();
        expect(seen).to.deep.equal([0]);
        expect(driver.log.join('\n')).to.include('first').and.not.include('second');
      });

      it('with a key deleted and not closed: it is deleted when the handle is given back', () => {
        const seen = after(
          function* (hands) {
            const [, handle] = yield* hands.open('a');
            yield* hands.operate(Command.DELETE, handle);
          },
          (hands) => hands.text('a'),
        );
        expect(seen).to.equal(KEY_NOT_FOUND);
      });
    });
  }

  it('restarts, its handles are not its next life’s, which hears nothing of the life before', () => {
    const { bench, spawn, flash, driver } = build();
    let lives = 0;
    let handle = 0;
    const seen: unknown[] = [];
    spawn(
      function* (hands) {
        if (lives++ === 0) {
          yield* hands.keep('a', 'old!');
          [, handle] = yield* hands.open('a', READ | WRITE);
          flash.held = true;
          yield* hands.lendData('new!');
          yield* hands.give(Command.WRITE, handle);
          yield* hands.process.fault('dies');
        }
        flash.release();
        seen.push((yield* hands.operate(Command.CLOSE, handle))[2]);
        seen.push(yield* hands.text('a'));
      },
      { faultPolicy: new RestartFaultPolicy() },
    );
    bench.run();
    expect(handle).to.be.greaterThan(0);
    expect(seen).to.deep.equal([INVALID_HANDLE, 'old!']);
    expect([...driver.opened]).to.deep.equal([]);
  });
});
