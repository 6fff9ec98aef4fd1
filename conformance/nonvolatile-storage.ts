// SPDX-License-Identifier: Apache-2.0 OR MIT
/**
 * The suite that every storage addressed by bytes passes: `describeNonvolatileStorage('MyStorage', create)`.
 *
 * NON-TOCK: Tock's HIL says little of errors; the rules are in `kernel/hil/nonvolatile-storage.ts`.
 */
import { expect } from 'chai';
import { ErrorCode } from '#kernel/errorcode';
import type * as hil from '#kernel/hil';
import { Err, Ok, type Result } from '#kernel/result';
import { NONSENSE, pattern } from './flash-recorder.ts';

/** What a suite gets for each test: a fresh storage, all ones. */
export interface NonvolatileStorageFixture {
  readonly storage: hil.nonvolatileStorage.NonvolatileStorage;
  /** Bytes in all: three pages at least. */
  readonly size: number;
  /** Bytes of the pages below, across which ranges are tried. */
  readonly pageSize: number;
  /** Runs interrupts, deferred calls and time until nothing is left to happen. */
  settle(): void;
}

/** One callback. */
export interface StorageCall {
  readonly name: 'readDone' | 'writeDone';
  readonly buffer: Uint8Array;
  readonly length: number;
  readonly result: Result;
}

/** Notes each callback in order; `next`, when given, runs inside the first one. */
export class StorageRecorder implements hil.nonvolatileStorage.NonvolatileStorageClient {
  readonly calls: StorageCall[] = [];
  next: (() => void) | undefined;

  readDone(buffer: Uint8Array, length: number, result: Result): void {
    this.note({ name: 'readDone', buffer, length, result });
  }

  writeDone(buffer: Uint8Array, length: number, result: Result): void {
    this.note({ name: 'writeDone', buffer, length, result });
  }

  private note(call: StorageCall): void {
    this.calls.push(call);
    const { next } = this;
    this.next = undefined;
    next?.();
  }
}

/** @param create makes a fresh storage for each test. */
export function describeNonvolatileStorage(
  name: string,
  create: () => NonvolatileStorageFixture,
): void {
  describe(`${name} honours hil.nonvolatileStorage.NonvolatileStorage`, () => {
    let storage: hil.nonvolatileStorage.NonvolatileStorage;
    let size: number;
    let pageSize: number;
    let settle: () => void;
    let client: StorageRecorder;

    beforeEach(() => {
      const fixture = create();
      ({ storage, size, pageSize } = fixture);
      settle = (): void => fixture.settle();
      client = new StorageRecorder();
      storage.setClient(client);
    });

    const ones = (length: number): Uint8Array => new Uint8Array(length).fill(0xff);

    function write(address: number, bytes: Uint8Array): void {
      expect(storage.write(bytes, address, bytes.length)).to.deep.equal(Ok());
      settle();
      expect(client.calls.at(-1)?.result).to.deep.equal(Ok());
    }

    function read(address: number, length: number): Uint8Array {
      const buffer = new Uint8Array(length);
      expect(storage.read(buffer, address, length)).to.deep.equal(Ok());
      settle();
      expect(client.calls.at(-1)?.result).to.deep.equal(Ok());
      return buffer;
    }

    const calls = ['read', 'write'] as const;

    describe('completion', () => {
      for (const call of calls) {
        it(`never comes from within the call: ${call} (TRD 3 rule 1)`, () => {
          storage[call](ones(10), 0, 10);
          expect(client.calls).to.be.empty;
          settle();
          expect(client.calls).to.have.length(1);
        });

        it(`comes once, with the buffer and the length: ${call} (TRD 3 rule 3)`, () => {
          const buffer = ones(20);
          storage[call](buffer, pageSize - 5, 10);
          settle();
          settle();
          const expected = { name: `${call}Done`, buffer, length: 10, result: Ok() };
          expect(client.calls).to.deep.equal([expected]);
          expect(client.calls[0]?.buffer).to.equal(buffer);
        });

        it(`comes for a range of no bytes, which changes nothing: ${call}`, () => {
          write(0, pattern(pageSize));
          const buffer = new Uint8Array(4);
          for (const address of [0, 3, size]) {
            expect(storage[call](buffer, address, 0)).to.deep.equal(Ok());
            settle();
            expect(client.calls.at(-1)).to.include({ name: `${call}Done`, length: 0 });
          }
          expect(buffer).to.deep.equal(new Uint8Array(4));
          expect(read(0, pageSize)).to.deep.equal(pattern(pageSize));
        });
      }

      it('lets the client start the next operation from within it', () => {
        client.next = (): void => {
          expect(storage.read(ones(4), 0, 4)).to.deep.equal(Ok());
        };
        write(0, pattern(4));
        expect(client.calls.map((call) => call.name)).to.deep.equal(['writeDone', 'readDone']);
      });
    });

    describe('refusal', () => {
      for (const call of calls) {
        it(`is BUSY with the same buffer while one is under way: ${call} (TRD 3 rule 4; case G19)`, () => {
          storage.write(pattern(8), 0, 8);
          expectRefused(call, ErrorCode.BUSY, { address: 0, length: 4, buffer: ones(4) });
          settle();
          expect(client.calls).to.have.length(1);
          expect(read(0, 8)).to.deep.equal(pattern(8));
        });

        it(`is INVAL with the same buffer outside the storage, however far: ${call}`, () => {
          for (const address of [size, size - 1, ...NONSENSE]) {
            expectRefused(call, ErrorCode.INVAL, { address, length: 2, buffer: ones(2) });
          }
          expectSilence();
        });

        it(`is INVAL for a length over the buffer, or one that is none: ${call}`, () => {
          for (const length of [5, ...NONSENSE]) {
            expectRefused(call, ErrorCode.INVAL, { address: 0, length, buffer: ones(4) });
          }
          expectSilence();
        });
      }

      function expectRefused(
        call: 'read' | 'write',
        error: ErrorCode,
        { buffer, address, length }: { buffer: Uint8Array; address: number; length: number },
      ): void {
        const refused = storage[call](buffer, address, length);
        expect(refused, `${address}, ${length}`).to.deep.equal(Err([error, buffer]));
        if (!refused.ok) expect(refused.error[1]).to.equal(buffer);
      }

      function expectSilence(): void {
        settle();
        expect(client.calls).to.be.empty;
      }
    });

    describe('content', () => {
      it('is what was written last, whatever was there: bits are set and cleared', () => {
        write(10, new Uint8Array(20));
        write(12, pattern(10, 3));
        expect(read(10, 20)).to.deep.equal(
          Uint8Array.from([0, 0, ...pattern(10, 3), ...new Uint8Array(8)]),
        );
      });

      it('of the bytes around a write stays, across pages', () => {
        write(0, pattern(3 * pageSize, 9));
        write(pageSize - 4, new Uint8Array(10));
        const expected = pattern(3 * pageSize, 9).fill(0, pageSize - 4, pageSize + 6);
        expect(read(0, 3 * pageSize)).to.deep.equal(expected);
      });

      it('may be whole pages, with parts of pages before and after', () => {
        const bytes = pattern(2 * pageSize + 7, 21);
        write(0, new Uint8Array(3 * pageSize));
        write(pageSize - 3, bytes.subarray(0, pageSize + 7));
        expect(read(pageSize - 3, pageSize + 7)).to.deep.equal(bytes.subarray(0, pageSize + 7));
        write(pageSize, pattern(pageSize, 33));
        expect(read(pageSize - 1, pageSize + 2)).to.deep.equal(
          Uint8Array.from([bytes[2] ?? 0, ...pattern(pageSize, 33), bytes[pageSize + 3] ?? 0]),
        );
      });

      it('of the buffer past the length is neither read into nor written', () => {
        write(0, pattern(16));
        const buffer = new Uint8Array(8).fill(0x5a);
        storage.read(buffer, 0, 3);
        settle();
        const kept = [0x5a, 0x5a, 0x5a, 0x5a, 0x5a];
        expect(buffer).to.deep.equal(Uint8Array.from([...pattern(3), ...kept]));
        storage.write(buffer, 4, 3);
        settle();
        expect(read(7, 9)).to.deep.equal(pattern(16).subarray(7));
      });

      it('does not follow the buffer after the callback', () => {
        const buffer = pattern(pageSize);
        write(0, buffer);
        buffer.fill(0);
        expect(read(0, pageSize)).to.deep.equal(pattern(pageSize));
      });

      it('reaches the last byte', () => {
        write(size - 3, pattern(3, 77));
        expect(read(size - 3, 3)).to.deep.equal(pattern(3, 77));
      });
    });
  });
}
